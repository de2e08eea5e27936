"""A day of the whole assistant, with everything that can be said and much that goes wrong, and what its log holds."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from prometheus_client.parser import text_string_to_metric_families

from channels.turns import NOTICES
from conversations.agents import add_agent
from database import HOME, connect, transaction
from orders.samples import try_this
from runtime import training
from runtime.rasa_changes import OUTAGE
from tests.fault.handover.servers import Servers
from tests.photos import photo
from tests.ports import free_port
from tests.unit.channels.servers import Customer, until

AGENT, PASSWORD = "Wilhelmina Abernathy", "right horse battery"
SMTP_PASSWORD, METRICS_TOKEN = "password-of-the-mail-server", "token-of-prometheus"
CUSTOMERS_ADDRESS = "203.0.113.77"  # as a proxy would tell it
PRIVATE_EMAIL = "private.mailbox@example.org"
SAID_BY_AGENT = "I am Wilhelmina and I'll look into your camera."
NOTE = "Customer sounds tired, be kind."


class Mailbox:
    """Takes every second e-mail."""

    def __init__(self) -> None:
        self.tried = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.tried += 1
        return "250 OK" if self.tried % 2 == 0 else f"550 no such mailbox {envelope.rcpt_tos}"


class Day:
    """What was said and used, which must be found nowhere; and what happened, which must be."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.words: set[str] = set()
        self.secrets: set[str] = set()
        self.turns: dict[str, list[int]] = defaultdict(list)
        """The numbers of the customers' messages that were answered, by conversation."""

    def customer(self) -> Customer:
        tab = Customer(self.servers.url)
        tab.socket.connect(
            self.servers.url, headers={"X-Forwarded-For": CUSTOMERS_ADDRESS}, transports=["websocket"]
        )  # fmt: skip
        tab.socket.emit("session_request", {})
        until(lambda: tab.session)
        self.secrets.add(tab.session["secret"])
        return tab

    def say(self, tab: Customer, text: str, waits_for: str | None = None) -> None:
        """And wait for what comes, or for these words."""
        self.words.add(text)
        seen = len(tab.messages)
        seq = tab.say(text, client_id=f"c-{len(self.words)}-{seen}")["seq"]
        self.turns[tab.session["session_id"]].append(seq)
        if waits_for:
            tab.hears(waits_for, 60)
        until(lambda: len(tab.messages) > seen, 60)

    def leave(self, tab: Customer) -> None:
        until(lambda: not self.answers_missing(), 60)
        tab.leave()
        for message in tab.messages:
            self.words.add(message.get("text") or "")

    def answers_missing(self) -> int:
        return sum(map(len, self.turns.values())) - len(self.lines(event="turn answered", process="web"))

    def lines(self, **like: Any) -> list[dict[str, Any]]:
        """What the processes have logged."""
        logged = [line for line in self.servers.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in map(json.loads, logged) if like.items() <= line.items()]

    def figures(self, port: int, path: str = "/metrics") -> Counter[tuple[str, str]]:
        """By name and the values of the labels, which are in the order of their names."""
        bearer = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        text = httpx.get(f"http://127.0.0.1:{port}{path}", headers=bearer, trust_env=False).raise_for_status().text
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return Counter({(each.name, " ".join(each.labels.values())): each.value for each in samples})


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """The day, done: what is left of it is its log."""
    training.up_to_date_model()
    mailbox = Controller(Mailbox(), hostname="127.0.0.1", port=free_port())
    mailbox.start()
    settings = {"LOG_FORMAT": "json", "METRICS_TOKEN": METRICS_TOKEN, "ASSISTANT_DEMO": "1"}
    mail = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(mailbox.port), "SMTP_SECURITY": "none"}
    servers = Servers(tmp_path_factory.mktemp("day"), settings | mail | {"SUPPORT_EMAIL": PRIVATE_EMAIL})
    subprocess.run(
        [sys.executable, "-m", "orders", "samples"], cwd=HOME, env=servers.environment, check=True, capture_output=True
    )
    with transaction(connect(servers.database)) as session:
        add_agent(session, AGENT, PASSWORD)
    servers.start()
    day = Day(servers)
    try:
        files_and_attaches(day)
        tries_wrong_pairs(day)
        is_handed_over(day)
        figures_equal_what_happened(day)
        goes_through_outages(day)
        until(lambda: day.lines(process="sender", event="sent"), 30)
        for process in ("web", "rasa", "actions", "sender"):
            servers.end(process, signal.SIGTERM)
        yield day
    finally:
        servers.stop()
        mailbox.stop()


