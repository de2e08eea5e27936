"""Sends the transcripts that customers want by e-mail, over the mail server that requests are sent by."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime

import structlog
from sqlalchemy.orm import Session

from channels.store import Store
from conversations import Message
from conversations.transcript import now
from conversations.transcript_mails import said_in, settle, take_due
from orders.sending import DeliveryError, Settings, mail

log = structlog.get_logger(__name__)

EVERY = 5.0  # seconds
NAMES = {"customer": "You", "system": "Notice"}


class Mailing:
    """In the background, for as long as the service runs. Without a mail server nothing can be asked for."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    @property
    def can_mail(self) -> bool:
        """Whether the shop has named a mail server."""
        return self._settings.smtp_host is not None

    async def run(self) -> None:
        """Send what is due, again and again."""
        while self.can_mail:
            try:
                while await self.send_one():
                    pass
            except Exception:
                # The database may be away; what waits is sent when it is back.
                log.exception("transcripts could not be sent")
            await asyncio.sleep(EVERY)

    async def send_one(self) -> bool:
        """Try one transcript that is due; False if none is."""
        letter = await self._store.run(_next_letter, self._settings)
        if letter is None:
            return False
        mail_id, message = letter
        try:
            if message:
                await asyncio.to_thread(mail, message, self._settings)
        except DeliveryError as failure:
            log.warning("a transcript didn't arrive; it is tried again", why=str(failure))
            await self._store.run(settle, mail_id, is_sent=False)
        else:
            await self._store.run(settle, mail_id, is_sent=True)
            log.info("transcript sent")
        return True


def transcript_in_words(messages: Sequence[Message]) -> str:
    """What was said, to read: who, when, and the words. Cards have theirs in the messages around them."""
    said = [f"{_name(each)}, {each.at:%d %b %Y %H:%M} UTC\n{_words(each)}" for each in messages if _words(each)]
    return "\n\n".join(said) + "\n"


def _name(message: Message) -> str:
    return message.author_name or NAMES.get(message.author_kind, "Assistant")


def _words(message: Message) -> str:
    is_photo = (message.custom or {}).get("type") == "photo"
    return message.text or ("(a photo)" if is_photo else "")


def _next_letter(session: Session, settings: Settings) -> tuple[int, EmailMessage | None] | None:
    """The next transcript and the e-mail that holds it: none where the conversation has been erased since."""
    due = take_due(session)
    if due is None:
        return None
    address, messages = said_in(session, due)
    return due.id, _letter(address, messages, settings, due.id) if address else None


def _letter(address: str, messages: Sequence[Message], settings: Settings, number: int) -> EmailMessage | None:
    letter = EmailMessage()
    letter["From"] = settings.sender
    letter["To"] = address
    if [each.addr_spec for each in letter["To"].addresses] != [address]:
        return None  # the order's address is none that an e-mail can bear
    letter["Reply-To"] = settings.support
    letter["Subject"] = "What was said in our chat"
    letter["Date"] = format_datetime(now())
    letter["Message-ID"] = f"<transcript-{number}@{settings.sender.rpartition('@')[2].rstrip('>')}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(transcript_in_words(messages))
    return letter
