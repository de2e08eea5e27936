from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from conversations import (
    Agent,
    Conversation,
    ConversationClosedError,
    Draft,
    HeldByAnotherError,
    NotAllowedError,
    NotHeldError,
    Reason,
    Role,
    answer,
    begin,
    call_a_person,
    claim,
    close,
    give_back,
    handover_of,
    messages_after,
    notice,
    pass_on,
    put_back,
    stop_waiting,
    store_message,
    unanswered,
)
from conversations.answering import MAY_BECOME, State, position_of
from database import connect, transaction
from tests.unit.conversations.people import agent, begun, bring_to, look, waiting

HELLO = Draft("assistant", "Hello!", "Assistant")


def says(engine: Engine, conversation_id: str, text: str) -> int:
    with transaction(engine) as session:
        return store_message(session, conversation_id, Draft("customer", text)).seq


def test_a_german_is_told_in_german_who_answers(engine: Engine) -> None:
    ann = agent(engine, name="Ann")
    with transaction(engine) as session:
        conversation, _ = begin(session, "de-DE")
        call_a_person(session, conversation.id, Reason.ASKED)
        claim(session, conversation.id, ann)
        give_back(session, conversation.id, ann)
        close(session, conversation.id)

        said = [message.text for message in messages_after(session, conversation.id, 0)]

    assert said == [
        "Jemand vom Kundendienst kommt hier dazu. Sie sind als Nächstes dran; was Sie inzwischen schreiben, bleibt "
        "erhalten.",
        "Ann ist jetzt da und antwortet Ihnen von nun an.",
        "Ann hat Sie an den Assistenten zurückgegeben.",
        "Dieses Gespräch ist beendet. Schreiben Sie wieder, wann immer Sie möchten.",
    ]


def test_who_asks_for_a_person_waits_and_is_told_so_in_the_transcript(engine: Engine) -> None:
    conversation_id = begun(engine)
    seq = says(engine, conversation_id, "Let me talk to someone")

    with transaction(engine) as session:
        call_a_person(session, conversation_id, Reason.ASKED, seq)

    with transaction(engine) as session:
        conversation = look(session, conversation_id)
        assert (conversation.state, conversation.reason, conversation.reason_seq) == (
            "waiting",
            "asked_for_a_person",
            seq,
        )
        told = messages_after(session, conversation_id, seq)[-1]
        assert told.author_kind == "system"
        assert told.custom == {
            "type": "handover",
            "state": "waiting",
            "reason": "asked_for_a_person",
            "agent": None,
            "position": 1,
        }


def test_where_nobody_is_there_the_customer_is_asked_for_an_address(engine: Engine) -> None:
    conversation_id = begun(engine)

    with transaction(engine) as session:
        call_a_person(session, conversation_id, Reason.POLICY, is_anyone_there=False)

    with transaction(engine) as session:
        assert "e-mail" in str(messages_after(session, conversation_id, 0)[-1].text)


def test_who_waits_already_keeps_the_place_in_the_queue(engine: Engine) -> None:
    first, second = waiting(engine), waiting(engine)

    with transaction(engine) as session:
        call_a_person(session, first, Reason.UPSET)
        assert position_of(session, look(session, first)) == 1
        assert position_of(session, look(session, second)) == 2
        assert look(session, first).reason == "asked_for_a_person"


def test_an_agent_takes_over_whether_or_not_somebody_waits(engine: Engine) -> None:
    ann = agent(engine, name="Ann")
    for conversation_id, reason in [(begun(engine), "taken_over"), (waiting(engine), "asked_for_a_person")]:
        with transaction(engine) as session:
            claim(session, conversation_id, ann)

        with transaction(engine) as session:
            conversation = look(session, conversation_id)
            assert (conversation.state, conversation.agent_id, conversation.reason) == ("agent", ann.id, reason)
            assert conversation.waiting_since is None
            told = messages_after(session, conversation_id, 0)[-1]
            assert told.text == "Ann has joined and answers you from here."
            assert told.custom is not None
            assert told.custom["agent"] == {"name": "Ann"}


