"""Two web services on one database talk as one: customers, agents and tabs that are connected to different ones."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import redis
from redis.connection import parse_url
from sqlalchemy.engine import Engine

from channels import wire
from conversations import messages_after
from conversations.agents import find_agent, is_there
from database import transaction
from tests.machine import REDIS_URL
from tests.unit.channels.agents import PASSWORD, AgentPage
from tests.unit.channels.redis_line import Line, redis_line
from tests.unit.channels.servers import Customer, FakeRasa, WebService, running, until
from tests.unit.channels.test_handover import calls_a_person, id_of, states

pytestmark = pytest.mark.redis

PART = "messages between web processes"


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with redis_line() as line:
        yield line


@pytest.fixture(scope="module")
def channel() -> Iterator[str]:
    """Nobody else's, and wires that find out and try again soon."""
    name = f"test:{uuid.uuid4().hex}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "CHANNEL", name)
        patch.setattr(wire, "BACK_OFF", (0.2,))
        patch.setattr(wire, "MISSED_EVERY", 0.3)
        yield f"{name}:{parse_url(REDIS_URL).get('db', 0)}"


@pytest.fixture(scope="module")
def both(engine: Engine, one_rasa: FakeRasa, line: Line, channel: str) -> Iterator[tuple[WebService, WebService]]:
    with running(engine, one_rasa, redis_url=line.url) as a, running(engine, one_rasa, redis_url=line.url) as b:
        are_whole(a, b)
        yield a, b


@pytest.fixture
def a(both: tuple[WebService, WebService], rasa: FakeRasa) -> WebService:
    return both[0]


@pytest.fixture
def b(both: tuple[WebService, WebService], rasa: FakeRasa) -> WebService:
    return both[1]


@pytest.fixture
def people() -> Iterator[list[Any]]:
    """Whoever is in it leaves at the end."""
    people: list[Any] = []
    yield people
    for each in people:
        each.leave()


@pytest.fixture
def customer(people: list[Any]) -> Callable[..., Customer]:
    def connect(service: WebService, like: Customer | None = None, last_seq: int = 0) -> Customer:
        tab = Customer(service.url)
        people.append(tab)
        session = {name: like.session[name] for name in ("session_id", "secret")} if like else {}
        return tab.connect(**session, last_seq=last_seq)

    return connect


@pytest.fixture
def agent(people: list[Any], engine: Engine) -> Callable[..., AgentPage]:
    def connect(service: WebService) -> AgentPage:
        page = AgentPage(service, engine)
        people.append(page)
        return page.connect()

    return connect


Tab = Callable[..., Customer]
Desk = Callable[..., AgentPage]


def are_whole(*services: WebService) -> None:
    until(lambda: {reported_by(each) for each in services} == {"ok"})


def are_cut(*services: WebService) -> None:
    until(lambda: {reported_by(each) for each in services} == {"not reachable"})


def reported_by(service: WebService) -> str:
    return str(httpx.get(f"{service.url}/readyz", trust_env=False).json()[PART])


def is_connected(page: AgentPage) -> bool:
    return page.socket is not None and page.socket.connected


def same_page(page: AgentPage, service: WebService) -> AgentPage:
    """Another page of the same sign-in, at this service."""
    other = AgentPage.__new__(AgentPage)
    other.__dict__ |= page.__dict__ | {"url": service.url, "messages": [], "summaries": [], "events": []}
    return other.connect()


def waits(customer: Tab, service: WebService, rasa: FakeRasa) -> Customer:
    tab = customer(service)
    rasa.answers = calls_a_person()
    tab.say("A person, please")
    until(lambda: "waiting" in states(tab))
    return tab


def told(page: Any, event: str) -> list[Any]:
    return [data for name, data in page.events if name == event]


