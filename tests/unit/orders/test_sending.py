"""The sender against a real SMTP server and a real HTTP server in this process."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from database import transaction
from orders import move_request, outbox, sending
from orders.models import OutboxEntry
from orders.sending import SettingError, Settings
from tests.unit.orders.builders import EMAIL, NOW, file, stored

SECRET = "a secret that is long enough"


class Mailbox:
    """Takes every e-mail, but answers as `answer` says first."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to: list[str] = []
        self.answers: list[str] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.to += envelope.rcpt_tos
        return "250 OK"


class FreePort(Controller):
    """A server on whichever port is free."""

    def _trigger_server(self) -> None:
        self.port = port_of(self)
        super()._trigger_server()


def port_of(controller: Controller) -> int:
    server: Any = controller.server  # asyncio's, or uvloop's where Rasa has been imported before
    return int(server.sockets[0].getsockname()[1])


class Hook(BaseHTTPRequestHandler):
    """The shop's own system."""

    calls: list[tuple[dict[str, str], bytes]]
    answers: list[int]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.answers.pop(0) if self.answers else 204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def smtp(mailbox: Mailbox) -> Iterator[Controller]:
    controller = FreePort(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def settings(smtp: Controller) -> Settings:
    return Settings(
        smtp_host="127.0.0.1", smtp_port=port_of(smtp), smtp_security="none", sender="shop@shop.example",
        support="help@shop.example",
    )  # fmt: skip


@pytest.fixture
def hook() -> Iterator[type[Hook]]:
    kind = type("ThisHook", (Hook,), {"calls": [], "answers": []})
    server = HTTPServer(("127.0.0.1", 0), kind)
    kind.url = f"http://127.0.0.1:{server.server_port}/orders"  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield kind
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def hooked(hook: type[Hook]) -> Settings:
    return Settings(webhook_url=hook.url, webhook_secret=SECRET)  # type: ignore[attr-defined]


@pytest.fixture
def reference(engine: Engine) -> str:
    with transaction(engine) as session:
        order = stored(session)
        return file(session, order, order.items).reference


def states(engine: Engine) -> dict[str, tuple[bool, int, str | None]]:
    with transaction(engine) as session:
        return {e.recipient: (e.done_at is not None, e.tries, e.error) for e in session.scalars(select(OutboxEntry))}


def test_a_request_goes_to_support_with_a_copy_to_the_customer(
    engine: Engine, settings: Settings, mailbox: Mailbox, reference: str
) -> None:
    assert sending.send_due(engine, settings) == {"sent": 2}

    assert sorted(mailbox.to) == [EMAIL, "help@shop.example"]
    assert all(reference in str(mail["Subject"]) for mail in mailbox.mails)
    assert {who: state[0] for who, state in states(engine).items()} == {
        "support": True, "customer": True, "webhook": False,
    }  # fmt: skip
    assert not sending.send_due(engine, settings)


def test_words_arrive_as_they_were_written(engine: Engine, settings: Settings, mailbox: Mailbox) -> None:
    with transaction(engine) as session:
        order = stored(session, email="ñandú@example.com", customer_name="Łucja")
        request = file(session, order, order.items)
        move_request(
            session, request, "approved", by="Dana", at=NOW, note="First.\nFrom here on, pack it.\n.\nEnd – ok"
        )

    sending.send_due(engine, settings)

    (approved,) = [mail for mail in mailbox.mails if "approved" in str(mail["Subject"])]
    body = approved.get_body()
    assert body is not None
    lines = body.get_content().splitlines()
    assert lines[0] == "Hello Łucja,"
    assert {"From our support: First.", "From here on, pack it.", ".", "End – ok"} <= set(lines)
    assert "ñandú@example.com" in mailbox.to


def test_without_settings_everything_waits_and_the_log_says_so(
    engine: Engine, reference: str, logged: list[dict[str, Any]]
) -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()

    sending.run(engine, Settings(), stop, every=0.05)

    assert [(entry["count"], entry["event"]) for entry in logged] == [
        (2, "e-mails wait in the outbox: SMTP_HOST isn't set"),
        (1, "events wait in the outbox: WEBHOOK_URL isn't set"),
    ]
    assert set(states(engine).values()) == {(False, 0, None)}


def test_what_the_server_refuses_is_sent_later_under_the_same_id(
    engine: Engine, settings: Settings, mailbox: Mailbox, reference: str
) -> None:
    mailbox.answers = ["451 try again later", "554 no"]
    now = datetime.now(timezone.utc)

    assert sending.send_due(engine, settings, now) == {"failed": 2}
    assert {state[2] for who, state in states(engine).items() if who != "webhook"} == {
        "SMTP SMTPDataError 451", "SMTP SMTPDataError 554",
    }  # fmt: skip
    assert not sending.send_due(engine, settings, now)
    assert sending.send_due(engine, settings, now + timedelta(seconds=31)) == {"sent": 2}
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 2


def test_a_sender_that_dies_after_sending_repeats_itself_under_the_same_id(
    engine: Engine, settings: Settings, mailbox: Mailbox, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark_sent", die)
        with pytest.raises(KeyboardInterrupt):
            sending.send_due(engine, settings)

    assert sending.send_due(engine, settings) == {"sent": 1}
    sending.send_due(engine, settings, datetime.now(timezone.utc) + outbox.TAKEN_FOR)
    ids = [mail["Message-ID"] for mail in mailbox.mails]
    assert (len(ids), len(set(ids))) == (3, 2)


def test_what_was_sent_while_the_database_went_away_is_sent_once(
    engine: Engine, settings: Settings, mailbox: Mailbox, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_sent, failures = outbox.mark_sent, iter([OperationalError("", {}, Exception()), None, None])

    def mark_sent_at_the_second_try(*given: Any) -> None:
        if failure := next(failures):
            raise failure
        mark_sent(*given)

    monkeypatch.setattr(outbox, "mark_sent", mark_sent_at_the_second_try)
    monkeypatch.setattr(sending, "NOTED_EVERY", 0.01)
    assert sending.send_due(engine, settings) == {"sent": 2}
    assert not sending.send_due(engine, settings, datetime.now(timezone.utc) + outbox.TAKEN_FOR)
    assert len(mailbox.mails) == 2


def test_a_server_that_is_away_loses_nothing(engine: Engine, reference: str) -> None:
    away = Settings(smtp_host="127.0.0.1", smtp_port=1, smtp_security="none")

    assert sending.send_due(engine, away) == {"failed": 2}
    assert states(engine)["support"] == (False, 1, "SMTP ConnectionRefusedError")


def test_a_server_without_encryption_gets_no_mail_unless_that_is_wanted(
    engine: Engine, settings: Settings, mailbox: Mailbox, reference: str
) -> None:
    encrypted = Settings(**{**vars(settings), "smtp_security": "starttls"})

    assert sending.send_due(engine, encrypted) == {"failed": 2}
    assert mailbox.mails == []


def test_it_logs_in_where_it_is_told_how(engine: Engine, mailbox: Mailbox, reference: str) -> None:
    def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"shop", b"sesame"), handled=False)

    controller = FreePort(
        mailbox, hostname="127.0.0.1", port=0, authenticator=check, auth_required=True, auth_require_tls=False
    )
    controller.start()
    try:
        known = Settings(
            smtp_host="127.0.0.1", smtp_port=port_of(controller), smtp_security="none", smtp_user="shop",
            smtp_password="sesame",
        )  # fmt: skip
        wrong = Settings(**{**vars(known), "smtp_password": "simsim"})
        now = datetime.now(timezone.utc)
        assert sending.send_due(engine, wrong, now) == {"failed": 2}
        assert states(engine)["support"][2] == "SMTP SMTPAuthenticationError 535"
        assert sending.send_due(engine, known, now + timedelta(seconds=31)) == {"sent": 2}
    finally:
        controller.stop()


@pytest.mark.parametrize("address", ['"quo"te@exa mple..com', "a@b..c", "(x)@y", 'a"b@c', "=?utf-8?q?x?=@y.com"])
def test_an_address_that_no_mail_can_bear_holds_up_neither_support_nor_the_others(
    engine: Engine, settings: Settings, mailbox: Mailbox, address: str
) -> None:
    with transaction(engine) as session:
        order = stored(session, email=address)
        file(session, order, order.items)

    assert sending.send_due(engine, settings) == {"failed": 1, "sent": 1}
    assert mailbox.to == ["help@shop.example"]

    with transaction(engine) as session:
        good = stored(session, "INO-2")
        file(session, good, good.items)
    assert sending.send_due(engine, settings)["sent"] == 2


def test_nothing_personal_is_logged(
    engine: Engine, settings: Settings, mailbox: Mailbox, reference: str, logged: list[dict[str, Any]]
) -> None:
    mailbox.answers = [f"550 <{EMAIL}> is unknown here"]
    sending.send_due(engine, settings)

    assert len(logged) == 2
    for message in (*map(str, logged), *(str(state[2]) for state in states(engine).values())):
        assert EMAIL not in message
        assert "Ana" not in message


def test_the_shops_system_gets_a_signed_event(
    engine: Engine, hook: type[Hook], hooked: Settings, reference: str
) -> None:
    assert sending.send_due(engine, hooked) == {"sent": 1}

    ((headers, body),) = hook.calls
    event = json.loads(body)
    assert event["request"]["reference"] == reference
    assert headers["idempotency-key"] == event["id"]
    time, _, digest = headers["x-assistant-signature"].removeprefix("t=").partition(",v1=")
    assert digest == hmac.new(SECRET.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert abs(int(time) - datetime.now(timezone.utc).timestamp()) < 60


@pytest.mark.parametrize("answer", [500, 404, 302])
def test_an_event_that_is_not_taken_comes_again_the_same(
    engine: Engine, hook: type[Hook], hooked: Settings, reference: str, answer: int
) -> None:
    hook.answers = [answer]
    now = datetime.now(timezone.utc)

    assert sending.send_due(engine, hooked, now) == {"failed": 1}
    assert states(engine)["webhook"] == (False, 1, f"webhook answered {answer}")
    assert sending.send_due(engine, hooked, now + timedelta(seconds=31)) == {"sent": 1}
    (first, one), (second, other) = hook.calls
    assert one == other
    assert first["idempotency-key"] == second["idempotency-key"]


def test_two_senders_at_once_send_everything_once(engine: Engine, settings: Settings, mailbox: Mailbox) -> None:
    with transaction(engine) as session:
        for number in range(10):
            order = stored(session, f"INO-{number}")
            file(session, order, order.items)
    senders = [threading.Thread(target=_send_all, args=(lambda: sending.send_due(engine, settings),)) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert len(mailbox.mails) == len({mail["Message-ID"] for mail in mailbox.mails}) == 20


def _send_all(send: Callable[[], Any]) -> None:
    while send():
        pass


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"SMTP_SECURITY": "ssl"}, "SMTP_SECURITY is 'ssl'; it must be one of starttls, tls, none."),
        ({"SMTP_PORT": "smtp"}, "SMTP_PORT is 'smtp'; it must be a port number from 1 to 65535."),
        ({"SMTP_PORT": "0"}, "SMTP_PORT is '0'; it must be a port number from 1 to 65535."),
        (
            {"WEBHOOK_URL": "http://shop.example/"},
            "WEBHOOK_URL must begin with https:// (or lead to this machine itself).",
        ),
        (
            {"WEBHOOK_URL": "https://shop.example/"},
            "WEBHOOK_SECRET must be set, with at least 16 characters, as WEBHOOK_URL is.",
        ),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used_are_named(environ: dict[str, str], says: str) -> None:
    with pytest.raises(SettingError) as refused:
        Settings.from_environment(environ)

    assert str(refused.value) == says


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_environment(
        {
            "SMTP_HOST": "mail.shop.example", "SMTP_SECURITY": "tls", "SMTP_USER": "shop", "SMTP_PASSWORD": "sesame",
            "MAIL_FROM": "shop@shop.example", "SUPPORT_EMAIL": "help@shop.example",
            "WEBHOOK_URL": "https://shop.example/hook", "WEBHOOK_SECRET": SECRET,
        }
    )  # fmt: skip

    assert settings == Settings(
        "mail.shop.example", 465, "shop", "sesame", "tls", "shop@shop.example", "help@shop.example",
        "https://shop.example/hook", SECRET,
    )  # fmt: skip
    assert settings.recipients == ["support", "customer", "webhook"]
    assert Settings.from_environment({}).recipients == []


def test_a_moment_without_due_entries_is_quiet(engine: Engine, settings: Settings) -> None:
    assert not sending.send_due(engine, settings, NOW)
