"""What is said to a message that neither answers the open question nor says anything new."""

from __future__ import annotations

from datetime import datetime

from rasa_sdk.executor import CollectingDispatcher

from actions import saying, unclear
from actions.asides import Aside
from actions.dates import written
from actions.memory import Memory
from actions.message import Message
from actions.noted import facts_told, words_for
from actions.questions import Question
from actions.reading import YES_OR_NO_DETAILS
from actions.stage import Stage
from actions.whereabouts import say_where_it_is
from actions.wishes import TASK_OF_INTENT, names_a_parcel, only_tells_of_its_arrival
from actions.without_order import has_no_number
from actions.yes_no import corrects_something, names_question
from policy_core import Decision, published

TIMES_MISUNDERSTOOD_BEFORE_A_PERSON = 2
ABOUT_WHAT_WAS_DECIDED = {"confirm", "next_wish"}
"""The questions that follow a decision, so that "why?" means the decision."""


def reply(dispatcher: CollectingDispatcher, message: Message, aside: Aside | None, stage: Stage) -> Memory:
    """Says it, and gives what is known afterwards. The question is asked again by whoever calls."""
    memory, question = stage.memory, stage.question
    if question is None:
        return memory
    if aside:
        return _to_a_remark(dispatcher, aside, stage, _asked_about(message, aside, stage, question))
    if message.language:
        unclear.note(message)
        unclear.say_english_only(dispatcher, message)
        return memory
    if memory.on_word and has_no_number(message):
        return memory  # that is known already
    if message.intent == "dont_know":
        dispatcher.utter_message(response=f"utter_dont_know_{question.slot}")
        return memory
    if message.intent == "report_defect" and question.slot == "reason":
        dispatcher.utter_message(response="utter_which_fault")
        return memory
    if only_tells_of_its_arrival(message) and stage.order and names_a_parcel(message):
        say_where_it_is(dispatcher, stage.order, memory.locale)  # what the shop knows counts, and so it is said
        return memory
    is_after_a_decision = question.slot in ABOUT_WHAT_WAS_DECIDED and corrects_something(message.words)
    if is_after_a_decision and (told := words_for(facts_told(memory), memory.locale)):
        dispatcher.utter_message(response="utter_not_corrected", facts=told)
        return memory
    if message.intent in TASK_OF_INTENT and not only_tells_of_its_arrival(message):
        return memory.knowing(said=None)  # the same wish again: what it comes to is said again
    return _to_something_unclear(dispatcher, message, memory, question)


def reply_outside_a_case(dispatcher: CollectingDispatcher, aside: Aside) -> None:
    """To a remark while no question is open."""
    if aside is Aside.HOW_LONG:
        say_how_long(dispatcher, None)
    elif aside is Aside.UNFAIR:
        dispatcher.utter_message(response="utter_unfair")
    elif aside in (Aside.DOUBT, Aside.LEADING, Aside.WHY, Aside.WHY_ASK):
        dispatcher.utter_message(response="utter_doubt")
    else:
        dispatcher.utter_message(response="utter_help")


def say_how_long(dispatcher: CollectingDispatcher, wish: str | None) -> None:
    """The policy's sentence on how long it takes, which names no days."""
    statements = published().statements
    asked = "shipping.exchange_time" if wish == "replacement" else "refunds.processing"
    saying.clauses(dispatcher, statements.behind(asked) or statements.behind("contact.form"), "utter_how_long")


def _to_something_unclear(
    dispatcher: CollectingDispatcher, message: Message, memory: Memory, question: Question
) -> Memory:
    unclear.note(message)
    times = memory.misunderstood + 1
    if times >= TIMES_MISUNDERSTOOD_BEFORE_A_PERSON:
        dispatcher.utter_message(response="utter_not_understood_again")
    elif question.input == "date":
        dispatcher.utter_message(response="utter_not_a_day")
    elif question.input == "yes_no" and question.slot != "next_wish" and "?" not in message.text:
        dispatcher.utter_message(response="utter_not_plain")
    else:
        dispatcher.utter_message(response="utter_not_understood")
    return memory.knowing(misunderstood=times)


def _asked_about(message: Message, aside: Aside, stage: Stage, question: Question) -> str:
    """The slot that a remark is about: one that it names, else the open question's."""
    named = [slot for slot in YES_OR_NO_DETAILS if names_question(message.words, slot)]
    is_of_a_refund = aside is Aside.WHY_ASK and stage.memory.wants == "refund"  # which needs what is named
    return named[0] if len(named) == 1 and (is_of_a_refund or aside is Aside.MEANING) else question.slot


def _to_a_remark(dispatcher: CollectingDispatcher, aside: Aside, stage: Stage, slot: str) -> Memory:
    memory, decision = stage.memory, stage.decision
    if aside is Aside.AGAIN or (aside is Aside.MEANING and slot in ABOUT_WHAT_WAS_DECIDED):
        return memory.knowing(said=None)
    if aside in (Aside.UNSURE, Aside.MEANING):
        dispatcher.utter_message(response=f"utter_dont_know_{slot}")
    elif aside is Aside.WHY_ASK:
        dispatcher.utter_message(response=f"utter_why_{slot}")
    elif aside is Aside.WHY:
        if slot in ABOUT_WHAT_WAS_DECIDED and decision and decision.clauses:
            saying.clauses(dispatcher, decision.clauses, "utter_because")
        else:
            dispatcher.utter_message(response=f"utter_why_{slot}")
    elif aside is Aside.DOUBT and decision and decision.clauses:
        saying.clauses(dispatcher, decision.clauses, "utter_rests_on")
    elif aside is Aside.LEADING and decision and decision.clauses:
        saying.clauses(dispatcher, decision.clauses, "utter_doubt")
    elif aside is Aside.LEADING:
        dispatcher.utter_message(response="utter_doubt")
    elif aside is Aside.HOW_LONG:
        say_how_long(dispatcher, memory.wants)
    elif aside is Aside.UNTIL_WHEN:
        return _to_until_when(dispatcher, memory, decision)
    elif aside is Aside.WHAT_NEXT and decision and decision.next_steps:
        saying.next_steps(dispatcher, decision)
    elif aside is Aside.WHAT_NEXT:
        dispatcher.utter_message(response="utter_later")
    else:
        dispatcher.utter_message(response=f"utter_{aside.value}")
    return memory


def _to_until_when(dispatcher: CollectingDispatcher, memory: Memory, decision: Decision | None) -> Memory:
    """The last day, where there is one; else the decision is said again, or as much as the policy says beforehand."""
    window = published().statements.behind("refunds.window") if memory.wants == "refund" else ()
    if window and (decision is None or decision.missing):
        saying.clauses(dispatcher, window, "utter_later_by_policy")
    elif decision is None or decision.missing:
        dispatcher.utter_message(response="utter_later")
    elif decision.deadline is None:
        return memory.knowing(said=None)
    elif not isinstance(decision.deadline, datetime):  # of a cancellation the question itself says what is left
        dispatcher.utter_message(response="utter_until_when", day=written(decision.deadline, memory.locale))
    return memory