def test_customer_and_agent_at_different_processes_talk(
    a: WebService, b: WebService, customer: Tab, agent: Desk, rasa: FakeRasa
) -> None:
    desk, tab = agent(b), waits(customer, a, rasa)
    assert desk.learns(id_of(tab), state="waiting")["is_online"]

    assert desk.claim(id_of(tab)).status_code == 200
    desk.watch(id_of(tab))
    tab.hears(f"{desk.name} has joined")
    for number in range(20):
        tab.say(f"customer's {number}")
        desk.say(id_of(tab), f"agent's {number}")
    desk.hears("customer's 19")
    tab.hears("agent's 19")

    tab.socket.emit("typing", {"on": True})
    until(lambda: told(desk, "typing"))
    assert told(desk, "typing")[0]["author"]["kind"] == "customer"
    desk.emit("typing", conversation_id=id_of(tab), on=True)
    until(lambda: {"on": True, "author": {"kind": "agent", "name": desk.name}} in told(tab, "typing"))

    tab.socket.emit("read", {"seq": 5})
    until(lambda: told(desk, "read"))
    assert told(desk, "read") == [{"conversation_id": id_of(tab), "seq": 5}]

    assert desk.post(f"/conversations/{id_of(tab)}/return").status_code == 200
    tab.hears("I am back. Where were we?")
    desk.hears("I am back. Where were we?")
    numbers = [each["seq"] for each in desk.messages]
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_the_assistant_answers_reaches_all_tabs_once(a: WebService, b: WebService, customer: Tab) -> None:
    one = customer(a)
    other = customer(b, like=one)

    one.say("hello")
    one.hears("You said: hello")
    other.hears("You said: hello")
    other.say("and from here")
    one.hears("You said: and from here")

    assert other.texts == ["hello", "You said: hello", "You said: and from here"]
    assert one.texts == ["You said: hello", "and from here", "You said: and from here"]


def test_whether_the_customer_is_there_is_known_everywhere(
    a: WebService, b: WebService, customer: Tab, agent: Desk
) -> None:
    desk, tab = agent(b), customer(a)
    tab.say("hello")
    assert desk.learns(id_of(tab), is_online=True)
    other = customer(b, like=tab)

    tab.leave()
    until(lambda: desk.get(f"/conversations/{id_of(tab)}")["conversation"]["is_online"])
    other.leave()

    desk.learns(id_of(tab), is_online=False)
    listed = desk.get("/conversations", state="assistant")["conversations"]
    assert [each["is_online"] for each in listed if each["id"] == id_of(tab)] == [False]
    customer(a, like=tab)
    desk.learns(id_of(tab), is_online=True)


def test_who_waits_at_one_process_moves_up_when_somebody_is_served_at_another(
    a: WebService, b: WebService, customer: Tab, agent: Desk, rasa: FakeRasa
) -> None:
    desk = agent(b)
    first, second = waits(customer, a, rasa), waits(customer, a, rasa)
    before = told(second, "state")[-1]["position"]

    desk.claim(id_of(first))

    until(lambda: told(second, "state")[-1]["position"] == before - 1)
    desk.claim(id_of(second))


def test_who_waits_learns_that_an_agent_is_at_another_process(
    a: WebService, b: WebService, customer: Tab, agent: Desk, rasa: FakeRasa, engine: Engine
) -> None:
    tab = waits(customer, a, rasa)
    assert not told(tab, "state")[-1]["online"]

    desk = agent(b)

    until(lambda: told(tab, "state")[-1]["online"])
    desk.claim(id_of(tab))


def test_an_agent_with_desks_at_two_processes_is_there_until_both_are_gone(
    a: WebService, b: WebService, agent: Desk, engine: Engine
) -> None:
    one = agent(a)
    other = same_page(one, b)
    until(lambda: other.get("/agents"))

    def is_here() -> bool:
        with transaction(engine) as session:
            account = find_agent(session, one.name)
            return account is not None and is_there(account)

    until(is_here)
    one.leave()
    for _ in range(20):
        assert is_here()
    other.leave()
    until(lambda: not is_here())


def test_signing_out_at_one_process_ends_the_pages_at_all(a: WebService, b: WebService, agent: Desk) -> None:
    page = agent(a)
    same, another = same_page(page, b), agent(b)

    assert page.http.post(f"{b.url}/desk/api/logout").status_code == 204

    until(lambda: not is_connected(page) and not is_connected(same))
    assert is_connected(another)


def test_after_the_end_the_tabs_of_all_processes_go_on_together(a: WebService, b: WebService, customer: Tab) -> None:
    one = customer(a)
    one.say("hello")
    one.hears("You said: hello")
    other = customer(b, like=one)
    ended = id_of(one)
    one.socket.call("end_session", timeout=10)
    until(lambda: "closed" in states(other))

    one.say("one more thing")

    until(lambda: id_of(one) == id_of(other) != ended)
    other.hears("You said: one more thing")
    other.say("from the other")
    one.hears("You said: from the other")


