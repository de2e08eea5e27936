"""The cases in `cases/`, written for people who don't program; `cases/README.md` says how to read them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from policy_core import Policy, decide, load_policy, published
from policy_core.policy import PUBLISHED

CASES = Path(__file__).parent / "cases"
LINES = {
    "wants",
    *(f"cancellation {line}" for line in range(1, 6)),
    *(f"refund {line}" for line in range(1, 9)),
    *(f"replacement {line}" for line in range(1, 7)),
    *(f"replacement 7 {part}" for part in ("retailer", "accessory", "within 14 days", "later")),
    *(f"several items {how}" for how in ("agree", "mixed", "need facts")),
    *(f"ruling {number}" for number in range(1, 23)),  # 23 is about words: test_wording.py
}
ITEM = {"name": "name", "price": "unit_price", "kind": "kind", "quantity": "quantity", "pricing": "pricing",
        "discount": "discount", "tax": "tax", "delivered": "delivered_at"}  # fmt: skip
ORDER = {"currency": "currency", "sold by": "sold_by", "ordered": "placed_at", "delivered": "delivered_at",
         "shipping": "shipping_paid", "whole order": "is_whole_order"}  # fmt: skip
CLAIM = {"reason": "reason", "working": "working", "packaging": "original_packaging", "tampered": "tampered",
         "original purchaser": "original_purchaser", "sent back": "sent_back_on",
         "label": "return_label_cost"}  # fmt: skip
QUESTION = {"asked": "as_of", "wants": "wants"}
USUAL_QUESTION = {"asked": "2026-03-05 12:00"}
USUAL_ORDER = {"currency": "USD", "sold by": "inomega", "ordered": "2026-02-20 10:00"}
USUAL_ITEM = {"name": "Argus 4K dome camera", "price": "129.00", "kind": "equipment", "pricing": "regular",
              "quantity": "1"}  # fmt: skip


def cases_in(path: Path) -> list[dict[str, Any]]:
    """Read as plain text throughout, so that nobody has to know YAML's types."""
    cases: list[dict[str, Any]] = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    return cases


def all_cases() -> list[dict[str, Any]]:
    return [case for path in sorted(CASES.glob("*.yml")) for case in cases_in(path)]


def facts_of(given: dict[str, Any]) -> dict[str, Any]:
    items = given.get("items", [{name: value for name, value in given.items() if name in ITEM and name != "delivered"}])
    unknown = set(given) - {*QUESTION, *ORDER, *ITEM, *CLAIM, "items"}
    assert not unknown, f"not a word of these cases: {unknown}"
    return {
        **_fields(QUESTION, {**USUAL_QUESTION, **given}),
        "order": _fields(ORDER, {**USUAL_ORDER, **given}),
        "items": [{"sku": f"SKU-{n}", **_fields(ITEM, {**USUAL_ITEM, **item})} for n, item in enumerate(items, 1)],
        "claim": _fields(CLAIM, given),
    }


def _fields(names: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    return {field: _value(field, given[name]) for name, field in names.items() if name in given}


def _value(field: str, text: str) -> Any:
    if text in ("yes", "no", "unknown"):
        return {"yes": True, "no": False, "unknown": None}[text]
    if field == "quantity":
        return int(text)
    if field in ("as_of", "placed_at", "delivered_at") and " " in text:
        return text.replace(" ", "T") + "+00:00"
    return text


def policy_of(case: dict[str, Any], folder: Path) -> Policy:
    """The published policy, with the case's settings and later values."""
    if not {"settings", "since"} & set(case):
        return published()
    shutil.copytree(PUBLISHED, folder, dirs_exist_ok=True)
    settings = yaml.safe_load((folder / "settings.yml").read_text(encoding="utf-8"))
    chosen = {name: int(value) if name.endswith("_days") else value for name, value in case.get("settings", {}).items()}
    (folder / "settings.yml").write_text(yaml.safe_dump({**settings, **chosen}), encoding="utf-8")
    values = yaml.safe_load((folder / "values.yml").read_text(encoding="utf-8"))
    for day, changed in yaml.safe_load(yaml.safe_dump(case.get("since", {}))).items():
        for name, value in changed.items():
            values[name]["holds"][yaml.safe_load(day)] = int(value)
    (folder / "values.yml").write_text(yaml.safe_dump(values), encoding="utf-8")
    return load_policy(folder)


def compare(decided: dict[str, Any], decision: Any) -> None:
    form = decision.to_dict()
    money = form["refund"] or {"lines": [], "total": "none"}
    seen = {
        "outcome": form["outcome"],
        "remedy": form["remedy"] or "none",
        "by": form["deadline"] or "none",
        "needs": form["missing"],
        "because of": form["clauses"][: len(decided.get("because of", []))] or form["clauses"],
        "total": money["total"],
        "steps": [step["code"] for step in form["next_steps"]],
        "also open": [f"{other['wants']} {other['outcome']}" for other in form["alternatives"]],
        "in force since": form["version_since"] or "ever",
    }
    expected = {name: value for name, value in decided.items() if name not in ("money", "says", "items")}
    assert {name: seen[name] for name in expected} == expected
    assert [(line["code"], line["amount"]) for line in money["lines"]] == _lines(decided.get("money", {}))
    assert decided.get("says", "") in form["explanation"]


def _lines(money: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (code, amount)
        for code, amounts in money.items()
        for amount in (amounts if isinstance(amounts, list) else [amounts])
    ]


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case["case"])
def test_case(case: dict[str, Any], tmp_path: Path) -> None:
    decision = decide(facts_of(case["given"]), policy_of(case, tmp_path / "policy"))

    compare(case["decided"], decision)
    parts = case["decided"].get("items", [])
    assert len(decision.per_item) == (len(parts) or len(decision.per_item))
    for expected, part in zip(parts, decision.per_item, strict=False):
        compare(expected, part)


def test_every_line_and_every_ruling_has_a_case() -> None:
    shown = {line for case in all_cases() for line in case["shows"]}

    assert shown == LINES


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yml")), ids=lambda path: path.stem)
def test_no_two_cases_of_a_file_have_the_same_name(path: Path) -> None:
    names = [case["case"] for case in cases_in(path)]

    assert len(names) == len(set(names))
