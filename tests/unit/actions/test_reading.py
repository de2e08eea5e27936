"""What a message answers, given the open question."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from actions.message import Message
from actions.questions import Question, question_for
from actions.reading import read_answer, read_plain_facts
from actions.which_items import read_items, tells_items_apart
from actions.wishes import read_wish
from orders import Item, Order

TODAY = date(2026, 11, 22)
ITEMS = [
    Item(id=11, name="4K bullet camera", sku="CAM-B4K", quantity=4, settled=0),
    Item(id=12, name="5 MP dome camera", sku="CAM-D5", quantity=1, settled=0),
    Item(id=13, name="Cat 6 outdoor cable, 20 m", sku="CAB-C6-20", quantity=2, settled=0),
]
ORDER = Order(number="INO-10470", items=ITEMS, requests=[], status="delivered")


def answer(slot: str, text: str, intent: str = "inform", **details: str) -> Any:
    question = question_for(slot, ITEMS, None)
    return read_answer(question, Message(text, intent, details=details), ITEMS, TODAY)


@pytest.mark.parametrize("text", ["yes", "Yep!", "yeah it does", "ok", "It does.", "Of course it is"])
def test_a_yes_is_a_yes(text: str) -> None:
    assert answer("working", text) is True


@pytest.mark.parametrize("text", ["no", "Nope", "nah, sorry", "it doesn't"])
def test_a_no_is_a_no(text: str) -> None:
    assert answer("working", text) is False


@pytest.mark.parametrize(
    ("slot", "text"),
    [("working", "it isn't broken"), ("working", "well, sort of"), ("tampered", "maybe"), ("working", "never mind")],
)
def test_what_is_neither_is_asked_again(slot: str, text: str) -> None:
    assert answer(slot, text) is None


def test_not_knowing_is_no_answer() -> None:
    assert answer("working", "no idea", intent="dont_know") is None


def test_a_detail_that_was_found_answers_its_question() -> None:
    assert answer("original_packaging", "the box went to recycling", original_packaging="false") is False


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("5 MP dome camera", [12]),
        ("the dome one", [12]),
        ("the second", [12]),
        ("the cable please", [13]),
        ("cable and the dome", [12, 13]),
        ("all of them", [11, 12, 13]),
        ("4 × 4K bullet camera", [11]),
        ("the last one", [13]),
        ("the cables", [13]),
        ("all three", [11, 12, 13]),
        ("all four", [11]),
        ("all of the cameras", [11, 12]),
        ("both cameras", [11, 12]),
        ("all but the cable", [11, 12]),
        ("everything except the dome", [11, 13]),
    ],
)
def test_items_are_chosen_by_title_name_or_position(text: str, chosen: list[int]) -> None:
    assert answer("item", text) == chosen


@pytest.mark.parametrize(
    "text", ["the camera", "hmm", "the seventh", "both", "all five", "everything but the recorder"]
)
def test_an_item_that_could_be_several_is_asked_again(text: str) -> None:
    assert answer("item", text) is None


def test_items_named_in_passing_need_a_word_of_their_own() -> None:
    assert read_items(Message("the cable is dead", "report_defect"), ITEMS) == [13]
    assert read_items(Message("my camera with the app", "report_defect"), ITEMS) is None


@pytest.mark.parametrize(
    ("text", "intent", "wish"),
    [
        ("I want my money back", "request_refund", "refund"),
        ("I want to return it", "request_return", None),
        ("I want to exchange it", "request_return", "replacement"),
        ("it is broken", "report_defect", "replacement"),
        ("it is broken, I want a refund", "report_defect", "refund"),
        ("I want to return it, it stopped working", "request_return", None),
        ("please cancel", "cancel_order", "cancellation"),
        ("how long does a refund take?", "ask_refund_policy", None),
        ("just send it again", "inform", "replacement"),
        ("please resend them", "inform", "replacement"),
        ("do I have to send it again", "inform", None),
        ("I'll send it again", "inform", None),
    ],
)
def test_the_wish_is_what_was_said(text: str, intent: str, wish: str | None) -> None:
    assert read_wish(Message(text, intent)) == wish


def test_who_tells_of_a_defect_wants_it_mended() -> None:
    assert read_wish(Message("it stopped working", "inform", details={"reason": "defective"})) == "replacement"


def test_an_option_is_chosen_by_its_title_or_by_a_click() -> None:
    question = Question("reason", {"defective": "It developed a fault later"})
    assert read_answer(question, Message("it developed a fault later!", "inform"), ITEMS, TODAY) == "defective"
    assert read_answer(question, Message("x", "inform", option="defective"), ITEMS, TODAY) == "defective"
    assert read_answer(question, Message("x", "inform", option="something else"), ITEMS, TODAY) is None


def test_a_bare_number_is_an_order_number_only_when_it_is_asked_for() -> None:
    assert answer("order_number", "it's 10482 I think") == "10482"
    assert answer("order_number", "10482 or 10483") is None
    assert answer("working", "10482") is None


def test_a_day_is_given_as_the_engine_wants_it() -> None:
    assert answer("delivered_at", "yesterday") == "2026-11-21"


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("refund for everything", [11, 12, 13]),
        ("the cable, I keep the dome camera", [13]),
        ("not the dome, I meant the cable", [13]),
    ],
)
def test_what_is_kept_or_ruled_out_is_not_meant(text: str, chosen: list[int]) -> None:
    assert read_items(Message(text, "request_refund"), ITEMS) == chosen


def test_a_phone_number_is_no_order_number() -> None:
    assert answer("order_number", "call me on +49 170 5550134") is None


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("no, nobody modified it, I misread the question", {"tampered": False}),
        ("no wait, nobody changed or repaired anything", {"tampered": False}),
        ("I have to correct myself, nobody has tampered with it", {"tampered": False}),
        ("sorry, yes, the box is there", {"original_packaging": True}),
        ("it works and I still have the box", {"original_packaging": True}),
        ("it doesn't work any more", {"working": False}),
        ("my friend opened the box", {}),
        ("no, I want my money", {}),
    ],
)
def test_a_fact_is_said_or_taken_back_in_words_of_its_own(text: str, corrected: dict[str, bool]) -> None:
    known = {"tampered": True, "working": True, "original_packaging": None}
    assert read_plain_facts(Message(text, "inform"), known) == corrected


def test_what_is_said_of_one_item_is_not_said_of_the_other() -> None:
    assert tells_items_apart("the dome works, the cable is broken", ITEMS[1:])
    assert not tells_items_apart("both are broken", ITEMS[1:])


@pytest.mark.parametrize(
    ("text", "count", "confirmed"),
    [
        ("Yes, all four", 4, True),
        ("yes please, both", 2, True),
        ("yes, both of them", 2, True),
        ("yes, go ahead with all three", 3, True),
        ("yes, all 4 of them", 4, True),
        ("yes, all of them", 4, True),
        ("yes, all four", 3, None),
        ("yes, both", 4, None),
        ("yes, one", 2, None),
        ("yes, all four", None, None),
        ("yes, two of the four", 2, None),
        ("yes, two of the four", 4, None),
        ("all four?", 4, None),
        ("yes, all four?", 4, None),
        ("yes, all four, but only if it's free", 4, None),
        ("yes, both, if that's ok", 2, None),
        ("yes, not both", 2, None),
        ("yes, in four weeks", 4, None),
        ("no, both", 2, None),
        ("no, all four", 4, None),
        ("no, not one", 4, False),
    ],
)
def test_a_yes_may_say_how_many_where_that_is_what_would_be_filed(
    text: str, count: int | None, confirmed: bool | None
) -> None:
    question = Question("confirm", {}, "refund", count)
    assert read_answer(question, Message(text, "affirm"), ITEMS, TODAY) is confirmed
