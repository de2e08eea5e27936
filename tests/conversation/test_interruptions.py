"""Every other intent is thrown in at every question: it is answered and the question asked again, or it is taken up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from sqlalchemy.engine import Engine

from tests.assistant import Assistant
from tests.conversation.shop import catalogue, make_order
from tests.conversation.talk import Talk


@dataclass(frozen=True)
class Question:
    """How a conversation comes to a question, with which order, and a plain answer to it."""

    fact: str
    order: str
    way: tuple[str, ...]
    answer: str
    is_yes_or_no: bool = False


REFUND = "I want my money back for {number}, {email}"

QUESTIONS = {
    "order number": Question("order_number", "camera that came 6 days ago", ("I want my money back",), "{number}"),
    "e-mail": Question("email", "camera that came 6 days ago", ("I want my money back, {number}",), "{email}"),
    "item": Question("item", "dome and mount that came 5 days ago", (REFUND,), "Wall mount"),
    "quantity": Question("item", "two minis that came 4 days ago", (REFUND, "yes", "yes"), "1"),
    "wish": Question("wants", "camera that came 6 days ago", ("{number} {email}",), "My money back"),
    "reason": Question(
        "claim.reason", "camera of month 5", ("I need a replacement for {number}, {email}",), "I don't want it any more"
    ),
    "working": Question("claim.working", "camera that came 6 days ago", (REFUND,), "yes", is_yes_or_no=True),
    "packaging": Question(
        "claim.original_packaging", "camera that came 6 days ago", (REFUND, "yes"), "yes", is_yes_or_no=True
    ),
    "tampering": Question(
        "claim.tampered",
        "camera of month 5",
        ("My camera stopped working, {number}, {email}",),
        "no",
        is_yes_or_no=True,
    ),
    "order day": Question(
        "order.placed_at",
        "camera without an order day",
        ("My camera stopped working, {number}, {email}",),
        "two months ago",
    ),
    "delivery day": Question(
        "order.delivered_at",
        "cable without a delivery day",
        ("My cable stopped working, {number}, {email}",),
        "4 days ago",
    ),
    "filing a refund": Question(
        "confirm", "camera that came 6 days ago", (REFUND, "yes", "yes"), "no", is_yes_or_no=True
    ),
    "filing a cancellation": Question(
        "confirm", "switch ordered 3 hours ago", ("Cancel order {number}, {email}",), "no", is_yes_or_no=True
    ),
    "filing a review": Question(
        "confirm", "dvr of month 18", ("My DVR stopped working, {number}, {email}", "no"), "no", is_yes_or_no=True
    ),
    "another wish": Question(
        "anything_else", "clearance dome that came 5 days ago", (REFUND,), "No, thank you", is_yes_or_no=True
    ),
}

DIGRESSIONS = {
    "ask_refund_policy": "what is your refund policy?",
    "ask_return_policy": "what can't be returned?",
    "ask_warranty": "how long is the warranty?",
    "ask_cancellation_policy": "until when can orders be cancelled?",
    "ask_shipping_costs": "who pays for return shipping?",
    "ask_sale_items": "are clearance items refundable?",
    "complaint": "your service is terrible",
    "greet": "hello",
    "thank": "thank you",
    "help": "what can you do?",
    "bot_challenge": "are you a robot?",
    "dont_know": "I don't know",
    "inform": "the blue one",
    "out_of_scope": "tell me a joke",
    "nlu_fallback": "blorp fizz wuzz",
    "why": "why do you ask?",
    "what": "what did you say?",
    "sure": "are you sure?",
    "unfair": "that's unfair",
    "a sign": "?",
    "an emoji": "🙄",
}
"""What doesn't answer any of the questions."""

FOR_A_PERSON = {
    "change_order": "please change my delivery address",
    "talk_to_human": "I want to talk to a human",
}
"""What a person is called for; the question waits until the customer is handed back."""

ANSWERS = {"affirm": "yes", "deny": "no"}
"""What answers those that a yes or a no answers."""

REQUESTS = {
    "cancel_order": "I want to cancel the order",
    "request_refund": "I want a refund",
    "request_return": "I want to send it back",
    "report_defect": "it stopped working",
    "report_wrong_item": "you sent me the wrong item",
    "track_order": "where is my parcel?",
    "check_request": "what became of my refund request?",
}
LEAVING = {"stop": "never mind", "goodbye": "goodbye"}

Arrive = Callable[[str], tuple[Talk, str]]

