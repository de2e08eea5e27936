"""The case form: reads each answer, has the policy engine decide, and asks the fact that decides most.

The path of a case: order number, e-mail address, item, then whatever `policy_core` misses, then a yes before anything
is filed. Rasa runs this action on every turn of the form; it asks the next question itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timezone

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT, FormValidationAction
from rasa_sdk.types import DomainDict

from actions import saying, store
from actions.asides import Aside, read_aside
from actions.case import NAMELESS, gist
from actions.dates import possible_days, written
from actions.later import remembering
from actions.memory import Memory
from actions.message import Message
from actions.noted import IMPLYING_TAMPERED, SAID_BACK, words_for
from actions.questions import WISHES, Question
from actions.reading import (
    POLICY_QUESTIONS,
    TASK_OF_INTENT,
    find_reference,
    has_no_number,
    has_not_got_it,
    is_sure_to_have_none,
    named_items,
    names_a_wish,
    read_answer,
    read_corrections,
    read_count,
    read_delivery,
    read_details,
    read_items,
    read_purchase,
    read_wish,
    starts_something,
    task_of,
    tells_items_apart,
    turns_to_another_wish,
    turns_to_other_items,
)
from actions.stage import TRIES_AT_MOST, Stage, stage_of
from actions.unclear import say_english_only
from orders import Item, Order, left_of
from policy_core import BadFacts

FORM = "case_form"
TIMES_MISUNDERSTOOD_BEFORE_A_PERSON = 2

ANSWERED_BY_RULES = POLICY_QUESTIONS | {
    "talk_to_human",
    "change_order",
    "complaint",
    "greet",
    "goodbye",
    "thank",
    "stop",
    "help",
    "bot_challenge",
}
"""What is said in the middle of a case without answering its question: a rule answers, and the form asks again."""

LEAVING = {"stop", "goodbye"}
SURE_ENOUGH_TO_LEAVE = 0.7
TELLS_OF_A_FAULT = {"report_defect", "report_wrong_item"}
ASKS_ABOUT_ALL_ITEMS = {"reason", "working", "original_packaging", "tampered"}


class ValidateCaseForm(FormValidationAction):
    """Leads through a case, question by question."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        before = Memory.of(tracker.slots)
        message = Message.latest(tracker)
        is_open = tracker.active_loop.get("name") == FORM and tracker.get_slot(REQUESTED_SLOT) is not None
        memory, narrower, stage = before, None, stage_of(before)
        if not _is_dealt_with(tracker):
            reading = Reading(dispatcher, message, is_open, stage)
            if reading.is_answered_by_a_rule:
                return []  # nothing was filled, so Rasa lets the rules answer and then comes back here
            memory, narrower = reading.take_in(), reading.narrower_question
            memory = memory.knowing(locale=message.locale or memory.locale)
            stage = reading.stage_of(memory)
        memory = _say_and_ask(dispatcher, stage, narrower)
        # A slot is set in any case: else Rasa takes the turn for one that the form didn't understand.
        events = memory.events_since(before) or [SlotSet("task", memory.task)]
        return [*events, SlotSet(REQUESTED_SLOT, stage.slot_to_fill)]


