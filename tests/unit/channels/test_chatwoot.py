"""The bridge between a Chatwoot, which checks each of our calls by its description, and a web service with a Rasa."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import ClientTimeout
from sqlalchemy import select
from sqlalchemy.engine import Engine

from channels.turns import FILES_KEPT
from conversations import Conversation, Message, messages_after
from conversations.chatwoot import find
from conversations.listing import notes_of
from database import connect, transaction
from tests.unit.channels.agents import AgentPage
from tests.unit.channels.chatwoot import ACCOUNT, INBOX, TEAM, Chatwoot, all_is_told, hurry
from tests.unit.channels.chatwoot import Conversation as There
from tests.unit.channels.servers import FakeRasa, Held, WebService, echo, running, until
from tests.unit.channels.test_handover import calls_a_person
from tests.unit.channels.test_metrics import Figures

QUESTION = [
    {"text": "What would you like?"},
    {
        "custom": {
            "type": "ask",
            "fact": "wants",
            "input": "choice",
            "options": [{"id": "refund", "title": "Money back"}, {"id": "replacement", "title": "A replacement"}],
        }
    },
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('chatwoot') / 'web.db'}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def one_chatwoot() -> Iterator[Chatwoot]:
    chatwoot = Chatwoot().start()
    yield chatwoot
    chatwoot.stop()


@pytest.fixture(scope="module")
def service(engine: Engine, one_rasa: FakeRasa, one_chatwoot: Chatwoot) -> Iterator[WebService]:
    bridged = one_chatwoot.settings(inboxes=(INBOX,), team=TEAM)
    with pytest.MonkeyPatch.context() as hurried, running(engine, one_rasa, timeout=5.0, chatwoot=bridged) as service:
        hurry(hurried)
        one_chatwoot.deliver_to = service.url
        yield service


@pytest.fixture
def chatwoot(one_chatwoot: Chatwoot, service: WebService, rasa: FakeRasa) -> Iterator[Chatwoot]:
    """One that takes everything; at the end every call was as its description has it."""
    one_chatwoot.fails, one_chatwoot.says_back = (lambda _: None), True
    yield one_chatwoot
    assert one_chatwoot.violations == []


def ours(engine: Engine, there: There) -> Conversation:
    with transaction(engine) as session:
        held_there = find(session, ACCOUNT, there.id)
        assert held_there
        conversation = session.get(Conversation, held_there.conversation_id)
        assert conversation
        return conversation


def lines(engine: Engine, there: There) -> list[tuple[str, str | None]]:
    """Our transcript of it."""
    with transaction(engine) as session:
        messages = messages_after(session, ours(engine, there).id, 0)
        return [(each.author_kind, each.text) for each in messages]


def is_in_state(engine: Engine, there: There, state: str) -> None:
    until(lambda: ours(engine, there).state == state)


def handed_over(chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine, reason: str = "asked_for_a_person") -> There:
    there = chatwoot.conversation()
    rasa.answers = calls_a_person(reason)
    chatwoot.customer_writes(there, "A person, please")
    until(lambda: there.status == "open")
    all_is_told(engine, there)
    rasa.answers = echo
    return there


def test_a_customer_is_answered(chatwoot: Chatwoot, engine: Engine) -> None:
    there = chatwoot.conversation()

    assert chatwoot.customer_writes(there, "hello").status_code == 200

    said = chatwoot.says(there, "You said: hello")
    assert said.body["message_type"] == "outgoing"
    assert not said.body["private"]
    assert lines(engine, there) == [("customer", "hello"), ("assistant", "You said: hello")]
    assert ours(engine, there).locale == "en"


def test_options_are_a_list_to_choose_from_where_the_channel_has_lists(chatwoot: Chatwoot, rasa: FakeRasa) -> None:
    there = chatwoot.conversation()
    rasa.answers = lambda _: QUESTION
    chatwoot.customer_writes(there, "I am not happy")

    asked = chatwoot.says(there, "What would you like?")
    rasa.answers = echo
    chatwoot.chooses(there, asked, "Money back")
    chatwoot.says(there, "You said: Money back")

    assert asked.body["content_type"] == "input_select"
    titles = [each["title"] for each in asked.body["content_attributes"]["items"]]
    assert titles == ["Money back", "A replacement"]
    assert chatwoot.said(there)[0] == "What would you like?"
    assert len(chatwoot.said(there)) == 2
    assert rasa.said[-1]["metadata"]["option"] == "refund"


def test_elsewhere_they_are_words(chatwoot: Chatwoot, rasa: FakeRasa) -> None:
    there = chatwoot.conversation(channel="Channel::Email")
    rasa.answers = lambda _: QUESTION

    chatwoot.customer_writes(there, "I am not happy")

    asked = chatwoot.says(there, "What would you like?")
    assert asked.body["content"] == "What would you like?\n- Money back\n- A replacement"
    assert "content_type" not in asked.body


def test_handed_over_with_a_note_and_a_team_before_it_is_opened(
    chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine
) -> None:
    there = handed_over(chatwoot, rasa, engine, "needs_review")

    assert [(call.what, call.body.get("private")) for call in chatwoot.told(there)] == [
        ("messages", False),
        ("messages", False),
        ("messages", True),
        ("assignments", None),
        ("toggle_status", None),
    ]
    assert chatwoot.said(there)[0] == "I'll get somebody."
    assert "join you here" in chatwoot.said(there)[1]
    (note,) = chatwoot.notes(there)
    assert "the policy leaves this to a person" in note
    assert "> A person, please" in note
    assert chatwoot.told(there, "assignments")[0].body == {"team_id": TEAM}
    assert ours(engine, there).reason == "needs_review"


def test_the_assistant_is_silent_until_it_is_handed_back_and_does_not_answer_what_was_meant_for_the_person(
    chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine
) -> None:
    there = handed_over(chatwoot, rasa, engine)
    said_to_rasa = len(rasa.said)
    handed_back = len(rasa.handed_back)

    chatwoot.customer_writes(there, "are you there?")
    chatwoot.person_writes(there, "Jane", "Yes, I am.")
    is_in_state(engine, there, "agent")
    chatwoot.customer_writes(there, "it is about my camera")
    all_is_told(engine, there)
    assert len(rasa.said) == said_to_rasa
    chatwoot.set_status(there, "pending")

    chatwoot.says(there, "I am back. Where were we?")
    assert len(rasa.handed_back) == handed_back + 1
    chatwoot.customer_writes(there, "thanks")
    chatwoot.says(there, "You said: thanks")
    assert rasa.texts[said_to_rasa:] == ["thanks"]
    assert ("agent", "Yes, I am.") in lines(engine, there)
    assert there.status == "pending"
    assert chatwoot.said(there)[2:] == ["I am back. Where were we?", "You said: thanks"]


def test_it_is_handed_back_also_where_only_the_next_message_tells(
    chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine
) -> None:
    """Versions before Chatwoot's pull request 14002 don't tell bots of a status that changes."""
    there = handed_over(chatwoot, rasa, engine)
    chatwoot.person_writes(there, "Jane", "Done.")
    is_in_state(engine, there, "agent")
    until(lambda: _toggled_at(engine, there) is None)

    there.status = "pending"
    chatwoot.customer_writes(there, "and now?")

    chatwoot.says(there, "You said: and now?")


def test_a_reply_on_a_pending_conversation_silences_the_assistant_at_once(
    chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine
) -> None:
    there = chatwoot.conversation()
    rasa.answers = held = Held()
    chatwoot.customer_writes(there, "hello")
    until(lambda: rasa.said)

    chatwoot.person_writes(there, "Jane", "Hello, I take this.")
    is_in_state(engine, there, "agent")
    until(lambda: there.status == "open")
    held.release()
    time.sleep(0.3)

    assert chatwoot.said(there) == []
    assert "somebody stepped in" in chatwoot.notes(there)[0]
    conversation = ours(engine, there)
    assert (conversation.agent and conversation.agent.name, conversation.reason) == ("Jane (Chatwoot)", "taken_over")


def test_an_answer_that_is_ready_when_a_person_replies_is_not_said(chatwoot: Chatwoot, engine: Engine) -> None:
    there = chatwoot.conversation()
    chatwoot.fails = lambda call: 503
    chatwoot.customer_writes(there, "hello")
    until(lambda: ("assistant", "You said: hello") in lines(engine, there))

    chatwoot.person_writes(there, "Jane", "Hello.")
    is_in_state(engine, there, "agent")
    chatwoot.fails = lambda _: None
    until(lambda: there.status == "open")
    all_is_told(engine, there)

    assert chatwoot.said(there) == []
    with transaction(engine) as session:
        notes = [note.text for note in notes_of(session, ours(engine, there).id)]
    assert notes == ["Message 2 wasn't sent to Chatwoot: a person had answered there meanwhile."]


def test_taken_over_without_a_word(chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine) -> None:
    there = chatwoot.conversation()
    chatwoot.customer_writes(there, "hello")
    chatwoot.says(there, "You said: hello")

    chatwoot.set_status(there, "open", assignee="Jane")
    is_in_state(engine, there, "agent")
    chatwoot.customer_writes(there, "are you a person?")
    all_is_told(engine, there)

    assert rasa.texts == ["hello"]
    assert chatwoot.said(there) == ["You said: hello"]
    assert len(chatwoot.notes(there)) == 1


def test_a_conversation_that_people_have_already_is_only_listened_to(
    chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine
) -> None:
    there = chatwoot.conversation(status="open")

    chatwoot.customer_writes(there, "hello")
    is_in_state(engine, there, "waiting")
    all_is_told(engine, there)

    assert chatwoot.told(there) == []
    assert rasa.said == []


def test_resolved_and_written_to_again_the_talk_goes_on(chatwoot: Chatwoot, engine: Engine) -> None:
    there = chatwoot.conversation()
    chatwoot.customer_writes(there, "first")
    chatwoot.says(there, "You said: first")
    before = ours(engine, there).id

    chatwoot.set_status(there, "resolved")
    is_in_state(engine, there, "closed")
    there.status = "pending"  # so Chatwoot does it where a bot is connected
    chatwoot.customer_writes(there, "second")

    chatwoot.says(there, "You said: second")
    assert ours(engine, there).earlier_id == before


def test_a_repeated_delivery_is_answered_once(chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine) -> None:
    there = chatwoot.conversation()
    payload = chatwoot.message(there, "hello", "incoming", {"id": 1})

    for _ in range(3):
        assert chatwoot.deliver(payload).status_code == 200
    chatwoot.says(there, "You said: hello")
    chatwoot.deliver(payload)
    all_is_told(engine, there)

    assert rasa.texts == ["hello"]
    assert chatwoot.said(there) == ["You said: hello"]


def test_a_delivery_that_comes_again_after_the_end_begins_nothing(chatwoot: Chatwoot, engine: Engine) -> None:
    there = chatwoot.conversation()
    payload = chatwoot.message(there, "hello", "incoming", {"id": 1})
    chatwoot.deliver(payload)
    chatwoot.says(there, "You said: hello")
    chatwoot.set_status(there, "resolved")
    is_in_state(engine, there, "closed")
    ended = ours(engine, there).id

    chatwoot.deliver(payload)
    all_is_told(engine, there)

    assert ours(engine, there).id == ended


def test_deliveries_that_overtook_each_other_are_taken_in_order(
    chatwoot: Chatwoot, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.chatwoot.bridge.SETTLES_WITHIN", 1.0)
    there = chatwoot.conversation()
    messages = [chatwoot.message(there, f"message {number}", "incoming", {"id": 1}) for number in range(3)]

    for message in reversed(messages):
        chatwoot.deliver(message)
    chatwoot.says(there, "You said: message 2")

    assert rasa.texts == ["message 0", "message 1", "message 2"]


def test_an_old_status_that_comes_late_changes_nothing(chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine) -> None:
    there = handed_over(chatwoot, rasa, engine)
    chatwoot.person_writes(there, "Jane", "Hello.")
    is_in_state(engine, there, "agent")
    late_status = chatwoot.status_changed(there, "pending")
    late_message = chatwoot.message(there, "that was for Jane", "incoming", {"id": 1})
    late_reply = chatwoot.message(there, "And this by Jane.", "outgoing", {"id": 5, "name": "Jane", "type": "user"})
    chatwoot.set_status(there, "pending")
    chatwoot.says(there, "I am back.")

    for late in (late_status, late_message, late_reply):
        chatwoot.deliver(late)
    until(lambda: ("agent", "And this by Jane.") in lines(engine, there))
    chatwoot.customer_writes(there, "go on")
    chatwoot.says(there, "You said: go on")

    assert chatwoot.said(there)[2:] == ["I am back. Where were we?", "You said: go on"]
    assert ("customer", "that was for Jane") in lines(engine, there)
    assert "that was for Jane" not in rasa.texts
    assert ours(engine, there).state == "assistant"


def test_a_message_written_just_before_it_was_opened_does_not_hand_back(
    chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine
) -> None:
    there = chatwoot.conversation()
    rasa.answers = calls_a_person()
    chatwoot.says_back = False  # or not yet
    chatwoot.customer_writes(there, "A person, please")
    under_way = chatwoot.message(there, "hurry up", "incoming", {"id": 1})
    until(lambda: there.status == "open")
    all_is_told(engine, there)

    chatwoot.deliver(under_way)
    until(lambda: ("customer", "hurry up") in lines(engine, there))

    assert ours(engine, there).state == "waiting"
    assert rasa.texts == ["A person, please"]


def test_our_own_messages_that_come_back_are_nobodys(chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine) -> None:
    there = chatwoot.conversation()
    for number in range(3):
        chatwoot.customer_writes(there, f"message {number}")
        chatwoot.says(there, f"You said: message {number}")
    time.sleep(0.5)  # the last one comes back
    all_is_told(engine, there)

    assert ours(engine, there).state == "assistant"
    assert [kind for kind, _ in lines(engine, there)] == ["customer", "assistant"] * 3


@pytest.mark.parametrize(
    "sender",
    [{"id": 9, "name": "Another bot", "type": "agent_bot"}, None],
    ids=["another bot", "an automation rule"],
)
def test_what_no_person_wrote_silences_nobody(chatwoot: Chatwoot, engine: Engine, sender: Any) -> None:
    there = chatwoot.conversation()
    chatwoot.customer_writes(there, "hello")
    chatwoot.says(there, "You said: hello")

    chatwoot.deliver(chatwoot.message(there, "Welcome!", "outgoing", sender))
    chatwoot.deliver(chatwoot.message(there, "Greetings!", "template", None))
    chatwoot.customer_writes(there, "again")

    chatwoot.says(there, "You said: again")


def test_private_notes_of_people_are_theirs(chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine) -> None:
    there = chatwoot.conversation()
    chatwoot.customer_writes(there, "hello")
    chatwoot.says(there, "You said: hello")

    chatwoot.person_writes(there, "Jane", "a difficult one", private=True)
    chatwoot.customer_writes(there, "again")

    chatwoot.says(there, "You said: again")
    assert ("agent", "a difficult one") not in lines(engine, there)


@pytest.mark.parametrize("outage", [500, 429, 401])
def test_what_chatwoot_does_not_take_is_kept_and_tried_again_in_order(
    chatwoot: Chatwoot, engine: Engine, outage: int
) -> None:
    there = chatwoot.conversation()
    chatwoot.fails = lambda call: outage
    for number in range(3):
        chatwoot.customer_writes(there, f"message {number}")
    until(lambda: ("assistant", "You said: message 2") in lines(engine, there))

    chatwoot.fails = lambda _: None
    chatwoot.says(there, "You said: message 2", 20)

    assert chatwoot.said(there) == [f"You said: message {number}" for number in range(3)]


def test_a_call_that_chatwoot_took_without_saying_so_is_not_made_twice(
    chatwoot: Chatwoot, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes back to us as a delivery before it is tried again."""
    monkeypatch.setattr("channels.chatwoot.client.PATIENCE", ClientTimeout(total=0.3))
    figures, there = Figures(chatwoot.deliver_to), chatwoot.conversation()
    is_first = iter([1.0])
    chatwoot.fails = lambda call: next(is_first, None) if call.conversation == there.id else None

    chatwoot.customer_writes(there, "hello")
    until(lambda: figures.more("chatwoot_calls_total", outcome="failed"))
    chatwoot.customer_writes(there, "again")
    chatwoot.says(there, "You said: again")

    assert chatwoot.said(there) == ["You said: hello", "You said: again"]


