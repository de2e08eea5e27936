"""What wasn't understood: noted, put together by likeness, masked, made an example, reviewed, handed out, erased."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.engine import Engine

from conversations import Draft, call_a_person, close, note_misunderstood, rate, store_message
from conversations.answering import NotAllowedError
from conversations.examples import (
    MadeAlreadyError,
    accept,
    accepted,
    as_training_data,
    forget,
    make_example,
    reject,
    to_review,
)
from conversations.masking import masked
from conversations.misunderstood import alike, likeness_of, misunderstood_in, triples_of
from conversations.models import Change, Example, Message, Reason, ShownDecision
from conversations.privacy import erase_conversations
from database import HOME, transaction
from tests.unit.conversations.people import begun, look

LONG_AGO, LATER = datetime(2020, 1, 1, tzinfo=timezone.utc), datetime.now(timezone.utc) + timedelta(days=1)


def misread(engine: Engine, *texts: str) -> list[tuple[str, int]]:
    """Where these messages stand, each in a conversation of its own."""
    places = []
    for text in texts:
        conversation_id = begun(engine)
        with transaction(engine) as session:
            seq = store_message(session, conversation_id, Draft("customer", text)).seq
            note_misunderstood(session, conversation_id, seq, "ask_warranty")
        places.append((conversation_id, seq))
    return places


def test_only_a_customers_message_can_be_misunderstood(engine: Engine) -> None:
    conversation_id = begun(engine)
    with transaction(engine) as session:
        seq = store_message(session, conversation_id, Draft("assistant", "Hello")).seq
        note_misunderstood(session, conversation_id, seq, "greet")
        note_misunderstood(session, "unknown", 1, "greet")
        assert misunderstood_in(session, LONG_AGO, LATER) == []


def test_what_is_alike_comes_together_the_most_frequent_first(engine: Engine) -> None:
    misread(engine, "can it record sound?", "Do you sell drones", "do you sell drones?", "do you even sell drones")

    with transaction(engine) as session:
        groups = alike(misunderstood_in(session, LONG_AGO, LATER))

    assert [len(group.messages) for group in groups] == [3, 1]
    assert groups[0].likeliest == "ask_warranty"
    assert {"drones" in str(message.text) for message in groups[0].messages} == {True}


def test_likeness_goes_from_nothing_in_common_to_the_same_words() -> None:
    assert likeness_of(triples_of("Do you sell DRONES?"), triples_of("drones, do you sell")) == 1
    assert likeness_of(triples_of("blah"), triples_of("wifi")) == 0
    assert 0.5 < likeness_of(triples_of("wifi password"), triples_of("wifi passwords")) < 1


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("write to Ana.Torres+x@mail.example.co.uk, please", "write to name@example.com, please"),
        ("order INO-10482 and #10483", "order INO-12345 and INO-12345"),
        ("call me: +49 170 1234567", "call me: INO-12345"),
        ("My name is Ana Torres and it broke", "My name is Alex and it broke"),
        ("I'm Ana. i am sad", "I'm Alex. i am sad"),
        ("ANA TORRES wants it back", "Alex wants it back"),
        ("two 4K cameras for $75, 16 channels", "two 4K cameras for $75, 16 channels"),
    ],
)
def test_personal_details_are_masked(said: str, shown: str) -> None:
    assert masked(said, ["Ana Torres"]) == shown


def test_an_example_is_made_once_reviewed_and_handed_out_for_rasa(engine: Engine) -> None:
    first, second, third, fourth = misread(engine, "sell [drones]?", "record sound?", "blah", "?!")
    with transaction(engine) as session:
        make_example(session, *first, text="sell [drones]\n now?", intent="out_of_scope", by="Ann")
        make_example(session, *second, text="record sound?", intent="ask_warranty", by="Ann")
        make_example(session, *third, text="blah", intent="greet", by="Ann")
        with pytest.raises(MadeAlreadyError):
            make_example(session, *first, text="again", intent="greet", by="Bo")
        with pytest.raises(LookupError):
            make_example(session, first[0], 99, text="x", intent="greet", by="Bo")
        with pytest.raises(ValueError, match="needs words"):
            make_example(session, *fourth, text=" ?! ", intent="greet", by="Bo")
    with transaction(engine) as session:
        drones, sound, nonsense = to_review(session)
        assert accept(session, drones.id, text=drones.text, intent="help", by="Bo")
        assert accept(session, sound.id, text="does it record sound?", intent="ask_warranty", by="Bo")
        assert accept(session, sound.id, text="again", intent="greet", by="Bo") is None
        assert reject(session, nonsense.id)
        assert not reject(session, nonsense.id)
        assert to_review(session) == []

        written = as_training_data(accepted(session))
        forget(session, accepted(session))
        assert accepted(session) == []

    read = {each["intent"]: each["examples"] for each in yaml.safe_load(written)["nlu"]}
    assert read == {"ask_warranty": "- does it record sound?\n", "help": "- sell (drones) now?\n"}
    assert written.startswith((HOME / "data/nlu/refund.yml").read_text(encoding="utf-8")[:20])


def test_what_is_counted_and_the_examples_go_with_their_conversation(engine: Engine) -> None:
    ((conversation_id, seq),) = misread(engine, "I am ana@example.com")
    decision = {"type": "decision", "decision": {"wants": "refund", "outcome": "eligible"}, "items": []}
    with transaction(engine) as session:
        make_example(session, conversation_id, seq, text="blah", intent="greet", by="Ann")
        store_message(session, conversation_id, Draft("assistant", custom=decision))
        call_a_person(session, conversation_id, Reason.ASKED)
        kept: tuple[Any, ...] = (Example, Change, ShownDecision, Message)
        for table in kept:
            assert session.execute(select(table)).all()

        assert erase_conversations(session, {conversation_id}) == 1

        for table in kept:
            assert session.execute(select(table)).all() == []


def test_a_rating_is_the_customers_last_word(engine: Engine) -> None:
    conversation_id = begun(engine)
    with transaction(engine) as session, pytest.raises(NotAllowedError):
        rate(session, conversation_id, True)
    with transaction(engine) as session:
        store_message(session, conversation_id, Draft("customer", "Hi"))
        rate(session, conversation_id, True)
        rated_at = look(session, conversation_id).rated_at
        rate(session, conversation_id, True)
        assert look(session, conversation_id).rated_at == rated_at
        close(session, conversation_id)
        rate(session, conversation_id, False)
        assert look(session, conversation_id).helped is False
        assert look(session, conversation_id).rated_at != rated_at
