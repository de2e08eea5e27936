from __future__ import annotations

import multiprocessing
from datetime import datetime, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from conversations import (
    Conversation,
    ConversationClosedError,
    Draft,
    answer,
    begin,
    latest_ask,
    mark_read,
    messages_after,
    notice,
    resume,
    store_message,
    to_be_answered,
    unanswered,
)
from database import connect, transaction
from tests.unit.conversations.people import begun, bring_to

HELLO = Draft("assistant", "Hello!", "Assistant")


def customer(text: str, client_id: str | None = None) -> Draft:
    return Draft("customer", text, client_id=client_id)


def test_the_secret_opens_its_own_conversation_and_no_other(engine: Engine) -> None:
    with transaction(engine) as session:
        mine, my_secret = begin(session, "de-DE")
        other, other_secret = begin(session)

    with transaction(engine) as session:
        resumed = resume(session, mine.id, my_secret)
        assert resumed is not None
        assert resumed.locale == "de-DE"
        assert resume(session, mine.id, other_secret) is None
        assert resume(session, other.id, my_secret) is None
        assert resume(session, mine.id, "") is None
        assert resume(session, "nobody", my_secret) is None
        assert resume(session, "nobody", "") is None


def test_the_secret_itself_is_nowhere_in_the_database(engine: Engine) -> None:
    with transaction(engine) as session:
        conversation, secret = begin(session)
        stored = {column.name: getattr(conversation, column.name) for column in Conversation.__table__.columns}

    assert secret not in str(stored)
    assert len(conversation.id) >= 22


def test_messages_are_numbered_from_one_in_each_conversation(engine: Engine) -> None:
    first, second = begun(engine), begun(engine)

    with transaction(engine) as session:
        seqs = [store_message(session, each, customer("hi")).seq for each in (first, first, second, first)]

    assert seqs == [1, 2, 1, 3]


def test_what_is_changed_of_a_message_and_its_conversation_after_it_was_stored_is_stored_too(engine: Engine) -> None:
    conversation_id = begun(engine)

    with transaction(engine) as session:
        message = store_message(session, conversation_id, customer("hi"))
        message.awaits_answer = False
        conversation = session.get(Conversation, conversation_id)
        assert conversation
        assert conversation.last_seq == 1
        conversation.locale = "de-DE"

    with transaction(engine) as session:
        assert [each.awaits_answer for each in messages_after(session, conversation_id, 0)] == [False]
        kept = session.get(Conversation, conversation_id)
        assert kept
        assert kept.locale == "de-DE"


def test_a_message_is_read_back_as_it_was_stored(engine: Engine) -> None:
    conversation_id = begun(engine)
    custom = {"type": "ask", "fact": "item", "options": [{"id": "SKU-1", "title": "Kamera “Süd” 📷"}]}
    before = datetime.now(timezone.utc)

    with transaction(engine) as session:
        store_message(session, conversation_id, Draft("customer", "Die Süd 📷", client_id="c-1", option_id="SKU-1"))
        store_message(session, conversation_id, Draft("assistant", "Which?", "Assistant", custom))

    with transaction(engine) as session:
        said, asked = messages_after(session, conversation_id, 0)
        assert (said.text, said.client_id, said.option_id, said.custom) == ("Die Süd 📷", "c-1", "SKU-1", None)
        assert (asked.author_kind, asked.author_name, asked.custom) == ("assistant", "Assistant", custom)
        assert before <= said.at <= asked.at <= datetime.now(timezone.utc)


def test_a_client_id_that_comes_again_gives_the_same_number_and_stores_nothing(engine: Engine) -> None:
    conversation_id, another = begun(engine), begun(engine)

    with transaction(engine) as session:
        first = store_message(session, conversation_id, customer("once", "c-1"))
    with transaction(engine) as session:
        again = store_message(session, conversation_id, customer("twice?", "c-1"))
        elsewhere = store_message(session, another, customer("someone else's", "c-1"))
        following = store_message(session, conversation_id, customer("next", "c-2"))

    assert (first.seq, again.seq, again.text, elsewhere.seq, following.seq) == (1, 1, "once", 1, 2)


def test_messages_after_a_number_come_in_order_and_only_those(engine: Engine) -> None:
    conversation_id = begun(engine)
    with transaction(engine) as session:
        for number in range(1, 6):
            store_message(session, conversation_id, customer(f"message {number}"))

        assert [message.seq for message in messages_after(session, conversation_id, 2)] == [3, 4, 5]
        assert [message.seq for message in messages_after(session, conversation_id, 0, limit=2)] == [1, 2]
        assert messages_after(session, conversation_id, 5) == []


def test_what_was_not_committed_leaves_no_gap(engine: Engine) -> None:
    conversation_id = begun(engine)

    with Session(engine, future=True) as session:
        store_message(session, conversation_id, customer("lost"))
        # the process dies before the commit

    with transaction(engine) as session:
        assert store_message(session, conversation_id, customer("kept")).seq == 1


def test_an_answer_settles_its_message_and_those_after_it_wait(engine: Engine) -> None:
    conversation_id = begun(engine)
    with transaction(engine) as session:
        store_message(session, conversation_id, customer("one"))
        store_message(session, conversation_id, customer("two"))

    with transaction(engine) as session:
        assert [message.text for message in unanswered(session, conversation_id)] == ["one", "two"]
        assert answer(session, conversation_id, 1, [HELLO])
        assert [message.text for message in unanswered(session, conversation_id)] == ["two"]
        assert to_be_answered(session) == [conversation_id]
        assert answer(session, conversation_id, 2, [HELLO, HELLO])
        assert unanswered(session, conversation_id) == []
        assert to_be_answered(session) == []


