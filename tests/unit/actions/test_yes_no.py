"""A plain yes or no is taken for what it is; whatever else comes with it is read as neither."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from actions.yes_no import only_acknowledges, read_yes_no

ANSWERS = yaml.safe_load((Path(__file__).parent / "answers.yml").read_text(encoding="utf-8"))
TAKEN_FOR = {"yes": True, "no": False, "neither": None}


def _answers() -> Iterator[tuple[str, str, bool | None]]:
    for question, by_meaning in ANSWERS.items():
        for meaning, texts in by_meaning.items():
            yield from ((question, text, TAKEN_FOR[meaning]) for text in texts)


@pytest.mark.parametrize(("question", "text", "meaning"), _answers())
def test_an_answer_in_peoples_own_words(question: str, text: str, meaning: bool | None) -> None:
    asked = ("confirm", question) if question.startswith("confirm") else (question,)
    assert read_yes_no(text, *asked) is meaning


@pytest.mark.parametrize(
    "text",
    [
        "yes", "Yes please!", "yep sure", "of course", "that's right", "ok", "It does.",
        "yes it does", "yes, they are all there", "👍", "yess", "sure thing", "do it", "everything is", "all right",
    ],
)  # fmt: skip
def test_a_plain_yes(text: str) -> None:
    assert read_yes_no(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "no", "No thanks", "nope sorry", "no, not now", "not at all", "never", "nobody did", "it doesn't", "It isn’t.",
        "no i don't have it any more", "no not that I know of", "👎", "no one", "unfortunately not", "I'm afraid not",
    ],
)  # fmt: skip
def test_a_plain_no(text: str) -> None:
    assert read_yes_no(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "is that right?", "yes?", "ok wait", "yes but first tell me how long it takes", "yes, if it's free",
        "that's too little", "yep, still in its wrapping", "that sounds odd", "that's unfair", "no problem at all",
        "no it's perfect", "not yet", "no but my son dropped it", "ok money back then", "never mind", "why not",
        "maybe", "", "i don't know", "no, the other one", "yes no", "later", "no scratches", "not thrown away",
    ],
)  # fmt: skip
def test_anything_more_is_neither(text: str) -> None:
    assert read_yes_no(text) is None


@pytest.mark.parametrize(
    ("text", "questions", "answer"),
    [
        ("yes, cancel it", ("confirm", "confirm cancellation"), True),
        ("yes, cancel it", ("confirm", "confirm refund"), None),
        ("no, I'll keep it", ("confirm", "confirm refund"), False),
        ("yes it works fine", ("working",), True),
        ("no it works fine", ("working",), None),
        ("no it's broken", ("working",), False),
        ("yes I have the box", ("original_packaging",), True),
        ("no, the box is gone", ("original_packaging",), False),
        ("no, the box is here", ("original_packaging",), None),
        ("no one did anything to it", ("tampered",), False),
        ("nobody touched it", ("tampered",), False),
        ("not modified, not opened", ("tampered",), False),
        ("yes, it was repaired", ("tampered",), True),
        ("no but it was opened once", ("tampered",), None),
        ("no wait, yes it works", ("working",), True),
        ("actually no", ("working",), False),
        ("wait", ("confirm",), None),
    ],
)
def test_an_answer_may_repeat_the_words_of_its_question(
    text: str, questions: tuple[str, ...], answer: bool | None
) -> None:
    assert read_yes_no(text, *questions) is answer


@pytest.mark.parametrize(
    ("text", "acknowledges"), [("ok", True), ("I see.", True), ("yes", False), ("ok, refund", False)]
)
def test_an_ok_may_be_no_more_than_i_see(text: str, acknowledges: bool) -> None:
    assert only_acknowledges(text) is acknowledges
