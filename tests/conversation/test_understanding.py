"""What is understood besides the wish: facts in passing, second thoughts, dates, other languages, unclear words."""

from __future__ import annotations

from typing import Any

import pytest

from actions.questions import REASONS, WISHES
from actions.unclear import READINGS
from tests.assistant import Customer, Said

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def texts(said: Said) -> str:
    return "\n".join(answer["text"] for answer in said if "text" in answer)


def ask(said: Said) -> dict[str, Any]:
    """The question that this turn ends with."""
    return dict(said[-1]["custom"])


def slots(customer: Customer) -> dict[str, Any]:
    return dict(customer.assistant.tracker(customer.sender).current_slot_values())


def intent(customer: Customer) -> str:
    return str(customer.assistant.tracker(customer.sender).latest_message.intent["name"])


# Facts in passing ----------------------------------------------------------------------------------------------------


def test_facts_said_in_passing_are_said_back_and_not_asked(customer: Customer) -> None:
    said = customer.say("My camera stopped working and I threw away the box, order INO-10231, noah.fischer@example.com")

    assert "it has a fault" in texts(said)
    assert "its original packaging is gone" in texts(said)
    assert ask(said)["fact"] == "claim.tampered"


def test_what_was_said_back_can_be_corrected(customer: Customer) -> None:
    customer.say("I dropped my camera, please repair it. INO-10231, noah.fischer@example.com")
    said = customer.say("no, it stopped working by itself")

    assert "it has a fault" in texts(said)
    assert slots(customer)["reason"] == "defective"
    assert slots(customer)["tampered"] is None


def test_a_plain_answer_is_not_said_back(customer: Customer) -> None:
    customer.say("I want my money back for order INO-10482, ana.torres@example.com")

    assert "noted" not in texts(customer.say("yes, it works fine"))


@pytest.mark.parametrize("reason", REASONS)
def test_the_title_of_a_reason_says_it_at_any_time(customer: Customer, reason: str) -> None:
    customer.say(REASONS[reason])

    assert slots(customer)["reason"] == reason


@pytest.mark.parametrize("wish", WISHES)
def test_the_title_of_a_wish_begins_it(customer: Customer, wish: str) -> None:
    said = customer.say(WISHES[wish])

    assert ask(said)["fact"] == "order_number"
    assert slots(customer)["wants"] == wish


@pytest.mark.parametrize(
    ("word", "wish"), [("refund", "refund"), ("cancel", "cancellation"), ("Replacement", "replacement")]
)
def test_a_bare_word_begins_the_request(customer: Customer, word: str, wish: str) -> None:
    assert ask(customer.say(word))["fact"] == "order_number"
    assert slots(customer)["wants"] == wish


# Several wishes ------------------------------------------------------------------------------------------------------


def test_what_else_is_wanted_is_offered_when_the_first_is_done(customer: Customer) -> None:
    customer.say("Please cancel order INO-10517, deepak.rao@example.com. Also, who pays for return shipping?")
    said = customer.say("no")

    assert ask(said)["fact"] == "anything_else"
    assert READINGS["ask_shipping_costs"] in [option["title"] for option in ask(said)["options"]]
    said = customer.say("yes")
    assert [answer["custom"]["type"] for answer in said if "custom" in answer] == ["clause", "ask"]
    assert slots(customer)["wishes"] is None


def test_what_else_is_wanted_can_be_declined(customer: Customer) -> None:
    customer.say("Please cancel order INO-10517, deepak.rao@example.com. Also, who pays for return shipping?")
    customer.say("no")
    customer.say("no thanks")

    assert slots(customer)["wishes"] is None


def test_a_request_beside_a_question_is_taken_up_on_a_yes(customer: Customer) -> None:
    said = customer.say("How long is the warranty? And where is my order INO-10498, farid.haddad@example.com?")

    answers = [answer["custom"]["type"] for answer in said if "custom" in answer]
    if "clause" in answers:
        said = customer.say("yes")
    assert "tracking number" in texts(customer.heard) or ask(said)["fact"] == "order_number"


