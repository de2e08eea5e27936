"""Rasa's REST channel, with one difference: what a customer writes is only ever words. And a door beside it.

Rasa's own channel takes `/file_request{"order_number": "..."}` as a command: any intent of the domain with full
confidence, any slot with any value. Here a leading slash is dropped, so that it is read like every other sentence.
Same name, so same address and answers: POST /webhooks/rest/webhook. By POST /webhooks/rest/handed_back the web service
says that a person has handed the customer back; no customer's words lead there.
"""

from __future__ import annotations

import asyncio
import re
import time
import unicodedata
from asyncio import CancelledError
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.lock_store import LockError
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy.exc import SQLAlchemyError

import lean
from languages import gettext, in_english, to_translate
from observability import metrics
from runtime.following import milliseconds_since, turn_of
from runtime.locales import locale_in
from runtime.rasa_changes import OUTAGE, end_connections, is_outage
from runtime.readiness import Readiness
from runtime.trackers import Trackers

log = structlog.get_logger(__name__)

LONGEST_TEXT = 2_000
"""Characters of a message that are read. A turn takes longer the longer the text, and holds up everyone else's."""

LONGEST_SENDER = 255
"""Characters, as wide as the column in the tracker store."""

HANDED_BACK = {"intent": {"name": "handed_back", "confidence": 1.0}, "entities": [], "text": "", "intent_ranking": []}
"""How Rasa reads that a person has handed the customer back."""

NOTHING_TO_READ = to_translate("Your message arrived empty. Please tell me in a few words what I can do for you.")


@dataclass(frozen=True)
class Message:
    """What a client of the channel sent, checked."""

    sender: str
    text: str
    metadata: dict[str, Any] | None
    reading: dict[str, Any] | None = None
    """What it is taken for; None lets Rasa read the words."""

    def for_rasa(self, said: CollectingOutputChannel) -> UserMessage:
        """As Rasa takes it; what is answered goes into `said`."""
        return UserMessage(
            self.text,
            said,
            self.sender,
            parse_data=self.reading,
            input_channel=WordsOnly.name(),
            metadata=self.metadata,
        )


class OutOfReachError(Exception):
    """What a turn needs can't be reached, so nothing of it was kept: the message may be sent again at any time."""

    def __init__(self) -> None:
        super().__init__("The memory of the dialogues can't be reached. Please send the message again later.")


def words_of(text: str) -> str:
    """The words of `text`: never a command, never longer than `LONGEST_TEXT`, and nothing that a database refuses."""
    readable = "".join(character for character in text[: 2 * LONGEST_TEXT] if _is_readable(character))
    return re.sub(r"^[\s/]+", "", readable)[:LONGEST_TEXT].rstrip()


def _is_readable(character: str) -> bool:
    return character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}  # controls, half surrogates


def message_from(body: Any) -> Message:
    """The message in a request's JSON body.

    Raises ValueError with a sentence for the client's programmer when it isn't one.
    """
    if not isinstance(body, dict):
        raise ValueError('Send a JSON object: {"sender": "...", "message": "..."}.')
    sender, metadata = _sender_and_metadata(body)
    text = body.get("message")
    if not isinstance(text, str):
        raise ValueError("'message' must be a text: what the customer wrote.")
    return Message(sender, words_of(in_english(text, locale_in(metadata))), metadata)


def handed_back_from(body: Any) -> Message:
    """That a person has handed the customer back, with the facts as they have put them right.

    Raises ValueError with a sentence for the client's programmer when it isn't that.
    """
    if not isinstance(body, dict):
        raise ValueError('Send a JSON object: {"sender": "...", "corrections": {...}}.')
    sender, metadata = _sender_and_metadata(body)
    corrections = body.get("corrections") or {}
    if not isinstance(corrections, dict):
        raise ValueError("'corrections' must be a JSON object of facts, or be left out.")
    return Message(sender, "", (metadata or {}) | {"corrections": corrections}, HANDED_BACK)


