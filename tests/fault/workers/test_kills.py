"""Web workers are killed under load: customers and agents go on at the others, and nothing acknowledged is lost."""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from conversations import Message, to_be_answered
from conversations.agents import add_agent
from database import connect, migrate, transaction
from tests.fault.handover.people import StormAgent, StormCustomer
from tests.fault.handover.transcripts import check, settle, transcript_of
from tests.fault.workers.web_workers import WebWorkers
from tests.unit.channels.agents import PASSWORD
from tests.unit.channels.servers import FakeRasa, echo, slowly, until
from tests.unit.orders.conftest import new_postgresql

pytestmark = pytest.mark.redis


@dataclass(frozen=True)
class Size:
    """How much goes on; `messages` of each customer, half of whom talk to an agent."""

    workers: int
    customers: int
    messages: int
    kills: int


SMALL, FULL = Size(2, 6, 12, 1), Size(3, 60, 60, 20)
FORGOTTEN_AFTER = 30.0  # seconds in which the others notice that one is gone, with time to spare


@pytest.mark.timeout(1800)
def test_killed_on_sqlite(tmp_path: Path, at_full_size: bool) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'workers.db'}")
    _storm(engine, str(engine.url), tmp_path, at_full_size)
    engine.dispose()


@pytest.mark.postgresql
@pytest.mark.timeout(1800)
def test_killed_on_postgresql(tmp_path: Path, at_full_size: bool) -> None:
    with new_postgresql() as engine:
        _storm(engine, engine.url.render_as_string(hide_password=False), tmp_path, at_full_size)


def _storm(engine: Engine, address: str, folder: Path, at_full_size: bool) -> None:
    size = FULL if at_full_size else SMALL
    chance = random.Random(9)
    migrate(engine)
    names = [f"Agent {number}" for number in range(2)]
    with transaction(engine) as session:
        for name in names:
            add_agent(session, name, PASSWORD)
    rasa = FakeRasa(slowly(0.05)).start()
    workers = WebWorkers(size.workers, address, rasa.url, folder / "workers.log")
    customers = [StormCustomer(workers.urls, number, chance) for number in range(size.customers)]
    agents = [StormAgent(workers.urls, name, chance) for name in names]
    try:
        workers.start()
        for agent in agents:
            agent.sign_in()
        with ThreadPoolExecutor(len(customers)) as threads:
            talks = [
                threads.submit(_talk, customer, agents[number % 2] if number % 4 < 2 else None, size.messages)
                for number, customer in enumerate(customers)
            ]
            for _ in range(size.kills):
                time.sleep(chance.uniform(0.5, 1.5))
                workers.kill_one(chance)
            for talk in talks:
                talk.result()
            for settled in [threads.submit(settle, each, agents, transcript_of(engine)) for each in customers]:
                settled.result()
        if at_full_size:
            _check_taken_over(engine, workers, rasa)
    finally:
        for customer in customers:
            customer.leave()
        for agent in agents:
            agent.close()
        workers.stop()
        rasa.stop()

    for customer in customers:
        transcript = transcript_of(engine)(customer.id)
        check(customer, agents, transcript)
        if customer.id not in {each for agent in agents for each in agent.screens}:
            _check_answers(transcript)


def _talk(customer: StormCustomer, agent: StormAgent | None, messages: int) -> None:
    customer.say("hello")
    if agent:
        agent.take_over(customer.id)
    for number in range(messages):
        customer.say(f"message {number}")
        if agent:
            agent.say(customer.id, f"reply {number}")
        customer.perhaps_lose_the_connection()


def _check_answers(transcript: list[Message]) -> None:
    """Each message has one answer, in the order in which they were said."""
    said = [message.text for message in transcript if message.author_kind == "customer"]
    answers = [message.text for message in transcript if message.author_kind == "assistant"]
    assert answers == [f"You said: {text}" for text in said]


def _check_taken_over(engine: Engine, workers: WebWorkers, rasa: FakeRasa) -> None:
    """What a worker owes when it is killed for good is answered by another, though the customer never comes back."""
    rasa.answers = slowly(1.0)
    gone = StormCustomer(workers.urls[-1:], 1000, random.Random(1))
    gone.say("and I")
    until(lambda: "and I" in rasa.texts)
    workers.kill_for_good()
    rasa.answers = echo
    with transaction(engine) as session:
        assert to_be_answered(session) == [gone.id]

    until(lambda: _is_all_answered(engine), FORGOTTEN_AFTER)

    assert Counter(rasa.texts)["and I"] == 2
    _check_answers(transcript_of(engine)(gone.id))
    gone.leave()


def _is_all_answered(engine: Engine) -> bool:
    with transaction(engine) as session:
        return not to_be_answered(session)
