"""The end of a case: file what was agreed, or say where things stand."""

from __future__ import annotations

from datetime import datetime, timezone

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import saying, store
from actions.asides import Aside, read_aside
from actions.case import Filing, facts_for
from actions.case_form import FORM
from actions.dates import written
from actions.later import ask_what_else
from actions.memory import Memory
from actions.message import Message, was_asked_back_before
from actions.questions import SOMETHING_ELSE
from actions.replies import reply_outside_a_case
from actions.stage import Stage, stage_of
from actions.unclear import ask_back
from actions.whereabouts import SETTLED_ORDERS, say_where_it_is
from orders import AlreadyRequestedError, Order, file_request, requests_of, withdraw_request
from orders.words import GIVEN_UP
from policy_core import decide

ABOUT_WHAT_WAS_FILED = {Aside.WHAT_NEXT, Aside.UNTIL_WHEN}


class ActionFinishCase(Action):
    """Runs when the form has nothing more to ask. Rasa may run it too after the form failed, so it trusts nothing."""

    def name(self) -> str:
        return "action_finish_case"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        before = Memory.of(tracker.slots)
        stage = stage_of(before)
        if before.task is None:
            _answer_outside_a_case(dispatcher, tracker, stage)
            return []
        if stage.order is None and before.next_wish is None:
            dispatcher.utter_message(response="utter_order_not_found")
            return before.for_another_case().events_since(before)
        if stage.slot_to_fill or (before.confirm and stage.is_unsaid):
            # Time has passed since the customer said yes, and the policy now says something else.
            return [*before.knowing(confirm=None).events_since(before), FollowupAction(FORM)]
        if before.next_wish is not None and not before.wishes:
            dispatcher.utter_message(
                response="utter_go_ahead" if before.next_wish == SOMETHING_ELSE else "utter_goodbye"
            )
            return _after(stage).events_since(before)
        if stage.order is not None and before.next_wish is None:
            _finish(dispatcher, stage, stage.order, tracker.sender_id)
        is_settled = stage.order is not None and stage.order.status in SETTLED_ORDERS
        is_reviewed = bool(before.confirm) and any(filing.kind == "review" for filing in stage.filings)
        is_for_a_person = before.task == "tracking" or is_settled or is_reviewed
        ask_what_else(dispatcher, before, before.locale, offers_a_person=is_for_a_person)
        return _after(stage).events_since(before)


def _answer_outside_a_case(dispatcher: CollectingDispatcher, tracker: Tracker, stage: Stage) -> None:
    """A remark on what was said or filed before, a "stop" with nothing to stop, or something that isn't clear."""
    message = Message.latest(tracker)
    aside = read_aside(message.words)
    if aside in ABOUT_WHAT_WAS_FILED and stage.order and requests_of(stage.order):
        _say_requests(dispatcher, stage.order, message.locale)
        saying.ask_anything_else(dispatcher)
    elif aside:
        reply_outside_a_case(dispatcher, aside)
    elif message.intent == "stop":
        dispatcher.utter_message(response="utter_nothing_to_leave")
    else:
        ask_back(dispatcher, message, is_again=was_asked_back_before(tracker))


def _after(stage: Stage) -> Memory:
    """What stays known: the facts, where nothing was filed and they can only be about the one item."""
    is_over = stage.memory.confirm or len(stage.choice) != 1
    if stage.memory.confirm and _was_withdrawn_unreceived(stage):
        return stage.memory.for_another_case().knowing(reason="not_received")
    return stage.memory.for_another_case() if is_over else stage.memory.for_another_wish()


def _was_withdrawn_unreceived(stage: Stage) -> bool:
    """Whether what was taken back is about an order's only item, which never came, and hasn't by our records either.

    That is so whether or not there is a request. It is told again before anything is filed on it.
    """
    if stage.memory.task != "withdrawal" or stage.order is None:
        return False
    said = {(request.facts.get("claim") or {}).get("reason") for request in stage.withdrawable}
    return "not_received" in said and [item.delivered_at for item in stage.order.items] == [None]


def _finish(dispatcher: CollectingDispatcher, stage: Stage, order: Order, conversation_id: str) -> None:
    locale = stage.memory.locale
    if stage.memory.task == "tracking":
        say_where_it_is(dispatcher, order, locale)
    elif stage.memory.task == "requests":
        _say_requests(dispatcher, order, locale)
    elif stage.memory.task == "withdrawal":
        _withdraw(dispatcher, stage, order)
    elif not stage.choice:
        _say_where_it_stands(dispatcher, order, locale)
    elif stage.memory.confirm:
        for filing in stage.filings:
            _file(dispatcher, filing, stage.memory, order, conversation_id)
    else:
        dispatcher.utter_message(response="utter_not_filed")


def _file(dispatcher: CollectingDispatcher, filing: Filing, memory: Memory, order: Order, conversation_id: str) -> None:
    """Files with the facts and the decision of just these items; what is filed already is shown instead."""
    now = datetime.now(timezone.utc)
    facts = facts_for(memory, order, filing.items, now)
    decided = decide(facts)
    try:
        with store.transaction() as session:
            session.add(order)
            filed = file_request(
                session,
                order=order,
                items=filing.items,
                kind=filing.kind,
                wants=facts["wants"],
                facts=facts,
                decision={**decided.to_dict()},
                filed_at=now,
                conversation_id=conversation_id,
            )
    except AlreadyRequestedError as already:
        saying.request(dispatcher, already.request, "utter_request_stands", memory.locale)
        return
    saying.request(dispatcher, filed, f"utter_filed_{filing.kind}", memory.locale)
    deadline = decided.deadline and written(decided.deadline, memory.locale)
    dispatcher.utter_message(response=f"utter_next_{filing.kind}", email=memory.email, deadline=deadline)


def _withdraw(dispatcher: CollectingDispatcher, stage: Stage, order: Order) -> None:
    """Takes the requests back on a yes; without any to take back, says where those of the order stand."""
    if not stage.withdrawable:
        _say_requests(dispatcher, order, stage.memory.locale)
    elif not stage.memory.confirm:
        dispatcher.utter_message(response="utter_not_withdrawn")
    else:
        for request in stage.withdrawable:
            with store.transaction() as session:
                session.add(request)
                withdraw_request(session, request, at=datetime.now(timezone.utc))
            saying.request(dispatcher, request, "utter_withdrawn", stage.memory.locale)


def _say_where_it_stands(dispatcher: CollectingDispatcher, order: Order, locale: str | None) -> None:
    """Nothing of the order can be decided again: all of it is settled or asked for already."""
    requests = [request for request in requests_of(order) if request.status not in GIVEN_UP]
    if order.status in SETTLED_ORDERS and not requests:
        say_where_it_is(dispatcher, order, locale)
    for request in requests:
        saying.request(dispatcher, request, "utter_request_stands", locale)


def _say_requests(dispatcher: CollectingDispatcher, order: Order, locale: str | None) -> None:
    requests = requests_of(order)
    if not requests and order.status in SETTLED_ORDERS:
        say_where_it_is(dispatcher, order, locale)
    elif not requests:
        dispatcher.utter_message(response="utter_no_requests", number=order.number)
    for request in requests:
        saying.request(dispatcher, request, "utter_request_is", locale)
