"""A conversation hears every wording of a response before it hears one again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from runtime.settings import ROOT
from runtime.variations import TakingTurns

DOMAIN = Domain.from_dict({"responses": {"utter_hi": [{"text": "Hi {name}!"}, {"text": "Hello!"}]}})


def heard(tracker: DialogueStateTracker) -> str:
    """What is said next, and remembered as said."""
    said = asyncio.run(TakingTurns(domain=DOMAIN).generate("utter_hi", tracker, "rest", name="Kim"))
    assert said is not None
    tracker.update(UserUttered("hi"))
    tracker.update(BotUttered("another sentence", metadata={"utter_action": "utter_bye"}))
    tracker.update(BotUttered(said["text"], metadata={"utter_action": "utter_hi"}))
    return str(said["text"])


def test_wordings_take_turns_and_are_filled_in_each_time() -> None:
    tracker = DialogueStateTracker("kim", [])
    assert [heard(tracker) for _ in range(4)] == ["Hi Kim!", "Hello!", "Hi Kim!", "Hello!"]


def test_it_is_said_in_the_customers_language() -> None:
    domain = Domain.from_dict({"responses": {"utter_thank": [{"text": "You're welcome."}]}})
    tracker = DialogueStateTracker("kim", [])
    tracker.update(UserUttered("thanks", metadata={"locale": "de-DE"}))

    said = asyncio.run(TakingTurns(domain=domain).generate("utter_thank", tracker, "rest"))

    assert said is not None
    assert said["text"] == "Gern geschehen."


def test_what_the_domain_does_not_have_is_not_said() -> None:
    tracker = DialogueStateTracker("kim", [])
    assert asyncio.run(TakingTurns(domain=DOMAIN).generate("utter_bye", tracker, "rest")) is None


def test_rasa_is_told_to_use_it() -> None:
    endpoints = yaml.safe_load(Path(ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    assert endpoints["nlg"]["type"] == f"{TakingTurns.__module__}.{TakingTurns.__name__}"
