"""Sentences that take turns: a conversation hears every wording of a response before it hears one again.

Rasa draws them by lot, so that a customer may read the same sentence twice in a row.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from languages import gettext
from policy_core import of_the_shop
from runtime.locales import locale_of


class TakingTurns(TemplatedNaturalLanguageGenerator):
    """Rasa makes it by its name in endpoints.yml."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        super().__init__(domain.responses if domain else {})

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The wording that comes next, in the customer's language, with what the shop and the caller know filled in."""
        wordings = self.responses.get(utter_action)
        if not wordings:
            return None
        said = sum(
            isinstance(event, BotUttered) and event.metadata.get("utter_action") == utter_action
            for event in tracker.events
        )
        wording, locale = dict(wordings[said % len(wordings)]), locale_of(tracker)
        wording["text"] = gettext(wording["text"], locale)
        of_shop = of_the_shop(datetime.now(timezone.utc).date(), locale or "en-US") if "{" in wording["text"] else {}
        return self._fill_response(wording, tracker.current_slot_values(), **of_shop | kwargs)
