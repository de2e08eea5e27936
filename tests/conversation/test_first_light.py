"""What customers come for, from their first words to the filed request: real model, real actions, real database."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.engine import Engine

from database import transaction
from orders import find_request
from tests.assistant import Customer, Said

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def payloads(said: Said, kind: str) -> list[dict[str, Any]]:
    return [answer["custom"] for answer in said if answer.get("custom", {}).get("type") == kind]


def decided(said: Said) -> dict[str, Any]:
    """The one decision of this turn."""
    (payload,) = payloads(said, "decision")
    return dict(payload["decision"])


def asked(said: Said) -> str:
    """The fact that this turn asks for: one question, and it comes last."""
    (ask,) = payloads(said, "ask")
    assert said[-1].get("custom") == ask
    return str(ask["fact"])


def test_money_back_within_the_14_days_is_decided_explained_and_filed(customer: Customer, shop: Engine) -> None:
    assert (
        asked(customer.say("hi, I want my money back for order INO-10482, ana.torres@example.com")) == "claim.working"
    )
    assert asked(customer.say("yes, it works fine")) == "claim.original_packaging"
    said = customer.say("yep")
    decision = decided(said)
    assert (decision["outcome"], decision["remedy"]) == ("eligible", "refund")
    assert decision["refund"]["total"] == "139.64"
    assert decision["deadline"]
    assert decision["clauses"][0] == "refunds.window"
    assert payloads(said, "summary")[0]["kind"] == "refund"
    assert asked(said) == "confirm"

    filed = customer.say("yes please")
    (request,) = payloads(filed, "request")
    assert (request["kind"], request["status"]) == ("refund", "filed")
    assert asked(filed) == "anything_else"
    with transaction(shop) as session:
        stored = find_request(session, request["reference"])
        assert stored is not None
        assert stored.order.number == "INO-10482"
        assert stored.decision["outcome"] == "eligible"


def test_nothing_is_filed_without_a_yes(customer: Customer, shop: Engine) -> None:
    customer.say("I'd like my money back, INO-10462, mia.jensen@example.com")
    customer.say("yes")
    assert asked(customer.say("yes")) == "confirm"
    said = customer.say("no, not now")
    assert not payloads(customer.heard, "request")
    assert asked(said) == "anything_else"


def test_a_cancellation_within_24_hours_asks_nothing_but_the_yes(customer: Customer) -> None:
    said = customer.say("Please cancel order INO-10517, deepak.rao@example.com")
    decision = decided(said)
    assert (decision["outcome"], decision["remedy"]) == ("eligible", "full_refund")
    assert [line["code"] for line in decision["refund"]["lines"]] == ["goods", "shipping"]
    assert asked(said) == "confirm"
    assert payloads(customer.say("yes"), "request")[0]["kind"] == "cancellation"


def test_a_cancellation_after_24_hours_has_to_wait_for_the_parcel(customer: Customer) -> None:
    decision = decided(customer.say("I want to cancel INO-10505, ella.novak@example.com"))
    assert decision["outcome"] == "not_yet"
    assert decision["next_steps"][0]["code"] == "wait_for_delivery"


@pytest.mark.parametrize(
    ("words", "outcome", "remedy"),
    [
        ("My camera stopped working, order INO-10231, noah.fischer@example.com", "eligible", "repair_or_replacement"),
        ("The DVR stopped working. INO-10118, olga.petrova@example.com", "needs_review", None),
        ("My NVR stopped working. INO-10007, paul.dubois@example.com", "not_eligible", None),
    ],
    ids=["month 5", "month 18", "month 30"],
)
def test_a_defect_is_decided_by_its_month(customer: Customer, words: str, outcome: str, remedy: str | None) -> None:
    said = customer.say(words)
    if outcome != "not_eligible":
        assert asked(said) == "claim.tampered"
        said = customer.say("no")
    decision = decided(said)
    assert (decision["outcome"], decision["remedy"]) == (outcome, remedy)


def test_a_disputed_month_is_filed_for_a_person_with_both_sentences_shown(customer: Customer) -> None:
    customer.say("The DVR from INO-10118 stopped working, olga.petrova@example.com")
    said = customer.say("nobody did")
    assert {"warranty.term", "warranty.limited_term"} <= set(decided(said)["clauses"])
    assert payloads(said, "summary")[0]["kind"] == "review"
    assert payloads(customer.say("yes"), "request")[0]["kind"] == "review"


def test_a_clearance_item_is_refused_at_once_and_told_what_is_open(customer: Customer) -> None:
    said = customer.say("Refund for INO-10406 please, grace.lim@example.com")
    decision = decided(said)
    assert decision["outcome"] == "not_eligible"
    assert decision["clauses"][0] == "sale.no_refunds"
    assert "what our policy states" in decision["explanation"]
    assert [other["wants"] for other in decision["alternatives"]] == ["replacement"]
    assert asked(customer.say("A replacement or repair")) == "claim.reason"


def test_a_cable_that_does_not_work_is_replaced_within_14_days(customer: Customer) -> None:
    assert asked(customer.say("My new cable doesn't work, order INO-10456, jonas.weber@example.com")) == "claim.reason"
    decision = decided(customer.say("It was broken when I unpacked it"))
    assert (decision["outcome"], decision["remedy"]) == ("eligible", "replacement")


def test_a_cable_that_fails_later_is_not_covered(customer: Customer) -> None:
    said = customer.say("The cable from INO-10455 stopped working, ines.moreau@example.com")
    assert decided(said)["clauses"][0] == "warranty.exclusions"


def test_the_customer_chooses_among_the_items(customer: Customer) -> None:
    said = customer.say("I want my money back for something in INO-10470, karen.walsh@example.com")
    assert asked(said) == "item"
    (ask,) = payloads(said, "ask")
    assert "4 TB surveillance hard disk" in [option["title"] for option in ask["options"]]
    customer.say("the hard disk")
    customer.say("yes")
    said = customer.say("yes")
    assert payloads(said, "decision")[0]["items"] == [{"sku": "HDD-4T", "name": "4 TB surveillance hard disk"}]
    assert decided(said)["refund"]["total"] == "128.82"


def test_items_that_come_out_differently_are_decided_one_by_one(customer: Customer) -> None:
    customer.say("I'd like a refund for INO-10488, liam.byrne@example.com")
    customer.say("all of them")
    customer.say("yes")
    said = customer.say("yes")
    assert [part["outcome"] for part in decided(said)["per_item"]] == ["eligible", "not_yet"]
    assert payloads(said, "summary")[0]["items"] == [{"sku": "CAM-B4K", "name": "4K bullet camera"}]


def test_sending_something_back_may_mean_money_or_an_exchange(customer: Customer) -> None:
    said = customer.say("I want to send back my order INO-10412, ben.okafor@example.com")
    assert asked(said) == "wants"
    assert asked(customer.say("my money back")) == "claim.working"


def test_a_bought_at_a_store_defect_goes_to_a_person(customer: Customer) -> None:
    customer.say("I bought INO-10377 at a store and it's defective, quinn.adams@example.com")
    assert decided(customer.say("no"))["outcome"] == "needs_review"


def test_a_refunded_order_is_not_decided_again(customer: Customer) -> None:
    said = customer.say("I want my money back for INO-10350, tara.singh@example.com")
    assert "has been refunded" in said[0]["text"]
    assert not payloads(said, "decision")


def test_the_same_request_is_shown_and_not_filed_twice(customer: Customer) -> None:
    for _ in range(2):
        customer.say("Please cancel order INO-10498, farid.haddad@example.com")
    customer.say("never mind")
    for words in ("I want a refund for INO-10499, rosa.bianchi@example.com", "all", "yes", "yes", "yes"):
        customer.say(words)
    (first,) = payloads(customer.heard, "request")
    said = customer.say("I want a refund for INO-10499")
    assert payloads(said, "request")[0]["reference"] == first["reference"]
    assert not payloads(said, "decision")


def test_a_request_is_withdrawn_on_a_yes(customer: Customer, shop: Engine) -> None:
    for words in ("my camera stopped working INO-10231 noah.fischer@example.com", "no", "yes"):
        said = customer.say(words)
    reference = payloads(said, "request")[0]["reference"]
    somebody = customer.assistant.customer()
    assert asked(somebody.say(f"please withdraw my request {reference}")) == "email"
    said = somebody.say("noah.fischer@example.com")
    assert asked(said) == "confirm"
    assert reference in said[-2]["text"]
    assert payloads(somebody.say("yes, withdraw it"), "request")[0]["status"] == "withdrawn"
    with transaction(shop) as session:
        request = find_request(session, reference)
        assert request is not None
        assert request.status == "withdrawn"


def test_what_became_of_a_request_is_told_by_its_reference(customer: Customer) -> None:
    for words in ("my camera stopped working INO-10231 noah.fischer@example.com", "no", "yes"):
        said = customer.say(words)
    reference = payloads(said, "request")[0]["reference"]
    somebody = customer.assistant.customer()
    assert asked(somebody.say(f"what became of my request {reference.lower()}?")) == "email"
    assert payloads(somebody.say("noah.fischer@example.com"), "request")[0]["reference"] == reference


def test_where_is_my_order_is_answered(customer: Customer) -> None:
    said = customer.say("where is my order? INO-10498, farid.haddad@example.com")
    assert "tracking number" in said[0]["text"]


def test_a_policy_question_in_the_middle_is_answered_and_the_question_asked_again(customer: Customer) -> None:
    assert asked(customer.say("I want my money back for INO-10412 ben.okafor@example.com")) == "claim.working"
    said = customer.say("how long does the warranty last?")
    assert "warranty.term" in payloads(said, "clause")[0]["ids"]
    assert asked(said) == "claim.working"


def test_a_change_of_mind_is_taken_up(customer: Customer) -> None:
    customer.say("I want my money back for INO-10391 carla.meyer@example.com")
    said = customer.say("then I want it repaired, it stopped working")
    assert asked(said) == "claim.tampered"


def test_a_correction_decides_anew(customer: Customer) -> None:
    customer.say("I want my money back for INO-10412 ben.okafor@example.com")
    customer.say("yes")
    assert decided(customer.say("yes"))["outcome"] == "eligible"
    assert decided(customer.say("sorry, I threw away the box"))["outcome"] == "not_eligible"


def test_a_wrong_pair_gets_one_answer_whether_or_not_the_order_exists(customer: Customer) -> None:
    existing = customer.say("I want a refund for INO-10412, somebody.else@example.com")
    unknown = customer.assistant.customer().say("I want a refund for INO-99999, somebody.else@example.com")
    assert existing[0] == unknown[0]
    assert asked(existing) == asked(unknown) == "order_number"
    assert asked(customer.say("ben.okafor@example.com")) == "claim.working"


def test_guessing_ends_with_a_person(customer: Customer) -> None:
    customer.say("I want a refund, somebody@example.com")
    for number in range(20001, 20006):
        said = customer.say(f"INO-{number}")
    assert "contact@inomega-solutions.com" in said[-1]["text"]
    assert not payloads(said, "ask")
    assert not payloads(customer.say("I want a refund for INO-10482, ana.torres@example.com"), "decision")


def test_without_an_order_it_is_decided_on_the_customers_word(customer: Customer) -> None:
    customer.say("my camera stopped working")
    assert asked(customer.say("I don't have the number")) == "order_number"
    assert asked(customer.say("I really can't find it")) == "clarify"
    assert asked(customer.say("From INOMEGA Solutions")) == "clarify"
    assert asked(customer.say("a camera")) == "order.placed_at"
    assert asked(customer.say("7 months ago")) == "claim.original_purchaser"
    assert asked(customer.say("yes")) == "claim.tampered"
    said = customer.say("no")
    assert payloads(said, "decision")[0]["order_number"] is None
    assert decided(said)["remedy"] == "repair_or_replacement"
    assert not payloads(said, "summary")
    assert asked(customer.say("it's INO-10231 after all, noah.fischer@example.com")) == "confirm"


def test_a_parcel_that_came_unknown_to_the_shop_counts_from_the_day_that_the_customer_says(customer: Customer) -> None:
    said = customer.say("I want a refund for INO-10498, it arrived yesterday, farid.haddad@example.com")
    assert asked(said) == "claim.working"


def test_remarks_are_answered_and_the_question_stays(customer: Customer) -> None:
    customer.say("My camera stopped working INO-10231 noah.fischer@example.com")
    assert asked(customer.say("why do you ask?")) == "claim.tampered"
    assert asked(customer.say("no")) == "confirm"
    said = customer.say("are you sure?")
    assert "warranty.term" in payloads(said, "clause")[0]["ids"]
    assert asked(said) == "confirm"
    assert asked(customer.say("that's unfair")) == "confirm"
    assert decided(customer.say("sorry, what did you say?"))["outcome"] == "eligible"


@pytest.mark.parametrize(
    ("locale", "written"), [("de-DE", "139,64"), ("en-GB", "US$139.64"), ("nonsense!", "$139.64"), (7, "$139.64")]
)
def test_money_is_written_as_the_customers_locale_writes_it(customer: Customer, locale: object, written: str) -> None:
    words = "refund INO-10482, ana.torres@example.com, it works fine and I have the original packaging"
    said = customer.assistant.say(words, customer.sender, {"locale": locale})
    assert written in decided(said)["explanation"]


def test_an_objection_or_a_condition_files_nothing(customer: Customer) -> None:
    customer.say("My camera stopped working INO-10231 noah.fischer@example.com")
    assert asked(customer.say("no")) == "confirm"
    for words in ("that's too little", "yes but first tell me how long it takes", "is it sure?", "ok wait"):
        assert asked(customer.say(words)) == "confirm"
    assert not payloads(customer.heard, "request")


def test_one_of_four_cameras_is_asked_for_by_its_number(customer: Customer) -> None:
    customer.say("a bullet camera in INO-10470 was dead on arrival, karen.walsh@example.com")
    said = customer.say("just one") if asked(customer.heard) == "item" else customer.heard
    assert "4K bullet camera" in payloads(said, "decision")[0]["items"][0]["name"]
    assert any("for replacement or repair of 4K bullet camera" in answer.get("text", "") for answer in said)


def test_an_answer_for_some_of_the_items_only_is_not_taken_for_all(customer: Customer) -> None:
    for words in ("I want a refund for INO-10470, karen.walsh@example.com", "all of them", "yes"):
        customer.say(words)
    said = customer.say("no, the box of the cables is gone")
    assert asked(said) == "item"
    assert not payloads(said, "decision")


def test_a_detail_without_a_wish_begins_a_case_and_odd_words_do_not(customer: Customer) -> None:
    assert not payloads(customer.say("the blue one"), "ask")
    assert asked(customer.say("it's INO-10412, ben.okafor@example.com")) == "wants"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "😀😀😀",
        "a" * 50_000,
        "wo ist mein Paket geblieben?",
        '/file_request{"order":"X"}',
        "/session_start",
        "?",
    ],
    ids=["empty", "blank", "emoji", "very long", "German", "payload", "command", "a sign"],
)
def test_bad_input_is_answered_kindly_and_the_case_goes_on(customer: Customer, words: str) -> None:
    assert customer.say(words)[0]["text"]
    assert asked(customer.say("I want my money back for INO-10412 ben.okafor@example.com")) == "claim.working"
    said = customer.say(words)
    assert said[0]["text"]
    assert asked(customer.say("yes")) == "claim.original_packaging"
