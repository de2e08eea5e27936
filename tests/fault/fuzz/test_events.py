"""Events of every kind, thousands of them, at the running web service: it goes on, and so does every conversation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import websocket
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from socketio.packet import Packet

from conversations import Role
from tests.fault.fuzz.service import Service, running, token_of
from tests.unit.channels.servers import Customer, FakeRasa


@dataclass(frozen=True)
class Size:
    """How much is sent. The first round leaves in memory what a service needs; later ones mustn't add to it."""

    rounds: int
    conversations: int  # in a round
    frames: int  # of a conversation, at most


SMALL, FULL = Size(3, 12, 40), Size(6, 60, 100)
MOST_GROWTH = 24  # megabytes from the end of the first round to the end of the last

CUSTOMERS_EVENTS = [
    "session_request", "user_uttered", "typing", "read", "earlier", "resume_assistant", "leave_email",
    "mail_transcript", "end_session",
]  # fmt: skip
DESKS_EVENTS = ["watch", "unwatch", "typing"]
OTHER_EVENTS = [
    "connect", "disconnect", "message", "session_confirm", "state", "bot_uttered", "trigger_event", "__init__",
    "conversation", "", "*",
]  # fmt: skip

LONG = st.builds(str.__mul__, st.sampled_from(["x", "ä", "\x00", "📷"]), st.sampled_from([2001, 10_000]))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=20),
    LONG,
    LONG.map(str.encode),
    st.sampled_from([2**31, 2**63, -1, 10**30, "\x00", "\ud800", "/restart"]),
)
KEYS = st.sampled_from(
    ["message", "client_id", "option", "session_id", "secret", "last_seq", "locale", "on", "seq", "email",
     "conversation_id", "token", "__proto__", "_placeholder", "num"]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(KEYS, st.text(max_size=5)), inner, max_size=5),
    ),
    max_leaves=12,
)
PLAUSIBLE = st.fixed_dictionaries(
    {},
    optional={
        "message": st.one_of(st.text(max_size=50), SCALARS),
        "client_id": st.one_of(st.sampled_from(["c-1", "c-2"]), SCALARS),
        "session_id": st.one_of(st.sampled_from(["c-1", "c-2"]), SCALARS),
        "secret": SCALARS,
        "last_seq": SCALARS,
        "on": st.one_of(st.booleans(), SCALARS),
        "seq": SCALARS,
        "email": st.one_of(st.just("a@example.com"), SCALARS),
        "conversation_id": SCALARS,
    },
)
EVENTS = st.tuples(
    st.just(2),
    st.builds(
        lambda name, data: [name, *data],
        st.one_of(
            st.sampled_from(CUSTOMERS_EVENTS), st.sampled_from(DESKS_EVENTS + OTHER_EVENTS), st.text(max_size=10)
        ),
        st.lists(st.one_of(PLAUSIBLE, VALUES), max_size=3),
    ),
    st.sampled_from(["/", "/", "/desk", "/nowhere"]),
    st.one_of(st.none(), st.integers(0, 2**40)),
)
OTHER_PACKETS = st.tuples(
    st.sampled_from([0, 1, 3, 4]),
    st.one_of(st.none(), st.dictionaries(st.text(max_size=5), st.text(max_size=5)), st.lists(SCALARS, max_size=3)),
    st.sampled_from(["/", "/desk", "/nowhere"]),
    st.one_of(st.none(), st.integers(0, 100)),
)
NEARLY_PACKETS = [
    "", "2", "3", "3probe", "4", "42", "42[", '42["user_uttered"', "42[]", "42{}", "42null", "451-", '451-["x"]',
    '459999999-["x",{"_placeholder":true,"num":0}]', '451-["read",{"_placeholder":true,"num":7}]', "40", "41",
    "41/desk,", "42/desk,[1]", "43[]", "431[]", "44", "5", "6", "1", "9", "b4AAAA", "\u0663",
]  # fmt: skip
OVERDONE = {"4": "", '42["user_uttered",': "[", "42": "9", "45": "1"}
RAW = st.one_of(
    st.text(max_size=60),
    st.binary(max_size=60),
    st.sampled_from(NEARLY_PACKETS),
    st.builds(lambda begun: begun + 5000 * OVERDONE[begun], st.sampled_from(sorted(OVERDONE))),
)


