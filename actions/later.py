"""Other wishes of the same message: remembered while the first is dealt with, and offered afterwards."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions import saying
from actions.memory import Memory
from actions.message import Message
from actions.questions import NO_THANKS, Question
from actions.unclear import READINGS
from actions.wishes import TASK_OF_INTENT


def remembering(memory: Memory, message: Message, dealt_with: str | None) -> Memory:
    """With what else is wanted. `dealt_with`: the task or the intent that is taken up now."""
    wanted = dict.fromkeys([*(memory.wishes or []), *message.wishes])
    later = [wish for wish in wanted if TASK_OF_INTENT.get(wish, wish) != dealt_with]
    return memory.knowing(wishes=later or None)


def ask_what_else(dispatcher: CollectingDispatcher, memory: Memory) -> None:
    """Offers what was wanted besides; asks openly where that was all."""
    if not memory.wishes:
        saying.ask_anything_else(dispatcher)
        return
    titles = {wish: READINGS[wish] for wish in memory.wishes}
    options = titles | {NO_THANKS: "No, thank you"}
    saying.ask(dispatcher, Question("anything_else", options), "utter_go_on_with")
