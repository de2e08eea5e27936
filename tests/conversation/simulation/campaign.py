"""Many simulated conversations, what came of them, and the transcripts of those that went wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median

from sqlalchemy.engine import Engine

from runtime.settings import ROOT
from tests.assistant import Assistant
from tests.conversation.simulation.conversing import Result, converse
from tests.conversation.simulation.customer import MANNERS
from tests.conversation.simulation.difficult import DIFFICULT
from tests.conversation.simulation.goals import GOALS

KEPT = ROOT / "var" / "conversations"
VERDICTS = ("right", "asked back", "person", "wrong refusal", "wrong", "wrong promise")
"""The last is the gravest: something was granted, or said, that the policy doesn't give."""
EVERY_MANNER = (*MANNERS, *DIFFICULT)


def cases(
    number: int, manners: Sequence[str] = EVERY_MANNER, goals: Iterable[str] = GOALS, first_seed: int = 0
) -> Iterator[tuple[str, str, int]]:
    """Goal, manner and seed of `number` conversations: every goal in every manner before any of them again."""
    every = [(goal, manner) for goal in goals for manner in manners]
    # A step that has no divisor in common with the number of pairs, so that a short run sees something of everything.
    step = next(step for step in (31, 37, 41, 1) if len(every) % step)
    places = (place * step % len(every) for place in range(number))
    for index, place in enumerate(places):
        yield (*every[place], first_seed + index // len(every))


def run(assistant: Assistant, shop: Engine, chosen: Iterable[tuple[str, str, int]]) -> list[Result]:
    """Hold them all, show how far it is, and keep what went wrong."""
    results = []
    for number, case in enumerate(chosen, start=1):
        results.append(held(assistant, shop, *case))
        if number % 50 == 0:
            print(number, dict(Counter(result.verdict for result in results)), flush=True)
    return results


def held(assistant: Assistant, shop: Engine, goal: str, manner: str, seed: int) -> Result:
    """Hold one conversation, and keep it where it went wrong."""
    result = converse(assistant, shop, GOALS[goal], manner, seed)
    if result.verdict != "right":
        keep(result)
    return result


def keep(result: Result) -> Path:
    """Write the conversation down, with the command that holds it again."""
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{result.manner}, {result.goal}, {result.seed}.txt"
    path.write_text(f"{result.verdict}: {result.why}\n{again(result)}\n\n{result.text}\n", encoding="utf-8")
    return path


def again(result: Result) -> str:
    """The command that holds the same conversation again."""
    return (
        f'python -m tests.conversation.simulation --goal "{result.goal}" --manner {result.manner} --seed {result.seed}'
    )


def table(results: Sequence[Result]) -> str:
    """The results by manner and by goal, in Markdown."""
    lines = []
    for heading, name in (("manner", "manner"), ("goal", "goal")):
        groups: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            groups[getattr(result, name)].append(result)
        lines += [f"| {heading} | conversations | {' | '.join(VERDICTS)} | questions above the least (median) |"]
        lines += ["|---|" + "---:|" * (len(VERDICTS) + 2)]
        lines += [_row(group, found) for group, found in groups.items()]
        lines += [_row("all", results), ""]
    return "\n".join(lines)


def _row(name: str, results: Sequence[Result]) -> str:
    count = Counter(result.verdict for result in results)
    above = median(result.questions - result.least for result in results)
    return f"| {name} | {len(results)} | {' | '.join(str(count[verdict]) for verdict in VERDICTS)} | {above:g} |"
