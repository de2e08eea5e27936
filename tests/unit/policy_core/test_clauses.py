"""The policy's text, its clauses, its values and the rules that read them: nothing is left over on either side."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date

import pytest
import yaml

from policy_core import published
from policy_core.policy import PUBLISHED, Clause, Values
from policy_core.rules import RULES, Rule
from policy_core.statements import KNOWN, PARTS
from policy_core.wording import WORDS

TEXT = (PUBLISHED / "POLICY.txt").read_text(encoding="utf-8")
CLAUSES = published().in_force(date.max).clauses
HEADINGS = [
    "Warranty & Refund Policy",
    "Warranty",
    "Returns",
    "Refunds",
    "Cancellations",
    "Shipping Costs",
    "Sale Items",
]

# The text that the rules were written for. Where a test below says that it has changed: read what changed, find its
# rules by the clause's id, change them with a case each, and only then enter the new digest here.
READ_BY_THE_RULES = "e20f06658e45d87d"

# The ids in the order of the text, as RULINGS.md lists them, with the words that each sentence begins with.
BEGINNINGS = {
    "warranty.term": "All of our surveillance equipment come with a full 24 month warranty",
    "warranty.void": "The guarantee will not be valid if",
    "warranty.exclusions": "Accessories, loss of device or user damage",
    "warranty.limited_term": "INOMEGA Solutions surveillance equipment warrants to the original purchaser",
    "warranty.remedy": "If such a defect arises and a return authorization request is received",
    "returns.defective": "If your product is defective",
    "returns.not_accepted": "We are unable to accept returns on retailer purchases",
    "returns.non_damaged": "Lastly, we do not accept returns for non-damaged items",
    "returns.request": "To put in a request for a return",
    "returns.warehouse": "Once the claim is approved",
    "returns.shipping": "Please note that the purchaser will bear",
    "refunds.promise": "We offer a 14-day, no-hassle refund policy",
    "refunds.window": "If you aren't completely satisfied",
    "refunds.condition": "Please note that the product must be received in original working condition",
    "refunds.processing": "The refund will be processed once",
    "cancellations.contact": "To make an order cancellation",
    "cancellations.window": "If you cancel your purchase within 24-hours",
    "cancellations.late": "Otherwise, your items will have to be sent back",
    "shipping.return_cost": "It is your responsibility to pay any shipping costs",
    "shipping.nonrefundable": "These costs are nonrefundable",
    "shipping.deduction": "Should you receive a refund on your purchase",
    "shipping.exchange_time": "The time it takes for your exchanged product",
    "shipping.tracked": "Should the item you return be over $75",
    "shipping.no_guarantee": "Unfortunately, we cannot guarantee",
    "sale.no_refunds": "Sadly, we do not offer refunds on clearance items",
    "sale.regular_only": "Only regularly priced items are refundable",
    "contact.form": "Should you need more information",
    "contact.hours": "Our customer service reps are available 24/7",
}
NUMBERS = {
    "cancellation_window": ("cancellations.window", "hours", "24-hours"),
    "refund_window": ("refunds.window", "days", "14 days"),
    "warranty_term": ("warranty.term", "months", "24 month"),
    "limited_warranty_term": ("warranty.limited_term", "months", "one (1) year"),
    "tracked_shipping_above": ("shipping.tracked", "USD", "$75"),
}
PUBLISHED_VALUES = Values(24, 14, 24, 12, 75)


def all_rules() -> Iterator[tuple[str, Rule]]:
    for wish, rules in RULES.items():
        for rule in rules:
            yield wish.value if wish else "", rule


def test_every_sentence_of_the_text_is_a_clause_and_nothing_else_is() -> None:
    rest = TEXT
    for clause in CLAUSES.values():
        before, found, rest = rest.partition(clause.text)
        assert found, f"{clause.id} is not in the text, or not in its place"
        assert [line for line in before.splitlines() if line.strip()] in ([], *([h] for h in HEADINGS), HEADINGS[:2])
    assert rest.strip() == ""


def test_the_clauses_are_those_of_the_rulings() -> None:
    assert list(CLAUSES) == list(BEGINNINGS)
    for id, beginning in BEGINNINGS.items():
        assert CLAUSES[id].text.startswith(beginning)


def test_a_clause_is_one_sentence() -> None:
    for clause in CLAUSES.values():
        assert clause.text.endswith(".")
        assert not re.search(r"[.!?] +[A-Z]", clause.text)


def test_a_clause_stands_in_its_section() -> None:
    section = ""
    sections = {}
    for line in TEXT.splitlines():
        section = line if line in HEADINGS else section
        for clause in CLAUSES.values():
            if clause.text.splitlines()[0] in line:
                sections[clause.id] = section
    assert {clause.id: clause.section for clause in CLAUSES.values()} == sections


def test_every_clause_is_used_by_a_rule_or_an_answer() -> None:
    by_rules = {id for _, rule in all_rules() for id in rule.clauses}
    by_answers = {id for parts in WORDS["answers"].values() for part in parts for id in part["clauses"]}

    assert by_rules | by_answers == set(CLAUSES)


def test_every_next_step_rests_on_a_clause() -> None:
    for ways in WORDS["steps"].values():
        assert all(id in {*KNOWN, *PARTS} for way in ways for id in re.split(r"[ |]", way["needs"]))


@pytest.mark.parametrize("name", NUMBERS)
def test_a_value_says_its_unit_and_the_sentence_that_states_it(name: str) -> None:
    clause, unit, words = NUMBERS[name]
    entry = yaml.safe_load((PUBLISHED / "values.yml").read_text(encoding="utf-8"))[name]

    assert (entry["clause"], entry["unit"]) == (clause, unit)
    assert words in CLAUSES[clause].text
    assert published().in_force(date.max).values == PUBLISHED_VALUES


def test_the_rules_were_written_for_this_text() -> None:
    sentences = "\n".join(f"{clause.id}: {clause.text}" for clause in CLAUSES.values())

    assert hashlib.sha256(sentences.encode()).hexdigest()[:16] == READ_BY_THE_RULES


def test_every_rule_has_its_sentence_and_no_sentence_is_without_its_rule() -> None:
    for wish, rules in RULES.items():
        if wish:
            asks_only = {rule.name for rule in rules if rule.name not in WORDS[wish.value]}
            assert set(WORDS[wish.value]) == {rule.name for rule in rules} - asks_only
            assert all("unknown" in name for name in asks_only)


def test_a_rule_is_named_once_in_a_wish() -> None:
    for rules in RULES.values():
        assert len({rule.name for rule in rules}) == len(rules)


def test_the_text_holds_since_ever() -> None:
    version = published().in_force(date.min)

    assert version.since is None
    assert isinstance(version.clauses["warranty.term"], Clause)
