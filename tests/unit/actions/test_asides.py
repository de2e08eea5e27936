"""Remarks about the conversation itself, apart from answers."""

from __future__ import annotations

import pytest

from actions.asides import Aside, read_aside


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("why?", Aside.WHY),
        ("Why can't I have it back", Aside.WHY),
        ("Why do you need that", Aside.WHY_ASK),
        ("does it matter?", Aside.WHY_ASK),
        ("what do you need that for?", Aside.WHY_ASK),
        ("what do you need my e-mail for?", Aside.WHY_ASK),
        ("what if I say no?", Aside.WHY_ASK),
        ("what happens if I don't have the box anymore?", Aside.WHY_ASK),
        ("what if it isn't working?", Aside.WHY_ASK),
        ("what if it breaks after a year?", None),
        ("what counts as original packaging?", Aside.MEANING),
        ("what do you mean by working condition?", Aside.MEANING),
        ("what counts as user damage?", None),
        ("what do you mean?", Aside.AGAIN),
        ("are you sure?", Aside.DOUBT),
        ("that can't be right", Aside.DOUBT),
        ("is that really so?", Aside.DOUBT),
        ("really?", Aside.DOUBT),
        ("are you sure about that?", Aside.DOUBT),
        ("are you sure that I get 100% back?", Aside.LEADING),
        ("I get the shipping back too, is that correct?", Aside.LEADING),
        ("is it true that the return is free?", Aside.LEADING),
        ("what did you say?", Aside.AGAIN),
        ("sorry?", Aside.AGAIN),
        ("I don't understand the question", Aside.AGAIN),
        ("that's unfair", Aside.UNFAIR),
        ("This isn’t fair!", Aside.UNFAIR),
        ("yes but first tell me how long it takes", Aside.HOW_LONG),
        ("when do I get my money?", Aside.HOW_LONG),
        ("how long does the refund take?", Aside.HOW_LONG),
        ("how long is the warranty?", None),
        ("how long will my warranty last?", None),
        ("how much time do I have?", Aside.UNTIL_WHEN),
        ("how many days do I have left?", Aside.UNTIL_WHEN),
        ("until when?", Aside.UNTIL_WHEN),
        ("what happens next?", Aside.WHAT_NEXT),
        ("and now?", Aside.WHAT_NEXT),
        ("do I have to send it back?", Aside.WHAT_NEXT),
        ("maybe", Aside.UNSURE),
        ("I think so", Aside.UNSURE),
        ("how do I find out?", Aside.UNSURE),
        ("tell me a joke", None),
        ("this is a joke", Aside.UNFAIR),
        ("yes", None),
        ("it broke, don't ask me", None),
        ("I want to know how long it takes, since the camera is really important to me and my shop", None),
    ],
)
def test_a_remark_is_told_from_an_answer(text: str, aside: Aside | None) -> None:
    assert read_aside(text) is aside
