"""Customers and agents talk while connections break and servers are killed: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from conversations import Message
from conversations.agents import add_agent
from database import connect, migrate, transaction
from runtime import training
from tests.fault.handover.people import StormAgent, StormCustomer
from tests.fault.handover.servers import Servers
from tests.fault.handover.transcripts import check, settle, transcript_of
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
        customers, agents = _storm(servers, size, names, transcript_of(engine))
    finally:
        servers.stop()

    for customer in customers:
        check(customer, agents, transcript_of(engine)(customer.id))


def _storm(
    servers: Servers, size: Size, names: list[str], transcript_of: Callable[[str], list[Message]]
) -> tuple[list[StormCustomer], list[StormAgent]]:
    chance = random.Random(8)
    servers.start()
    customers = [StormCustomer([servers.url], number, chance) for number in range(size.conversations)]
    agents = [StormAgent([servers.url], name, chance) for name in names]
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
        for settled in [threads.submit(settle, customer, agents, transcript_of) for customer in customers]:
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
