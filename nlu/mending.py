"""The message with its slips of the finger mended, beside the message as it was written.

Facts, answers and remarks are read in it, so that "someobdy else repaird it" is what it was meant to be. Numbers,
addresses and names of items are read as they were written: a letter that looks wrong may be right there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.plain import LONGEST
from nlu.spelling import mend

MENDED = "mended"
# No part of a number, an address or a reference; "dosen't" is a word, and "Kim's" is none.
WORD = re.compile(r"(?<![\w@#./'’-])[a-z]+(?:n['’]t)?(?![\w@'’-]|\.\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Mended:
    """The text with the words that were mended: where each was, and how much longer the text has become there."""

    text: str
    mends: Sequence[tuple[int, int]] = ()

    def place(self, at: int) -> int:
        """Where in the text as it was written a place in this one is."""
        for start, longer in self.mends:
            if at > start:
                at -= min(longer, at - start)
        return at


def mended(text: str) -> Mended:
    """What is beyond the part that the model reads stays as it is."""
    mends: list[tuple[int, int]] = []

    def as_meant(found: re.Match[str]) -> str:
        word = found.group()
        bare = re.sub("['’]", "", word.lower())
        meant = mend()(bare)
        if meant == bare:
            return word
        mends.append((found.start(), len(meant) - len(word)))
        return meant

    begins, goes_on = text[:LONGEST], text[LONGEST:]
    return Mended(WORD.sub(as_meant, begins) + goes_on, tuple(mends))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SlipMender(GraphComponent):
    """Gives each message that has slips of the finger its text without them, in Rasa's parse, too."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No settings."""
        return {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SlipMender:
        """Called by Rasa, in training and when a model is loaded."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets `mended` where anything was."""
        for message in messages:
            text = message.get(TEXT) or ""
            if (meant := mended(text).text) != text:
                message.set(MENDED, meant, add_to_output=True)
        return messages