def test_what_chatwoot_refuses_calls_a_person(chatwoot: Chatwoot, engine: Engine) -> None:
    there = chatwoot.conversation()
    chatwoot.fails = lambda call: 422 if "You said" in call.body.get("content", "") else None

    chatwoot.customer_writes(there, "hello")
    until(lambda: there.status == "open")

    assert ours(engine, there).reason == "no_answer"
    assert "the assistant couldn't answer in time" in chatwoot.notes(there)[0]


def test_what_is_gone_in_chatwoot_stays_with_us(chatwoot: Chatwoot, engine: Engine) -> None:
    there = chatwoot.conversation()
    chatwoot.fails = lambda call: 404 if call.conversation == there.id else None
    chatwoot.customer_writes(there, "hello")

    def is_forgotten() -> bool:
        with transaction(engine) as session:
            told = session.scalar(select(Message.seq).where(Message.text == "You said: hello").limit(1))
            return bool(told) and find(session, ACCOUNT, there.id) is None

    until(is_forgotten)


def test_files_are_thanked_for(chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine) -> None:
    there = chatwoot.conversation()
    picture = {"id": 1, "file_type": "image", "data_url": "https://chatwoot.example/picture.png"}

    chatwoot.customer_writes(there, None, attachments=[picture, picture])
    chatwoot.says(there, FILES_KEPT)
    chatwoot.customer_writes(there, "this is it", attachments=[picture])
    chatwoot.says(there, "You said: this is it")

    assert rasa.texts == ["this is it"]
    assert lines(engine, there)[0] == ("customer", "(2 files)")