def _sender_and_metadata(body: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    sender, metadata = body.get("sender"), body.get("metadata")
    if not isinstance(sender, str) or not sender.strip() or len(sender) > LONGEST_SENDER:
        raise ValueError(f"'sender' must be the conversation's id, a text of 1 to {LONGEST_SENDER} characters.")
    if not all(_is_readable(character) for character in sender):
        raise ValueError("'sender' must not contain control characters.")
    if metadata is not None and not isinstance(metadata, dict):
        raise ValueError("'metadata' must be a JSON object, or be left out.")
    return sender, metadata


class WordsOnly(InputChannel):
    """POST {"sender", "message", "metadata"?} and get the assistant's messages of this turn as a list."""

    @classmethod
    def name(cls) -> str:
        """Rasa's own name for it, which makes its address."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's addresses; `on_new_message` hands a message to the assistant."""
        channel = Blueprint("words_only")
        readiness = Readiness()

        @channel.get("/")
        async def health(_request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @channel.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            parts = await readiness.of(getattr(request.app.ctx, "agent", None))
            return response.json(parts, status=200 if set(parts.values()) == {"ok"} else 503)

        @channel.get("/metrics")
        async def figures(_request: Request) -> HTTPResponse:
            return response.raw(metrics.exposition(), content_type=metrics.CONTENT_TYPE)

        @channel.listener("after_server_start")
        async def started(_app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
            lean.keep_what_is_loaded()

        @channel.listener("after_server_stop")
        async def stopped(app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
            agent: Agent | None = getattr(app.ctx, "agent", None)
            await end_connections(agent.action_endpoint if agent else None)

        @channel.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            return await take_turn(request, message_from)

        @channel.post("/handed_back")
        async def go_on(request: Request) -> HTTPResponse:
            return await take_turn(request, handed_back_from)

        async def take_turn(request: Request, read: Callable[[Any], Message]) -> HTTPResponse:
            try:
                message = read(_json_of(request))
            except ValueError as refusal:
                return _error(400, "bad_request", str(refusal))
            agent: Agent = request.app.ctx.agent
            if not agent.is_ready():
                return _error(503, "no_model", "The assistant has no trained model yet. Please try again later.")
            turn = asyncio.create_task(answers_to(message, agent))
            try:
                return response.json(await asyncio.shield(turn))  # goes on when the client has hung up
            except OutOfReachError as failure:
                return _error(503, "out_of_reach", str(failure))

        return channel


async def answers_to(message: Message, agent: Agent) -> list[dict[str, Any]]:
    """The assistant's messages of this turn; whatever happens, there is one that a customer understands.

    A numbered message that comes again gets the answers that it got, or is getting: a "yes" counts once. The web
    service sends again what took too long, or what it lost the connection over; `metadata.seq` is the number.
    Raises OutOfReachError.
    """
    if not message.text and message.reading is None:
        return [{"recipient_id": message.sender, "text": gettext(NOTHING_TO_READ, locale_in(message.metadata))}]
    said = CollectingOutputChannel()
    with turn_of(message.sender, message.metadata):
        began = time.perf_counter()
        try:
            async with agent.lock_store.lock(message.sender):
                if not await _is_said_again(message, agent.tracker_store, said):
                    await agent.processor.handle_message(message.for_rasa(said))
        except (SQLAlchemyError, LockError) as failure:
            log.exception("a turn failed")
            raise OutOfReachError from failure
        except (CancelledError, Exception):
            log.exception("a turn failed")
            outage = gettext(OUTAGE, locale_in(message.metadata))
            return [*said.messages, {"recipient_id": message.sender, "text": outage}]
        log.info("turn taken", replies=len(said.messages), ms=milliseconds_since(began))
    return list(said.messages)


async def _is_said_again(message: Message, trackers: Trackers, said: CollectingOutputChannel) -> bool:
    """Whether this message was answered before; a turn in which something of ours failed is run anew."""
    number = (message.metadata or {}).get("seq")
    answers = await trackers.said_in_answer_to(message.sender, number) if isinstance(number, int) else None
    if answers is None or any(is_outage(answer) for answer in answers):
        return False
    for answer in answers:
        await said.send_response(message.sender, answer.message())
    return True


def _json_of(request: Request) -> Any:
    try:
        return request.json
    except Exception:  # Sanic's own refusal comes as a page
        raise ValueError("The request's body is not JSON.") from None


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return response.json({"error": {"code": code, "message": message}}, status=status)
