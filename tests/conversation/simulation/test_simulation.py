"""Simulated customers are told what the engine decides on what they said, in words and payloads, and never more.

Nothing is filed without their plain yes. 104 conversations, or 4,000 with --long. Those that went wrong are kept in
var/conversations/, each with the command that holds it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from statistics import median

import pytest
from sqlalchemy.engine import Engine

from tests.assistant import Assistant
from tests.conversation.simulation.campaign import EVERY_MANNER, KEPT, Result, again, cases, held, table
from tests.conversation.simulation.conversing import converse
from tests.conversation.simulation.customer import MANNERS
from tests.conversation.simulation.difficult import DIFFICULT
from tests.conversation.simulation.goals import GOALS

Hold = Callable[[str, str, int], Result]


def _chosen(config: pytest.Config) -> list[tuple[str, str, int]]:
    return list(cases(4_000 if config.getoption("--long") else 104))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", list(_params(metafunc.config)))


def _params(config: pytest.Config) -> Iterator[object]:
    for goal, manner, seed in _chosen(config):
        yield pytest.param((goal, manner, seed), id=f"{manner}, {goal}, {seed}")


@pytest.fixture(scope="session")
def hold(assistant: Assistant, shop: Engine) -> Hold:
    """Holds each conversation once, whoever asks for it."""
    return cache(lambda goal, manner, seed: held(assistant, shop, goal, manner, seed))


def test_nothing_is_promised_that_the_policy_does_not_give(case: tuple[str, str, int], hold: Hold) -> None:
    result = hold(*case)
    assert result.verdict != "wrong promise", f"{result.why}\n{again(result)}\n\n{result.text}"


def test_whoever_is_plain_gets_the_right_decision_or_none(case: tuple[str, str, int], hold: Hold) -> None:
    result = hold(*case)
    is_right = result.verdict not in ("wrong", "wrong refusal")
    assert is_right or result.manner in DIFFICULT, f"{result.why}\n{again(result)}\n\n{result.text}"


def test_most_of_those_who_make_it_difficult_get_what_is_right(pytestconfig: pytest.Config, hold: Hold) -> None:
    results = [hold(*case) for case in _chosen(pytestconfig) if case[1] in DIFFICULT]
    assert sum(result.verdict in ("wrong", "wrong refusal") for result in results) <= 0.05 * len(results), table(
        results
    )
    assert sum(result.verdict == "right" for result in results) >= 0.85 * len(results), table(results)


def test_nearly_everybody_who_is_plain_gets_it_with_as_few_questions_as_the_engine_needs(
    pytestconfig: pytest.Config, hold: Hold
) -> None:
    every = [hold(*case) for case in _chosen(pytestconfig)]
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "table.md").write_text(table(every), encoding="utf-8")
    results = [result for result in every if result.manner in MANNERS]
    assert sum(result.verdict == "right" for result in results) >= 0.98 * len(results), table(results)
    assert median(result.questions - result.least for result in results) == 0, table(results)


@pytest.mark.parametrize("manner", EVERY_MANNER)
def test_the_same_seed_makes_the_same_conversation_to_the_byte(manner: str, assistant: Assistant, shop: Engine) -> None:
    first, second = (converse(assistant, shop, GOALS["fault in month 5"], manner, 7) for _ in range(2))
    assert first.without_dates == second.without_dates
    assert first.text.count("\n>") >= 1


def test_another_seed_makes_another_conversation(assistant: Assistant, shop: Engine) -> None:
    said = {converse(assistant, shop, GOALS["fault in month 5"], "chatty", seed).without_dates for seed in range(4)}
    assert len(said) == 4
