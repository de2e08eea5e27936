"""One message taken in: what is known of the case after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rasa_sdk.executor import CollectingDispatcher

from actions import store, tries
from actions.asides import Aside, read_aside
from actions.counts import read_answer_to_how_many, read_count, read_count_of
from actions.dates import possible_days, written
from actions.later import remembering
from actions.memory import Memory
from actions.message import Message
from actions.noted import (
    IMPLYING_TAMPERED,
    SAID_BACK,
    WITHOUT_A_FAULT,
    is_regrettable,
    words_for,
    worth_saying_back,
)
from actions.questions import WISHES, Question, count_of
from actions.reading import (
    YES_OR_NO_DETAILS,
    read_answer,
    read_delivery,
    read_details,
    read_plain_facts,
    tells_that_it_fails,
)
from actions.replies import reply
from actions.stage import Stage, stage_of
from actions.whereabouts import SETTLED_ORDERS, say_where_it_is
from actions.which_items import named_items, read_items, tells_items_apart, turns_to_other_items, words_of_its_own
from actions.wishes import (
    POLICY_QUESTIONS,
    TASK_OF_INTENT,
    find_reference,
    names_a_parcel,
    names_a_wish,
    only_tells_of_its_arrival,
    read_wish,
    starts_something,
    task_of,
    turns_to_another_wish,
)
from actions.without_order import has_no_number, has_not_got_it, is_sure_to_have_none, read_purchase, read_seller
from orders import Item, Order, left_of, open_items, requests_of
from policy_core import BadFacts

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
    "handed_back",
}
"""What is said in the middle of a case without answering its question: a rule answers, and the form asks again."""

LEAVING = {"stop", "goodbye", "talk_to_human", "change_order"}
"""What ends the talk about the case, or interrupts it: a weak guess does neither."""

SURE_ENOUGH_TO_LEAVE = 0.7
TELLS_OF_A_FAULT = {"report_defect", "report_wrong_item"}
ABOUT_THE_TALK = {
    Aside.HOW_LONG,
    Aside.UNTIL_WHEN,
    Aside.WHAT_NEXT,
    Aside.WHY_ASK,
    Aside.MEANING,
    Aside.AGAIN,
    Aside.UNSURE,
}
"""Remarks that are no wish, though some sound like one: "how long will that take?"."""
ABOUT_THE_ORDER = {"order_number", "email"}
ASKS_ABOUT_ALL_ITEMS = {"reason", "working", "original_packaging", "tampered"}


class Intake:
    """One message read against the open question.

    `asked` is the slot that the customer was asked for: with time another question may have come up instead. `earlier`
    are the order number and the e-mail address of messages before it.
    """

    def __init__(
        self,
        dispatcher: CollectingDispatcher,
        message: Message,
        stage: Stage,
        *,
        asked: str | None,
        earlier: Mapping[str, str],
    ) -> None:
        self.dispatcher = dispatcher
        self.message = message
        self.stage = self._latest = stage
        self.order = stage.order
        self.question = stage.question if asked else None
        self.is_overtaken = self.question is not None and self.question.slot != asked
        self.earlier = earlier
        self.today = message.at.date()
        self.answer = None
        if self.question and not self.is_overtaken:
            self.answer = read_answer(self.question, message, stage.choice, self.today)
        self.details = self._plain_facts() | read_details(message) | self._order_of_a_reference()
        self.aside = read_aside(message.words)
        if self.question and self.question.slot in ("confirm", "next_wish") and self._corrects_a_fact:
            self.answer = None  # 'no, it stopped working by itself' is no 'no, thank you'
        if self.question and self.question.slot == "confirm" and self._new_counts(stage.memory):
            self.answer = None  # 'no, all of them'
        if self.question and self.question.slot == "next_wish" and self.aside is Aside.LEADING:
            self.answer = None  # 'the refund is $500, is that right?' takes up no refund

    def _plain_facts(self) -> dict[str, bool]:
        """What is said of the item in so many words, once the talk is about one."""
        if self.question is None or self.question.slot in ABOUT_THE_ORDER:
            return {}
        return read_plain_facts(self.message, vars(self.stage.memory))

    @property
    def _corrects_a_fact(self) -> bool:
        known = {slot: getattr(self.stage.memory, slot) for slot in SAID_BACK}
        return any(known[slot] not in (None, self.details.get(slot, known[slot])) for slot in SAID_BACK)

    def stage_of(self, memory: Memory) -> Stage:
        """Where the case would stand. The order is loaded once a turn, and decided on once for the same facts."""
        if self.order is self._latest.order and memory.is_decided_like(self._latest.memory):
            return replace(self._latest, memory=memory)
        self._latest = stage_of(memory, self.order)
        return self._latest

    @property
    def is_answered_by_a_rule(self) -> bool:
        """Whether it neither answers the question nor says anything new, and a rule knows what to do with it."""
        if self.question is None or self.answer is not None or self.message.intent not in ANSWERED_BY_RULES:
            return False
        is_remark = self.aside is not None and self.message.intent != "talk_to_human"  # 'ridiculous, get me a person'
        if is_remark or self.has_no_order:
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
        memory = self._if_not_arrived(self._verified(self._with_what_was_said_before(memory)))
        memory = self._if_it_fails(self._with_delivery(self._with_count(self._with_items(memory))))
        if memory == before and self.question:
            return self._not_an_answer(memory)
        if self.question is None and not memory.order_id and not memory.order_number and has_no_number(self.message):
            memory = self._without_order(memory)
        self._say_what_was_noted(memory)
        return remembering(memory.knowing(misunderstood=0), self.message, memory.task)

    @property
    def narrower_question(self) -> Question | None:
        """Which of two days a date like 03/04 means; nobody else's habit is taken for the customer's."""
        if self.question is None or self.answer is not None or self.question.slot not in ("placed_at", "delivered_at"):
            return None
        days = possible_days(self.message.words, self.today)
        options = {day.isoformat(): written(day, self.stage.memory.locale) for day in days}
        return Question(self.question.slot, options) if len(days) > 1 else None

    def _say_what_was_noted(self, memory: Memory) -> None:
        """Facts that were said in passing are said back, since they decide; nobody repeats a plain answer."""
        if self.order and not self.stage_of(memory).choice:
            return  # nothing is decided any more
        before, asked = self.stage.memory, self.question.slot if self.question else None
        known = {slot: getattr(memory, slot) for slot in SAID_BACK if slot != asked}
        noted = {slot: value for slot, value in known.items() if value not in (None, getattr(before, slot))}
        if self.question is None:
            noted = worth_saying_back(noted)
        words = words_for(noted, memory.locale)
        if asked == "reason" and noted == {"working": False} and self.stage_of(memory).slot_to_fill == "reason":
            self.dispatcher.utter_message(response="utter_which_fault")
        elif words and memory.task == "decision":
            is_news = self.question is None and is_regrettable(noted)
            self.dispatcher.utter_message(response="utter_sorry" if is_news else "utter_noted", facts=words)

    # The answer, and what it is about -----------------------------------------------------------------------------

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
        if self.question is None:
            return self._with_first_wish(memory)
        if self.answer is None and self.aside in ABOUT_THE_TALK | {Aside.LEADING}:
            return memory
        if self.answer is not None and memory.wants is None and message.intent in TASK_OF_INTENT:
            return memory.knowing(wants=read_wish(message))
        is_choice = self.question.slot in ("wants", "next_wish") and self.answer is not None
        if memory.wants and not is_choice and (other := turns_to_another_wish(message, memory.wants)):
            return memory.knowing(task="decision", wants=other, confirm=None, next_wish=None)
        if self.answer is not None or not starts_something(message) or only_tells_of_its_arrival(message):
            return memory
        if message.intent in TELLS_OF_A_FAULT and memory.wants and not names_a_wish(message):
            # It is about what is wanted already, and the decision says what the fault means for that.
            is_broken = memory.wants == "refund" and tells_that_it_fails(message)
            return memory.knowing(working=False) if is_broken else memory
        task, wish = task_of(message), read_wish(message) or memory.wants
        if task == memory.task and wish == memory.wants:
            return memory
        return memory.knowing(task=task, wants=wish, confirm=None, next_wish=None)

    def _with_first_wish(self, memory: Memory) -> Memory:
        message = self.message
        if memory.task and not starts_something(message):
            return memory  # the form goes on with a case that it had left
        if self._is_about_what_was_filed:
            return memory.for_another_wish()
        if memory.reason == "not_received" and self._is_about_what_has_come:
            memory = memory.knowing(reason=None)  # it was so when it was said
        if memory.reason in WITHOUT_A_FAULT and self._tells_of_a_fault:
            memory = memory.knowing(reason=None)  # 'actually it doesn't even work'
        stops_the_order = message.intent == "stop" and names_a_wish(message) and memory.order_id is not None
        begins = starts_something(message) or message.intent in TASK_OF_INTENT or self.details or stops_the_order
        return memory.for_another_wish().knowing(task=task_of(message) if begins else None, wants=read_wish(message))

    @property
    def _is_about_what_has_come(self) -> bool:
        """Whether it tells what the item is like, as only somebody can who has it: "my camera is broken"."""
        return self._tells_of_a_fault or not self.details.keys().isdisjoint(YES_OR_NO_DETAILS)

    @property
    def _tells_of_a_fault(self) -> bool:
        return self.message.intent in TELLS_OF_A_FAULT and not names_a_wish(self.message)

    @property
    def _is_about_what_was_filed(self) -> bool:
        """Whether "how long will it take?" is asked of a request that was filed, and not of the parcel."""
        if self.aside not in ABOUT_THE_TALK or self.details or self.order is None or names_a_parcel(self.message):
            return False
        return bool(requests_of(self.order))

    def _with_details(self, memory: Memory) -> Memory:
        """A detail counts when it is new; an order number or address that differs is a correction."""
        details = dict(self.details)
        if self.question:
            details.pop(self.question.slot, None)
        if memory.order_id is not None and self._names_another_order(memory):
            memory = Memory(
                task=memory.task, wants=memory.wants, email=memory.email, tries=memory.tries, locale=memory.locale
            )
        elif memory.order_id is not None:
            details.pop("order_number", None)
            details.pop("email", None)
        if details.get("reason", memory.reason) != memory.reason and memory.reason in IMPLYING_TAMPERED:
            memory = memory.knowing(tampered=None)  # it followed from the reason that is corrected now
        if details.get("tampered") is False and "reason" not in details and memory.reason in IMPLYING_TAMPERED:
            memory = memory.knowing(reason=None)  # the reason said the contrary, so it is asked again
        return memory.knowing(**details)

    def _if_it_fails(self, memory: Memory) -> Memory:
        """A change of mind is no reason any more once it turns out to fail: a replacement hangs on that."""
        fails_by_now = memory.working is False and self.stage.memory.working is not False
        is_asked_why = self.question is not None and self.question.slot == "reason"
        if fails_by_now and memory.reason in WITHOUT_A_FAULT and not is_asked_why:
            return memory.knowing(reason=None)
        return memory

    # The order ----------------------------------------------------------------------------------------------------

    def _with_what_was_said_before(self, memory: Memory) -> Memory:
        """The number and the address may have come with a question about the policy, before there was a case."""
        if self.question or not memory.task or memory.order_id or memory.order_number or memory.tries:
            return memory
        return memory.knowing(**{slot: value for slot, value in self.earlier.items() if not getattr(memory, slot)})

    def _order_of_a_reference(self) -> dict[str, str]:
        """The order that a request is about, where the request is named instead."""
        reference = find_reference(self.message.text)
        number = store.number_of_order_with(reference) if reference else None
        return {"reference": reference, "order_number": number} if reference and number else {}

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
        if memory.tries >= tries.IN_A_CONVERSATION:
            return memory.knowing(order_number=None)
        try:
            order = store.find(number, memory.email, self.message.address)
        except store.TooManyTriesError:
            return memory.knowing(order_number=None, rejected_number=number, tries=tries.IN_A_CONVERSATION)
        if order:
            self.order = order
            return memory.knowing(order_id=order.id, order_number=order.number, rejected_number=None)
        tried = memory.tries + 1
        if tried < tries.IN_A_CONVERSATION:
            self.dispatcher.utter_message(response="utter_no_such_order")
        return memory.knowing(order_number=None, rejected_number=number, tries=tried)

    def _if_not_arrived(self, memory: Memory) -> Memory:
        """A parcel that never came is a case, which a person looks at, and no question of where it is."""
        if memory.task != "tracking" or memory.reason != "not_received":
            return memory
        order = self.stage_of(memory).order
        if order is None:
            return memory
        if order.status in SETTLED_ORDERS or not any(item.delivered_at or item.shipped_at for item in order.items):
            return memory
        if any(item.delivered_at for item in order.items):
            self.dispatcher.utter_message(response="utter_delivered_by_our_records")
        else:
            say_where_it_is(self.dispatcher, order, memory.locale)
        return memory.knowing(task="decision")

    def _with_delivery(self, memory: Memory) -> Memory:
        """The day it came in the customer's words, where the shop doesn't know it."""
        is_on_its_way = any(item.delivered_at is None for item in self.stage_of(memory).items)
        day = read_delivery(self.message.words, self.today) if is_on_its_way else None
        told = memory.knowing(delivered_at=day.isoformat()) if day else memory
        if day and memory.reason == "not_received" and "reason" not in self.details:
            told = told.knowing(reason=None, confirm=None)  # 'sorry, it has just come today'
        return memory if self._contradicts(told) else told

    # Its items ----------------------------------------------------------------------------------------------------

    @property
    def _tells_items_apart(self) -> bool:
        """Whether an answer about several items is meant for some of them only."""
        if self.question is None or self.question.slot not in ASKS_ABOUT_ALL_ITEMS or len(self.stage.items) < 2:
            return False
        return "?" not in self.message.text and tells_items_apart(self.message.text, self.stage.items)

    def _with_other_items(self, memory: Memory) -> Memory:
        """Another item of the order instead of the one it was about."""
        if self.question is None or self.answer is not None or not self.stage.items:
            return memory
        others = turns_to_other_items(self.message, self.stage.items, self.stage.choice)
        return memory.for_other_items(others) if others else memory

    @property
    def _names_more_items(self) -> bool:
        named = named_items(self.message.text, self.stage.choice) if self.stage.items else None
        return bool(named) and not set(named or ()) <= {item.id for item in self.stage.items}

    def _with_items(self, memory: Memory) -> Memory:
        if memory.order_id is None or memory.item_ids or memory.task != "decision" or self.aside is Aside.LEADING:
            return memory
        choice = open_items(self.order) if self.order else []  # nothing is decided before it is known on what
        if self.order and self._names_only_what_is_asked_for(self.order, choice):
            return memory.knowing(task="requests")
        return memory.knowing(item_ids=read_items(self.message, choice))

    def _names_only_what_is_asked_for(self, order: Order, choice: Sequence[Item]) -> bool:
        """Whether it is about items that have a request already; where that stands is shown."""
        named = set(named_items(self.message.text, order.items) or [])
        return bool(named) and not named & {item.id for item in choice}

    def _with_count(self, memory: Memory) -> Memory:
        """How many of each item are meant, said in passing or corrected."""
        if self.question and self.question.slot == "quantity":
            return memory
        news = self._new_counts(memory)
        return memory.knowing(quantities={**(memory.quantities or {}), **news}, confirm=None) if news else memory

    def _new_counts(self, memory: Memory) -> dict[str, int]:
        """By item, where it isn't known already."""
        items, text = self.stage_of(memory).items, self.message.text
        several = {str(item.id): item for item in items if left_of(item) > 1}
        if len(items) > 1:
            read = {
                id: read_count_of(text, words_of_its_own(item, items), left_of(item)) for id, item in several.items()
            }
        elif self.question and self.question.slot == "confirm" and memory.quantities:
            read = {id: read_answer_to_how_many(text, item.name, left_of(item)) for id, item in several.items()}
        else:
            read = {id: read_count(text, item.name, left_of(item)) for id, item in several.items()}
        known = memory.quantities or {}
        if self.question and self.question.slot == "confirm":
            known = {id: count_of(item, memory.quantities) for id, item in several.items()}
        return {id: count for id, count in read.items() if count and count != known.get(id)}

    # What is no answer --------------------------------------------------------------------------------------------

    def _not_an_answer(self, memory: Memory) -> Memory:
        """What neither answers the question nor says anything new."""
        if self.is_overtaken:
            return memory  # what has changed since the question was asked is said instead
        if self.has_no_order:
            return self._without_order(memory)
        if self.narrower_question:
            return memory
        if self._names_more_items:
            self.dispatcher.utter_message(response="utter_one_after_the_other")
            return memory
        return reply(self.dispatcher, self.message, self.aside, self.stage)

    @property
    def has_no_order(self) -> bool:
        """Whether the customer can't give what an order is found by."""
        if self.question is None or self.question.slot not in ABOUT_THE_ORDER or self.answer is not None:
            return False
        if self.aside is Aside.WHY_ASK and not has_no_number(self.message):
            return False  # 'why do you need to know that?'
        was_told_where_it_stands = self.stage.memory.on_word is False
        return has_not_got_it(self.message) or (was_told_where_it_stands and bool(read_seller(self.message)))

    def _without_order(self, memory: Memory) -> Memory:
        """First it is said where to find the number; then it is decided on the customer's word."""
        is_case = memory.task == "decision"
        if memory.on_word is None and not is_sure_to_have_none(self.message):
            slot = self.question.slot if self.question else "order_number"
            self.dispatcher.utter_message(response=f"utter_dont_know_{slot}" if is_case else "utter_where_to_find_it")
            return memory.knowing(on_word=False)
        if not is_case:
            self.dispatcher.utter_message(response="utter_order_not_found")
            return memory
        self.dispatcher.utter_message(response="utter_on_word")
        return memory.knowing(on_word=True, **read_purchase(self.message))
