"""The checks of transcripts notice what isn't so: a test that can't fail proves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from tests.assistant import Assistant
from tests.conversation.shop import make_order, span_of
from tests.conversation.transcripts import CHECKS, Transcript, hold, read_transcripts

ORDER = {"items": ["bullet"], "placed": "10 days", "delivered": "6 days"}
WAY: tuple[dict[str, Any], ...] = (
    {"user": "I want my money back for {number}, {email}"},
    {"user": "yes"},
    {"user": "yes"},
)
FILED = (*WAY, {"user": "yes"})
TRUE_AND_FALSE: dict[str, tuple[Any, Any]] = {
    "utter": ("utter_question_confirm_refund", "utter_filed_refund"),
    "not_utter": ("utter_filed_refund", ["utter_summary_refund"]),
    "action": ("case_form", "action_finish_case"),
    "slot_was_set": ([{"original_packaging": True}], [{"original_packaging": False}]),
    "says": (["$139.64", "{number}"], ["$139.64", "nonsense"]),
    "says_one_of": (["nonsense", "139.64"], ["nonsense"]),
    "not_says": ("nonsense", "139.64"),
    "asks": (["email", "confirm"], "email"),
    "asks_nothing": (False, True),
    "offers": ([], ["Yes"]),
    "decides": (
        {"outcome": "eligible", "total": "139.64", "deadline": "delivered + 14 days", "clauses": ["refunds.window"]},
        {"outcome": "eligible", "total": "139.65"},
    ),
    "decides_nothing": (False, True),
    "sums_up": ("refund", ["refund", "review"]),
    "no_request": (True, False),
    "cites": ([], ["refunds.window"]),
    "points_to_a_person": (False, True),
}
TRUE_AND_FALSE_ONCE_FILED: dict[str, tuple[Any, Any]] = {
    "files": ({"kind": "refund", "quantities": [1]}, {"kind": "refund", "quantities": [2]}),
    "no_request": (False, True),
}


def _held(way: tuple[dict[str, Any], ...], step: dict[str, Any], assistant: Assistant, shop: Engine) -> None:
    hold(Transcript("a refund", "runner", (ORDER,), (*way, step)), assistant, shop)


@pytest.mark.parametrize("step", TRUE_AND_FALSE)
def test_a_step_holds_and_fails(step: str, assistant: Assistant, shop: Engine) -> None:
    true, false = TRUE_AND_FALSE[step]
    _held(WAY, {step: true}, assistant, shop)
    with pytest.raises(AssertionError, match=f"expected {step}"):
        _held(WAY, {step: false}, assistant, shop)


@pytest.mark.parametrize("step", TRUE_AND_FALSE_ONCE_FILED)
def test_a_step_holds_and_fails_once_something_is_filed(step: str, assistant: Assistant, shop: Engine) -> None:
    true, false = TRUE_AND_FALSE_ONCE_FILED[step]
    _held(FILED, {step: true}, assistant, shop)
    with pytest.raises(AssertionError, match=f"expected {step}"):
        _held(FILED, {step: false}, assistant, shop)


def test_a_request_that_was_there_before_is_shown_and_not_filed(assistant: Assistant, shop: Engine) -> None:
    claim = {"working": True, "original_packaging": True}
    before = {**ORDER, "requests": [{"wants": "refund", "status": "approved", "claim": claim}]}
    for step, holds in (
        ({"shows_request": {"status": "approved"}}, True),
        ({"shows_request": {"status": "filed"}}, False),
        ({"files": {"kind": "refund"}}, False),
        ({"no_request": True}, True),
    ):
        transcript = Transcript("a refund", "runner", (before,), (WAY[0], step))
        if holds:
            hold(transcript, assistant, shop)
        else:
            with pytest.raises(AssertionError, match="expected"):
                hold(transcript, assistant, shop)


def test_a_whole_line_is_said(assistant: Assistant, shop: Engine) -> None:
    line = "All right. Nothing is open at the moment. If there is anything, just tell me."
    hold(Transcript("nothing", "runner", (), ({"user": "never mind"}, {"bot": line})), assistant, shop)
    with pytest.raises(AssertionError, match="expected bot"):
        hold(Transcript("nothing", "runner", (), ({"user": "never mind"}, {"bot": "All right."})), assistant, shop)


def test_a_person_is_called_for_a_reason(assistant: Assistant, shop: Engine) -> None:
    way = {"user": "can I talk to a person"}
    hold(Transcript("a person", "runner", (), (way, {"calls_a_person": "asked_for_a_person"})), assistant, shop)
    with pytest.raises(AssertionError, match="expected calls_a_person"):
        hold(Transcript("a person", "runner", (), (way, {"calls_a_person": "upset"})), assistant, shop)


def test_every_step_is_tried_here() -> None:
    assert set(CHECKS) == {*TRUE_AND_FALSE, *TRUE_AND_FALSE_ONCE_FILED, "shows_request", "bot", "calls_a_person"}


def test_an_unknown_step_is_refused(tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_text("test_cases: [{test_case: a, steps: [{user: hi, utters: utter_greet}]}]")
    with pytest.raises(ValueError, match="unknown steps: utters"):
        read_transcripts(tmp_path)


def test_an_order_that_is_told_wrongly_is_refused(shop: Engine) -> None:
    with pytest.raises(ValueError, match="knows nothing of dlivered"):
        make_order(shop, {**ORDER, "dlivered": "6 days"})
    with pytest.raises(ValueError, match="no span of time"):
        span_of("a week")


def test_each_order_is_another_one(shop: Engine) -> None:
    first, second = make_order(shop, ORDER), make_order(shop, ORDER)
    assert first.number != second.number
    assert first.email != second.email
