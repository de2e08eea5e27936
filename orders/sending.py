"""Sends what the outbox holds: e-mails by SMTP, events to the shop's webhook. `python -m orders send` runs it."""

from __future__ import annotations

import smtplib
import ssl
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email import policy
from email.message import EmailMessage
from urllib.parse import urlsplit

import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from database import transaction
from orders import outbox
from orders.letters import letter
from orders.models import OutboxEntry
from orders.shop import the_shop
from orders.webhooks import body_of, signature

log = structlog.get_logger(__name__)

SECURITIES = ("starttls", "tls", "none")
PATIENCE = 30.0  # seconds for one step of a delivery
NOTED_EVERY = 1.0  # seconds between two tries to note that something was sent
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SettingError(ValueError):
    """A value in the environment that the sender can't use; its text says which and what would do."""


class DeliveryError(Exception):
    """It didn't arrive; the text says why without naming anybody."""


@dataclass(frozen=True)
class Settings:
    """Where to send to. Without `smtp_host` e-mails stay in the outbox, without `webhook_url` events do."""

    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_user: str | None = None
    smtp_password: str = ""
    smtp_security: str = "starttls"
    sender: str = field(default_factory=lambda: the_shop().contact)
    support: str = field(default_factory=lambda: the_shop().contact)
    webhook_url: str | None = None
    webhook_secret: str = ""

    @property
    def recipients(self) -> list[str]:
        """Whom these settings reach."""
        return [*(["support", "customer"] if self.smtp_host else []), *(["webhook"] if self.webhook_url else [])]

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Raises SettingError, which names the variable."""
        security = (environ.get("SMTP_SECURITY") or cls.smtp_security).lower()
        if security not in SECURITIES:
            raise SettingError(f"SMTP_SECURITY is '{security}'; it must be one of {', '.join(SECURITIES)}.")
        port = environ.get("SMTP_PORT") or {"starttls": "587", "tls": "465", "none": "25"}[security]
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise SettingError(f"SMTP_PORT is '{port}'; it must be a port number from 1 to 65535.")
        url, secret = environ.get("WEBHOOK_URL") or None, environ.get("WEBHOOK_SECRET") or ""
        if url and not _is_safe(url):
            raise SettingError("WEBHOOK_URL must begin with https:// (or lead to this machine itself).")
        if url and len(secret) < 16:
            raise SettingError("WEBHOOK_SECRET must be set, with at least 16 characters, as WEBHOOK_URL is.")
        return cls(
            smtp_host=environ.get("SMTP_HOST") or None,
            smtp_port=int(port),
            smtp_user=environ.get("SMTP_USER") or None,
            smtp_password=environ.get("SMTP_PASSWORD") or "",
            smtp_security=security,
            sender=environ.get("MAIL_FROM") or the_shop().contact,
            support=environ.get("SUPPORT_EMAIL") or the_shop().contact,
            webhook_url=url,
            webhook_secret=secret,
        )


def run(engine: Engine, settings: Settings, stop: threading.Event, every: float = 5.0) -> None:
    """Send what is due, again and again, until `stop` is set."""
    told: Counter[str] = Counter()
    while not stop.is_set():
        try:
            told = tell_what_stays(engine, settings, told)
            while not stop.is_set() and send_due(engine, settings):
                pass
        except SQLAlchemyError:
            log.exception("the outbox can't be read; trying again")
        stop.wait(every)


def send_due(engine: Engine, settings: Settings, now: datetime | None = None) -> Counter[str]:
    """Try once what is due now, some fifty at most; counts what was `sent` and what `failed`."""
    with transaction(engine) as session:
        due = outbox.due_entries(session, settings.recipients, now or _now())
    # A slow server may hold each one up, so the time is taken anew.
    return Counter(outcome for entry_id in due if (outcome := _send(engine, settings, entry_id, now or _now())))


def _send(engine: Engine, settings: Settings, entry_id: int, now: datetime) -> str | None:
    with transaction(engine) as session:
        entry = outbox.take(session, entry_id, now)
        if entry is None:
            return None
        about = {"recipient": entry.recipient, "reference": entry.request.reference}
        try:
            delivery = _prepare(entry, settings)
        except Exception as error:  # an address, say, that no e-mail can bear; the others must not wait for it
            outbox.mark_failed(session, entry_id, f"can't be written: {type(error).__name__}", now)
            log.exception("a message can't be written", **about)
            return "failed"
    try:
        _deliver(delivery, settings)
    except DeliveryError as failure:
        with transaction(engine) as session:
            outbox.mark_failed(session, entry_id, str(failure), now)
        log.warning("a message didn't arrive; it is tried again", why=str(failure), **about)
        return "failed"
    _note_as_sent(engine, entry_id, now)
    log.info("sent", **about)
    return "sent"


def _note_as_sent(engine: Engine, entry_id: int, now: datetime) -> None:
    """However often that has to be tried, until others may take the entry: what isn't noted is sent twice."""
    until = time.monotonic() + outbox.TAKEN_FOR.total_seconds()
    while True:
        try:
            with transaction(engine) as session:
                outbox.mark_sent(session, entry_id, now)
            return
        except SQLAlchemyError:
            if time.monotonic() > until:
                raise
            log.exception("what was sent can't be noted; trying again")
            time.sleep(NOTED_EVERY)


