"""What happens in the dialogues reaches RabbitMQ, and customers never wait for it."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import aio_pika
import httpx
import pytest
from rasa.utils.endpoints import EndpointConfig

from runtime import events
from tests import machine
from tests.ports import free_port
from tests.unit.runtime.test_rasa_server import rasa_server

WORDS = "hello"


@pytest.mark.rabbitmq
def test_what_was_said_reaches_rabbitmq(tiny_model, tmp_path):
    with rasa_server(tiny_model, tmp_path, EVENTS_URL=machine.RABBITMQ_URL) as client:
        told = asyncio.run(_told_after_a_turn(client, f"somebody-{uuid4().hex}"))
    assert [(event["event"], event["text"]) for event in told if event["event"] in ("user", "bot")] == [
        ("user", WORDS),
        ("bot", "Hello."),
    ]


async def _told_after_a_turn(client: httpx.Client, sender: str) -> list[dict[str, Any]]:
    """The events of `sender`'s first turn."""
    async with await aio_pika.connect(machine.RABBITMQ_URL) as connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange(events.EXCHANGE, aio_pika.ExchangeType.FANOUT)
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(exchange)
        while not await queue.get(fail=False):  # Rasa answers before it is connected
            _say(client, "somebody before")
        _say(client, sender)
        told: list[dict[str, Any]] = []
        while not told or told[-1]["event"] != "bot":
            if message := await queue.get(fail=False, no_ack=True):
                event = json.loads(message.body)
                told += [event] if event["sender_id"] == sender else []
            else:
                await asyncio.sleep(0.05)
        await channel.queue_delete(events.QUEUE)
        await channel.exchange_delete(events.EXCHANGE)
    return told


def _say(client: httpx.Client, sender: str) -> list[str]:
    said = client.post("/webhooks/rest/webhook", json={"sender": sender, "message": WORDS}).json()
    return [message["text"] for message in said]


def test_customers_are_answered_without_rabbitmq(tiny_model, tmp_path):
    nowhere = f"amqp://somebody:hunter2@127.0.0.1:{free_port()}/"
    with rasa_server(tiny_model, tmp_path, EVENTS_URL=nowhere) as client:
        assert _say(client, "somebody") == ["Hello."]


def test_without_an_address_nothing_is_told():
    assert asyncio.run(events.Events.from_endpoint_config(EndpointConfig(url=""))) is None


@pytest.mark.parametrize("address", ["rabbitmq:5672", "http://somebody:hunter2@host/", "amqp://"])
def test_an_address_that_cannot_be_used_is_refused_without_its_password(address):
    with pytest.raises(ValueError, match=r"^EVENTS_URL must look like amqp://user:password@host:5672/\.$"):
        asyncio.run(events.Events.from_endpoint_config(EndpointConfig(url=address)))
