"""The client of the Rasa servers, by their REST channel."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal

import aiohttp

from conversations import Draft

ASSISTANT = "Assistant"

# So many turns at once in each server: more would only queue in Rasa, where they would run into its timeouts.
TURNS_AT_ONCE = 16

PARTS = ("model", "actions", "memory")
SECONDS_TO_CONNECT = 3.0
PATIENCE_WITH_HEALTH = aiohttp.ClientTimeout(total=4.0)  # seconds; Rasa itself asks the action server

# Seconds for which a server that wasn't reached is asked only when no other one is.
PASSED_OVER_FOR = 5.0

Cause = Literal["down", "slow", "silent"]


class NoAnswerError(Exception):
    """Rasa said nothing that could be shown.

    `down`: it wasn't reached, so the message had no effect and may be sent again at any time.
    `slow`: it didn't answer in time. `silent`: it answered, but with nothing to say, or with an error.
    """

    def __init__(self, reason: Cause) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class _Server:
    """One Rasa server. `turns` are under way in it; `passed_over_until` a time of `time.monotonic`."""

    url: str
    turns: int = 0
    passed_over_until: float = 0.0


class Rasa:
    """Says a customer's words to the assistant and hands back what it answers.

    Any server can take any turn, since they share their memory; the one with the fewest turns under way does.
    """

    def __init__(self, urls: Sequence[str], timeout: float) -> None:
        self._servers = [_Server(url) for url in urls]
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=SECONDS_TO_CONNECT)
        self._turns = asyncio.Semaphore(TURNS_AT_ONCE * len(urls))

    async def __aenter__(self) -> Rasa:
        connections = aiohttp.TCPConnector(limit=0)  # `TURNS_AT_ONCE` is the limit
        self._client = aiohttp.ClientSession(connector=connections, timeout=self._timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    async def say(self, conversation_id: str, text: str, metadata: Mapping[str, Any]) -> list[Draft]:
        """The assistant's answer to `text`, at least one message long. Raises `NoAnswerError`."""
        message = {"sender": conversation_id, "message": as_words(text), "metadata": dict(metadata)}
        return await self._turn("/webhooks/rest/webhook", message)

    async def go_on(
        self, conversation_id: str, corrections: Mapping[str, Any], metadata: Mapping[str, Any]
    ) -> list[Draft]:
        """What the assistant says when a person hands the customer back. Raises `NoAnswerError`.

        `corrections`: facts of the case as the person has put them right, by the policy engine's names.
        """
        handed_back = {"sender": conversation_id, "corrections": dict(corrections), "metadata": dict(metadata)}
        return await self._turn("/webhooks/rest/handed_back", handed_back)

    async def _turn(self, path: str, body: dict[str, Any]) -> list[Draft]:
        async with self._turns:
            replies = await self._ask(path, body)
        if not replies:
            raise NoAnswerError("silent")
        return replies

    async def _ask(self, path: str, body: dict[str, Any]) -> list[Draft]:
        """What the first server says that can be reached."""
        now = time.monotonic()
        *others, last = sorted(self._servers, key=lambda server: (server.passed_over_until > now, server.turns))
        for server in others:
            try:
                return await _say_to(self._client, server, path, body)
            except NoAnswerError as error:
                if error.reason != "down":
                    raise
        return await _say_to(self._client, last, path, body)

    async def state(self) -> dict[str, str]:
        """Rasa and each part that it needs for an answer: `ok`, or what is wrong with it; of the best server."""
        states = await asyncio.gather(*(_state_of(self._client, server) for server in self._servers))
        return min(states, key=lambda parts: sum(state != "ok" for state in parts.values()))


async def _say_to(client: aiohttp.ClientSession, server: _Server, path: str, body: dict[str, Any]) -> list[Draft]:
    server.turns += 1
    try:
        async with client.post(server.url + path, json=body) as response:
            response.raise_for_status()
            return _replies(await response.json(content_type=None))
    except aiohttp.ClientResponseError as error:
        is_gateway = error.status in (502, 503, 504)
        raise _not_reached(server) if is_gateway else NoAnswerError("silent") from error
    except (aiohttp.ClientError, OSError) as error:  # also when connecting took too long
        raise _not_reached(server) from error
    except asyncio.TimeoutError as error:
        raise NoAnswerError("slow") from error
    except ValueError as error:  # not JSON, or not the list that Rasa promises
        raise NoAnswerError("silent") from error
    finally:
        server.turns -= 1


def _not_reached(server: _Server) -> NoAnswerError:
    server.passed_over_until = time.monotonic() + PASSED_OVER_FOR
    return NoAnswerError("down")


async def _state_of(client: aiohttp.ClientSession, server: _Server) -> dict[str, str]:
    try:
        async with client.get(f"{server.url}/webhooks/rest/ready", timeout=PATIENCE_WITH_HEALTH) as response:
            parts = await response.json(content_type=None)
    except (aiohttp.ClientError, OSError, asyncio.TimeoutError, ValueError):
        return {"rasa": "not reachable"}
    told = {name: str(parts[name]) for name in PARTS if name in parts} if isinstance(parts, dict) else {}
    return {"rasa": "ok" if told else "not reachable", **told}


def as_words(text: str) -> str:
    """`text` as Rasa may read it: never as a payload.

    Rasa takes what begins with a slash for an intent with entities, sets slots by it, and obeys `/restart`.
    """
    return text.lstrip("/" + _BLANK) or "?"


# What str.strip takes for blank, and so does Rasa before it looks for the slash.
_BLANK = "".join(character for character in map(chr, range(0x3001)) if character.isspace())


def _replies(items: Any) -> list[Draft]:
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError("Rasa's answer isn't a list of messages")
    replies = [_reply(item.get("text"), item.get("custom")) for item in items]
    return [reply for reply in replies if reply.text or reply.custom]


def _reply(text: Any, custom: Any) -> Draft:
    return Draft(
        author_kind="assistant",
        author_name=ASSISTANT,
        text=text if isinstance(text, str) else None,
        custom=custom if isinstance(custom, dict) else None,
    )
