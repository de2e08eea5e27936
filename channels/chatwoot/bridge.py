"""The bridge at work: takes what Chatwoot delivers, and tells Chatwoot what is said and who answers."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars

from channels.audience import Audience
from channels.chatwoot.arriving import take_in
from channels.chatwoot.client import Client, NotTakenError, RefusedError
from channels.chatwoot.meaning import ForeignError, Happened, meaning_of
from channels.chatwoot.settings import ChatwootSettings
from channels.chatwoot.signature import is_genuine
from channels.chatwoot.telling import Due, next_call, with_key
from channels.chatwoot.workers import Workers
from channels.limits import MINUTE, Allowance, Limits
from channels.network import disguised
from channels.store import Store
from channels.turns import Turns
from conversations import Conversation, Reason, State, call_a_person
from conversations.chatwoot import (
    begin_in_chatwoot,
    find,
    forget,
    keep_arrival,
    note_failure,
    note_taken,
    to_be_told,
    unanswered_since,
    with_arrivals,
)
from conversations.transcript import now
from observability import metrics

log = structlog.get_logger(__name__)

SETTLES_WITHIN = 0.25  # seconds: deliveries that overtook each other are put in order again
EVERY = 1.0  # seconds between two looks for what is left to do
PATIENCE = 4.0  # seconds to store a delivery; Chatwoot waits for 5

NOT_GENUINE = (401, "not_genuine", "The signature isn't that of CHATWOOT_SECRET, or the delivery is too old.")
MALFORMED = (422, "malformed", "This is no delivery of Chatwoot's that can be read.")
NOT_STORED = (500, "not_stored", "The delivery couldn't be stored. Please send it again.")  # 500: Chatwoot does so


class Bridge:
    """Between Chatwoot and our conversations. Off where it isn't set up: then there is no bridge at all."""

    def __init__(
        self, settings: ChatwootSettings, store: Store, audience: Audience, turns: Turns, limits: Limits
    ) -> None:
        self._settings = settings
        self._store = store
        self._audience = audience
        self._turns = turns
        self._longest = limits.message_length
        self._messages = Allowance(limits.messages_per_minute, MINUTE)
        self._client = Client(settings)
        self._receiving = Workers(self._receive)
        self._telling = Workers(self._tell)
        audience.tell_also(self._wake)

    def router(self) -> APIRouter:
        """POST /chatwoot, the bot's webhook address."""
        router = APIRouter()

        @router.post("/chatwoot", include_in_schema=False)
        async def deliver(request: Request) -> Response:
            """Kept and acknowledged at once; the work goes on after."""
            body = await request.body()
            signature, timestamp = (
                request.headers.get(f"X-Chatwoot-{name}", "") for name in ("Signature", "Timestamp")
            )
            if not is_genuine(self._settings.secret, body, signature, timestamp, time.time()):
                return self._refuse(*NOT_GENUINE)
            try:
                happened = meaning_of(_json(await request.json()), self._settings)
            except ForeignError as foreign:
                return self._refuse(403, "foreign", str(foreign))
            except ValueError:
                return self._refuse(*MALFORMED)
            if happened is None:
                return self._acknowledge("ignored")
            return await self._keep(happened)

        return router

    async def run(self) -> None:
        """For as long as the service runs: do what is left, also by a process that has ended."""
        is_first = True
        while True:
            try:
                await self._look(also_of_long_ago=is_first)
                is_first = False
            except Exception:
                # The database may be away; what is left is still there when it is back.
                log.exception("what is left to do for Chatwoot could not be looked for")
            await asyncio.sleep(EVERY)

    async def stop(self) -> None:
        """What is under way may end."""
        await asyncio.gather(self._receiving.stop(), self._telling.stop())
        await self._client.close()

    async def _look(self, *, also_of_long_ago: bool) -> None:
        for number in await self._store.run(with_arrivals):
            self._receiving.wake(number)
        for conversation_id in await self._store.run(to_be_told, also_of_long_ago=also_of_long_ago):
            self._telling.wake(conversation_id)
        overdue = await self._store.run(unanswered_since, now() - timedelta(seconds=self._settings.patience))
        for conversation_id, seq in overdue:
            if await self._store.run(_call_a_person_for, conversation_id, seq):
                log.warning("no answer in time; a person is called", conversation=conversation_id)
                await self._audience.news(conversation_id)
                await self._audience.queue_moved()

    async def _wake(self, conversation_id: str) -> None:
        self._telling.wake(conversation_id)

    async def _keep(self, happened: Happened) -> Response:
        if happened.kind == "customer_wrote" and not self._messages.take(str(happened.chatwoot_id)):
            happened = happened.copy(update={"is_too_much": True})
        try:
            kept = await asyncio.wait_for(self._stored(happened), PATIENCE)
        except (SQLAlchemyError, asyncio.TimeoutError) as error:
            log.error("a delivery could not be stored", error=type(error).__name__)
            return self._refuse(*NOT_STORED)
        if kept is None:
            return self._acknowledge("ignored")
        number, is_new = kept
        self._receiving.wake(number)
        return self._acknowledge("taken" if is_new else "repeated")

    async def _stored(self, happened: Happened) -> tuple[int, bool] | None:
        try:
            return await self._store.run(_keep, self._settings.account, happened)
        except IntegrityError:  # another delivery began the same conversation, or was the same, just then
            return await self._store.run(_keep, self._settings.account, happened)

    async def _receive(self, number: int) -> None:
        await asyncio.sleep(SETTLES_WITHIN)
        while taken := await self._store.run(take_in, number, self._longest):
            conversation_id, happened = taken
            address = disguised(f"chatwoot/{happened.contact}") if happened.contact is not None else None
            self._turns.wake(conversation_id, address)
            await self._audience.news(conversation_id)
            if happened.kind != "came_back":
                await self._audience.queue_moved()

    async def _tell(self, conversation_id: str) -> None:
        while due := await self._store.run(next_call, conversation_id, self._settings):
            with bound_contextvars(conversation=conversation_id):
                if not await self._make(due):
                    return

    async def _make(self, due: Due) -> bool:
        """Whether the next call may follow."""
        call = due.call
        try:
            await self._client.call(due.chatwoot_id, call.path, with_key(due))
        except NotTakenError as failure:
            metrics.CHATWOOT_CALLS.labels("failed").inc()
            log.warning("Chatwoot didn't take it; it is tried again", call=call.path, why=str(failure))
            await self._store.run(note_failure, due.conversation_id, due.key)
            return False
        except RefusedError as refused:
            metrics.CHATWOOT_CALLS.labels("refused").inc()
            log.error("Chatwoot refuses it", call=call.path, status=refused.status)
            await self._store.run(_give_up, due, refused.status)
            await self._audience.news(due.conversation_id)
            return True
        metrics.CHATWOOT_CALLS.labels("taken").inc()
        await self._store.run(note_taken, due.conversation_id, due.key, call.status)
        return True

    def _acknowledge(self, outcome: str) -> Response:
        metrics.CHATWOOT_DELIVERIES.labels(outcome).inc()
        return JSONResponse({"ok": True})

    def _refuse(self, status: int, code: str, message: str) -> Response:
        metrics.CHATWOOT_DELIVERIES.labels("refused").inc()
        log.warning("a delivery is refused", code=code)
        return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)