# Dates ---------------------------------------------------------------------------------------------------------------


def test_a_date_that_can_be_read_in_two_ways_is_asked_back(customer: Customer) -> None:
    customer.say("I want a refund but I bought the camera at a store")
    for _ in range(8):
        asked = ask(customer.heard)
        if asked["fact"] in ("order.placed_at", "order.delivered_at"):
            break
        answers = {"order_number": "I have no order number, I bought it at a store", "yes_no": "yes"}
        options = [option["title"] for option in asked.get("options", [])]
        customer.say(answers.get(asked["fact"]) or answers.get(asked["input"]) or options[0])
    assert ask(customer.heard)["input"] == "date"

    said = customer.say("03/04/2026")

    assert ask(said)["input"] == "choice"
    days = {option["id"]: option["title"] for option in ask(said)["options"]}
    assert days == {"2026-03-04": "March 4, 2026", "2026-04-03": "April 3, 2026"}
    fact = ask(said)["fact"].removeprefix("order.")
    customer.say("April 3, 2026")
    assert slots(customer)[fact] == "2026-04-03"


# Never arrived -------------------------------------------------------------------------------------------------------


def test_what_never_arrived_though_it_counts_as_delivered_is_a_case(customer: Customer) -> None:
    said = customer.say("my parcel never arrived. INO-10482, ana.torres@example.com")

    assert "was delivered" in texts(said)
    assert ask(said)["fact"] == "wants"


def test_what_is_on_its_way_is_looked_up(customer: Customer) -> None:
    assert "tracking number" in texts(customer.say("my parcel never arrived. INO-10498, farid.haddad@example.com"))


# Not clear -----------------------------------------------------------------------------------------------------------

UNCLEAR = "it is the matter of the warranty and cancelling"


def test_unclear_words_are_asked_back_with_the_likeliest_readings(customer: Customer) -> None:
    said = customer.say(UNCLEAR)

    assert (ask(said)["fact"], ask(said)["input"]) == ("clarify", "choice")
    assert 1 <= len(ask(said)["options"]) <= 2


def test_twice_unclear_a_person_is_offered(customer: Customer) -> None:
    customer.say(UNCLEAR)
    said = customer.say(UNCLEAR)

    assert "contact@inomega-solutions.com" in texts(said)
    assert ask(said)["options"][-1] == {"id": "talk_to_human", "title": READINGS["talk_to_human"]}


@pytest.mark.parametrize("reading", READINGS)
def test_every_reading_that_is_offered_is_read_as_just_that(customer: Customer, reading: str) -> None:
    customer.say(READINGS[reading])

    assert intent(customer) == reading


@pytest.mark.parametrize("words", ["you idiots", "I'm desperate, nobody helps me", "your service is a bloody disgrace"])
def test_insults_and_despair_are_met_calmly_with_a_person_offered(customer: Customer, words: str) -> None:
    said = texts(customer.say(words))

    assert "sorry" in said
    assert "contact@inomega-solutions.com" in said


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Ich möchte mein Geld zurück", "nur Englisch"),
        ("je voudrais être remboursé", "que l'anglais"),
        ("gdzie jest moje zamówienie", "po angielsku"),
        ("我的订单在哪里", "英语"),
    ],
)
def test_another_language_is_answered_in_it_with_a_person_offered(customer: Customer, words: str, answer: str) -> None:
    said = texts(customer.say(words))

    assert answer in said
    assert "contact@inomega-solutions.com" in said


def test_another_language_in_the_middle_of_a_case_loses_nothing(customer: Customer) -> None:
    customer.say("I want my money back for order INO-10482, ana.torres@example.com")
    said = customer.say("ja, die Kamera ist nicht kaputt, ich habe sie noch")

    assert "nur Englisch" in texts(said)
    assert ask(said)["fact"] == "claim.working"
