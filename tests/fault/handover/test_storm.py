"""Customers and agents talk while connections break and servers are killed: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from channels.audience import message_event
from conversations import Message, messages_after
from conversations.agents import add_agent
from database import connect, migrate, transaction
from runtime import training
from tests.fault.handover.people import StormAgent, StormCustomer
from tests.fault.handover.servers import Servers
from tests.unit.channels.agents import PASSWORD


@dataclass(frozen=True)
class Size:
    """How big a storm is."""

    conversations: int
    agents: int
    messages: int
    kills: int


SMALL, FULL = Size(6, 2, 120, 3), Size(50, 5, 2000, 30)
CHANCE_OF_BEING_HANDED_BACK = 0.05


@pytest.mark.timeout(1800)
def test_a_storm_loses_doubles_and_mixes_up_nothing(tmp_path: Path, at_full_size: bool) -> None:
    size = FULL if at_full_size else SMALL
    training.up_to_date_model()
    servers = Servers(tmp_path)
    engine = connect(servers.database)
    migrate(engine)
    names = [f"Agent {number}" for number in range(size.agents)]
    with transaction(engine) as session:
        for name in names:
            add_agent(session, name, PASSWORD)
    try:
        customers, agents = _storm(servers, size, names, _transcript_of(engine))
    finally:
        servers.stop()

    for customer in customers:
        transcript = _transcript_of(engine)(customer.id)
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


def _transcript_of(engine: Engine) -> Callable[[str], list[Message]]:
    def transcript_of(conversation_id: str) -> list[Message]:
        with transaction(engine) as session:
            return messages_after(session, conversation_id, 0)

    return transcript_of


def _storm(
    servers: Servers, size: Size, names: list[str], transcript_of: Callable[[str], list[Message]]
) -> tuple[list[StormCustomer], list[StormAgent]]:
    chance = random.Random(8)
    servers.start()
    customers = [StormCustomer(servers.url, number, chance) for number in range(size.conversations)]
    agents = [StormAgent(servers.url, name, chance) for name in names]
    for agent in agents:
        agent.sign_in()
    each = size.messages // size.conversations
    with ThreadPoolExecutor(len(customers)) as threads:
        talks = [
            threads.submit(_talk, customer, agents[number % len(agents)], each, chance)
            for number, customer in enumerate(customers)
        ]
        for _ in range(size.kills):
            time.sleep(chance.uniform(0.3, 1.5))
            servers.kill(chance)
        for talk in talks:
            talk.result()
        for settled in [threads.submit(_settle, customer, agents, transcript_of) for customer in customers]:
            settled.result()
    for customer in customers:
        customer.leave()
    for agent in agents:
        agent.close()
    return customers, agents


def _talk(customer: StormCustomer, agent: StormAgent, messages: int, chance: random.Random) -> None:
    """Half of the messages are the customer's, half the agent's, who joins after the first."""
    customer.say("hello")
    agent.take_over(customer.id)
    for number in range(messages // 2):
        customer.say(f"customer's message {number}")
        agent.say(customer.id, f"agent's message {number}")
        customer.perhaps_lose_the_connection()
        agent.perhaps_lose_the_connection()
        if chance.random() < CHANCE_OF_BEING_HANDED_BACK:
            agent.hand_back(customer.id)
            customer.say("thanks")
            agent.take_over(customer.id)


def _settle(customer: StormCustomer, agents: list[StormAgent], transcript_of: Callable[[str], list[Message]]) -> None:
    """Until both sides' screens show all, and nothing more comes: the assistant may still have owed an answer."""
    shown = -1
    while shown != (last := len(transcript_of(customer.id))):
        customer.catch_up(last)
        for agent in agents:
            if customer.id in agent.screens:
                agent.catch_up(customer.id, last)
        shown = last
        time.sleep(1)
