from __future__ import annotations

from collections.abc import Callable

import pytest
from rasa.shared.nlu.training_data.message import Message

from nlu.wishes import parts_of

Parse = Callable[[str], Message]


def read(parse: Parse, text: str) -> tuple[str, list[str]]:
    """What the message is taken for, and what else it wants."""
    message = parse(text)
    return message.get("intent")["name"], [
        entity["value"] for entity in message.get("entities") if entity["entity"] == "wish"
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("I want a refund.", ["I want a refund.", ""]),
        ("refund it, and where is my parcel?", ["refund it", "where is my parcel?", ""]),
        ("Where is it? Also cancel the rest", ["Where is it?", "", "cancel the rest"]),
        ("INO-10482.5 stays whole", ["INO-10482.5 stays whole"]),
    ],
)
def test_a_message_is_cut_at_the_ends_of_sentences_and_between_wishes(text: str, parts: list[str]):
    assert [part for _, part in parts_of(text)] == parts
    assert all(text[start : start + len(part)] == part for start, part in parts_of(text))


@pytest.mark.parametrize(
    ("text", "intent", "others"),
    [
        ("I want my money back for the camera. And where is my other parcel?", "request_refund", ["track_order"]),
        ("Please cancel my order. Also, who pays for return shipping?", "cancel_order", ["ask_shipping_costs"]),
        ("My recorder is broken, I want it repaired. And how long is the warranty?", "report_defect", ["ask_warranty"]),
    ],
)
def test_what_else_is_wanted_is_found(parse: Parse, text: str, intent: str, others: list[str]):
    first, found = read(parse, text)

    assert {first, *found} == {intent, *others}


@pytest.mark.parametrize(
    "text",
    [
        "I want my money back",
        "The camera came on Monday. We tried it for a day. I want my money back.",
        "hello, please refund me and thank you",
        "the camera and the recorder are broken",
        "",
    ],
)
def test_a_story_a_greeting_and_a_list_of_things_are_no_second_wish(parse: Parse, text: str):
    assert read(parse, text)[1] == []
