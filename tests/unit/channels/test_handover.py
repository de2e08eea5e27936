"""A person takes over in the middle and gives back: what customer and agent see of it, over real sockets."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from conversations import Role, messages_after
from database import transaction
from tests.unit.channels.agents import AgentPage, refusal
from tests.unit.channels.servers import Customer, FakeRasa, Held, WebService, lose_the_word_of, until

Tab = Callable[[], Customer]
Desk = Callable[..., AgentPage]


def calls_a_person(reason: str = "asked_for_a_person") -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    handover = {"type": "handover", "state": "waiting", "reason": reason, "agent": None, "position": None}
    return lambda _: [{"text": "I'll get somebody."}, {"custom": handover}]


def states(tab: Customer) -> list[str]:
    return [data["state"] for event, data in tab.events if event == "state"]


def waits(customer: Tab, rasa: FakeRasa, reason: str = "asked_for_a_person") -> Customer:
    """A customer who has asked for a person."""
    tab = customer().connect()
    rasa.answers = calls_a_person(reason)
    tab.say("A person, please")
    until(lambda: "waiting" in states(tab))
    return tab


def id_of(tab: Customer) -> str:
    return str(tab.session["session_id"])


def test_the_assistant_calls_a_person_and_the_customer_waits_in_the_queue(
    customer: Tab, agent: Desk, rasa: FakeRasa
) -> None:
    desk = agent().connect()
    tab = waits(customer, rasa, "needs_review")

    summary = desk.learns(id_of(tab), state="waiting")
    assert summary["reason"] == "needs_review"
    assert summary["trigger"] == "A person, please"
    assert summary["first_lines"] == ["A person, please"]
    assert summary["is_online"]
    waiting = next(data for event, data in tab.events if event == "state")
    assert waiting["online"]
    assert not waiting["email"]
    told = tab.hears("join you here")
    assert told["author"] == {"kind": "system", "name": None}
    assert told["custom"]["state"] == "waiting"
    assert [each["text"] for each in tab.messages[:1]] == ["I'll get somebody."]
    assert id_of(tab) in [each["id"] for each in desk.get("/conversations", state="waiting")["conversations"]]


def test_both_write_and_the_assistant_is_silent(customer: Tab, agent: Desk, rasa: FakeRasa, engine: Engine) -> None:
    desk = agent().connect()
    tab = waits(customer, rasa)
    said_to_rasa = len(rasa.said)
    assert desk.claim(id_of(tab)).status_code == 200
    desk.watch(id_of(tab))
    tab.hears(f"{desk.name} has joined")

    for number in range(100):
        assert tab.say(f"message {number}")["ok"]
        if number % 10 == 0:
            assert desk.say(id_of(tab), f"reply {number}").status_code == 200

    desk.hears("message 99")
    tab.hears("reply 90")
    time.sleep(0.2)
    assert len(rasa.said) == said_to_rasa
    with transaction(engine) as session:
        since = [message for message in messages_after(session, id_of(tab), 0) if message.author_kind == "assistant"]
    assert [message.text for message in since] == ["I'll get somebody."]
    assert next(each for each in tab.messages if each.get("text") == "reply 0")["author"] == {
        "kind": "agent",
        "name": desk.name,
    }
    numbers = [each["seq"] for each in desk.messages]
    assert numbers == list(range(1, len(numbers) + 1))


def test_while_a_customer_waits_the_assistant_says_nothing_and_the_words_are_kept(
    customer: Tab, agent: Desk, rasa: FakeRasa
) -> None:
    tab = waits(customer, rasa)
    said_to_rasa = len(rasa.said)

    for number in range(5):
        assert tab.say(f"is anybody there? {number}")["ok"]
    time.sleep(0.3)

    assert len(rasa.said) == said_to_rasa
    kept = [line["text"] for line in agent().get(f"/conversations/{id_of(tab)}")["messages"]]
    assert kept[-5:] == [f"is anybody there? {number}" for number in range(5)]


def test_an_answer_that_was_under_way_when_the_agent_came_is_not_said(
    customer: Tab, agent: Desk, rasa: FakeRasa
) -> None:
    desk, tab = agent().connect(), customer().connect()
    rasa.answers = held = Held()
    tab.say("hello")
    until(lambda: rasa.said)

    desk.claim(id_of(tab))
    tab.hears("has joined")
    held.release()
    time.sleep(0.3)

    assert not any("You said" in text for text in tab.texts)


def test_handed_back_the_assistant_says_so_and_goes_on(customer: Tab, agent: Desk, rasa: FakeRasa) -> None:
    desk = agent().connect()
    tab = waits(customer, rasa)
    rasa.handed_back = []
    desk.claim(id_of(tab))
    tab.say("only for the agent")

    assert desk.post(f"/conversations/{id_of(tab)}/return").json()["state"] == "assistant"

    tab.hears(f"{desk.name} has handed you back to the assistant.")
    tab.hears("I am back. Where were we?")
    assert [each["sender"] for each in rasa.handed_back] == [id_of(tab)]
    assert rasa.handed_back[0]["corrections"] == {}
    assert "only for the agent" not in rasa.texts
    rasa.answers = lambda message: [{"text": f"You said: {message['message']}"}]
    tab.say("and now?")
    tab.hears("You said: and now?")


def test_handed_back_while_rasa_is_away_it_goes_on_when_rasa_is_back(
    customer: Tab, agent: Desk, rasa: FakeRasa
) -> None:
    desk = agent().connect()
    tab = waits(customer, rasa)
    desk.claim(id_of(tab))
    rasa.stop()

    desk.post(f"/conversations/{id_of(tab)}/return")
    tab.hears("can't answer right now")
    rasa.start()

    tab.hears("I am back.", 20)


def test_handed_back_though_the_agent_heard_of_a_failure_the_assistant_goes_on(
    customer: Tab, agent: Desk, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = agent().connect()
    tab = waits(customer, rasa)
    rasa.handed_back = []
    desk.claim(id_of(tab))
    lost = lose_the_word_of("changed", monkeypatch)

    assert desk.post(f"/conversations/{id_of(tab)}/return").status_code >= 500

    tab.hears(f"{desk.name} has handed you back to the assistant.")
    tab.hears("I am back. Where were we?")
    assert len(lost) == len(rasa.handed_back) == 1


def test_a_customer_who_heard_of_a_failure_is_with_the_assistant_again_where_that_was_stored(
    customer: Tab, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = waits(customer, rasa)
    lost = lose_the_word_of("_stop_waiting", monkeypatch)

    assert not tab.socket.call("resume_assistant", timeout=10)["ok"]

    tab.hears("I am back. Where were we?")
    assert states(tab)[-1] == "assistant"
    assert len(lost) == 1


def test_a_customer_goes_back_to_the_assistant_instead_of_waiting(customer: Tab, agent: Desk, rasa: FakeRasa) -> None:
    tab = waits(customer, rasa)

    assert tab.socket.call("resume_assistant", timeout=10) == {"ok": True}

    tab.hears("I am back.")
    refused = tab.socket.call("resume_assistant", timeout=10)
    assert refused["error"]["code"] == "not_allowed"


def test_where_nobody_is_there_the_customer_leaves_an_address(customer: Tab, agent: Desk, rasa: FakeRasa) -> None:
    tab = waits(customer, rasa)
    until(lambda: [data for event, data in tab.events if event == "state" and not data["online"]])

    assert tab.socket.call("leave_email", {"email": "no address"}, timeout=10)["error"]["code"] == "bad_email"
    assert tab.socket.call("leave_email", {"email": " kim@example.com "}, timeout=10) == {"ok": True}

    tab.hears("will write to kim@example.com")
    until(lambda: [data for event, data in tab.events if event == "state" and data["email"]])
    found = agent().get("/conversations", state="waiting")["conversations"]
    assert next(each for each in found if each["id"] == id_of(tab))["email"] == "kim@example.com"


def test_who_waits_learns_when_the_queue_moves_and_when_somebody_comes(
    customer: Tab, agent: Desk, rasa: FakeRasa
) -> None:
    lead = agent(Role.LEAD)
    for each in lead.get("/conversations", state="waiting")["conversations"]:
        lead.post(f"/conversations/{each['id']}/close", reason="left over by another test")
    first, second = waits(customer, rasa), waits(customer, rasa)
    until(lambda: [data for event, data in second.events if event == "state" and data["position"] == 2])

    desk = agent().connect()
    until(lambda: [data for event, data in second.events if event == "state" and data["online"]])
    desk.claim(id_of(first))

    until(lambda: [data for event, data in second.events if event == "state" and data["position"] == 1])


def test_typing_reaches_the_other_side(customer: Tab, agent: Desk, rasa: FakeRasa) -> None:
    desk, other = agent().connect(), agent().connect()
    tab = waits(customer, rasa)
    for each in (desk, other):
        each.watch(id_of(tab))
    desk.claim(id_of(tab))

    other.emit("typing", conversation_id=id_of(tab), on=True)  # doesn't hold it
    desk.emit("typing", conversation_id=id_of(tab), on=True)
    tab.socket.emit("typing", {"on": True})

    author = {"kind": "agent", "name": desk.name}
    until(lambda: ("typing", {"on": True, "author": author}) in tab.events)
    customers = {"kind": "customer", "name": None}
    told = ("typing", {"conversation_id": id_of(tab), "on": True, "author": customers})
    until(lambda: told in desk.events)
    assert not any(data["author"].get("name") == other.name for event, data in tab.events if event == "typing")


def test_a_desk_learns_when_the_customer_goes_and_comes_and_what_was_read(
    customer: Tab, agent: Desk, rasa: FakeRasa
) -> None:
    desk = agent().connect()
    tab = waits(customer, rasa)
    assert desk.learns(id_of(tab))["is_online"]

    tab.leave()
    desk.learns(id_of(tab), is_online=False)
    back = tab.again(last_seq=0)
    desk.learns(id_of(tab), is_online=True, read_seq=0)
    desk.watch(id_of(tab))
    back.socket.emit("read", {"seq": 2})
    until(lambda: ("read", {"conversation_id": id_of(tab), "seq": 2}) in desk.events)

    assert desk.get(f"/conversations/{id_of(tab)}")["conversation"]["read_seq"] == 2
    back.leave()


def test_of_two_agents_who_claim_one_is_told_who_has_it(customer: Tab, agent: Desk, rasa: FakeRasa) -> None:
    first, second = agent(), agent()
    tab = waits(customer, rasa)

    assert first.claim(id_of(tab)).status_code == 200
    refused = second.claim(id_of(tab))

    assert refusal(refused) == (409, "held")
    assert refused.json()["error"]["agent"] == {"name": first.name}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("messages", {"client_id": "1", "text": "hi"}),
        ("return", {}),
        ("close", {}),
        ("requeue", {}),
        ("facts", {"fact": "claim.working", "value": True}),
        ("requests", {"kind": "refund"}),
        ("assign", {"agent": second.name}),
    ]
    for path, body in calls:
        assert refusal(second.post(f"/conversations/{id_of(tab)}/{path}", **body)) == (409, "held"), path


def test_a_message_that_is_sent_again_is_recognised_also_when_it_was_passed_on_since(
    customer: Tab, agent: Desk, rasa: FakeRasa
) -> None:
    first, second = agent(), agent()
    tab = waits(customer, rasa)
    first.claim(id_of(tab))

    seq = first.say(id_of(tab), "once", "n-1").json()["seq"]
    assert first.say(id_of(tab), "once", "n-1").json() == {"seq": seq}
    first.post(f"/conversations/{id_of(tab)}/assign", agent=second.name)
    assert first.say(id_of(tab), "once", "n-1").json() == {"seq": seq}
    assert refusal(first.say(id_of(tab), "another", "n-2")) == (409, "held")
    assert second.say(id_of(tab), "mine", "n-1").json()["seq"] > seq

    tab.hears(f"{second.name} has joined")
    tab.hears("mine")
    assert tab.texts.count("once") == 1


def test_put_back_the_customer_waits_for_another_agent(customer: Tab, agent: Desk, rasa: FakeRasa) -> None:
    desk = agent()
    tab = waits(customer, rasa)
    assert refusal(desk.post(f"/conversations/{id_of(tab)}/requeue")) == (409, "not_held")
    desk.claim(id_of(tab))

    put_back = desk.post(f"/conversations/{id_of(tab)}/requeue").json()

    assert (put_back["state"], put_back["reason"], put_back["agent"]) == ("waiting", "put_back", None)


def test_after_the_end_a_new_conversation_begins_that_shows_the_old_one(
    customer: Tab, agent: Desk, rasa: FakeRasa, engine: Engine
) -> None:
    desk = agent().connect()
    tab = waits(customer, rasa)
    old = dict(tab.session)
    desk.claim(id_of(tab))
    desk.post(f"/conversations/{id_of(tab)}/close", reason="solved")
    tab.hears("has ended this conversation")
    rasa.answers = lambda message: [{"text": f"You said: {message['message']}"}]

    acknowledged = tab.say("one more thing", client_id="c-9")

    assert acknowledged == {"ok": True, "seq": 1}
    assert tab.session["session_id"] != old["session_id"]
    assert tab.session["secret"] == old["secret"]
    assert tab.session["has_earlier"]
    tab.hears("You said: one more thing")
    assert tab.say("one more thing", client_id="c-9") == {"ok": True, "seq": 1}
    earlier = tab.socket.call("earlier", timeout=10)["messages"]
    assert earlier[0]["text"] == "A person, please"
    assert desk.learns(id_of(tab))["earlier_id"] == old["session_id"]
    resumed = Customer(tab._url).connect(session_id=old["session_id"], secret=old["secret"], last_seq=4)
    assert resumed.session["session_id"] == tab.session["session_id"]
    resumed.hears("You said: one more thing")
    resumed.leave()


def test_every_tab_of_a_customer_goes_on_in_the_new_conversation(customer: Tab, rasa: FakeRasa) -> None:
    tab = customer().connect()
    tab.say("hello")
    tab.hears("You said: hello")
    other = tab.again(last_seq=0)
    assert tab.socket.call("end_session", timeout=10) == {"ok": True}
    assert tab.socket.call("end_session", timeout=10) == {"ok": True}
    other.hears("This conversation has ended.")

    tab.say("hello again")

    other.hears("hello again")
    other.hears("You said: hello again")
    assert other.session["session_id"] == tab.session["session_id"]
    other.leave()


def test_a_desk_that_was_cut_off_gets_what_it_missed_once_and_in_order(
    customer: Tab, agent: Desk, rasa: FakeRasa
) -> None:
    desk = agent().connect()
    tab = waits(customer, rasa)
    desk.claim(id_of(tab))
    desk.watch(id_of(tab))
    tab.say("before")
    seen = desk.hears("before")["seq"]
    desk.leave()
    tab.say("while away")

    desk.connect()
    desk.watch(id_of(tab), last_seq=seen)
    tab.say("after")
    desk.hears("after")

    numbers = [each["seq"] for each in desk.messages]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("reason", ["not_understood", "upset", "change_order", "something else"])
def test_every_reason_comes_through(customer: Tab, agent: Desk, rasa: FakeRasa, reason: str) -> None:
    tab = waits(customer, rasa, reason)

    summary = agent().get(f"/conversations/{id_of(tab)}")["conversation"]

    assert summary["reason"] == (reason if reason != "something else" else "asked_for_a_person")


def test_waiting_and_holding_outlive_a_restart_of_the_service(engine: Engine, one_rasa: FakeRasa) -> None:
    service = WebService(engine, one_rasa).start()
    try:
        one_rasa.answers = calls_a_person()
        desk, tab = AgentPage(service, engine), Customer(service.url).connect()
        tab.say("A person, please")
        until(lambda: "waiting" in states(tab))
        service.stop()
        service.start()
        back = Customer(service.url).connect(**{n: tab.session[n] for n in ("session_id", "secret")}, last_seq=0)
        assert back.session["state"] == "waiting"
        assert desk.claim(id_of(back)).status_code == 200
        back.hears("has joined")
    finally:
        service.stop()
