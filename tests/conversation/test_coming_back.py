"""Silence for a day or more: the customer goes on where the talk stood; what has changed meanwhile is said first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from database import transaction
from orders import find_order
from tests.assistant import Assistant
from tests.conversation.shop import Ordered, catalogue, make_order, move_back
from tests.conversation.talk import Talk

A_DAY = timedelta(hours=25)


def ordered(shop: Engine, fixture: str) -> Ordered:
    return make_order(shop, catalogue()["fixtures"][fixture])


def silent_for(time: timedelta, talk: Talk, shop: Engine, order: Ordered) -> Talk:
    """The same talk and the same order, all of it that much longer ago."""

    move_back(shop, order, time)
    return talk.copy(ago=time)


@pytest.mark.parametrize("time", [A_DAY, timedelta(days=6)], ids=["a day", "six days"])
def test_the_open_question_is_still_open(time: timedelta, assistant: Assistant, shop: Engine) -> None:
    order, talk = ordered(shop, "camera that came 6 days ago"), Talk(assistant)
    talk.say(f"I want my money back for {order.number}, {order.email}")
    talk.say("yes, it works fine")

    talk = silent_for(time, talk, shop, order)
    turn = talk.say("hello again")
    assert turn.asked == "claim.original_packaging", str(talk)
    turn = talk.say("yes, I still have the box")
    assert turn.payloads("decision")[0]["decision"]["outcome"] == "eligible", str(talk)
    assert len(talk.say("yes").filed) == 1, str(talk)


def test_a_yes_that_comes_a_day_later_files_nothing_that_is_over(assistant: Assistant, shop: Engine) -> None:
    order, talk = ordered(shop, "switch ordered 3 hours ago"), Talk(assistant)
    assert talk.say(f"cancel {order.number}, {order.email}").asked == "confirm"

    talk = silent_for(A_DAY, talk, shop, order)
    turn = talk.say("yes")
    assert [p["decision"]["outcome"] for p in turn.payloads("decision")] == ["not_yet"], str(talk)
    with transaction(shop) as session:
        stored = find_order(session, order.number, order.email)
        assert stored is not None
        assert not stored.requests


def test_a_yes_that_comes_a_day_later_files_what_still_holds_once(assistant: Assistant, shop: Engine) -> None:
    order, talk = ordered(shop, "camera of month 5"), Talk(assistant)
    talk.say(f"my camera stopped working, {order.number}, {order.email}")
    assert talk.say("no").asked == "confirm"

    talk = silent_for(A_DAY, talk, shop, order)
    turn = talk.say("yes")
    if not turn.filed:  # the last day, as it was said, is another one now
        turn = talk.say("yes")
    assert len(turn.filed) == 1, str(talk)
    talk.say("yes")
    with transaction(shop) as session:
        stored = find_order(session, order.number, order.email)
        assert stored is not None
        assert len(stored.requests) == 1


def test_whoever_comes_back_after_filing_is_still_known(assistant: Assistant, shop: Engine) -> None:
    order, talk = ordered(shop, "camera that came 6 days ago"), Talk(assistant)
    talk.say(f"refund {order.number}, {order.email}, it works fine and I have the original packaging")
    talk.say("yes")

    talk = silent_for(timedelta(days=3), talk, shop, order)
    turn = talk.say("what became of my refund?")
    assert turn.payloads("request"), str(talk)
    assert turn.asked == "anything_else", str(talk)