@dataclass(frozen=True)
class _Event:
    key: str
    body: bytes


def _prepare(entry: OutboxEntry, settings: Settings) -> EmailMessage | _Event:
    if entry.recipient == "webhook":
        return _Event(entry.key, body_of(entry))
    return letter(entry, sender=settings.sender, support=settings.support)


def _deliver(delivery: EmailMessage | _Event, settings: Settings) -> None:
    if isinstance(delivery, EmailMessage):
        mail(delivery, settings)
    else:
        _post(delivery, settings)


def mail(message: EmailMessage, settings: Settings) -> None:
    """Hand one e-mail to the mail server. Raises DeliveryError."""
    context = ssl.create_default_context()
    try:
        if settings.smtp_security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                str(settings.smtp_host), settings.smtp_port, timeout=PATIENCE, context=context
            )
        else:
            smtp = smtplib.SMTP(str(settings.smtp_host), settings.smtp_port, timeout=PATIENCE)
        with smtp:
            if settings.smtp_security == "starttls":
                smtp.starttls(context=context)
            if settings.smtp_user:
                smtp.login(settings.smtp_user, settings.smtp_password)
            _submit(message, smtp)
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({code for code, _words in error.recipients.values()})
        raise DeliveryError(f"SMTP recipient refused {codes}") from error
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(f"SMTP {type(error).__name__} {error.smtp_code}") from error
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise DeliveryError(f"SMTP {type(error).__name__}") from error


def _submit(message: EmailMessage, smtp: smtplib.SMTP) -> None:
    """As `SMTP.send_message` does it; only that puts a '>' before each line that begins with 'From '."""
    sender, to = (message[header].addresses[0].addr_spec for header in ("From", "To"))
    if f"{sender}{to}".isascii():
        smtp.sendmail(sender, [to], message.as_bytes(policy=policy.SMTP))
    else:
        options = ("SMTPUTF8", "BODY=8BITMIME")
        smtp.sendmail(sender, [to], message.as_bytes(policy=policy.SMTPUTF8), mail_options=options)


def _post(event: _Event, settings: Settings) -> None:
    import httpx  # 60 modules and 2 MB that the web service, which only mails, does without

    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": event.key,
        "X-Assistant-Signature": signature(
            settings.webhook_secret, event.body, int(datetime.now(timezone.utc).timestamp())
        ),
    }
    try:
        answer = httpx.post(str(settings.webhook_url), content=event.body, headers=headers, timeout=PATIENCE)
    except httpx.HTTPError as error:
        raise DeliveryError(f"webhook {type(error).__name__}") from error
    if not answer.is_success:
        raise DeliveryError(f"webhook answered {answer.status_code}")


def tell_what_stays(engine: Engine, settings: Settings, told: Counter[str] | None = None) -> Counter[str]:
    """Say what waits because nobody has set where to send it, whenever that has changed."""
    with transaction(engine) as session:
        waiting = outbox.waiting(session)
    stays = Counter({who: count for who, count in waiting.items() if who not in settings.recipients})
    if stays != (told or Counter()):
        if mails := stays["support"] + stays["customer"]:
            log.warning("e-mails wait in the outbox: SMTP_HOST isn't set", count=mails)
        if stays["webhook"]:
            log.info("events wait in the outbox: WEBHOOK_URL isn't set", count=stays["webhook"])
    return stays


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
