from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import select
from sqlalchemy.engine import Engine

from conversations import agents
from conversations.agents import LockedOutError, check_password
from conversations.models import Agent, SignIn
from database import transaction
from tests.unit.conversations.people import PASSWORD, agent


def tried(engine: Engine, name: str, password: str) -> bool:
    with transaction(engine) as session:
        return check_password(session, name, password) is not None


def who(agent: Agent | None) -> str | None:
    return agent.name if agent else None


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    moment = agents.now() + by
    monkeypatch.setattr(agents, "now", lambda: moment)


def test_the_right_password_opens_and_a_wrong_one_or_an_unknown_name_does_not(engine: Engine) -> None:
    ann = agent(engine, name="Ann Lee")

    assert tried(engine, "Ann Lee", PASSWORD)
    assert tried(engine, " ann lee ", PASSWORD)
    assert not tried(engine, "Ann Lee", PASSWORD + "!")
    assert not tried(engine, "Bob", PASSWORD)
    assert PASSWORD not in ann.password_hash
    assert ann.password_hash.startswith("$argon2id$")


def test_a_password_is_hashed_as_rfc_9106_advises_and_an_older_hash_made_so_at_the_next_sign_in(
    engine: Engine, real_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = agent(engine)
    monkeypatch.setattr(agents, "_HASHER", real_hasher)
    since = agent(engine)
    assert tried(engine, before.name, PASSWORD)

    with transaction(engine) as session:
        hashes = session.scalars(select(Agent.password_hash).where(Agent.name.in_([before.name, since.name]))).all()
    assert [extract_parameters(each) for each in hashes] == [RFC_9106_LOW_MEMORY] * 2


def test_five_wrong_passwords_lock_the_account_for_a_while(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    name = agent(engine).name
    for _ in range(agents.MOST_FAILURES):
        assert not tried(engine, name, "a wrong password")

    with pytest.raises(LockedOutError):
        tried(engine, name, PASSWORD)
    later(monkeypatch, agents.LOCKED_FOR + timedelta(seconds=1))
    assert tried(engine, name, PASSWORD)


def test_a_right_password_forgets_the_wrong_ones_before_it(engine: Engine) -> None:
    name = agent(engine).name
    for _ in range(3):
        for _ in range(agents.MOST_FAILURES - 1):
            assert not tried(engine, name, "a wrong password")
        assert tried(engine, name, PASSWORD)


@pytest.mark.parametrize(
    ("name", "password", "complaint"),
    [
        ("", PASSWORD, "needs a name"),
        ("x" * 101, PASSWORD, "needs a name"),
        ("Ann", "short", "10 to 200"),
        ("Ann", "x" * 201, "10 to 200"),
        ("BEN", PASSWORD, "already"),
    ],
)
def test_a_bad_account_is_refused_with_a_sentence(engine: Engine, name: str, password: str, complaint: str) -> None:
    agent(engine, name="Ben")

    with transaction(engine) as session, pytest.raises(ValueError, match=complaint):
        agents.add_agent(session, name, password)


def test_a_token_holds_until_it_expires_or_is_signed_out(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = agent(engine)
    with transaction(engine) as session:
        mine, expires_at = agents.sign_in(session, ann)
        other, _ = agents.sign_in(session, ann)
        assert timedelta(hours=11) < expires_at - agents.now() <= agents.SIGNED_IN_FOR

    with transaction(engine) as session:
        assert who(agents.signed_in(session, mine)) == ann.name
        assert agents.signed_in(session, mine + "x") is None
        agents.sign_out(session, mine)
        assert agents.signed_in(session, mine) is None
        assert who(agents.signed_in(session, other)) == ann.name

    later(monkeypatch, agents.SIGNED_IN_FOR + timedelta(seconds=1))
    with transaction(engine) as session:
        assert agents.signed_in(session, other) is None


def test_the_token_itself_is_nowhere_in_the_database(engine: Engine) -> None:
    ann = agent(engine)
    with transaction(engine) as session:
        token, _ = agents.sign_in(session, ann)
        stored = session.scalars(select(SignIn)).all()

    assert all(token not in each.token_hash for each in stored)
    assert len(token) >= 43


def test_a_new_password_and_a_removal_end_what_was_signed_in(engine: Engine) -> None:
    for change in (
        lambda session, known: agents.set_password(session, known, "another long password"),
        agents.remove_agent,
    ):
        ann = agent(engine)
        with transaction(engine) as session:
            token, _ = agents.sign_in(session, ann)
        with transaction(engine) as session:
            known = agents.find_agent(session, ann.name)
            assert known is not None
            change(session, known)
        with transaction(engine) as session:
            assert agents.signed_in(session, token) is None
            assert check_password(session, ann.name, PASSWORD) is None


def test_an_agent_is_there_while_the_desk_is_connected(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = agent(engine)
    with transaction(engine) as session:
        assert not agents.is_anyone_there(session)
        agents.note_presence(session, [ann.id])
        session.expire_all()
        assert agents.is_anyone_there(session)

    later(monkeypatch, agents.SEEN_WITHIN + timedelta(seconds=1))
    with transaction(engine) as session:
        assert not agents.is_anyone_there(session)
