from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy.engine import Engine

from channels.mailing import transcript_in_words
from conversations import Message, keep_case, messages_after
from database import transaction
from orders.sending import Settings as MailSettings
from tests.ports import free_port
from tests.unit.channels.servers import Customer, FakeRasa, WebService, running, until

CASE: dict[str, Any] = {"order_number": "INO-1", "email": "ana@example.com", "items": [], "facts": None, "said": []}


class Inbox:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # its own name
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    inbox, port = Inbox(), free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield inbox, port
    controller.stop()


@pytest.fixture
def mailing_service(engine: Engine, rasa: FakeRasa, inbox: tuple[Inbox, int]) -> Iterator[WebService]:
    mail = MailSettings(smtp_host="127.0.0.1", smtp_port=inbox[1], smtp_security="none", sender="shop@example.com")
    with running(engine, rasa, mail=mail) as service:
        yield service


def prove_address(engine: Engine, tab: Customer) -> None:
    with transaction(engine) as session:
        keep_case(session, tab.session["session_id"], CASE)


def test_the_transcript_goes_to_the_proved_address_and_to_no_other(
    mailing_service: WebService, engine: Engine, inbox: tuple[Inbox, int]
) -> None:
    tab = Customer(mailing_service.url).connect()
    tab.say("From here on\nit counts")
    tab.hears("You said")
    assert tab.socket.call("mail_transcript", timeout=10)["error"]["code"] == "not_allowed"
    prove_address(engine, tab)
    tab.say("and that")
    until(lambda: [data for event, data in tab.events if event == "state" and data.get("can_mail")])

    assert tab.socket.call("mail_transcript", timeout=10) == {"ok": True, "email": "ana@example.com"}

    recipients, letter = until(lambda: inbox[0].mails, 20)[0]
    assert recipients == ["ana@example.com"]
    assert letter["Reply-To"] == "contact@inomega-solutions.com"
    assert "From here on\nit counts" in letter.get_content().replace("\r", "")
    tab.leave()


def test_it_cannot_be_asked_for_again_and_again(engine: Engine, rasa: FakeRasa) -> None:
    nowhere = MailSettings(smtp_host="127.0.0.1", smtp_port=free_port(), smtp_security="none")
    with running(engine, rasa, mail=nowhere) as service:
        tab = Customer(service.url).connect()
        prove_address(engine, tab)
        tab.say("hello")
        until(lambda: [data for event, data in tab.events if event == "state" and data.get("can_mail")])

        answers = [tab.socket.call("mail_transcript", timeout=10) for _ in range(4)]

        assert [answer["ok"] for answer in answers] == [True, True, True, False]
        tab.leave()


def test_without_a_mail_server_it_is_not_offered(service: WebService, engine: Engine) -> None:
    tab = Customer(service.url).connect()
    prove_address(engine, tab)

    assert tab.socket.call("mail_transcript", timeout=10)["error"]["code"] == "not_allowed"
    tab.leave()


def test_a_transcript_reads_like_a_conversation(engine: Engine, service: WebService) -> None:
    tab = Customer(service.url).connect()
    tab.say("hello")
    tab.hears("You said: hello")
    with transaction(engine) as session:
        messages: list[Message] = messages_after(session, tab.session["session_id"], 0)

    first, second = transcript_in_words(messages, "en-US").strip().split("\n\n")

    assert first.startswith("You, ")
    assert first.endswith("\nhello")
    assert second.startswith("Assistant, ")
    tab.leave()
