"""The assistant's turns: every stored customer's message gets its answer, once and in order.

A conversation has at most one turn under way. What isn't answered stands in the database, so an outage of Rasa or
of this service only delays it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars, bound_contextvars

from channels.audience import Audience, Said
from channels.rasa import ASSISTANT, Cause, NoAnswerError, Rasa
from channels.store import Store
from conversations import (
    Conversation,
    Draft,
    Message,
    Reason,
    answer,
    call_a_person,
    is_handed_back,
    messages_after,
    notice,
    take_corrections,
    to_be_answered,
    unanswered,
)
from conversations.chatwoot import of_ours
from conversations.photos import MOST_PHOTOS
from languages import gettext, in_all_languages, to_translate
from observability import metrics
from policy_core import published

log = structlog.get_logger(__name__)

# Seconds until the next try; the last one stays.
BACK_OFF = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)

# A message on which Rasa, though it is there, fails so often mustn't hold up those after it.
TRIES = 3

# How long a stop of the service waits for turns that are under way.
LAST_TURN = 5.0

NOTICES: dict[Cause, str] = {
    "down": to_translate(
        "The assistant can't answer right now. Your message is kept and will be answered here as soon as possible."
    ),
    "slow": to_translate(
        "The answer is taking longer than usual. Your message is kept, and the assistant is still working on it."
    ),
    "silent": to_translate(
        "Something went wrong on our side. Your message is kept, and the assistant is trying again."
    ),
}
PHOTO_KEPT = to_translate("Thank you. Your photos are kept with this conversation, and our people will look at them.")
FILES_KEPT = to_translate("Thank you. I can't open files, but they are kept here, and our people will look at them.")
THANKS = {"photo": PHOTO_KEPT, "files": FILES_KEPT}
"""For what comes without words, by its type: the assistant can't see, and Rasa has nothing to read."""
Waiting = tuple[Message, str]
"""A message that waits for its answer, and the customer's locale."""

AUTHOR = {"kind": "assistant", "name": ASSISTANT}


class Turns:
    """Runs the assistant's turns in the background."""

    def __init__(
        self, store: Store, rasa: Rasa, audience: Audience, patience: float, is_anyone_there: Callable[[Session], bool]
    ) -> None:
        self._store = store
        self._rasa = rasa
        self._audience = audience
        self._patience = patience
        self._is_anyone_there = is_anyone_there
        self._workers: dict[str, tuple[asyncio.Task[None], asyncio.Event]] = {}
        self._addresses: dict[str, str] = {}  # of conversations with a worker
        self._is_stopping = False

    async def take_up(self) -> None:
        """Answer what was stored, but not answered, before this service started."""
        for conversation_id in await self._store.run(to_be_answered):
            self.wake(conversation_id)

    def wake(self, conversation_id: str, address: str | None = None, first: Waiting | None = None) -> None:
        """There is something to answer in this conversation; a worker that waits to try again does so now.

        `address` is where the customer wrote from, disguised; `first` what is to be answered first, if that is known.
        """
        if address:
            self._addresses[conversation_id] = address
        if conversation_id in self._workers:
            self._workers[conversation_id][1].set()
        elif not self._is_stopping:
            woken = asyncio.Event()
            woken.set()
            self._workers[conversation_id] = (asyncio.create_task(self._work(conversation_id, woken, first)), woken)

    async def stop(self) -> None:
        """Let the turns under way end, for a moment; what is left is taken up at the next start."""
        self._is_stopping = True
        workers = [task for task, _ in self._workers.values()]
        for _, woken in self._workers.values():
            woken.set()
        if workers:
            _, late = await asyncio.wait(workers, timeout=LAST_TURN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, conversation_id: str, woken: asyncio.Event, first: Waiting | None) -> None:
        try:
            bind_contextvars(conversation=conversation_id)  # in this task's own context
            while woken.is_set() and not self._is_stopping:
                woken.clear()
                await self._answer_all(conversation_id, woken, first)
                first = None
        finally:
            del self._workers[conversation_id]
            self._addresses.pop(conversation_id, None)

    async def _answer_all(self, conversation_id: str, woken: asyncio.Event, waiting: Waiting | None) -> None:
        tries = failures = 0  # in vain since the last answer; failures: those in which Rasa was there
        is_all_told = True
        while not self._is_stopping:
            try:
                waiting = waiting or await self._store.run(_first_unanswered, conversation_id)
                if not is_all_told:
                    await self._audience.news(conversation_id)
                    is_all_told = True
                while waiting is not None and not self._is_stopping:
                    with bound_contextvars(turn=waiting[0].seq):
                        waiting = await self._answer(*waiting, is_last_try=failures + 1 >= TRIES)
                    tries = failures = 0
                return
            except NoAnswerError as error:
                failures += error.reason != "down"
            except Exception:
                # The database may be away. The message stays unanswered until it is back, unless its answer was stored
                # and only the word of that was lost.
                log.exception("a turn failed")
                is_all_told = False
            waiting = None  # it may not wait any more
            if not await _is_woken_within(woken, BACK_OFF[min(tries, len(BACK_OFF) - 1)]):
                tries += 1

    async def _answer(self, message: Message, locale: str, is_last_try: bool) -> Waiting | None:
        """Gives what waits after it, as far as that was known when the answer was stored."""
        began = time.perf_counter()
        await self._audience.typing(message.conversation_id, AUTHOR, True)
        try:
            replies = await self._replies_to(message, locale, is_last_try)
            with metrics.STORING.time():
                said, waiting = await self._store.run(self._settle_and_look, message, replies)
            if said:
                _note_answer(replies, began)
                await self._audience.news(message.conversation_id, said=said)
            return waiting
        finally:
            await self._audience.typing(message.conversation_id, AUTHOR, False)

    def _settle_and_look(
        self, session: Session, message: Message, replies: list[Draft]
    ) -> tuple[Said | None, Waiting | None]:
        """What has been said after the message, if the answer was stored; and what is to be answered next."""
        is_stored = _settle(session, message, replies, self._is_anyone_there)
        said = self._audience.said_after(session, message.conversation_id, message.seq) if is_stored else None
        return said, _first_unanswered(session, message.conversation_id)

    async def _replies_to(self, message: Message, locale: str, is_last_try: bool) -> list[Draft]:
        if thanks := thanks_for(message):
            said = Draft("assistant", gettext(thanks, locale), ASSISTANT)
            return [] if await self._store.run(has_thanked, message) else [said]
        try:
            return await self._ask_rasa(message, locale)
        except NoAnswerError as error:
            log.warning("no answer from Rasa", reason=error.reason)
            if is_last_try and error.reason != "down":
                return [Draft("system", given_up(locale))]
            await self._tell(message, error.reason, locale)
            raise

    async def _ask_rasa(self, message: Message, locale: str) -> list[Draft]:
        metadata = {
            "seq": message.seq,
            "option": message.option_id,
            "locale": locale,
            "address": self._addresses.get(message.conversation_id),  # by which wrong pairs are counted
        }
        asking = asyncio.create_task(self._turn(message, metadata))
        try:
            done, _ = await asyncio.wait({asking}, timeout=self._patience)
            if not done:
                await self._tell(message, "slow", locale)
            return await asking
        finally:
            asking.cancel()

    async def _turn(self, message: Message, metadata: dict[str, Any]) -> list[Draft]:
        if not is_handed_back(message):
            with metrics.RASA_CALL.time():
                return await self._rasa.say(message.conversation_id, message.text or "", metadata)
        corrections = await self._store.run(_corrections_in, message.conversation_id)
        with metrics.RASA_CALL.time():
            return await self._rasa.go_on(message.conversation_id, corrections, metadata)

    async def _tell(self, message: Message, reason: Cause, locale: str) -> None:
        metrics.NOTICES.labels(reason).inc()
        if await self._store.run(notice, message.conversation_id, gettext(NOTICES[reason], locale), message.seq):
            await self._audience.news(message.conversation_id)


