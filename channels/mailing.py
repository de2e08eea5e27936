"""Sends the transcripts that customers want by e-mail, over the mail server that requests are sent by."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from email import utils
from email.message import EmailMessage

import structlog
from sqlalchemy.orm import Session

from channels.store import Store
from conversations import Message
from conversations.transcript import now
from conversations.transcript_mails import address_of, said_in, settle, take_due
from languages import gettext, to_translate, written_moment
from orders.sending import DeliveryError, Settings, mail

log = structlog.get_logger(__name__)

EVERY = 5.0  # seconds
NAMES = {"customer": to_translate("You"), "system": to_translate("Notice"), "assistant": to_translate("Assistant")}


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


def transcript_in_words(messages: Sequence[Message], locale: str) -> str:
    """What was said, to read: who, when, and the words. Cards have theirs in the messages around them."""
    said = [
        f"{_name(each, locale)}, {_moment(each.at, locale)}\n{words}"
        for each in messages
        if (words := _words(each, locale))
    ]
    return "\n\n".join(said) + "\n"


def _name(message: Message, locale: str) -> str:
    if message.author_kind == "agent":
        return message.author_name or gettext("One of our people", locale)
    return gettext(NAMES[message.author_kind], locale)


def _moment(at: datetime, locale: str) -> str:
    return f"{written_moment(at, 'medium', locale)} UTC"


def _words(message: Message, locale: str) -> str:
    is_photo = (message.custom or {}).get("type") == "photo"
    return message.text or (gettext("(a photo)", locale) if is_photo else "")


def _next_letter(session: Session, settings: Settings) -> tuple[int, EmailMessage | None] | None:
    """The next transcript and the e-mail that holds it: none where the conversation has been erased since."""
    due = take_due(session)
    if due is None:
        return None
    conversation, messages = said_in(session, due)
    address = address_of(conversation) if conversation else None
    if conversation is None or address is None:
        return due.id, None
    return due.id, _letter(address, messages, settings, due.id, conversation.locale)


def _letter(
    address: str, messages: Sequence[Message], settings: Settings, number: int, locale: str
) -> EmailMessage | None:
    letter = EmailMessage()
    letter["From"] = settings.sender
    letter["To"] = address
    if [each.addr_spec for each in letter["To"].addresses] != [address]:
        return None  # the order's address is none that an e-mail can bear
    letter["Reply-To"] = settings.support
    letter["Subject"] = gettext("What was said in our chat", locale)
    letter["Date"] = utils.format_datetime(now())
    letter["Message-ID"] = f"<transcript-{number}@{settings.sender.rpartition('@')[2].rstrip('>')}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(transcript_in_words(messages, locale))
    return letter
