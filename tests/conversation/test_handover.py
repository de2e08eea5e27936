"""A person is called, and hands back: what the assistant says, keeps, and goes on with."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.engine import Engine

from conversations import Conversation, begin
from database import transaction
from tests.assistant import Assistant, Customer, Said

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

REFUND = "I want my money back for order INO-10482, ana.torres@example.com"


def payload(said: Said, kind: str) -> dict[str, Any]:
    (found,) = [answer["custom"] for answer in said if answer.get("custom", {}).get("type") == kind]
    return dict(found)


def asked(said: Said) -> str:
    return str(payload(said, "ask")["fact"])


def in_transcript(assistant: Assistant, shop: Engine) -> Customer:
    """A customer whose conversation is on record, as the web service keeps it."""
    with transaction(shop) as session:
        return Customer(assistant, begin(session)[0].id)


def case_of(shop: Engine, customer: Customer) -> dict[str, Any]:
    with transaction(shop) as session:
        return _kept(session.get(Conversation, customer.sender)) or {}


def test_a_person_is_called_as_the_contract_says(customer: Customer) -> None:
    said = customer.say("can I talk to a person")

    assert payload(said, "handover") == {
        "type": "handover",
        "state": "waiting",
        "reason": "asked_for_a_person",
        "agent": None,
        "position": None,
    }


def test_who_was_not_understood_is_handed_over_for_that_reason(customer: Customer) -> None:
    customer.say("blue the of seven over")

    assert payload(customer.say("I'd like to talk to a person"), "handover")["reason"] == "not_understood"


def test_a_correction_after_the_decision_decides_anew_and_nothing_is_filed_on_the_yes_before_it(
    customer: Customer, assistant: Assistant
) -> None:
    for words in (REFUND, "yes", "yes"):
        said = customer.say(words)
    assert asked(said) == "confirm"

    said = assistant.hand_back(customer.sender, {"claim.original_packaging": False})

    assert payload(said, "decision")["decision"]["outcome"] == "not_eligible"
    assert not [each for each in customer.say("yes") if each.get("custom", {}).get("type") == "request"]


def _kept(conversation: Conversation | None) -> dict[str, Any] | None:
    assert conversation is not None
    return conversation.case


@pytest.mark.parametrize("corrections", [{"order_id": 7}, {"claim.unknown": True}, {"task": "withdrawal"}])
def test_only_facts_of_the_policy_engine_can_be_corrected(
    customer: Customer, assistant: Assistant, corrections: dict[str, Any]
) -> None:
    customer.say(REFUND)
    before = assistant.tracker(customer.sender).current_slot_values()

    assistant.hand_back(customer.sender, corrections)

    assert assistant.tracker(customer.sender).current_slot_values() == before


def test_outside_of_a_case_the_assistant_offers_its_help(customer: Customer, assistant: Assistant) -> None:
    customer.say("can I talk to a person")

    assert asked(assistant.hand_back(customer.sender)) == "anything_else"


def test_after_a_review_is_filed_a_person_is_offered_and_knows_why(customer: Customer) -> None:
    for words in ("The DVR from INO-10118 is broken, olga.petrova@example.com", "It developed a fault later", "no"):
        customer.say(words)

    offered = payload(customer.say("yes"), "ask")

    assert [option["id"] for option in offered["options"]] == ["talk_to_human", "none"]
    assert payload(customer.say(offered["options"][0]["title"]), "handover")["reason"] == "needs_review"


def test_whoever_takes_over_finds_the_case_with_who_said_what(
    assistant: Assistant, shop: Engine, customer: Customer
) -> None:
    asking = in_transcript(assistant, shop)
    asking.say(REFUND)
    asking.say("yes, it works")

    case = case_of(shop, asking)

    assert (case["order_number"], case["email"]) == ("INO-10482", "ana.torres@example.com")
    assert case["items"] == [{"sku": "CAM-B4K", "name": "4K bullet camera"}]
    assert case["facts"]["claim"]["working"] is True
    assert set(case["said"]) == {"wants", "claim.working"}


def test_a_fact_that_an_agent_put_right_is_known_as_the_agents(
    assistant: Assistant, shop: Engine, customer: Customer
) -> None:
    asking = in_transcript(assistant, shop)
    asking.say(REFUND)

    assistant.hand_back(asking.sender, {"claim.working": True})

    assert case_of(shop, asking)["by_agent"] == ["claim.working"]


def test_before_there_is_an_order_there_is_no_case(assistant: Assistant, shop: Engine, customer: Customer) -> None:
    asking = in_transcript(assistant, shop)
    asking.say("I want my money back")

    with transaction(shop) as session:
        assert _kept(session.get(Conversation, asking.sender)) is None