def given_up(locale: str = "en-US") -> str:
    """What the customer is told of a message that the assistant can't answer."""
    words = gettext(
        "Sorry, the assistant couldn't answer your last message. Please say it in other words, or write to {contact}.",
        locale,
    )
    return words.format(contact=published().settings.contact)


def _note_answer(replies: list[Draft], began: float) -> None:
    is_given_up = any(reply.author_kind == "system" for reply in replies)
    outcome, took = "given_up" if is_given_up else "answered", time.perf_counter() - began
    log.info("turn answered", outcome=outcome, replies=len(replies), ms=round(took * 1000, 1))
    metrics.TURNS.labels(outcome).inc()
    metrics.TURN_SECONDS.observe(took)


def _settle(
    session: Session, message: Message, replies: list[Draft], is_anyone_there: Callable[[Session], bool]
) -> bool:
    """Store the answer; where it calls for a person, the customer waits for one from then on."""
    spoken = [reply for reply in replies if not _called_for(reply)]
    if not answer(session, message.conversation_id, message.seq, spoken):
        return False
    if is_handed_back(message):
        take_corrections(session, message.conversation_id)  # the assistant knows them now
    for reply in replies:
        if reason := _called_for(reply):
            there = is_anyone_there(session) or of_ours(session, message.conversation_id) is not None
            call_a_person(session, message.conversation_id, reason, message.seq, is_anyone_there=there)
    return True


def _called_for(reply: Draft) -> Reason | None:
    """Why the assistant calls for a person with this reply, if it does."""
    custom = reply.custom or {}
    if custom.get("type") != "handover" or custom.get("state") != "waiting":
        return None
    known = {reason.value: reason for reason in Reason}
    return known.get(custom.get("reason", ""), Reason.ASKED)


def _corrections_in(session: Session, conversation_id: str) -> dict[str, Any]:
    conversation = session.get(Conversation, conversation_id)
    return (conversation.corrections if conversation else None) or {}


def all_waiting(session: Session, conversation_id: str) -> list[Waiting]:
    """The messages to answer, in order."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        return []
    return [(message, conversation.locale) for message in unanswered(session, conversation_id)]


def _first_unanswered(session: Session, conversation_id: str) -> Waiting | None:
    """The message to answer next."""
    return next(iter(all_waiting(session, conversation_id)), None)


def thanks_for(message: Message) -> str | None:
    """What is said to photos and files; None for everything else."""
    return THANKS.get((message.custom or {}).get("type", ""))


def has_thanked(session: Session, photo: Message) -> bool:
    """Whether the last word that isn't a photo is our thanks for one: several in a row are thanked for once.

    What the customer has written since the photo still waits for its own answer, and comes after the photos.
    """
    around = messages_after(session, photo.conversation_id, photo.seq - 2 * MOST_PHOTOS - 1)
    words = [each for each in around if not thanks_for(each) and not _is_said_since(each, photo)]
    thanks = thanks_for(photo)
    return bool(words) and thanks is not None and words[-1].text in in_all_languages(thanks)


def _is_said_since(message: Message, photo: Message) -> bool:
    return message.author_kind == "customer" and message.seq > photo.seq


async def _is_woken_within(woken: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(woken.wait(), seconds)
    except asyncio.TimeoutError:
        return False
    woken.clear()
    return True
