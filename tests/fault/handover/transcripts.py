"""What a storm must leave: every acknowledged message once in the transcript, and the transcript on the screens."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Engine

from channels.audience import message_event
from conversations import Message, messages_after
from database import transaction
from tests.fault.handover.people import StormAgent, StormCustomer


def check(customer: StormCustomer, agents: list[StormAgent], transcript: list[Message]) -> None:
    """Nothing lost, doubled or mixed up, on either side, and the assistant silent while an agent answers."""
    numbers = {message.client_id: message.seq for message in transcript if message.author_kind == "customer"}
    assert [message.seq for message in transcript] == list(range(1, len(transcript) + 1))
    assert customer.acknowledged.items() <= numbers.items()
    assert len(numbers) == len([m for m in transcript if m.author_kind == "customer"]), "said twice"
    in_order = [numbers[client_id] for client_id in customer.acknowledged]
    assert in_order == sorted(in_order)
    shown = {message.seq: message_event(message) for message in transcript}
    _check_screen(customer.screen.messages, shown, own=customer.screen.own)
    assert customer.screen.faults == []
    for agent in agents:
        for client_id, (conversation_id, seq) in agent.acknowledged.items():
            if conversation_id == customer.id:
                assert shown[seq]["client_id"].endswith(client_id)
        if screen := agent.screens.get(customer.id):
            assert screen.faults == []
            _check_screen(screen.messages, shown, own=set())
    _check_silence(transcript)


def _check_screen(seen: dict[int, Any], shown: dict[int, Any], own: set[int]) -> None:
    assert seen.keys() | own == shown.keys(), "something is missing on a screen"
    assert {seq: shown[seq] for seq in seen} == seen


def _check_silence(transcript: list[Message]) -> None:
    """From an agent's joining to the handing back the assistant says not one word."""
    holder = "assistant"
    for message in transcript:
        if message.author_kind == "system" and (message.custom or {}).get("type") == "handover":
            holder = (message.custom or {})["state"]
        assert not (holder == "agent" and message.author_kind == "assistant"), f"the assistant spoke at {message.seq}"


def transcript_of(engine: Engine) -> Callable[[str], list[Message]]:
    def transcript_of(conversation_id: str) -> list[Message]:
        with transaction(engine) as session:
            return messages_after(session, conversation_id, 0)

    return transcript_of


def settle(customer: StormCustomer, agents: list[StormAgent], transcript_of: Callable[[str], list[Message]]) -> None:
    """Until both sides' screens show all, and nothing more comes: the assistant may still have owed an answer."""
    shown = -1
    while shown != (last := len(transcript_of(customer.id))):
        customer.catch_up(last)
        for agent in agents:
            if customer.id in agent.screens:
                agent.catch_up(customer.id, last)
        shown = last
        time.sleep(1)