def _is_dealt_with(tracker: Tracker) -> bool:
    """Whether another action has answered the message already, and the form only goes on."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] not in (FORM, "action_listen", "action_extract_slots"):
            return True
    return False


class Reading:
    """One message read against the open question."""

    def __init__(self, dispatcher: CollectingDispatcher, message: Message, is_open: bool, stage: Stage) -> None:
        self.dispatcher = dispatcher
        self.message = message
        self.stage = stage
        self.order = stage.order
        self.question = stage.question if is_open else None
        self.today = message.at.date()
        self.answer = read_answer(self.question, message, stage.choice, self.today) if self.question else None
        self.details = read_details(message) | self._order_of_a_reference()
        self.aside = read_aside(message.text)
        if self.question and self.question.slot in ("confirm", "next_wish") and self._corrects_a_fact:
            self.answer = None  # 'no, it stopped working by itself' is no 'no, thank you'

    @property
    def _corrects_a_fact(self) -> bool:
        known = {slot: getattr(self.stage.memory, slot) for slot in SAID_BACK}
        return any(known[slot] not in (None, self.details.get(slot, known[slot])) for slot in SAID_BACK)

    def stage_of(self, memory: Memory) -> Stage:
        """Where the case would stand; the order is loaded once a turn."""
        return stage_of(memory, self.order)

    @property
    def is_answered_by_a_rule(self) -> bool:
        """Whether it neither answers the question nor says anything new, and a rule knows what to do with it."""
        if self.question is None or self.answer is not None or self.message.intent not in ANSWERED_BY_RULES:
            return False
        if self.aside not in (None, Aside.HOW_LONG) or self.has_no_order:
            return False
        if self.message.intent in LEAVING and self.message.confidence < SURE_ENOUGH_TO_LEAVE:
            return False
        return self._with_details(self.stage.memory) == self.stage.memory

    def take_in(self) -> Memory:
        """What is known after this message. Says what has to be said about it on the way."""
        before = self.stage.memory
        if self._tells_items_apart:
            self.dispatcher.utter_message(response="utter_one_item_at_a_time")
            return before.for_other_items(None)
        memory = self._with_other_items(self._with_details(self._with_wish(self._with_answer(before))))
        memory = self._with_delivery(self._with_count(self._with_items(self._if_not_arrived(self._verified(memory)))))
        if memory == before and self.question:
            return self._not_an_answer(memory)
        if self.question is None and not memory.order_id and not memory.order_number and has_no_number(self.message):
            memory = self._without_order(memory)
        self._say_what_was_noted(memory)
        return remembering(memory.knowing(misunderstood=0), self.message, memory.task)

    def _say_what_was_noted(self, memory: Memory) -> None:
        """Facts that were said in passing are said back, since they decide; nobody repeats a plain answer."""
        before, asked = self.stage.memory, self.question.slot if self.question else None
        noted = {slot: getattr(memory, slot) for slot in self.details if slot != asked}
        words = words_for({slot: value for slot, value in noted.items() if value != getattr(before, slot)})
        if words and memory.task == "decision":
            self.dispatcher.utter_message(response="utter_noted", facts=words)

    @property
    def narrower_question(self) -> Question | None:
        """Which of two days a date like 03/04 means; nobody else's habit is taken for the customer's."""
        if self.question is None or self.answer is not None or self.question.slot not in ("placed_at", "delivered_at"):
            return None
        days = possible_days(self.message.text, self.today)
        return Question(self.question.slot, {day.isoformat(): written(day) for day in days}) if len(days) > 1 else None

    def _if_not_arrived(self, memory: Memory) -> Memory:
        """What the shop takes for delivered, and the customer never got, is a case and no question of where it is."""
        order = self.stage_of(memory).order
        if memory.task != "tracking" or memory.reason != "not_received" or order is None:
            return memory
        if not any(item.delivered_at for item in order.items):
            return memory
        self.dispatcher.utter_message(response="utter_delivered_by_our_records")
        return memory.knowing(task="decision")

    @property
    def _tells_items_apart(self) -> bool:
        """Whether an answer about several items is meant for some of them only."""
        if self.question is None or self.question.slot not in ASKS_ABOUT_ALL_ITEMS or len(self.stage.items) < 2:
            return False
        return tells_items_apart(self.message.text, self.stage.items)

    def _order_of_a_reference(self) -> dict[str, str]:
        """The order that a request is about, where the request is named instead."""
        reference = find_reference(self.message.text)
        number = store.number_of_order_with(reference) if reference else None
        return {"reference": reference, "order_number": number} if reference and number else {}

    def _with_other_items(self, memory: Memory) -> Memory:
        """Another item of the order instead of the one it was about."""
        if self.question is None or self.answer is not None or not self.stage.items:
            return memory
        others = turns_to_other_items(self.message, self.stage.items, self.stage.choice)
        return memory.for_other_items(others) if others else memory

    def _with_answer(self, memory: Memory) -> Memory:
        if self.question is None or self.answer is None:
            return memory
        slot = self.question.slot
        if slot == "item":
            return memory.knowing(item_ids=self.answer)
        if slot == "quantity":
            return memory.knowing(quantities={str(self.stage.items[0].id): int(self.answer)})
        if slot == "next_wish" and self.answer in WISHES:
            return memory.knowing(wants=self.answer)
        known = memory.knowing(**{slot: self.answer})
        if slot in ("placed_at", "delivered_at") and self._contradicts(known):
            return memory
        return known

    def _contradicts(self, memory: Memory) -> bool:
        """Whether a date can't be, given what the shop knows; the customer is told why."""
        try:
            self.stage_of(memory)
        except BadFacts:
            self.dispatcher.utter_message(response="utter_date_contradicts")
            return True
        return False

    def _with_wish(self, memory: Memory) -> Memory:
        """A request begins the case, or turns it to something else."""
        message = self.message
        if self.question is None and memory.task and not starts_something(message):
            return memory  # the form goes on with a case that it had left
        if self.question is None:
            begins = starts_something(message) or message.intent in TASK_OF_INTENT or self.details
            task = task_of(message) if begins else None
            return memory.for_another_wish().knowing(task=task, wants=read_wish(message))
        if self.answer is not None and memory.wants is None and message.intent in TASK_OF_INTENT:
            return memory.knowing(wants=read_wish(message))
        is_choice = self.question.slot in ("wants", "next_wish") and self.answer is not None
        if memory.wants and not is_choice and (other := turns_to_another_wish(message, memory.wants)):
            return memory.knowing(task="decision", wants=other, confirm=None, next_wish=None)
        if self.answer is not None or not starts_something(message):
            return memory
        if message.intent in TELLS_OF_A_FAULT and memory.wants and not names_a_wish(message):
            # It is about what is wanted already, and the decision says what the fault means for that.
            is_broken = message.intent == "report_defect" and memory.wants == "refund"
            return memory.knowing(working=False) if is_broken else memory
        task, wish = task_of(message), read_wish(message) or memory.wants
        if task == memory.task and wish == memory.wants:
            return memory
        return memory.knowing(task=task, wants=wish, confirm=None, next_wish=None)

    def _with_details(self, memory: Memory) -> Memory:
        """A detail counts when it is new; an order number or address that differs is a correction."""
        details = dict(self.details)
        if self.question and self.question.slot in details:
            details.pop(self.question.slot)
        if memory.order_id is not None and self._names_another_order(memory):
            memory = Memory(
                task=memory.task, wants=memory.wants, email=memory.email, tries=memory.tries, locale=memory.locale
            )
        elif memory.order_id is not None:
            details.pop("order_number", None)
            details.pop("email", None)
        if details.get("reason", memory.reason) != memory.reason and memory.reason in IMPLYING_TAMPERED:
            memory = memory.knowing(tampered=None)  # it followed from the reason that is corrected now
        if self.answer is None:
            details = read_corrections(self.message, asdict(memory)) | details
        return memory.knowing(**details)

    def _names_another_order(self, memory: Memory) -> bool:
        number = self.details.get("order_number")
        if not number or number == memory.order_number:
            return False
        named = store.find(number, memory.email or "")
        return named is None or named.id != memory.order_id

    def _verified(self, memory: Memory) -> Memory:
        """Number and e-mail address are looked up together; a wrong pair is told in one and the same way."""
        if memory.order_id is not None:
            return memory
        number = memory.order_number or (memory.rejected_number if "email" in self.details else None)
        if not number or not memory.email:
            return memory
        try:
            order = store.find(number, memory.email, self.message.address)
        except store.TooManyTriesError:
            return memory.knowing(order_number=None, rejected_number=number, tries=TRIES_AT_MOST)
        if order:
            self.order = order
            return memory.knowing(order_id=order.id, order_number=order.number, rejected_number=None)
        tries = memory.tries + 1
        if tries < TRIES_AT_MOST:
            self.dispatcher.utter_message(response="utter_no_such_order")
        return memory.knowing(order_number=None, rejected_number=number, tries=tries)

    def _with_items(self, memory: Memory) -> Memory:
        if memory.order_id is None or memory.item_ids or memory.task != "decision":
            return memory
        stage = self.stage_of(memory)
        if stage.order and self._names_only_what_is_asked_for(stage.order, stage.choice):
            return memory.knowing(task="requests")
        return memory.knowing(item_ids=read_items(self.message, stage.choice))

    def _names_only_what_is_asked_for(self, order: Order, choice: Sequence[Item]) -> bool:
        """Whether it is about items that have a request already; where that stands is shown."""
        named = set(named_items(self.message.text, order.items) or [])
        return bool(named) and not named & {item.id for item in choice}

    @property
    def has_no_order(self) -> bool:
        """Whether the customer can't give what an order is found by."""
        asks_for_it = self.question is not None and self.question.slot in ("order_number", "email")
        return asks_for_it and self.answer is None and has_not_got_it(self.message)

    def _with_count(self, memory: Memory) -> Memory:
        """How many of the one item are meant, said in passing or corrected."""
        items = self.stage_of(memory).items
        if len(items) != 1 or left_of(items[0]) == 1 or (self.question and self.question.slot == "quantity"):
            return memory
        count = read_count(self.message.text, items[0].name, left_of(items[0]))
        return memory.knowing(quantities={str(items[0].id): count}, confirm=None) if count else memory

    def _with_delivery(self, memory: Memory) -> Memory:
        """The day it came in the customer's words, where the shop doesn't know it."""
        is_on_its_way = any(item.delivered_at is None for item in self.stage_of(memory).items)
        day = read_delivery(self.message.text, self.today) if is_on_its_way else None
        told = memory.knowing(delivered_at=day.isoformat()) if day else memory
        return memory if self._contradicts(told) else told

    def _not_an_answer(self, memory: Memory) -> Memory:
        """What neither answers the question nor says anything new: a remark, a "don't know", or something unclear."""
        if self.has_no_order:
            return self._without_order(memory)
        if self.aside:
            return self._to_a_remark(self.aside, memory)
        if self.message.language:
            say_english_only(self.dispatcher, self.message.language)
            return memory
        if self.narrower_question:
            return memory
        slot = self.question.slot if self.question else ""
        if self.message.intent == "dont_know":
            self.dispatcher.utter_message(response=f"utter_dont_know_{slot}")
            return memory
        if self.message.intent in TASK_OF_INTENT:
            return memory.knowing(said=None)  # the same wish again: what it comes to is said again
        times = memory.misunderstood + 1
        response = "utter_not_plain" if self.question and self.question.input == "yes_no" else "utter_not_understood"
        if times >= TIMES_MISUNDERSTOOD_BEFORE_A_PERSON:
            response = "utter_not_understood_again"
        self.dispatcher.utter_message(response=response)
        return memory.knowing(misunderstood=times)

    def _without_order(self, memory: Memory) -> Memory:
        """First it is said where to find the number; then it is decided on the customer's word."""
        if memory.on_word is None and not is_sure_to_have_none(self.message):
            slot = self.question.slot if self.question else "order_number"
            self.dispatcher.utter_message(response=f"utter_dont_know_{slot}")
            return memory.knowing(on_word=False)
        if memory.task != "decision":
            self.dispatcher.utter_message(response="utter_order_not_found")
            return memory
        self.dispatcher.utter_message(response="utter_on_word")
        return memory.knowing(on_word=True, **read_purchase(self.message))

    def _to_a_remark(self, aside: Aside, memory: Memory) -> Memory:
        decision = self.stage.decision
        if aside is Aside.AGAIN:
            return memory.knowing(said=None)
        if aside is Aside.HOW_LONG:
            clause = "shipping.exchange_time" if memory.wants == "replacement" else "refunds.processing"
            saying.clauses(self.dispatcher, [clause], "utter_how_long")
        elif aside is Aside.DOUBT and decision and decision.clauses:
            saying.clauses(self.dispatcher, decision.clauses, "utter_rests_on")
        elif aside is Aside.WHY and self.question:
            self.dispatcher.utter_message(response=f"utter_why_{self.question.slot}")
        else:
            self.dispatcher.utter_message(response=f"utter_{aside.value}")
        return memory


