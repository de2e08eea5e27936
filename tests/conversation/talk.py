"""One turn of a conversation, with what must hold of every turn whatever was said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered

from policy_core import published
from runtime.rasa_changes import OUTAGE
from tests.assistant import Assistant, Said
from tests.conversation.contract import faults_of
from tests.german import english_in

CONTACT = published().settings.contact
_UNFILLED = re.compile(r"\{\w+\}|\bNone\b|\bnull\b|utter_\w+")


@dataclass(frozen=True)
class Turn:
    """What was said, what the assistant answered, and what Rasa did on the way."""

    said: str
    answers: Said
    events: list[Event]
    question_before: str | None

    def payloads(self, kind: str) -> list[dict[str, Any]]:
        """The structured messages of one type."""
        return [answer["custom"] for answer in self.answers if answer.get("custom", {}).get("type") == kind]

    @cached_property
    def text(self) -> str:
        """All that the customer reads."""
        return "\n".join(answer["text"] for answer in self.answers if answer.get("text"))

    def words(self) -> Iterator[str]:
        """Every text that the customer reads, without what is quoted from the policy, and without names of items."""
        for answer in self.answers:
            custom = answer.get("custom", {})
            texts = [answer.get("text", "")]
            if custom.get("fact") != "item":
                texts += [option["title"] for option in custom.get("options", ())]
            if custom.get("type") == "decision":
                texts += [step["text"] for step in custom["decision"]["next_steps"]]
            names = [item["name"] for item in custom.get("items", ())]
            for text in texts:
                for name in names:
                    text = text.replace(name, "„…“")
                yield text

    @property
    def ask(self) -> dict[str, Any] | None:
        """The question that this turn ends with."""
        return next(iter(self.payloads("ask")), None)

    @property
    def asked(self) -> str | None:
        """The fact that it asks for."""
        return str(self.ask["fact"]) if self.ask else None

    @property
    def filed(self) -> list[dict[str, Any]]:
        """The requests that were filed now; one that is only shown was announced by another sentence."""
        is_filing = any(name.startswith("utter_filed_") for name in self.responses)
        return self.payloads("request") if is_filing else []

    @property
    def responses(self) -> list[str]:
        """The names of the responses in domain.yml that were used."""
        metadata = [event.metadata for event in self.events if isinstance(event, BotUttered)]
        return [data["utter_action"] for data in metadata if data.get("utter_action")]

    @property
    def actions(self) -> list[str]:
        """The names of all that Rasa ran."""
        return [event.action_name for event in self.events if isinstance(event, ActionExecuted) and event.action_name]

    @property
    def slots_set(self) -> dict[str, Any]:
        """The slots that were set, with their last values."""
        return {event.key: event.value for event in self.events if isinstance(event, SlotSet)}

    def faults(self) -> Iterator[str]:
        """What is wrong with it in any conversation."""
        yield from faults_of(self.answers)
        if not self.text:
            yield "it says nothing"
        if OUTAGE in self.text:
            yield "an action failed"
        if self.payloads("ask") and self.payloads("handover"):
            yield "it asks something and leaves the answer to a person"
        if unfilled := _UNFILLED.search(self.text):
            yield f"it shows {unfilled[0]}"
        if self.filed and self.question_before != "confirm":
            yield "it files something that it hasn't asked about"

    def __str__(self) -> str:
        told = [f"> {self.said}"]
        for answer in self.answers:
            told += [f"  {line}" for line in str(answer.get("text", "")).splitlines()]
            told += [f"  [{_short(answer['custom'])}]"] if "custom" in answer else []
        return "\n".join(told)


def _short(payload: dict[str, Any]) -> str:
    """A payload as a line of a transcript shows it."""
    if payload["type"] == "decision":
        decision = payload["decision"]
        total = decision["refund"] and decision["refund"]["total"]
        parts = [part["outcome"] for part in decision["per_item"]]
        shown = [decision["wants"], decision["outcome"], decision["remedy"], total, decision["deadline"], *parts]
        return f"decision: {', '.join(str(part) for part in shown if part)}"
    if payload["type"] == "ask":
        options = " / ".join(option["title"] for option in payload.get("options", ()))
        return f"ask {payload['fact']}{': ' if options else ''}{options}"
    told = [str(payload[key]) for key in ("kind", "status", "reference", "ids", "state") if payload.get(key)]
    return f"{payload['type']}: {', '.join(told)}"


@dataclass
class Talk:
    """Somebody new talks with the assistant."""

    assistant: Assistant
    turns: list[Turn] = field(default_factory=list)
    locale: str | None = None

    def __post_init__(self) -> None:
        self.sender = self.assistant.customer().sender

    def copy(self, ago: timedelta = timedelta()) -> Talk:
        """Another conversation that has come to the same point, that long ago."""
        copy = Talk(self.assistant, list(self.turns), self.locale)
        copy.sender = self.assistant.customer_at_the_point_of(self.sender, ago).sender
        return copy

    def say(self, words: str) -> Turn:
        """The turn that follows; raises AssertionError with the conversation so far where it is faulty."""
        return self._turn(words, self.assistant.say(words, self.sender, {"locale": self.locale}))

    def hand_back(self, corrections: dict[str, Any] | None = None) -> Turn:
        """The turn that follows when a person hands the customer back; raises AssertionError as `say` does."""
        answers = self.assistant.hand_back(self.sender, corrections, {"locale": self.locale})
        return self._turn("(handed back)", answers)

    def _turn(self, words: str, answers: Said) -> Turn:
        before = self.turns[-1].asked if self.turns else None
        turn = Turn(words, answers, self._events_of_this_turn(), before)
        self.turns.append(turn)
        faults = list(turn.faults())
        if self.locale and self.locale.startswith("de"):
            faults += [f"{english!r} isn't German" for words in turn.words() if (english := english_in(words))]
        assert not faults, f"{'; '.join(faults)}\n\n{self}"
        return turn

    @property
    def slots(self) -> dict[str, Any]:
        """All that is known, by slot."""
        slots: dict[str, Any] = self.assistant.tracker(self.sender).current_slot_values()
        return slots

    def _events_of_this_turn(self) -> list[Event]:
        events: list[Event] = []
        tracker = self.assistant.tracker(self.sender)
        for event in reversed(tracker.events if tracker else []):  # an empty message never reaches Rasa
            if isinstance(event, UserUttered):
                break
            events.insert(0, event)
        return events

    def __str__(self) -> str:
        return "\n".join(str(turn) for turn in self.turns)
