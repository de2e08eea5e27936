"""Other wishes of the same message: remembered while the first is dealt with, and offered afterwards."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions import saying
from actions.memory import Memory
from actions.message import Message
from actions.questions import NO_THANKS, NOTHING_MORE, Question
from actions.unclear import READINGS
from actions.wishes import TASK_OF_INTENT
from languages import gettext


def remembering(memory: Memory, message: Message, dealt_with: str | None) -> Memory:
    """With what else is wanted. `dealt_with`: the task or the intent that is taken up now."""
    wanted = dict.fromkeys([*(memory.wishes or []), *message.wishes])
    later = [wish for wish in wanted if TASK_OF_INTENT.get(wish, wish) != dealt_with]
    return memory.knowing(wishes=later or None)


def ask_what_else(
    dispatcher: CollectingDispatcher, memory: Memory, locale: str | None, *, offers_a_person: bool = False
) -> None:
    """Offers what was wanted besides, and a person where one will have to look at it; else asks openly."""
    offered = [*(memory.wishes or []), *(["talk_to_human"] if offers_a_person else [])]
    if not offered:
        saying.ask_anything_else(dispatcher)
        return
    titles = {**READINGS, NO_THANKS: NOTHING_MORE}
    options = {wish: gettext(titles[wish], locale) for wish in dict.fromkeys([*offered, NO_THANKS])}
    response = "utter_go_on_with" if memory.wishes else "utter_anything_else"
    saying.ask(dispatcher, Question("anything_else", options), response)