def test_an_answer_is_said_once_though_two_processes_ask_for_it(
    a: WebService, b: WebService, customer: Tab, rasa: FakeRasa, engine: Engine
) -> None:
    tab = customer(a)
    rasa.stop()
    tab.say("hello")
    tab.hears("can't answer right now")
    other = customer(b, like=tab)  # wakes a turn there, too

    rasa.start()

    other.hears("You said: hello", 20)
    tab.hears("You said: hello", 20)
    tab.say("again")
    tab.hears("You said: again")
    with transaction(engine) as session:
        said = [each.text for each in messages_after(session, id_of(tab), 0) if each.author_kind == "assistant"]
    assert said == ["You said: hello", "You said: again"]


def test_while_redis_is_away_all_goes_on_only_later_and_afterwards_at_once(
    a: WebService, b: WebService, line: Line, customer: Tab, agent: Desk, rasa: FakeRasa
) -> None:
    desk, tab = agent(b), customer(a)
    other = customer(b, like=tab)
    line.cut()
    try:
        are_cut(a, b)
        assert httpx.get(f"{a.url}/readyz", trust_env=False).status_code == 200

        rasa.answers = calls_a_person()
        tab.say("A person, please")
        tab.hears("I'll get somebody.")
        desk.learns(id_of(tab), state="waiting")
        assert desk.claim(id_of(tab)).status_code == 200
        desk.watch(id_of(tab))
        tab.hears("has joined")
        tab.say("before")
        desk.say(id_of(tab), "and after")
        tab.hears("and after")
        desk.hears("before")
        other.hears("and after")
        desk.post(f"/conversations/{id_of(tab)}/close", reason="done")
        until(lambda: "closed" in states(tab))
        ended = id_of(tab)
        rasa.answers = lambda message: [{"text": f"You said: {message['message']}"}]
        tab.say("one more thing")
        until(lambda: id_of(other) == id_of(tab) != ended)
    finally:
        line.mend()
    are_whole(a, b)
    tab.say("all well?")
    other.hears("You said: all well?")

    for tell in (tab, other):
        numbers = [each["seq"] for each in tell.messages]
        assert len(numbers) == len({(each["seq"], each.get("text")) for each in tell.messages})
    assert [each["seq"] for each in desk.messages] == list(range(1, len(desk.messages) + 1))


def test_what_is_said_while_the_line_blinks_comes_once_and_in_order(
    a: WebService, b: WebService, line: Line, customer: Tab, agent: Desk, rasa: FakeRasa
) -> None:
    desk, tab = agent(b), waits(customer, a, rasa)
    desk.claim(id_of(tab))
    desk.watch(id_of(tab))

    for number in range(60):
        if number % 15 == 7:
            line.drop()
        tab.say(f"customer's {number}")
        desk.say(id_of(tab), f"agent's {number}")

    desk.hears("agent's 59")
    tab.hears("agent's 59")
    assert [each["seq"] for each in desk.messages] == list(range(1, len(desk.messages) + 1))
    heard = [each["text"] for each in tab.messages if each["author"]["kind"] == "agent"]
    assert heard == [f"agent's {number}" for number in range(60)]
    are_whole(a, b)


def test_what_a_third_process_had_begun_is_answered_by_the_others_when_it_ends(
    a: WebService, engine: Engine, rasa: FakeRasa, line: Line, agent: Desk
) -> None:
    desk = agent(a)
    with running(engine, rasa, redis_url=line.url) as third:
        are_whole(third)
        tab = Customer(third.url).connect()
        rasa.stop()
        tab.say("hello")
        tab.hears("can't answer right now")
        assert desk.learns(id_of(tab), is_online=True)
    rasa.start()  # and the customer doesn't come back

    assert desk.learns(id_of(tab), is_online=False)["id"] == id_of(tab)
    desk.watch(id_of(tab))
    desk.hears("You said: hello")


def test_no_words_and_no_secrets_go_over_redis(
    a: WebService, b: WebService, customer: Tab, agent: Desk, rasa: FakeRasa, channel: str
) -> None:
    listening = redis.Redis.from_url(REDIS_URL).pubsub()
    listening.subscribe(channel)
    desk, tab = agent(b), waits(customer, a, rasa)
    desk.claim(id_of(tab))
    tab.say("my secret words")
    tab.hears("has joined")
    desk.post("/logout")
    until(lambda: not is_connected(desk))

    heard = b""
    while message := listening.get_message(timeout=0.5):
        heard += message["data"] if message["type"] == "message" else b""
    listening.close()

    assert id_of(tab).encode() in heard
    assert b"signed out" in heard
    for hidden in ("secret words", tab.session["secret"], desk.token, PASSWORD):
        assert hidden.encode() not in heard


def test_one_process_alone_says_nothing_of_others(service: WebService) -> None:
    assert PART not in httpx.get(f"{service.url}/readyz", trust_env=False).json()