def test_what_is_too_long_is_kept_for_people_and_said(chatwoot: Chatwoot, rasa: FakeRasa, engine: Engine) -> None:
    there = chatwoot.conversation()

    chatwoot.customer_writes(there, "x" * 3000)

    chatwoot.says(there, "longer than 2,000 characters")
    assert rasa.said == []
    assert lines(engine, there)[0] == ("customer", "x" * 3000)


@pytest.mark.parametrize(
    "payload",
    [
        {"event": "webwidget_triggered", "id": 1, "contact": {}, "event_info": {}},
        {"event": "contact_updated", "id": 1},
        {"event": "conversation_created", "id": 1},
    ],
    ids=lambda payload: payload["event"],
)
def test_other_events_are_acknowledged_and_ignored(chatwoot: Chatwoot, engine: Engine, payload: Any) -> None:
    assert chatwoot.deliver(payload).status_code == 200


def test_a_status_of_a_conversation_that_is_not_known_begins_none(chatwoot: Chatwoot, engine: Engine) -> None:
    there = chatwoot.conversation()

    assert chatwoot.set_status(there, "open").status_code == 200

    with transaction(engine) as session:
        assert find(session, ACCOUNT, there.id) is None


def test_only_what_is_signed_with_the_secret_lately_is_taken(chatwoot: Chatwoot, engine: Engine) -> None:
    there = chatwoot.conversation()
    payload = chatwoot.message(there, "hello", "incoming", {"id": 1})

    assert chatwoot.deliver(payload, secret="another").status_code == 401
    assert chatwoot.deliver(payload, age=400).status_code == 401
    assert chatwoot.deliver(payload, age=-400).status_code == 401
    for signature in ("", "sha256=", "é"):
        signed = {"X-Chatwoot-Signature": signature.encode()}
        assert chatwoot.deliver(payload, **signed).status_code == 401  # type: ignore[arg-type]
    with transaction(engine) as session:
        assert find(session, ACCOUNT, there.id) is None