def _json(payload: Any) -> dict[str, Any]:
    if not isinstance(payload, dict):
        raise ValueError("a delivery is a JSON object")
    return payload


def _keep(session: Session, account: int, happened: Happened) -> tuple[int, bool] | None:
    """Our number for the conversation in Chatwoot, and whether this hasn't come in yet.

    None where nobody has written there yet, so that there is no conversation.
    """
    held_there = find(session, account, happened.chatwoot_id)
    if held_there is None and not happened.is_written:
        return None
    held_there = held_there or begin_in_chatwoot(
        session,
        account,
        happened.chatwoot_id,
        channel=happened.channel,
        locale=happened.language or "en-US",
        status="pending",
    )
    is_new = keep_arrival(session, held_there, happened.key, happened.at, happened.message_id, happened.dict())
    return held_there.id, is_new


def _call_a_person_for(session: Session, conversation_id: str, seq: int) -> bool:
    conversation = session.get(Conversation, conversation_id)
    if conversation is None or conversation.state != State.ASSISTANT.value:
        return False
    call_a_person(session, conversation_id, Reason.NO_ANSWER, seq)
    return True


def _give_up(session: Session, due: Due, status: int) -> None:
    """Chatwoot has no such conversation any more; or a customer doesn't get an answer, so a person is to."""
    if status == 404:
        forget(session, due.conversation_id)
        return
    note_taken(session, due.conversation_id, due.key)
    conversation = session.get(Conversation, due.conversation_id)
    if due.call.is_for_the_customer and conversation and conversation.state == State.ASSISTANT.value:
        call_a_person(session, due.conversation_id, Reason.NO_ANSWER)