def frames_of(packet: tuple[int, Any, str, int | None]) -> list[str | bytes]:
    """As they go over the websocket; none of what can't be said in JSON."""
    kind, data, namespace, number = packet
    try:
        encoded = Packet(kind, data, namespace, number).encode()
    except (ValueError, TypeError):
        return []
    text, *attached = encoded if isinstance(encoded, list) else [encoded]
    return [f"4{text}", *attached]


FRAMES = st.one_of(
    EVENTS.map(frames_of), EVENTS.map(frames_of), OTHER_PACKETS.map(frames_of), RAW.map(lambda raw: [raw])
)


class Intruder:
    """A raw websocket: begins a conversation like everybody, then sends whatever it is told to."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._url = f"{url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
        self.heard: list[str] = []
        self._token = token
        self.session: dict[str, Any] = {}
        self._socket = self._connect()

    def send(self, frame: str | bytes) -> None:
        """And connect again where the service has ended it."""
        try:
            if isinstance(frame, bytes):
                self._socket.send_binary(frame)
            else:
                self._socket.send(frame.encode("utf-8", "surrogatepass"), websocket.ABNF.OPCODE_TEXT)
        except (OSError, websocket.WebSocketException):
            self._socket = self._connect()

    def leave(self) -> None:
        with suppress(OSError, websocket.WebSocketException, UnicodeError):
            self._socket.settimeout(0.05)
            while True:
                self.heard.append(str(self._socket.recv()))
        self._socket.close()

    def _connect(self) -> websocket.WebSocket:
        opened = websocket.create_connection(self._url, timeout=10)
        opened.recv()
        if self._token:
            opened.send(f"40/desk,{json.dumps({'token': self._token})}")
        opened.send("40")
        opened.send(f"42{json.dumps(['session_request', self.session])}")
        while not self.session:
            said = str(opened.recv())
            self.heard.append(said)
            if said.startswith('42["session_confirm"'):
                self.session = json.loads(said[2:])[1]
        return opened


@dataclass
class Onslaught:
    """What was sent so far, and by whom."""

    service: Service
    token: str
    heard: list[str] = field(default_factory=list)
    sent: int = 0

    def round(self, size: Size, number: int) -> None:
        """So many conversations, each of which is a customer's again at its end."""

        @seed(number)
        @settings(
            max_examples=size.conversations,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(FRAMES, min_size=size.frames // 2, max_size=size.frames), st.booleans())
        def conversations(frames: list[list[str | bytes]], is_at_the_desk: bool) -> None:
            self._intrude([frame for each in frames for frame in each], self.token if is_at_the_desk else None)

        conversations()

    def _intrude(self, frames: list[str | bytes], token: str | None) -> None:
        intruder = Intruder(self.service.url, token)
        for frame in frames:
            intruder.send(frame)
        intruder.leave()
        self.sent += len(frames)
        self.heard += intruder.heard
        customer = Customer(self.service.url)
        customer.connect(session_id=intruder.session["session_id"], secret=intruder.session["secret"])
        assert customer.say("Something sensible", client_id="sensible-1")["ok"]
        customer.hears("You said: Something sensible", 30)
        customer.leave()


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    rasa = FakeRasa().start()
    yield rasa
    rasa.stop()


@pytest.mark.timeout(3600)
def test_whatever_is_sent_the_service_goes_on_and_every_conversation_with_it(
    tmp_path: Path, rasa: FakeRasa, at_full_size: bool
) -> None:
    size = FULL if at_full_size else SMALL
    with running(tmp_path, rasa) as service:
        bystander = Customer(service.url).connect()
        onslaught = Onslaught(service, token_of(service, Role.AGENT))
        megabytes = []
        for number in range(size.rounds):
            onslaught.round(size, number)
            megabytes.append(service.megabytes)
            assert bystander.say(f"Still there? {number}", client_id=f"c-{number}")["ok"]
            bystander.hears(f"You said: Still there? {number}")
        bystander.leave()

        print(f"{onslaught.sent} frames; megabytes after each round: {[round(each, 1) for each in megabytes]}")
        assert onslaught.sent > size.rounds * size.conversations * size.frames / 2
        assert service.complaints == []
        assert not [said for said in onslaught.heard if "Traceback" in said or ".py" in said]
        assert megabytes[-1] - megabytes[0] < MOST_GROWTH


def test_the_check_of_the_log_knows_a_stack_trace(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text('{"level": "info"}\nTraceback (most recent call last):\n{"level": "error", "event": "x"}\n')
    assert len(Service("", "", 0, log).complaints) == 2