@pytest.mark.parametrize("other", [{"account": {"id": 99}}, {"inbox": {"id": 99}}], ids=["account", "inbox"])
def test_another_account_or_inbox_is_refused_so_that_chatwoot_hands_it_to_people(
    chatwoot: Chatwoot, engine: Engine, other: Any
) -> None:
    there = chatwoot.conversation()

    assert chatwoot.customer_writes(there, "hello", **other).status_code == 403

    with transaction(engine) as session:
        assert find(session, ACCOUNT, there.id) is None


@pytest.mark.parametrize("payload", [[], {}, {"event": "message_created"}, {"event": "conversation_opened", "id": "x"}])
def test_what_is_no_delivery_is_refused_with_a_sentence(chatwoot: Chatwoot, payload: Any) -> None:
    answer = chatwoot.deliver(payload)

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "malformed"


def test_an_agent_of_our_desk_may_answer_too(
    chatwoot: Chatwoot, service: WebService, rasa: FakeRasa, engine: Engine
) -> None:
    there = handed_over(chatwoot, rasa, engine)
    page = AgentPage(service, engine)
    conversation_id = ours(engine, there).id
    listed = [each["id"] for each in page.get("/conversations", state="waiting")["conversations"]]

    assert conversation_id in listed
    assert page.claim(conversation_id).status_code == 200
    assert page.say(conversation_id, "Good morning").status_code == 200
    chatwoot.says(there, f"{page.name}: Good morning")
    page.post(f"/conversations/{conversation_id}/return")

    chatwoot.says(there, "I am back. Where were we?")
    assert there.status == "pending"
    page.post(f"/conversations/{conversation_id}/close", reason="done")
    until(lambda: there.status == "resolved")


def _toggled_at(engine: Engine, there: There) -> Any:
    with transaction(engine) as session:
        held_there = find(session, ACCOUNT, there.id)
        return held_there and held_there.toggled_at
