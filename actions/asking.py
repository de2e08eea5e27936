"""How a turn of a case ends: the decision, where there is a new one, and the next question."""

from __future__ import annotations

from datetime import datetime, timezone

from rasa_sdk.executor import CollectingDispatcher

from actions import saying
from actions.case import gist
from actions.memory import Memory
from actions.noted import facts_told, words_for
from actions.questions import Question
from actions.stage import Stage
from languages import gettext
from policy_core import Outcome


def say_and_ask(dispatcher: CollectingDispatcher, stage: Stage, narrower: Question | None) -> Memory:
    """Says what is new and asks what is next. `narrower`: which of two days was meant, before anything else."""
    memory, question = stage.memory, stage.question
    if narrower:
        saying.ask(dispatcher, narrower, "utter_question_which_day")
        return memory
    if question is None or stage.decision is None or not stage.is_unsaid:
        _ask(dispatcher, stage)
        return memory
    saying.decision(dispatcher, stage.decision, stage.order, stage.items)
    if stage.order is None:
        is_refused = stage.decision.outcome is Outcome.NOT_ELIGIBLE
        dispatcher.utter_message(response="utter_refused_on_word" if is_refused else "utter_decided_on_word")
    else:
        if stage.filings and (told := words_for(facts_told(memory), memory.locale)):
            dispatcher.utter_message(response="utter_rests_on_your_word", facts=told)
        for filing in stage.filings:
            saying.summary(dispatcher, filing, stage.order, memory)
    _ask(dispatcher, stage)
    return memory.knowing(said=gist(stage.decision))


def _ask(dispatcher: CollectingDispatcher, stage: Stage) -> None:
    question = stage.question
    if question is not None:
        items = stage.items_in_question
        item = saying.titles(items, stage.memory) if items else gettext("product", stage.memory.locale)
        references = ", ".join(request.reference for request in stage.withdrawable)
        words = {"item": item, "left": _time_left(stage), "references": references}
        saying.ask(dispatcher, question, _response_for(question, stage), **words)


def _time_left(stage: Stage) -> str:
    """How long a cancellation is still possible."""
    deadline = stage.decision.deadline if stage.decision else None
    if not isinstance(deadline, datetime):
        return ""
    minutes = max(0, int((deadline - datetime.now(timezone.utc)).total_seconds())) // 60
    left = gettext("{hours} h {minutes} min", stage.memory.locale)
    return left.format(hours=minutes // 60, minutes=minutes % 60)


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
