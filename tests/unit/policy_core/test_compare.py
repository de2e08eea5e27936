"""What-if: which decisions change between two policies, how, and how many."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from policy_core.compare import Comparison
from policy_core.policy import PUBLISHED, Policy, load_policy, published
from tests.unit.policy_core.question import question
from tests.unit.policy_core.test_command_line import run as run  # the fixture

LATE = question({"as_of": "2026-03-20", "order.number": "INO-2"})


@pytest.fixture
def longer(tmp_path: Path) -> Path:
    """A folder of the policy with 30 days for refunds."""
    folder = shutil.copytree(PUBLISHED, tmp_path / "longer")
    values = folder / "values.yml"
    values.write_text(values.read_text(encoding="utf-8").replace("ever: 14\n", "ever: 30\n"), encoding="utf-8")
    return folder


def with_settings(tmp_path: Path, old: str, new: str) -> Path:
    settings = tmp_path / "settings.yml"
    settings.write_text((PUBLISHED / "settings.yml").read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return settings


def report(a: Policy, b: Policy, *facts: Any) -> list[str]:
    return list(Comparison(a, b).report([json.dumps(fact).encode() for fact in facts]))


def test_the_same_policy_changes_nothing() -> None:
    assert report(published(), published(), question(), LATE) == ["0 of 2 decisions change."]


def test_a_change_is_shown_field_by_field_and_counted(longer: Path) -> None:
    told = report(published(), load_policy(longer), question(), LATE, {**LATE, "wants": "cancellation"})

    assert told == [
        "line 1, order INO-1001, refund:",
        "  deadline: 2026-03-15 -> 2026-03-31",
        "line 2, order INO-2, refund:",
        "  outcome: not_eligible -> eligible",
        "  remedy: none -> refund",
        "  refund: none -> 130.00 USD",
        "  deadline: none -> 2026-03-31",
        "  clauses: refunds.window, refunds.promise -> refunds.window, refunds.promise, refunds.condition, "
        "refunds.processing, shipping.deduction, shipping.return_cost",
        "  next_steps: ask_agent -> confirm_address, pack_original, use_tracked_shipping, ship_back, "
        "pay_return_shipping, refund_after_receipt",
        "line 3, order INO-2, cancellation:",
        "  alternatives: replacement needs_facts -> refund eligible 130.00 USD by 2026-03-31, replacement needs_facts",
        "3 of 3 decisions change.",
        "       1 stay eligible, with a difference",
        "       1 not_eligible -> eligible",
        "       1 stay not_eligible, with a difference",
    ]


def test_money_that_differs_is_seen(tmp_path: Path) -> None:
    other = load_policy(PUBLISHED, with_settings(tmp_path, "deduction: the_charge", "deduction: off_the_goods"))

    assert "  refund: 130.00 USD -> 120.10 USD" in report(published(), other, question())


def test_words_are_compared_where_nothing_else_differs(tmp_path: Path) -> None:
    other = load_policy(PUBLISHED, with_settings(tmp_path, "time_zone: UTC", "time_zone: Africa/Abidjan"))
    cancelled = question({"wants": "cancellation", "order.placed_at": "2026-03-05T11:00:00+00:00",
                          "order.delivered_at": None, "order.number": None})  # fmt: skip

    told = report(published(), other, cancelled)

    assert told[0] == "line 1, order without a number, cancellation:"
    assert told[1].startswith("  explanation: ")
    assert len(told) == 4


def test_parts_of_a_mixed_decision_are_compared(longer: Path) -> None:
    mixed = question({"wants": "refund"})
    mixed["items"].append({**mixed["items"][0], "pricing": "sale"})

    told = report(published(), load_policy(longer), mixed)

    assert told[1] == (
        "  per_item: refund eligible 130.00 USD by 2026-03-15, refund not_eligible"
        " -> refund eligible 130.00 USD by 2026-03-31, refund not_eligible"
    )


def test_parts_of_an_alternative_are_shown(longer: Path) -> None:
    mixed = question({"wants": None})
    mixed["items"].append({**mixed["items"][0], "pricing": "sale"})

    told = report(published(), load_policy(longer), mixed)

    assert "refund mixed 130.00 USD (refund eligible 130.00 USD by 2026-03-31, refund not_eligible)" in told[1]


def test_a_broken_line_is_told_and_the_others_are_compared(longer: Path) -> None:
    comparison = Comparison(published(), load_policy(longer))

    told = list(comparison.report([b"{", b"\n", json.dumps(LATE).encode()]))

    assert told[0].startswith("line 1: can't be decided: This line is not JSON")
    assert told[1] == "line 3, order INO-2, refund:"
    assert told[-3:] == [
        "1 of 1 decisions change.",
        "       1 not_eligible -> eligible",
        "Lines that can't be decided: 1",
    ]


def test_folders_and_settings_files_on_the_command_line(run: Any, longer: Path, tmp_path: Path) -> None:
    settings = with_settings(tmp_path, "deduction: the_charge", "deduction: off_the_goods")
    facts = json.dumps(question()).encode()

    by_folder = run("compare", str(PUBLISHED), str(longer), stdin=facts)
    by_settings = run("compare", str(PUBLISHED / "settings.yml"), str(settings), stdin=facts)
    within_folder = run("compare", "--policy", str(longer), str(PUBLISHED / "settings.yml"), str(settings), stdin=facts)
    broken = run("compare", str(PUBLISHED), str(longer), stdin=b"{")

    assert "deadline: 2026-03-15 -> 2026-03-31" in by_folder.text
    assert "refund: 130.00 USD -> 120.10 USD" in by_settings.text
    assert "deadline" not in within_folder.text
    assert [ran.status for ran in (by_folder, by_settings, within_folder, broken)] == [0, 0, 0, 2]