NOT_OF_THE_CASE = {
    "requested_slot",
    "misunderstood",
    "said",
    "tries",
    "rejected_number",
    "on_word",
    "session_started_metadata",
}


@pytest.fixture(scope="session")
def arrive(assistant: Assistant, shop: Engine) -> Arrive:
    """Gives a conversation that has just come to a question, and the plain answer to it."""

    @cache
    def first_arrival(name: str) -> tuple[Talk, str]:
        question = QUESTIONS[name]
        order = make_order(shop, catalogue()["fixtures"][question.order])
        talk = Talk(assistant)
        for words in question.way:
            talk.say(words.format(number=order.number, email=order.email))
        assert talk.turns[-1].asked == question.fact, str(talk)
        return talk, question.answer.format(number=order.number, email=order.email)

    def arrive_anew(name: str) -> tuple[Talk, str]:
        talk, answer = first_arrival(name)
        return talk.copy(), answer

    return arrive_anew


def case_of(talk: Talk) -> dict[str, object]:
    """What is known of the customer's case."""
    return {name: value for name, value in talk.slots.items() if name not in NOT_OF_THE_CASE}


def _pairs(interruptions: dict[str, str]) -> Iterator[object]:
    for question in QUESTIONS:
        for intent, words in interruptions.items():
            yield pytest.param(question, words, id=f"{intent} at {question}")


@pytest.mark.parametrize(("question", "words"), _pairs(DIGRESSIONS))
def test_a_digression_is_answered_and_the_question_asked_again(question: str, words: str, arrive: Arrive) -> None:
    talk, answer = arrive(question)
    before = case_of(talk)
    turn = talk.say(words)
    if question == "another wish" and words == "thank you":
        return  # that is a no to what was offered
    assert turn.asked == QUESTIONS[question].fact, str(talk)
    assert case_of(talk) == before, str(talk)
    assert talk.say(answer).answers[-1] != turn.answers[-1], f"the answer doesn't lead on\n\n{talk}"


@pytest.mark.parametrize(("question", "words"), _pairs(FOR_A_PERSON))
def test_a_person_is_called_and_the_question_asked_again_afterwards(question: str, words: str, arrive: Arrive) -> None:
    talk, answer = arrive(question)
    before = case_of(talk)
    assert talk.say(words).payloads("handover"), str(talk)
    turn = talk.hand_back()
    assert turn.asked == QUESTIONS[question].fact, str(talk)
    assert case_of(talk) == before, str(talk)
    assert talk.say(answer).answers[-1] != turn.answers[-1], f"the answer doesn't lead on\n\n{talk}"


@pytest.mark.parametrize(("question", "words"), _pairs(ANSWERS))
def test_a_bare_yes_or_no_answers_only_what_it_can_answer(question: str, words: str, arrive: Arrive) -> None:
    talk, answer = arrive(question)
    if QUESTIONS[question].is_yes_or_no:
        if QUESTIONS[question].fact != "confirm" or words == "no":  # a yes would file it for all other tests
            before = case_of(talk), talk.turns[-1].text
            turn = talk.say(words)
            assert (case_of(talk), turn.text) != before, str(talk)
    else:
        before_ = case_of(talk)
        turn = talk.say(words)
        assert turn.asked == QUESTIONS[question].fact, str(talk)
        assert case_of(talk) == before_, str(talk)
        assert talk.say(answer).answers[-1] != turn.answers[-1], f"the answer doesn't lead on\n\n{talk}"


@pytest.mark.parametrize(("question", "words"), _pairs(REQUESTS))
def test_another_request_is_taken_up_or_the_question_asked_again(question: str, words: str, arrive: Arrive) -> None:
    talk, _ = arrive(question)
    before = case_of(talk)
    turn = talk.say(words)
    after = case_of(talk)
    assert not turn.filed, str(talk)
    assert after != before or turn.asked == QUESTIONS[question].fact, str(talk)
    for known in ("order_id", "email"):
        assert after[known] == before[known], f"{known} is forgotten\n\n{talk}"


@pytest.mark.parametrize(("question", "words"), _pairs(LEAVING))
def test_whoever_leaves_files_nothing_and_can_come_back(question: str, words: str, arrive: Arrive) -> None:
    talk, _ = arrive(question)
    turn = talk.say(words)
    assert not turn.filed, str(talk)
    assert turn.asked in (None, "anything_else"), str(talk)
    back = talk.say("I want my money back")
    assert back.ask or back.payloads("decision"), str(talk)
