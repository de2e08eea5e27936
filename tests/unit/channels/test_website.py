from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import socketio
import websocket
from sqlalchemy import func, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from channels import store
from channels.network import disguised
from conversations import Conversation, Message, messages_after
from conversations.privacy import erase_conversations
from database import transaction
from tests.unit.channels.servers import TO_CONNECT, Customer, FakeRasa, Held, WebService, until

Tab = Callable[[], Customer]


def transcript(engine: Engine, conversation_id: str) -> list[Message]:
    with transaction(engine) as session:
        return messages_after(session, conversation_id, 0)


def every_message(engine: Engine) -> int:
    with transaction(engine) as session:
        return session.scalar(select(func.count()).select_from(Message))


def test_a_new_customer_gets_a_session_with_a_secret(customer: Tab) -> None:
    tab = customer().connect(locale="de-DE")

    assert tab.session["seq"] == 0
    assert tab.session["state"] == "assistant"
    assert tab.session["agent"] is None
    assert len(tab.session["secret"]) >= 40


def test_a_message_is_acknowledged_and_answered_with_author_time_and_number(customer: Tab) -> None:
    tab = customer().connect()

    assert tab.say("hello", client_id="c-1") == {"ok": True, "seq": 1}

    reply = tab.hears("You said: hello")
    assert reply["seq"] == 2
    assert reply["author"] == {"kind": "assistant", "name": "Assistant"}
    assert reply["at"].endswith("+00:00")


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has been done in the database, one after the other."""
    done: list[str] = []
    in_transaction = store._in_transaction

    def noting(engine: Engine, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        done.append(work.__name__)
        return in_transaction(engine, work, *given, **named)

    monkeypatch.setattr(store, "_in_transaction", noting)
    return done


def test_a_turn_takes_two_transactions(customer: Tab, transactions: list[str]) -> None:
    tab = customer().connect()
    transactions.clear()

    tab.say("hello", client_id="c-1")

    until(lambda: ("typing", {"on": False, "author": {"kind": "assistant", "name": "Assistant"}}) in tab.events)
    assert "You said: hello" in tab.texts
    assert transactions == ["_store", "_settle_and_look"]


def test_a_connection_takes_one_transaction_for_a_new_conversation_and_two_for_one_that_goes_on(
    customer: Tab, transactions: list[str]
) -> None:
    tab = customer().connect()
    assert transactions == ["begin"]
    tab.say("hello", client_id="c-1")
    tab.hears("You said: hello")
    transactions.clear()

    again = tab.again(last_seq=0)
    again.hears("You said: hello")
    again.leave()

    assert transactions == ["_resumed", "said_after"]


def test_a_message_is_stored_before_it_is_acknowledged(customer: Tab, engine: Engine, rasa: FakeRasa) -> None:
    tab = customer().connect()
    rasa.answers = held = Held()

    acknowledged = tab.say("hello", client_id="c-1")

    assert [(each.seq, each.text) for each in transcript(engine, tab.session["session_id"])] == [
        (acknowledged["seq"], "hello")
    ]
    held.release()


def test_the_acknowledgement_does_not_wait_for_the_answer(customer: Tab, rasa: FakeRasa) -> None:
    tab = customer().connect()
    rasa.answers = held = Held()

    assert tab.say("hello", client_id="c-1")["ok"]

    assert tab.texts == []
    held.release()
    tab.hears("You said: hello")


def test_the_same_client_id_gets_the_same_number_and_one_answer(customer: Tab, rasa: FakeRasa, engine: Engine) -> None:
    tab = customer().connect()

    acknowledged = [tab.say("hello", client_id="c-1") for _ in range(3)]
    tab.hears("You said")
    acknowledged.append(tab.say("hello", client_id="c-1"))
    tab.say("end", client_id="c-2")
    tab.hears("You said: end")

    assert acknowledged == [{"ok": True, "seq": 1}] * 4
    assert rasa.texts == ["hello", "end"]
    assert len(transcript(engine, tab.session["session_id"])) == 4


def test_messages_are_answered_one_at_a_time_and_in_order(customer: Tab, rasa: FakeRasa) -> None:
    tab = customer().connect()
    under_way: list[str] = []
    most: list[int] = []

    def answers(message: dict[str, Any]) -> list[dict[str, str]]:
        under_way.append(message["message"])
        most.append(len(under_way))
        time.sleep(0.05)
        under_way.remove(message["message"])
        return [{"text": f"re {message['message']}"}]

    rasa.answers = answers
    for number in range(6):
        tab.say(str(number), client_id=f"c-{number}")
    tab.hears("re 5")

    assert tab.texts == [f"re {number}" for number in range(6)]
    assert max(most) == 1


def test_text_and_structure_of_rasas_answer_become_messages_in_its_order(customer: Tab, rasa: FakeRasa) -> None:
    ask = {"type": "ask", "fact": "wants", "input": "choice", "options": [{"id": "refund", "title": "My money back"}]}
    rasa.answers = lambda _: [{"recipient_id": "x", "text": "What?"}, {"recipient_id": "x", "custom": ask}]
    tab = customer().connect()

    tab.say("hello", client_id="c-1")
    until(lambda: len(tab.messages) == 2)

    assert [(each.get("text"), each.get("custom")) for each in tab.messages] == [("What?", None), (None, ask)]


def test_rasas_existing_widgets_get_the_same_in_their_shape(customer: Tab, rasa: FakeRasa) -> None:
    ask = {"type": "ask", "options": [{"id": "refund", "title": "My money back"}]}
    rasa.answers = lambda _: [{"text": "What?"}, {"custom": ask}]
    tab = customer().connect()

    tab.say("hello")

    uttered = until(lambda: (got := [data for event, data in tab.events if event == "bot_uttered"])[1:] and got)
    quick_replies = [{"content_type": "text", "title": "My money back", "payload": "My money back"}]
    assert uttered == [{"text": "What?"}, {"custom": ask, "quick_replies": quick_replies}]


def test_the_customer_sees_that_an_answer_is_being_written(customer: Tab) -> None:
    tab = customer().connect()

    tab.say("hello", client_id="c-1")
    tab.hears("You said")

    typing = until(lambda: (got := [data["on"] for event, data in tab.events if event == "typing"])[1:] and got)
    assert typing == [True, False]


def test_another_tab_sees_that_the_customer_writes_until_it_is_sent(customer: Tab) -> None:
    tab = customer().connect()
    other = tab.again(last_seq=0)

    for on in (True, True, "yes", True):
        tab.socket.emit("typing", {"on": on})
    tab.say("hello", client_id="c-1")
    other.hears("You said")

    customers = {"kind": "customer", "name": None}
    assert told(other, "typing", customers) == [{"on": on, "author": customers} for on in (True, False)]
    assert told(tab, "typing", customers) == []
    other.leave()


def test_a_tab_that_goes_away_no_longer_writes(customer: Tab) -> None:
    tab = customer().connect()
    other = tab.again(last_seq=0)

    tab.socket.emit("typing", {"on": True})
    until(lambda: other.events)
    tab.leave()

    until(lambda: [data["on"] for _, data in other.events] == [True, False])
    other.leave()


def told(tab: Customer, event: str, author: dict[str, Any]) -> list[Any]:
    return [data for name, data in tab.events if name == event and data["author"] == author]


def test_what_was_missed_comes_once_and_in_order_after_a_reconnect(customer: Tab) -> None:
    first = customer().connect()
    for number in range(4):
        first.say(str(number), client_id=f"c-{number}")
    first.hears("You said: 3")
    first.leave()

    again = first.again(last_seq=3)
    until(lambda: len(again.messages) >= 5)
    again.say("end", client_id="c-end")
    again.hears("You said: end")
    again.leave()

    assert again.session["session_id"] == first.session["session_id"]
    assert [each["seq"] for each in again.messages] == [4, 5, 6, 7, 8, 10]  # 9 is its own, known by acknowledgement


def test_a_reload_replays_the_whole_conversation_with_its_client_ids(customer: Tab) -> None:
    first = customer().connect()
    first.say("hello", client_id="c-1")
    first.hears("You said")

    again = first.again(last_seq=0)
    until(lambda: len(again.messages) == 2)
    again.leave()

    assert [(each["seq"], each["author"]["kind"], each.get("client_id")) for each in again.messages] == [
        (1, "customer", "c-1"),
        (2, "assistant", None),
    ]


def test_a_long_conversation_is_replayed_whole(customer: Tab, engine: Engine) -> None:
    from conversations import Draft, store_message

    first = customer().connect()
    with transaction(engine) as session:
        for number in range(450):
            store_message(session, first.session["session_id"], Draft("assistant", str(number), "Assistant"))

    again = first.again(last_seq=0)
    until(lambda: len(again.messages) >= 450)
    again.leave()

    assert [each["seq"] for each in again.messages] == list(range(1, 451))


def test_two_tabs_of_one_session_see_the_same(customer: Tab) -> None:
    one = customer().connect()
    other = one.again(last_seq=0)

    one.say("from one", client_id="c-1")
    one.hears("You said: from one")
    other.hears("You said: from one")
    other.say("from the other", client_id="c-2")
    for tab in (one, other):
        tab.hears("You said: from the other")
    other.leave()

    assert other.texts == ["from one", "You said: from one", "You said: from the other"]
    assert one.texts == ["You said: from one", "from the other", "You said: from the other"]


def test_nobody_hears_another_customers_conversation(customer: Tab) -> None:
    mine, other = customer().connect(), customer().connect()

    mine.say("my secret order", client_id="c-1", session_id=other.session["session_id"])
    mine.hears("You said")
    other.say("hi", client_id="c-1")
    other.hears("You said: hi")

    assert other.texts == ["You said: hi"]
    assert mine.texts == ["You said: my secret order"]


@pytest.mark.parametrize("secret", ["wrong", "", None, 7, ["x"], "\ud800"])
def test_a_wrong_secret_opens_nothing_of_the_conversation(customer: Tab, secret: Any) -> None:
    owner = customer().connect()
    owner.say("my order is 1234", client_id="c-1")
    owner.hears("You said")

    thief = customer().connect(session_id=owner.session["session_id"], secret=secret, last_seq=0)
    thief.say("hello", client_id="c-9")
    thief.hears("You said: hello")

    assert thief.session["session_id"] != owner.session["session_id"]
    assert thief.texts == ["You said: hello"]
    assert owner.texts == ["You said: my order is 1234"]


def test_a_connection_stays_with_its_session(customer: Tab) -> None:
    tab, other = customer().connect(), customer().connect()
    mine = dict(tab.session)

    tab.socket.emit("session_request", {"session_id": other.session["session_id"], "secret": other.session["secret"]})
    tab.say("still mine", client_id="c-1")
    tab.hears("You said: still mine")

    assert tab.session == mine
    assert other.messages == []


def test_without_a_session_nothing_is_stored(service: WebService, engine: Engine) -> None:
    before = every_message(engine)
    socket = socketio.Client()
    socket.connect(service.url, transports=["websocket"], wait_timeout=TO_CONNECT)

    acknowledged = socket.call("user_uttered", {"message": "hi", "client_id": "c-1"})
    socket.disconnect()

    assert acknowledged["error"]["code"] == "no_session"
    assert every_message(engine) == before


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"message": ""}, "empty"),
        ({"message": " \n\t\u200a "}, "empty"),
        ({"message": "\x00\x07"}, "empty"),
        ({"message": "\u200b \u2060\u202e"}, "empty"),
        ({"message": "x" * 2001}, "too_long"),
        ({"message": None}, "bad_message"),
        ({"message": 7}, "bad_message"),
        ({"message": ["hi"]}, "bad_message"),
        ({"message": {"text": "hi"}}, "bad_message"),
        ({}, "bad_message"),
        (None, "bad_message"),
        ("hi", "bad_message"),
        ([[[]]], "bad_message"),
        ({"message": "hi", "client_id": "x" * 65}, "bad_message"),
        ({"message": "hi", "client_id": {"$ne": 1}}, "bad_message"),
        ({"message": "hi", "client_id": ""}, "bad_message"),
    ],
)
def test_what_is_no_message_is_refused_with_a_sentence(customer: Tab, engine: Engine, data: Any, code: str) -> None:
    tab = customer().connect()

    acknowledged = tab.socket.call("user_uttered", data)

    assert acknowledged["ok"] is False
    assert acknowledged["error"]["code"] == code
    assert acknowledged["error"]["message"].endswith(".")
    assert transcript(engine, tab.session["session_id"]) == []
    assert tab.say("hello", client_id="c-1")["ok"]


def test_a_message_of_the_longest_length_is_taken(customer: Tab) -> None:
    assert customer().connect().say("ä" * 2000, client_id="c-1")["ok"]


def test_what_a_database_cannot_hold_is_left_out(customer: Tab, engine: Engine) -> None:
    tab = customer().connect()

    tab.say("a\x00b\ud800c 📷\nd", client_id="c-1")

    assert transcript(engine, tab.session["session_id"])[0].text == "abc 📷\nd"


@pytest.mark.parametrize("event", ["session_request", "read", "typing", "no_such_event", "trigger_event"])
@pytest.mark.parametrize("data", [None, 7, "x", [1], {"seq": "7"}, {"seq": -1}, {"seq": 10**30}, {"seq": True}])
def test_hostile_events_change_nothing(customer: Tab, event: str, data: Any) -> None:
    tab = customer().connect()

    tab.socket.emit(event, data)
    tab.socket.emit(event, (1, 2, 3))

    assert tab.say("hello", client_id="c-1") == {"ok": True, "seq": 1}
    tab.hears("You said: hello")


def test_a_huge_event_ends_its_connection_and_no_other(customer: Tab, engine: Engine) -> None:
    tab, other = customer().connect(), customer().connect()

    tab.socket.emit("user_uttered", {"message": "x" * 1_000_000, "client_id": "c-1"})
    until(lambda: not tab.socket.connected)

    assert transcript(engine, tab.session["session_id"]) == []
    assert other.say("hello", client_id="c-1")["ok"]


def test_binary_data_ends_its_connection_and_no_other(customer: Tab, engine: Engine) -> None:
    tab, other = customer().connect(), customer().connect()

    tab.socket.emit("user_uttered", {"message": b"hi", "client_id": "c-1"})
    until(lambda: not tab.socket.connected)

    assert transcript(engine, tab.session["session_id"]) == []
    assert other.say("hello", client_id="c-1")["ok"]


def test_an_offered_option_counts_by_its_id(customer: Tab, rasa: FakeRasa, engine: Engine) -> None:
    ask = {"type": "ask", "fact": "item", "options": [{"id": "CAM-1", "title": "Dome camera"}]}
    rasa.answers = lambda _: [{"custom": ask}]
    tab = customer().connect()
    tab.say("hello", client_id="c-1")
    until(lambda: tab.messages)

    tab.say("whatever it shows", client_id="c-2", option="CAM-1")
    until(lambda: len(rasa.said) == 2)

    assert rasa.said[1]["message"] == "Dome camera"
    assert rasa.said[1]["metadata"]["option"] == "CAM-1"
    assert [(each.text, each.option_id) for each in transcript(engine, tab.session["session_id"])][2] == (
        "Dome camera",
        "CAM-1",
    )


def test_an_option_that_was_not_offered_is_only_words(customer: Tab, rasa: FakeRasa) -> None:
    asks = [
        {"type": "ask", "options": [{"id": "old", "title": "Old"}]},
        {"type": "ask", "options": [{"id": "new", "title": "New"}]},
    ]
    rasa.answers = lambda _: [{"custom": asks[min(len(rasa.said), 2) - 1]}]
    tab = customer().connect()
    for number in range(2):
        tab.say("hello", client_id=f"c-{number}")
        until(lambda: len(tab.messages) == number + 1)  # noqa: B023

    for option in ("old", "never", {"id": "new"}, 7):
        tab.say("my words", option=option)
    until(lambda: len(rasa.said) == 6)

    assert rasa.texts[2:] == ["my words"] * 4
    assert [each["metadata"]["option"] for each in rasa.said[2:]] == [None] * 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/restart", "restart"),
        ('  /inform{"order_number": "1"}', 'inform{"order_number": "1"}'),
        ("\u3000//\u2003/ stop", "stop"),
        ("/", "?"),
        ("and/or", "and/or"),
    ],
)
def test_a_payload_reaches_rasa_only_as_words(
    customer: Tab, rasa: FakeRasa, engine: Engine, text: str, words: str
) -> None:
    tab = customer().connect()

    tab.say(text, client_id="c-1")
    until(lambda: rasa.said)

    assert rasa.texts == [words]
    assert transcript(engine, tab.session["session_id"])[0].text == text.strip()


def test_rasa_knows_the_conversation_by_its_id_and_never_its_secret(customer: Tab, rasa: FakeRasa) -> None:
    tab = customer().connect(locale="de-DE")

    tab.say("hello", client_id="c-1", metadata={"slot": 1}, sender="someone")
    until(lambda: rasa.said)

    metadata = {"seq": 1, "option": None, "locale": "de-DE", "address": disguised("127.0.0.1")}
    assert rasa.said == [{"sender": tab.session["session_id"], "message": "hello", "metadata": metadata}]


def test_refusals_are_said_in_the_customers_language(customer: Tab) -> None:
    tab = customer().connect(locale="de-DE")

    too_long, blank = tab.say("x" * 2001), tab.say("  ")

    assert too_long["error"] == {
        "code": "too_long",
        "message": "Diese Nachricht ist länger als 2.000 Zeichen. Bitte senden Sie sie in kürzeren Teilen.",
    }
    assert blank["error"]["message"] == "Diese Nachricht ist leer. Bitte schreiben Sie, was Sie brauchen."
    assert tab.socket.call("leave_email", {"email": "?"}, timeout=10)["error"]["message"].startswith("Das ist keine")
    assert tab.socket.call("resume_assistant", timeout=10)["error"]["message"] == "Hier wartet niemand."


def test_a_page_in_another_language_is_answered_in_that_one_from_then_on(customer: Tab, rasa: FakeRasa) -> None:
    tab = customer().connect(locale="en-US")
    back = customer()
    for locale in ("de-AT", "no locale at all", None):
        back.connect(session_id=tab.session["session_id"], secret=tab.session["secret"], locale=locale)
        assert back.say("  ")["error"]["message"].startswith("Diese Nachricht ist leer")
        back.leave()
        back = customer()

    tab.say("hello")
    until(lambda: rasa.said)
    assert rasa.said[0]["metadata"]["locale"] == "de-AT"


def test_nobody_becomes_somebody_else_by_saying_so(customer: Tab, rasa: FakeRasa, engine: Engine) -> None:
    """Whose conversation it is, who wrote, when, and under which number: nothing of it is taken from a client."""
    victim, tab = customer().connect(), customer().connect()
    theirs = victim.session["session_id"]
    forged = {
        "session_id": theirs, "conversation_id": theirs, "sender": theirs, "sender_id": theirs,
        "author": {"kind": "agent", "name": "Ann"}, "author_kind": "agent", "author_name": "Ann",
        "seq": 7, "at": "2020-01-01T00:00:00Z", "custom": {"type": "request", "reference": "R-7K4M-92XB"},
        "metadata": {"address": "somewhere else", "corrections": {"wants": "refund"}, "option": "confirm"},
        "address": "somewhere else", "corrections": {"wants": "refund"}, "awaits_answer": False,
        "__proto__": {"author_kind": "agent"}, "constructor": {"prototype": {"author_kind": "agent"}},
    }  # fmt: skip

    assert tab.say("hello", client_id="c-1", **forged) == {"ok": True, "seq": 1}
    tab.hears("You said: hello")

    (message, _) = transcript(engine, tab.session["session_id"])
    assert (message.author_kind, message.author_name, message.custom) == ("customer", None, None)
    assert message.at.year > 2020
    assert transcript(engine, theirs) == []
    metadata = {"seq": 1, "option": None, "locale": "en-US", "address": disguised("127.0.0.1")}
    assert rasa.said == [{"sender": tab.session["session_id"], "message": "hello", "metadata": metadata}]
    assert rasa.handed_back == []


@pytest.mark.parametrize(
    "event", ["end_session", "earlier", "leave_email", "mail_transcript", "resume_assistant", "read", "rate"]
)
def test_no_event_reaches_another_conversation(customer: Tab, engine: Engine, event: str) -> None:
    victim, tab = customer().connect(), customer().connect()
    victim.say("my order is 1234", client_id="c-1")
    victim.hears("You said")
    theirs = victim.session["session_id"]

    named = {
        "session_id": theirs,
        "conversation_id": theirs,
        "id": theirs,
        "email": "thief@example.com",
        "seq": 2,
        "helped": True,
    }
    acknowledged = tab.socket.call(event, named, timeout=5) if event != "read" else tab.socket.emit(event, named)

    assert "1234" not in str(acknowledged)
    assert tab.say("hello", client_id="c-1")["ok"]
    with transaction(engine) as session:
        conversation = session.get(Conversation, theirs)
        assert conversation is not None
        assert (conversation.state, conversation.email, conversation.read_seq) == ("assistant", None, 0)
        assert conversation.helped is None
    assert victim.say("still here", client_id="c-2")["ok"]
    assert "1234" not in str(tab.messages)


def test_a_customers_connection_cannot_do_what_the_desk_does(customer: Tab, service: WebService) -> None:
    """Neither in its own namespace nor in the desk's, where it isn't let in."""
    victim = customer().connect()
    victim.say("my order is 1234", client_id="c-1")
    victim.hears("You said")
    theirs = victim.session["session_id"]
    raw = websocket.create_connection(f"{service.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket")
    raw.settimeout(1)
    heard: list[str] = []

    raw.send("40")
    for prefix in ("42", "42/desk,"):
        for number, event in enumerate(("watch", "conversation", "claim", "messages", "typing")):
            data = {"conversation_id": theirs, "last_seq": 0, "on": True, "token": victim.session["secret"]}
            raw.send(f"{prefix}{number}{json.dumps([event, data])}")
    raw.send(f"40/desk,{json.dumps({'token': victim.session['secret']})}")
    with suppress(websocket.WebSocketException):  # nothing more comes
        while True:
            heard.append(str(raw.recv()))
    raw.close()

    assert "not_signed_in" in "".join(heard)
    assert "1234" not in "".join(heard)
    assert "conversation_id" not in "".join(heard)


def test_a_flood_is_refused_until_the_backlog_is_answered(customer: Tab, rasa: FakeRasa) -> None:
    tab = customer().connect()
    rasa.stop()

    codes = [tab.say("spam", client_id=f"c-{number}").get("error", {}).get("code") for number in range(22)]

    assert codes == [None] * 20 + ["too_many"] * 2
    rasa.start()
    until(lambda: len(rasa.said) == 20, 20)
    until(lambda: tab.say("again", client_id="c-21")["ok"])


def test_a_rating_is_kept_changed_and_told_after_a_reload(customer: Tab, engine: Engine) -> None:
    tab = customer().connect()
    assert tab.socket.call("rate", {"helped": True})["error"]["code"] == "not_allowed"  # before anything is said
    tab.say("hi")
    tab.hears("You said: hi")
    no_ratings: list[Any] = [{"helped": "yes"}, {"helped": None}, {}, None, [], "x"]
    for data in no_ratings:
        assert tab.socket.call("rate", data)["error"]["code"] == "bad_message"

    assert tab.socket.call("rate", {"helped": True}) == {"ok": True}
    assert tab.socket.call("rate", {"helped": False}) == {"ok": True}
    tab.socket.call("end_session")
    assert tab.socket.call("rate", {"helped": False}) == {"ok": True}

    assert tab.again(last_seq=0).session["helped"] is False


def test_reading_is_remembered(customer: Tab, engine: Engine) -> None:
    tab = customer().connect()
    tab.say("hello", client_id="c-1")
    tab.hears("You said")

    tab.socket.emit("read", {"seq": 2})

    def read_seq() -> bool:
        with transaction(engine) as session:
            of_tab = Conversation.id == tab.session["session_id"]
            return session.scalar(select(Conversation.read_seq).where(of_tab)) == 2

    until(read_seq)


def test_another_tab_is_told_what_has_been_read_and_only_what_is_new(customer: Tab) -> None:
    tab = customer().connect()
    other = tab.again(last_seq=0)
    tab.say("hello", client_id="c-1")
    other.hears("You said")

    for seq in (1, 1, 99, 2):
        tab.socket.emit("read", {"seq": seq})

    until(lambda: [data for event, data in other.events if event == "read"] == [{"seq": 1}, {"seq": 2}])
    assert not any(event == "read" for event, _ in tab.events)
    other.leave()


def test_a_connection_that_could_not_be_told_the_news_ends_and_gets_it_when_it_comes_back(
    customer: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = customer().connect()
    with monkeypatch.context() as broken:
        broken.setattr("channels.audience.message_event", fail)
        tab.socket.emit("user_uttered", {"message": "hello", "client_id": "c-1"})
        until(lambda: not tab.socket.connected)

    again = tab.again(last_seq=0)
    again.hears("You said: hello")
    again.leave()


def fail(*_: Any) -> None:
    raise OperationalError("SELECT", {}, Exception("the disk is full"))


def test_who_writes_into_an_erased_conversation_is_led_to_a_new_one(customer: Tab, engine: Engine) -> None:
    tab = customer().connect()
    with transaction(engine) as session:
        erase_conversations(session, [tab.session["session_id"]])

    tab.socket.emit("user_uttered", {"message": "hello", "client_id": "c-1"})
    until(lambda: not tab.socket.connected)
    again = tab.again(last_seq=0)

    assert again.session["session_id"] != tab.session["session_id"]
    assert again.say("hello", client_id="c-1") == {"ok": True, "seq": 1}
    again.hears("You said")
    again.leave()
