"""Finds in a customer's sentence what would otherwise be asked: order number, e-mail, reason and state of the item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.amounts import amounts
from nlu.claims import claims
from nlu.identifiers import emails, order_numbers
from nlu.mending import mended
from nlu.reading import Detail

MADE_ALIKE = str.maketrans("’‘`´İ", "''''i")
"""Apostrophes; and the one letter that becomes two in lower case, so that details stay where they are."""


def find_details(text: str) -> list[Detail]:
    """All unmistakable facts in the text, in the order of their places; none where two values of one compete."""
    text = text.translate(MADE_ALIKE).lower()  # expressions that let case be free take half as long again
    details = _undisputed([*emails(text), *order_numbers(text), *amounts(text), *_claims_as_meant(text)])
    return sorted(details, key=lambda detail: (detail.start, detail.entity))


def _claims_as_meant(text: str) -> Iterator[Detail]:
    """What is said of the item, slips of the finger mended, at its places in the text as it was written."""
    meant = mended(text)
    for claim in claims(meant.text):
        yield replace(claim, start=meant.place(claim.start), end=meant.place(claim.end))


def _undisputed(details: Iterable[Detail]) -> Iterator[Detail]:
    by_entity: dict[str, list[Detail]] = {}
    for detail in details:
        by_entity.setdefault(detail.entity, []).append(detail)
    for same in by_entity.values():
        if len({detail.value for detail in same}) == 1:
            yield same[0]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DetailsExtractor(EntityExtractorMixin, GraphComponent):
    """Adds the details of each message to its entities."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings, with what they mean."""
        return {"longest_text": 2000}  # characters that are read

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DetailsExtractor:
        """Called by Rasa, in training and when a model is loaded."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds `entities` to each message."""
        for message in messages:
            text = (message.get(TEXT) or "")[: self._config["longest_text"]]
            found = [
                {"entity": detail.entity, "value": detail.value, "start": detail.start, "end": detail.end}
                for detail in find_details(text)
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(found), add_to_output=True)
        return messages
