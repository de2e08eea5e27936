"""The words of a decision, as the shop's lawyer and as a customer reads them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from policy_core import decide, published
from policy_core.facts import Amount, Item, Kind, Pricing, Quantity
from policy_core.rules import RULES
from policy_core.steps import IN_ORDER
from policy_core.wording import WORDS, goods_label, step
from tests.unit.policy_core.question import question


def explanation(**changes: object) -> str:
    return decide(question({place.replace("__", "."): value for place, value in changes.items()})).explanation


def test_a_refund_says_how_much_until_when_how_and_that_staff_approve_it() -> None:
    """Ruling 23."""
    assert explanation() == (
        "By our policy you can have $130.00 back for “Camera”. "
        "Ask us early for the address, and send it back by March 15, 2026, in original working condition and with the "
        "original packaging. Our staff approve every return before anything is sent, and the refund is processed once "
        "they confirm its receipt. Shipping the return is at your cost."
    )


@pytest.mark.parametrize("wish", ["refund", "replacement"])
def test_ruling_23_staff_approve_every_return(wish: str) -> None:
    said = explanation(wants=wish, claim__reason=None if wish == "refund" else "damaged_on_arrival")

    assert "Our staff approve every return before anything is sent" in said


def test_ruling_23_a_cancellation_in_time_needs_no_approval() -> None:
    said = explanation(wants="cancellation", order__placed_at="2026-03-04T12:30:45+00:00", order__delivered_at=None)

    assert said == (
        "You are within the 24 hours in which our policy lets you cancel unconditionally. "
        "Tell us by March 5, 2026, 12:30 PM (UTC), and we can refund $139.90. "
        "No approval is needed for that."
    )


@pytest.mark.parametrize("wish", ["cancellation", "refund", "replacement"])
def test_a_refusal_says_that_it_is_what_the_policy_states_and_offers_a_person(wish: str) -> None:
    said = explanation(wants=wish, order__sold_by="retailer", items__0__kind="accessory")

    assert "This is what our policy states." in said
    assert "a person can look at your case" in said


def test_a_refusal_among_others_says_so_too() -> None:
    facts = question()
    facts["items"].append({**facts["items"][0], "name": "Mount", "pricing": "sale"})

    assert decide(facts).explanation == (
        "Our policy does not treat these items alike. "
        "For “Camera” you can have $130.00 back: send it back by March 15, 2026, in original working condition and "
        "with the original packaging, and the refund follows once our staff have approved the return and confirmed its "
        "receipt. "
        "For “Mount” our policy states no refund; if you see it differently, a person can look at your case."
    )


def test_words_go_with_one_and_with_several() -> None:
    facts = question({"items.0.pricing": "sale"})
    assert decide(facts).explanation.startswith("“Camera” was sold at a sale price")

    facts["items"] *= 2
    assert decide(facts).explanation.startswith("“Camera” and “Camera” were sold at a sale price")

    facts["items"] = [{**facts["items"][0], "quantity": 2, "discount": "0.00"}]
    assert decide(facts).explanation.startswith("2 × “Camera” were sold at a sale price")


def test_more_than_three_names_are_counted() -> None:
    facts = question({"items.0.pricing": "sale"})
    facts["items"] = [{**facts["items"][0], "name": name} for name in "ABCDE"]

    assert decide(facts).explanation.startswith("“A”, “B”, “C” and 2 more were sold")


def test_items_received_on_different_days_are_told_apart() -> None:
    facts = question({"as_of": "2026-04-20"})
    facts["items"] = [{**facts["items"][0], "name": name, "delivered_at": day} for name, day in
                      [("A", "2026-03-01"), ("B", "2026-03-01"), ("C", "2026-03-03")]]  # fmt: skip

    said = decide(facts).explanation

    assert "“A” and “B” reached you on March 1, 2026" in said
    assert "“C” reached you on March 3, 2026" in said


def test_more_reasons_than_a_customer_reads_are_summed_up() -> None:
    facts = question({"as_of": "2026-04-20"})
    items = [("A", "2026-03-01", "clearance"), ("B", "2026-03-01", "sale"), ("C", "2026-03-03", "regular"),
             ("D", "2026-03-04", "regular")]  # fmt: skip
    facts["items"] = [{**facts["items"][0], "name": name, "delivered_at": day, "pricing": pricing}
                      for name, day, pricing in items]  # fmt: skip

    said = decide(facts).explanation

    assert "For “C” and “D” our policy comes to the same." in said
    assert said.count(". ") == 4


def test_dates_and_money_are_written_as_the_locale_does() -> None:
    said = explanation(locale="de-DE", order__currency="EUR")

    assert "130,00\N{NO-BREAK SPACE}€" in said
    assert "15. März 2026" in said


def test_a_refund_in_german() -> None:
    assert explanation(locale="de-DE", order__currency="EUR") == (
        "Nach unseren Bedingungen können Sie für „Camera“ 130,00\N{NO-BREAK SPACE}€ zurückbekommen. "
        "Fragen Sie uns früh nach der Adresse, und schicken Sie den Artikel bis zum 15. März 2026 zurück, "
        "funktionierend im Originalzustand und mit der Originalverpackung. Unser Team genehmigt jede Rücksendung, "
        "bevor etwas verschickt wird, und die Erstattung wird veranlasst, sobald es den Eingang bestätigt. "
        "Der Rückversand geht auf Ihre Kosten."
    )


def test_german_words_go_with_one_and_with_several() -> None:
    facts = question({"items.0.pricing": "sale", "locale": "de"})
    assert decide(facts).explanation.startswith("„Camera“ wurde zum Angebotspreis verkauft")

    facts["items"] *= 2
    assert decide(facts).explanation.startswith("„Camera“ und „Camera“ wurden zum Angebotspreis verkauft")

    facts["items"] = [{**facts["items"][0], "quantity": 2, "discount": "0.00", "name": ""}]
    assert decide(facts).explanation.startswith("2 × „Artikel“ wurden zum Angebotspreis verkauft")


def test_german_steps_and_deductions() -> None:
    decision = decide(question({"locale": "de", "order.is_whole_order": True})).to_dict()

    assert "Schicken Sie es zurück." in [step["text"] for step in decision["next_steps"]]
    assert decision["refund"] is not None
    assert "Versandkosten, nicht erstattungsfähig" in [line["label"] for line in decision["refund"]["lines"]]


@pytest.mark.parametrize("locale", ["de-US", "de-DE-u-co-phonebk", "de-1996"])
def test_a_locale_that_is_not_known_is_read_as_its_language(locale: str) -> None:
    assert explanation(locale=locale) == explanation(locale="de")


@pytest.mark.parametrize("locale", ["xx-XX", "zz-zz-zz", "tlhx", "en-US-x-y", "abcdefgh-1-2-3-4-5-6-7-8"])
def test_a_locale_that_nobody_knows_is_read_as_us_english(locale: str) -> None:
    assert decide(question({"locale": locale})).explanation == decide(question()).explanation


@pytest.mark.parametrize(
    ("name", "quantity", "label"),
    [
        ("Camera", 1, "Camera"),
        ("Camera", 2, "2 × Camera"),
        (" A\n B\t", 1, "A B"),
        ("  ", 1, "Item"),
        ("", 3, "3 × Item"),
    ],
)
def test_a_line_is_called_after_its_item(name: str, quantity: int, label: str) -> None:
    item = Item("S", name, Kind.EQUIPMENT, Quantity(quantity), Amount(Decimal(1)), Pricing.REGULAR)

    assert goods_label(item, "en-US") == label


def test_a_nameless_item_is_the_item() -> None:
    assert "back for the item." in explanation(items__0__name=" ")
    assert "back for 2 items." in explanation(items__0__name="", items__0__quantity=2)


def test_braces_in_a_name_are_just_braces() -> None:
    assert "“{total} {0} %s”" in explanation(items__0__name="{total} {0} %s")


def test_every_step_has_its_words_and_its_clause() -> None:
    assert set(WORDS["steps"]) == set(IN_ORDER)
    version = published().in_force(decide(question()).judgements[0].case.today)
    for code in IN_ORDER:
        found = step(code, version.statements, "en-US")
        assert found is not None
        assert found["clause"] in version.clauses


def test_the_words_promise_nothing_by_themselves() -> None:
    """No sentence that a customer reads guarantees, or says that something will surely happen."""
    sentences = [words for wish in RULES if wish for words in WORDS[wish.value].values()]
    sentences += [*WORDS["closing"].values(), *WORDS["mixed"].values()]

    for words in map(str, sentences):
        assert not any(promise in words.lower() for promise in ("guarantee", "we promise", "certainly", "you will get"))