def files_and_attaches(day: Day) -> None:
    tab = day.customer()
    day.say(tab, "Hello, I want my money back for order INO-10482, ana.torres@example.com", "working")
    day.say(tab, "yes, it works perfectly fine", "packaging")
    day.say(tab, "yes, I have all of the packaging", "file")
    day.say(tab, "yes please", "R-")
    owner = {"Authorization": f"Bearer {tab.session['session_id']}.{tab.session['secret']}"}
    address = f"{day.servers.url}/photos?client_id=photo-1"
    attached = httpx.post(address, content=photo(), headers=owner, trust_env=False).raise_for_status()
    httpx.post(f"{address}2", content=b"no photo, but PRIVATE", headers=owner, trust_env=False)
    tab.hears("Thank you. Your photos")
    day.turns[tab.session["session_id"]].append(attached.json()["seq"])
    day.leave(tab)


def tries_wrong_pairs(day: Day) -> None:
    tab = day.customer()
    day.say(tab, "where is my parcel? order INO-10412 and somebody.else@example.com")
    for name in ("guess.one", "guess.two", "guess.three"):
        day.say(tab, f"{name}@example.com")
    day.say(tab, '/file_request{"order": "INO-10412"} /restart')
    day.leave(tab)


def is_handed_over(day: Day) -> None:
    tab = day.customer()
    conversation = tab.session["session_id"]
    day.say(tab, "qwertz asdfgh yxcvbn")
    day.say(tab, "I want to talk to a human being, this is ridiculous")
    until(lambda: day.lines(event="a customer waits for a person"))
    tab.socket.call("leave_email", {"email": PRIVATE_EMAIL}, timeout=10)
    desk = httpx.Client(base_url=f"{day.servers.url}/desk/api", trust_env=False, timeout=20)
    wrong = desk.post("/login", json={"name": AGENT, "password": "a wrong password", "token": True})
    token = desk.post("/login", json={"name": AGENT, "password": PASSWORD, "token": True}).json()["token"]
    desk.headers["Authorization"] = f"Bearer {token}"
    day.secrets |= {token, PASSWORD, "a wrong password"}
    day.words |= {SAID_BY_AGENT, NOTE}
    answers = [
        desk.post(f"/conversations/{conversation}/claim"),
        desk.post(f"/conversations/{conversation}/messages", json={"client_id": "m-1", "text": SAID_BY_AGENT}),
        desk.post(f"/conversations/{conversation}/notes", json={"text": NOTE}),
        desk.post(f"/conversations/{conversation}/return"),
    ]
    assert (wrong.status_code, {answer.status_code // 100 for answer in answers}) == (401, {2})
    tab.hears(SAID_BY_AGENT)
    until(lambda: len(day.lines(event="turn answered", conversation=conversation)) == 3)
    day.turns[conversation].append(day.lines(event="turn answered", conversation=conversation)[-1]["turn"])
    day.leave(tab)


def figures_equal_what_happened(day: Day) -> None:
    here = day.servers.settings
    web, actions = day.figures(here.web_port), day.figures(here.actions_port)
    rasa = day.figures(here.rasa_port, "/webhooks/rest/metrics")
    said = sum(map(len, day.turns.values()))
    assert web["assistant_turns_total", "answered"] == web["assistant_turn_seconds_count", ""] == said
    assert web["assistant_part_seconds_count", "rasa_call"] == said - 1  # all but the photo
    assert (
        rasa["assistant_part_seconds_count", "reading"] == said - 2
    )  # nor is there anything to read in the giving back
    assert web["assistant_handovers_total", "not_understood"] == 1
    assert web["assistant_messages_stored_total", "agent"] == 1
    assert web["assistant_messages_stored_total", "customer"] == said - 1  # all but the giving back
    assert actions["assistant_requests_filed_total", "refund"] == 1
    assert actions["assistant_decisions_total", "eligible refund"] == 1
    assert actions["assistant_not_understood_total", "first"] == 1
    runs = Counter(line["action"] for line in day.lines(event="action run"))
    assert runs == {label: actions["assistant_action_seconds_count", label] for label in runs}
    assert web["assistant_queue_length", ""] == web["assistant_conversations_with_agents", ""] == 0
    assert web["assistant_database_up", ""] == 1
    assert web["assistant_outbox_waiting", "webhook"] == 1  # nobody has said where to
    assert httpx.get(f"{day.servers.url}/metrics", trust_env=False).status_code == 404


def goes_through_outages(day: Day) -> None:
    def state() -> dict[str, str]:
        return httpx.get(f"{day.servers.url}/readyz", trust_env=False, timeout=10).json()

    tab = day.customer()
    all_is_well = {"database": "ok", "rasa": "ok", "model": "ok", "actions": "ok", "memory": "ok"}
    until(lambda: state() == all_is_well)
    day.servers.end("actions")
    until(lambda: state() == all_is_well | {"actions": "not reachable"})
    day.say(tab, "I want to cancel order INO-10517, deepak.rao@example.com", OUTAGE)
    day.servers.start_one("actions")
    day.servers.is_ready("actions")

    day.servers.end("rasa")
    assert state() == {"database": "ok", "rasa": "not reachable"}
    day.say(tab, "please cancel INO-10517 now, deepak.rao@example.com", NOTICES["down"])
    day.servers.start_one("rasa")
    until(lambda: state() == all_is_well, 60)
    day.leave(tab)


def test_nothing_personal_is_logged(day: Day):
    logged = day.servers.log.read_text().lower()
    emails = {sample["say"].rpartition(" ")[2] for sample in try_this()} | {PRIVATE_EMAIL, "@example.com", "guess."}
    names = {"torres", "okafor", "deepak", "wilhelmina", "abernathy"}
    hidden = {text for text in day.words if len(text) > 5} | day.secrets | emails | names
    hidden |= {SMTP_PASSWORD, METRICS_TOKEN, CUSTOMERS_ADDRESS, "127.0.0.1", "INO-10", "PRIVATE", str(Path.home())}
    assert len(hidden) > 40
    assert [text for text in hidden if text.lower() in logged] == []


def test_every_line_is_one_json_object_with_its_process(day: Day):
    lines = day.servers.log.read_text().splitlines()
    assert [line for line in lines if not line.startswith("{")] == []
    assert {line["process"] for line in day.lines()} == {"web", "rasa", "actions", "sender"}


def test_each_turn_is_followed_by_conversation_and_number_over_the_processes(day: Day):
    by_process: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for line in day.lines():
        if "turn" in line:
            by_process[line["process"]].add((line["conversation"], line["turn"]))
    said = {(conversation, seq) for conversation, numbers in day.turns.items() for seq in numbers}
    photos = 1
    assert by_process["web"] == said
    assert by_process["rasa"] < said
    assert len(by_process["rasa"]) == len(said) - photos
    assert by_process["actions"] <= by_process["rasa"]
    assert len(by_process["actions"]) >= len(said) - photos - 2  # while they were down, and what needs none


def test_the_log_says_what_an_operator_wants_to_know(day: Day):
    events = Counter((line["process"], line["event"]) for line in day.lines())
    assert events["actions", "request filed"] == 1
    assert events["web", "a customer waits for a person"] == 1
    assert events["web", "an agent answers"] == 1
    assert events["web", "the assistant answers again"] == 1
    assert events["sender", "sent"] >= 1
    assert events["sender", "a message didn't arrive; it is tried again"] >= 1
    assert events["web", "no answer from Rasa"] >= 1
    assert events["rasa", "an action failed"] >= 1
    for process, ending in (("web", "stopping"), ("rasa", "stopped"), ("actions", "stopped"), ("sender", "stopping")):
        assert events[process, ending] == 1
    (filed,) = day.lines(event="request filed")
    assert filed["kind"] == "refund"
    assert filed["reference"].startswith("R-")
    assert {line["reason"] for line in day.lines(event="a customer waits for a person")} == {"not_understood"}
