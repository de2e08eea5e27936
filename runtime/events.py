"""What happens in the dialogues, as messages to RabbitMQ (`EVENTS_URL`), for whoever counts and compares it.

They carry customers' words: docs/deployment.md says what that asks for.
"""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop
from urllib.parse import unquote, urlsplit

from rasa.core.brokers.pika import PikaEventBroker
from rasa.utils.endpoints import EndpointConfig

EXCHANGE = QUEUE = "assistant_events"
SECONDS_BETWEEN_TRIES = 5.0
TRIES = 10**9  # it is never given up


class Events(PikaEventBroker):
    """Rasa makes it by its name in endpoints.yml.

    Rasa's own way waits for RabbitMQ before it starts, and keeps in memory what can't be sent. Here customers are
    answered whether RabbitMQ is there or not, and what happens meanwhile isn't told.
    """

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig | None, event_loop: AbstractEventLoop | None = None
    ) -> Events | None:
        """None where no address is given. Raises ValueError for one that can't be used, without its password."""
        if broker_config is None or not broker_config.url:
            return None
        address = urlsplit(broker_config.url)
        if address.scheme not in ("amqp", "amqps") or not address.hostname:
            raise ValueError("EVENTS_URL must look like amqp://user:password@host:5672/.")
        events = cls(
            broker_config.url,
            unquote(address.username or "guest"),
            unquote(address.password or "guest"),
            port=address.port or (5671 if address.scheme == "amqps" else 5672),
            queues=[QUEUE],
            exchange_name=EXCHANGE,
            should_keep_unpublished_messages=False,
            connection_attempts=TRIES,
            retry_delay_in_seconds=SECONDS_BETWEEN_TRIES,
        )
        events.connecting = asyncio.create_task(events.connect())
        return events

    connecting: asyncio.Task[None]

    async def close(self) -> None:
        """Stop trying to connect, or end the connection."""
        self.connecting.cancel()
        await super().close()

    def _configure_url(self) -> str:
        """The address as it was given: Rasa would take it apart, and lose a name or password with an `@` in it."""
        return str(self.host)