def test_a_second_answer_to_the_same_message_is_not_stored(engine: Engine) -> None:
    conversation_id = begun(engine)
    with transaction(engine) as session:
        store_message(session, conversation_id, customer("one"))

        assert answer(session, conversation_id, 1, [HELLO])
        assert not answer(session, conversation_id, 1, [HELLO])

        assert len(messages_after(session, conversation_id, 0)) == 2


@pytest.mark.parametrize("state", ["waiting", "agent", "closed"])
def test_the_assistant_owes_and_says_nothing_while_it_does_not_answer(engine: Engine, state: str) -> None:
    conversation_id = begun(engine)
    with transaction(engine) as session:
        store_message(session, conversation_id, customer("I want a person"))
    bring_to(engine, conversation_id, state)

    with transaction(engine) as session:
        assert unanswered(session, conversation_id) == []
        assert to_be_answered(session) == []
        assert not answer(session, conversation_id, 1, [HELLO])
        assert not notice(session, conversation_id, "Sorry", 1)
        assert {message.author_kind for message in messages_after(session, conversation_id, 0)} == {
            "customer",
            "system",
        }


def test_an_open_conversation_takes_messages_and_a_closed_one_does_not(engine: Engine) -> None:
    conversation_id = begun(engine)
    with transaction(engine) as session:
        store_message(session, conversation_id, customer("before", "c-1"))
    bring_to(engine, conversation_id, "closed")

    with transaction(engine) as session:
        assert store_message(session, conversation_id, customer("before", "c-1")).seq == 1
        with pytest.raises(ConversationClosedError):
            store_message(session, conversation_id, customer("after", "c-2"))


def test_an_unknown_conversation_is_said_to_be_unknown(engine: Engine) -> None:
    with transaction(engine) as session, pytest.raises(LookupError):
        store_message(session, "nobody", customer("hi"))


def test_the_notice_of_an_outage_comes_once_for_the_message_that_waits(engine: Engine) -> None:
    conversation_id = begun(engine)
    with transaction(engine) as session:
        store_message(session, conversation_id, customer("one"))
        assert notice(session, conversation_id, "not now", 1)
        store_message(session, conversation_id, customer("two"))
        assert not notice(session, conversation_id, "not now", 1)
        assert [message.seq for message in unanswered(session, conversation_id)] == [1, 3]

        assert answer(session, conversation_id, 1, [HELLO])
        assert answer(session, conversation_id, 3, [HELLO])
        three = store_message(session, conversation_id, customer("three")).seq

        assert notice(session, conversation_id, "not now", three)


def test_after_one_was_given_up_the_next_message_has_its_own_notice(engine: Engine) -> None:
    conversation_id = begun(engine)
    with transaction(engine) as session:
        store_message(session, conversation_id, customer("one"))
        assert answer(session, conversation_id, 1, [Draft("system", "Sorry, that couldn't be answered.")])
        two = store_message(session, conversation_id, customer("two")).seq

        assert notice(session, conversation_id, "not now", two)


def test_the_latest_ask_is_the_last_question_that_was_asked(engine: Engine) -> None:
    conversation_id = begun(engine)
    first, second = {"type": "ask", "fact": "item"}, {"type": "ask", "fact": "confirm"}
    with transaction(engine) as session:
        assert latest_ask(session, conversation_id) is None
        for custom in (first, second, {"type": "decision"}, None):
            store_message(session, conversation_id, Draft("assistant", "…", "Assistant", custom))
        store_message(session, conversation_id, Draft("agent", "…", "Ann", {"type": "ask"}))

        assert latest_ask(session, conversation_id) == second


def test_reading_goes_forward_and_no_further_than_there_is(engine: Engine) -> None:
    conversation_id = begun(engine)
    with transaction(engine) as session:
        for _ in range(3):
            store_message(session, conversation_id, customer("hi"))
    kept, seen = [], []
    for seq in (2, 1, 99):
        with transaction(engine) as session:
            kept.append(mark_read(session, conversation_id, seq))
        with transaction(engine) as session:
            seen.append(session.scalar(select(Conversation.read_seq).where(Conversation.id == conversation_id)))

    assert kept == [True, False, False]
    assert seen == [2, 2, 2]


def test_several_processes_number_one_conversation_without_gaps_or_doubles(engine: Engine) -> None:
    conversation_id = begun(engine)
    address = engine.url.render_as_string(hide_password=False)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(address, conversation_id, each)) for each in range(3)]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)

    with transaction(engine) as session:
        messages = messages_after(session, conversation_id, 0)
    # each wrote 20 of its own, and all of them the same 5
    assert [message.seq for message in messages] == list(range(1, 66))
    assert len({message.client_id for message in messages}) == 65


def _write(address: str, conversation_id: str, writer: int) -> None:
    engine = connect(address)
    for number in range(25):
        client_id = f"shared-{number}" if number < 5 else f"{writer}-{number}"
        with transaction(engine) as session:
            store_message(session, conversation_id, customer("hi", client_id))