def test_a_second_agent_is_told_who_has_it_and_the_first_can_claim_again(engine: Engine) -> None:
    ann, ben, conversation_id = agent(engine, name="Ann"), agent(engine), waiting(engine)
    with transaction(engine) as session:
        claim(session, conversation_id, ann)

    with transaction(engine) as session, pytest.raises(HeldByAnotherError) as refused:
        claim(session, conversation_id, ben)
    assert refused.value.holder == "Ann"
    with transaction(engine) as session:
        claim(session, conversation_id, ann)
        assert len([m for m in messages_after(session, conversation_id, 0) if m.custom]) == 2  # waiting, joined once


def test_while_an_agent_holds_it_not_one_word_of_the_assistant_is_stored(engine: Engine) -> None:
    conversation_id = begun(engine)
    asked = says(engine, conversation_id, "hello?")
    bring_to(engine, conversation_id, "agent")

    for number in range(100):
        seq = says(engine, conversation_id, f"message {number}")
        with transaction(engine) as session:
            assert not answer(session, conversation_id, seq, [HELLO])

    with transaction(engine) as session:
        assert unanswered(session, conversation_id) == []
        assert not answer(session, conversation_id, asked, [HELLO])  # it was thinking when the agent came
        assert not notice(session, conversation_id, "Sorry", asked)
        kinds = {message.author_kind for message in messages_after(session, conversation_id, 0)}
        assert kinds == {"customer", "system"}


def test_given_back_the_assistant_goes_on_and_does_not_answer_what_was_meant_for_the_agent(engine: Engine) -> None:
    ann, conversation_id = agent(engine, name="Ann"), begun(engine)
    says(engine, conversation_id, "before")
    with transaction(engine) as session:
        claim(session, conversation_id, ann)
    says(engine, conversation_id, "for the agent")

    with transaction(engine) as session:
        give_back(session, conversation_id, ann)

    with transaction(engine) as session:
        (handed_back,) = unanswered(session, conversation_id)
        assert handed_back.author_kind == "system"
        assert handed_back.text == "Ann has handed you back to the assistant."
        assert handover_of(session, look(session, conversation_id)) == {
            "type": "handover",
            "state": "assistant",
            "reason": None,
            "agent": None,
            "position": None,
        }
        assert notice(
            session, conversation_id, "Rasa is away", handed_back.seq
        )  # the customer hears of an outage then, too
        assert answer(session, conversation_id, handed_back.seq, [HELLO])
        assert unanswered(session, conversation_id) == []


def test_a_customer_may_stop_waiting(engine: Engine) -> None:
    conversation_id = waiting(engine)
    says(engine, conversation_id, "is anybody there?")

    with transaction(engine) as session:
        stop_waiting(session, conversation_id)

    with transaction(engine) as session:
        assert look(session, conversation_id).state == "assistant"
        assert [message.author_kind for message in unanswered(session, conversation_id)] == ["system"]
        with pytest.raises(NotAllowedError):
            stop_waiting(session, conversation_id)


def pass_it_to(other: Agent) -> Callable[[Session, str, Agent], Conversation]:
    return lambda session, conversation_id, by: pass_on(session, conversation_id, by, other)


def test_only_the_holder_gives_back_or_passes_on(engine: Engine) -> None:
    ann, ben, conversation_id = agent(engine, name="Ann"), agent(engine), waiting(engine)
    for change in (give_back, pass_it_to(ben)):
        with transaction(engine) as session, pytest.raises(NotHeldError):
            change(session, conversation_id, ben)
    with transaction(engine) as session:
        claim(session, conversation_id, ann)

    for change in (give_back, pass_it_to(ben)):
        with transaction(engine) as session, pytest.raises(HeldByAnotherError):
            change(session, conversation_id, ben)
    with transaction(engine) as session:
        pass_on(session, conversation_id, ann, ben)
        assert look(session, conversation_id).agent_id == ben.id


