"""The whole assistant in one process: the trained model and the real actions, JSON in between as over HTTP."""

from __future__ import annotations

import asyncio
import copy
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from rasa.core.agent import Agent
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from runtime import rasa_changes
from runtime.locks import ConversationLocks
from runtime.trackers import Trackers
from runtime.variations import TakingTurns
from runtime.words_only import Message, answers_to, handed_back_from, message_from

Said = list[dict[str, Any]]


class InProcessEndpoint(EndpointConfig):
    """The action server, called without a network."""

    def __init__(self, actions: str | ModuleType) -> None:
        super().__init__("http://in-process", enable_selective_domain=True)  # as in endpoints.yml
        self.executor = ActionExecutor()
        self.executor.register_package(actions)
        self.called: list[str] = []
        self.is_down = False

    async def request(self, method: str = "post", **kwargs: Any) -> Any:
        """What the SDK's `/webhook` does."""
        if self.is_down:
            raise ConnectionError("the action server is down")
        call = json.loads(json.dumps(kwargs["json"]))
        self.called.append(call["next_action"])
        try:
            result = await self.executor.run(call)
        except ActionExecutionRejection as rejection:
            refusal = {"error": str(rejection), "action_name": rejection.action_name}
            raise ClientResponseError(400, "rejected", json.dumps(refusal)) from rejection
        return json.loads(json.dumps(result)) if result else {"events": [], "responses": []}


class Assistant:
    """Talks like Rasa's REST channel: one message in, this turn's messages out, without their `recipient_id`."""

    def __init__(self, model: Path, actions: str | ModuleType) -> None:
        rasa_changes.apply()
        self.endpoint = InProcessEndpoint(actions)
        self._loop = asyncio.new_event_loop()  # one for all turns, as Rasa's locks belong to theirs
        self._agent = Agent.load(
            str(model),
            action_endpoint=self.endpoint,
            generator=TakingTurns(),
            tracker_store=Trackers(None),
            lock_store=ConversationLocks(),
        )
        self._numbers = itertools.count(1)

    def say(self, text: str, sender: str, metadata: dict[str, Any] | None = None) -> Said:
        """What the assistant answers to `text`."""
        return self._turn(message_from({"sender": sender, "message": text, "metadata": metadata}))

    def hand_back(
        self, sender: str, corrections: dict[str, Any] | None = None, metadata: dict[str, Any] | None = None
    ) -> Said:
        """What it says when a person hands the customer back."""
        return self._turn(handed_back_from({"sender": sender, "corrections": corrections, "metadata": metadata}))

    def _turn(self, message: Message) -> Said:
        answers = self._loop.run_until_complete(answers_to(message, self._agent))
        return [{key: value for key, value in answer.items() if key != "recipient_id"} for answer in answers]

    def tracker(self, sender: str) -> DialogueStateTracker:
        """Rasa's memory of the conversation: slots, active_loop_name, events."""
        return self._loop.run_until_complete(self._agent.tracker_store.retrieve(sender))

    def customer(self) -> Customer:
        """Somebody new."""
        return Customer(self, f"customer-{next(self._numbers)}")

    def customer_at_the_point_of(self, sender: str, ago: timedelta = timedelta()) -> Customer:
        """Somebody new who has said and heard all that `sender` has, that long ago."""
        customer = self.customer()
        tracker = self.tracker(sender)
        events = copy.deepcopy(list(tracker.events))
        for event in events:
            event.timestamp -= ago.total_seconds()
        past = DialogueStateTracker.from_events(customer.sender, events, tracker.slots.values())
        self._loop.run_until_complete(self._agent.tracker_store.save(past))
        return customer

    @contextmanager
    def without_actions(self) -> Iterator[None]:
        """The action server is down meanwhile."""
        self.endpoint.is_down = True
        try:
            yield
        finally:
            self.endpoint.is_down = False

    def close(self) -> None:
        """End its event loop."""
        self._loop.close()


@dataclass
class Customer:
    """Somebody in a conversation of their own."""

    assistant: Assistant
    sender: str
    heard: Said = field(default_factory=list)

    def say(self, text: str) -> Said:
        """This turn's answers; all of them so far are in `heard`."""
        answers = self.assistant.say(text, self.sender)
        self.heard += answers
        return answers
