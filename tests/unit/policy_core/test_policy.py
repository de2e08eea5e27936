"""Policy folders: what they may hold, which version is in force, and the digest that names it."""

from __future__ import annotations

import re
import shutil
import zoneinfo
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from policy_core import PolicyError, decide, load_policy, published
from policy_core.policy import PUBLISHED
from tests.unit.policy_core.question import question


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the published policy, to change."""
    return shutil.copytree(PUBLISHED, tmp_path / "policy")


def change(path: Path, name: str, value: Any) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content[name] = value
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


def test_a_changed_value_is_one_entry_and_older_orders_keep_the_older_one(folder: Path) -> None:
    values = folder / "values.yml"
    text = values.read_text(encoding="utf-8")
    values.write_text(text.replace("    ever: 14\n", "    ever: 14\n    2026-03-01: 30\n"), encoding="utf-8")
    policy = load_policy(folder)
    of_february = question({"order.placed_at": "2026-02-28", "as_of": "2026-03-20"})
    of_march = question({"order.placed_at": "2026-03-01", "as_of": "2026-03-20"})

    assert decide(of_february, policy).outcome.value == "not_eligible"
    assert decide(of_march, policy).outcome.value == "eligible"
    assert decide(of_february, policy).version_since is None
    assert decide(of_march, policy).version_since == date(2026, 3, 1)
    assert decide(of_february, policy).policy_version == decide(of_february).policy_version
    assert decide(of_march, policy).policy_version != decide(of_march).policy_version


def test_a_changed_sentence_keeps_its_id_and_its_older_words(folder: Path) -> None:
    clauses = yaml.safe_load((folder / "clauses.yml").read_text(encoding="utf-8"))
    clauses[0]["holds"][date(2026, 3, 1)] = "A warranty of three years."
    (folder / "clauses.yml").write_text(yaml.safe_dump(clauses), encoding="utf-8")
    policy = load_policy(folder)

    assert policy.in_force(date(2026, 2, 28)).clauses["warranty.term"].text.startswith("All of our")
    assert policy.in_force(date(2026, 3, 1)).clauses["warranty.term"].text == "A warranty of three years."
    assert policy.in_force(date(2026, 2, 28)).digest == published().in_force(date.max).digest
    assert policy.in_force(date(2026, 3, 1)).digest != published().in_force(date.max).digest


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("warranty_conflict", "24_months"),
        ("time_zone", "Europe/Berlin"),
        ("told_immediately_days", 7),
        ("shipping_deduction", "off_the_goods"),
        ("tracked_shipping_above", {"EUR": "70.00"}),
        ("decided_by", "question_day"),
        ("contact", "help@example.com"),
        ("shop", "Another shop"),
    ],
)
def test_each_setting_is_read_and_changes_the_digest(folder: Path, name: str, value: object) -> None:
    change(folder / "settings.yml", name, value)
    policy = load_policy(folder)

    assert getattr(policy.settings, name) == value or name == "tracked_shipping_above"
    assert policy.in_force(date.max).digest != published().in_force(date.max).digest


def test_settings_of_another_file(folder: Path, tmp_path: Path) -> None:
    other = shutil.copy(folder / "settings.yml", tmp_path / "other.yml")
    change(Path(other), "time_zone", "Asia/Tokyo")

    assert load_policy(folder, Path(other)).settings.time_zone == "Asia/Tokyo"
    assert load_policy(folder).settings.time_zone == "UTC"


@pytest.fixture
def system_without_zones() -> Iterator[None]:
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath()


@pytest.mark.usefixtures("system_without_zones")
def test_a_system_that_knows_no_time_zones_has_those_of_dateutil(folder: Path) -> None:
    change(folder / "settings.yml", "time_zone", "Europe/Berlin")

    zone = load_policy(folder).settings.zone

    assert datetime(2026, 7, 1, tzinfo=zone).utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("warranty_conflict", "both", "refer or 24_months or 12_months"),
        ("warranty_conflict", None, "refer or 24_months"),
        ("time_zone", "Mars/Olympus", "a time zone such as Europe/Berlin"),
        ("time_zone", "/etc/hostname", "a time zone such as Europe/Berlin"),
        ("time_zone", "", "a time zone"),
        ("time_zone", "UTC+3", "a time zone"),
        ("told_immediately_days", "14", "a number of days"),
        ("told_immediately_days", -1, "a number of days"),
        ("told_immediately_days", True, "a number of days"),
        ("told_immediately_days", 3651, "a number of days"),
        ("shipping_deduction", "twice", "the_charge or off_the_goods"),
        ("tracked_shipping_above", {"EUR": 70}, 'CODE: "amount"'),
        ("tracked_shipping_above", {"EURO": "70"}, 'ISO CODE: "amount"'),
        ("tracked_shipping_above", {1: "70"}, 'ISO CODE: "amount"'),
        ("tracked_shipping_above", {"EUR": "-1"}, 'CODE: "amount"'),
        ("tracked_shipping_above", {"EUR": "NaN"}, 'CODE: "amount"'),
        ("tracked_shipping_above", {"USD": "80"}, "without USD, which values.yml has"),
        ("tracked_shipping_above", [], 'CODE: "amount"'),
        ("decided_by", "delivery_day", "order_day or question_day"),
        ("contact", "", "an e-mail address"),
        ("contact", 7, "an e-mail address"),
        ("contact", "our shop", "an e-mail address"),
        ("shop", None, "the shop's name"),
        ("colour", "red", "colour is not known"),
    ],
)
def test_a_wrong_setting_says_what_it_has_to_be(folder: Path, name: str, value: object, words: str) -> None:
    change(folder / "settings.yml", name, value)

    with pytest.raises(PolicyError) as error:
        load_policy(folder)

    assert "settings.yml" in str(error.value)
    assert name in str(error.value)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("fourteen", "needs means, clause, unit and holds"),
        ({"holds": {"ever": 14}}, "needs means, clause, unit and holds"),
        ({"means": "", "clause": "", "unit": "", "holds": {}}, "needs `holds` with an entry for `ever`"),
        ({"means": "", "clause": "", "unit": "", "holds": 14}, "needs `holds`"),
        ({"means": "", "clause": "", "unit": "", "holds": {"ever": "14"}}, "not a number"),
        ({"means": "", "clause": "", "unit": "", "holds": {"ever": 14, "2026": 30}}, "not a day like 2027-01-01"),
        ({"means": "", "clause": "", "unit": "", "holds": {"ever": -1}}, "between 0 and 10000"),
        ({"means": "", "clause": "", "unit": "", "holds": {"ever": 10_001}}, "between 0 and 10000"),
        ({"means": "", "clause": "sale.no_refunds", "unit": "", "holds": {"ever": 9}}, "is stated by refunds.window"),
    ],
)
def test_a_wrong_value_says_what_it_has_to_be(folder: Path, entry: object, words: str) -> None:
    change(folder / "values.yml", "refund_window", entry)

    with pytest.raises(PolicyError, match="refund_window") as error:
        load_policy(folder)

    assert words in str(error.value)


def test_the_largest_values_leave_room_in_the_calendar(folder: Path) -> None:
    for name in ("refund_window", "warranty_term", "limited_warranty_term", "cancellation_window"):
        content = yaml.safe_load((folder / "values.yml").read_text(encoding="utf-8"))
        content[name]["holds"] = {"ever": 10_000}
        (folder / "values.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    late = question({"as_of": "9000-12-31", "order.placed_at": "9000-12-31", "order.delivered_at": "9000-12-31",
                     "claim.reason": "defective", "claim.tampered": False})  # fmt: skip

    for wish in ("cancellation", "refund", "replacement", None):
        decide({**late, "wants": wish}, load_policy(folder)).to_dict()


def test_a_missing_value_is_named(folder: Path) -> None:
    content = yaml.safe_load((folder / "values.yml").read_text(encoding="utf-8"))
    del content["refund_window"]
    (folder / "values.yml").write_text(yaml.safe_dump(content), encoding="utf-8")

    with pytest.raises(PolicyError, match=r"values\.yml: refund_window is missing"):
        load_policy(folder)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("- id: a\n", "entry 1 needs id, section and holds"),
        ("- 7\n", "entry 1 needs id, section and holds"),
        ("a: b\n", "has to be a list"),
        ("- {id: info.a, section: A, holds: {ever: x}}\n- {id: info.a, section: A, holds: {ever: y}}\n", "the same id"),
        ("- {id: info.a, section: A, holds: {ever: 7}}\n", "not text"),
        ("- {id: refunds.windows, section: A, holds: {ever: x}}\n", "refunds.windows is no id that the rules know"),
        ("- {id: info.a, also: [refund], section: A, holds: {ever: x}}\n", "refund is no id that the rules know"),
        ("- {id: info.a, also: refunds.promise, section: A, holds: {ever: x}}\n", "info.a has to list"),
        ("[", "is not YAML"),
    ],
)
def test_wrong_clauses_say_what_they_have_to_be(folder: Path, content: str, words: str) -> None:
    (folder / "clauses.yml").write_text(content, encoding="utf-8")

    with pytest.raises(PolicyError) as error:
        load_policy(folder)

    assert "clauses.yml" in str(error.value)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("contact.form", "clauses.yml: contact.form is missing, the sentence that says how to reach a person"),
        ("refunds.window", "values.yml: refund_window has no sentence, as no clause states refunds.window"),
    ],
)
def test_a_sentence_that_cannot_be_done_without(folder: Path, id: str, words: str) -> None:
    path = folder / "clauses.yml"
    clauses = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump([clause for clause in clauses if clause["id"] != id]), encoding="utf-8")

    with pytest.raises(PolicyError, match=re.escape(words)):
        load_policy(folder)


def test_a_file_that_is_not_text_or_not_there(folder: Path) -> None:
    (folder / "settings.yml").write_bytes(b"shop: \xff\n")
    with pytest.raises(PolicyError, match="is not YAML in UTF-8"):
        load_policy(folder)

    (folder / "settings.yml").unlink()
    with pytest.raises(PolicyError, match="can't be read"):
        load_policy(folder)


def test_a_version_is_in_force_until_the_day_before_the_next(folder: Path) -> None:
    content = yaml.safe_load((folder / "values.yml").read_text(encoding="utf-8"))
    content["refund_window"]["holds"] |= {date(2027, 1, 1): 30, date(2026, 1, 1): 7}
    content["warranty_term"]["holds"] |= {date(2026, 7, 1): 36}
    (folder / "values.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    policy = load_policy(folder)

    in_force = [
        (version.since, version.values.refund_window, version.values.warranty_term)
        for version in map(policy.in_force, [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1),
                                             date(2026, 12, 31), date(2027, 1, 1), date.max])
    ]  # fmt: skip

    assert in_force == [
        (None, 14, 24),
        (date(2026, 1, 1), 7, 24),
        (date(2026, 1, 1), 7, 24),
        (date(2026, 7, 1), 7, 36),
        (date(2026, 7, 1), 7, 36),
        (date(2027, 1, 1), 30, 36),
        (date(2027, 1, 1), 30, 36),
    ]