def test_a_lead_passes_on_what_somebody_else_or_nobody_holds(engine: Engine) -> None:
    ann, lead, ben = agent(engine), agent(engine, Role.LEAD), agent(engine)
    held, unheld = waiting(engine), waiting(engine)
    with transaction(engine) as session:
        claim(session, held, ann)

    for conversation_id in (held, unheld):
        with transaction(engine) as session:
            pass_on(session, conversation_id, lead, ben)
            assert look(session, conversation_id).agent_id == ben.id


def test_an_agent_who_cannot_go_on_puts_the_customer_back_in_the_queue(engine: Engine) -> None:
    ann, conversation_id = agent(engine), waiting(engine)
    with transaction(engine) as session, pytest.raises(NotAllowedError):
        put_back(session, conversation_id, ann)
    with transaction(engine) as session:
        claim(session, conversation_id, ann)
        put_back(session, conversation_id, ann)

        conversation = look(session, conversation_id)
        assert (conversation.state, conversation.agent_id, conversation.reason) == ("waiting", None, "put_back")


@pytest.mark.parametrize("state", ["assistant", "waiting", "agent"])
def test_what_is_closed_stays_closed(engine: Engine, state: str) -> None:
    ann, conversation_id = agent(engine, Role.LEAD), begun(engine)
    bring_to(engine, conversation_id, state)
    with transaction(engine) as session:
        close(session, conversation_id, ann)

    for change in (
        lambda session: call_a_person(session, conversation_id, Reason.ASKED),
        lambda session: claim(session, conversation_id, ann),
        lambda session: pass_on(session, conversation_id, ann, ann),
        lambda session: stop_waiting(session, conversation_id),
        lambda session: put_back(session, conversation_id, ann),
        lambda session: close(session, conversation_id, ann),
    ):
        with transaction(engine) as session, pytest.raises(NotAllowedError):
            change(session)
    with transaction(engine) as session, pytest.raises(ConversationClosedError):
        store_message(session, conversation_id, Draft("agent", "Hello?", "Ann"))


def test_another_agents_conversation_is_not_closed_but_by_a_lead(engine: Engine) -> None:
    ann, ben, lead, conversation_id = agent(engine), agent(engine), agent(engine, Role.LEAD), waiting(engine)
    with transaction(engine) as session:
        claim(session, conversation_id, ann)

    with transaction(engine) as session, pytest.raises(HeldByAnotherError):
        close(session, conversation_id, ben)
    with transaction(engine) as session:
        close(session, conversation_id, lead)
        assert look(session, conversation_id).state == "closed"


def test_the_database_itself_refuses_an_agents_conversation_without_its_agent(engine: Engine) -> None:
    conversation_id = begun(engine)

    for state in ("agent", "waiting"):
        statement = update(Conversation).where(Conversation.id == conversation_id).values(state=state)
        with engine.begin() as connection, pytest.raises(IntegrityError):
            connection.execute(statement)


def test_every_state_says_which_ones_may_follow() -> None:
    assert set(MAY_BECOME) == set(State)
    assert MAY_BECOME[State.CLOSED] == frozenset()


def test_of_agents_who_claim_at_the_same_moment_one_gets_it(engine: Engine) -> None:
    conversation_id = waiting(engine)
    ids = [agent(engine).id for _ in range(4)]
    address = engine.url.render_as_string(hide_password=False)
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        start = time.time() + 2
        results = pool.starmap(_claim_at, [(address, conversation_id, each, start) for each in ids])

    assert sorted(results) == ["claimed", "held", "held", "held"]


def _claim_at(address: str, conversation_id: str, agent_id: int, start: float) -> str:
    engine = connect(address)
    with transaction(engine) as session:
        session.get(Agent, agent_id)
    time.sleep(max(0.0, start - time.time()))
    try:
        with transaction(engine) as session:
            me = session.get(Agent, agent_id)
            assert me is not None
            claim(session, conversation_id, me)
    except HeldByAnotherError:
        return "held"
    return "claimed"