def _say_and_ask(dispatcher: CollectingDispatcher, stage: Stage, narrower: Question | None) -> Memory:
    """Says the decision where there is a new one, then asks the next question."""
    memory, question = stage.memory, stage.question
    if narrower:
        saying.ask(dispatcher, narrower, "utter_question_which_day")
        return memory
    if question is None or stage.decision is None or not stage.is_unsaid:
        _ask(dispatcher, stage)
        return memory
    saying.decision(dispatcher, stage.decision, stage.order, stage.items)
    if stage.order is None:
        dispatcher.utter_message(response="utter_decided_on_word")
    else:
        for filing in stage.filings:
            saying.summary(dispatcher, filing, stage.order, memory.quantities)
    _ask(dispatcher, stage)
    return memory.knowing(said=gist(stage.decision))


def _ask(dispatcher: CollectingDispatcher, stage: Stage) -> None:
    question = stage.question
    if question is not None:
        items = stage.items_in_question
        item = saying.titles(items, stage.memory.quantities) if items else NAMELESS
        references = ", ".join(request.reference for request in stage.withdrawable)
        words = {"item": item, "left": _time_left(stage), "references": references}
        saying.ask(dispatcher, question, _response_for(question, stage), **words)


def _time_left(stage: Stage) -> str:
    """How long a cancellation is still possible."""
    deadline = stage.decision.deadline if stage.decision else None
    if not isinstance(deadline, datetime):
        return ""
    minutes = max(0, int((deadline - datetime.now(timezone.utc)).total_seconds())) // 60
    return f"{minutes // 60} h {minutes % 60} min"


def _response_for(question: Question, stage: Stage) -> str:
    if question.slot == "confirm":
        kinds = [filing.kind for filing in stage.filings]
        if stage.memory.task == "withdrawal":
            return "utter_question_confirm_withdrawal"
        return f"utter_question_confirm_{kinds[0]}" if len(kinds) == 1 else "utter_question_confirm_several"
    if question.slot == "order_number" and stage.memory.rejected_number:
        return "utter_question_order_number_again"
    if question.slot == "next_wish" and not question.options:
        return "utter_anything_else"
    return f"utter_question_{question.slot}"
