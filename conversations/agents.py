"""The people who answer: their accounts, how they sign in, and who of them is there."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from conversations.models import Agent, AgentAction, Conversation, Role, SignIn, State
from conversations.transcript import now

SHORTEST_PASSWORD, LONGEST_PASSWORD, LONGEST_NAME = 10, 200, 100  # characters
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
SIGNED_IN_FOR = timedelta(hours=12)  # a working day
SEEN_WITHIN = timedelta(seconds=60)


class SignInError(Exception):
    """Name and password don't go together; the text never says which of them is wrong."""


class LockedOutError(SignInError):
    """Too many wrong passwords lately."""


def add_agent(session: Session, name: str, password: str, role: Role = Role.AGENT) -> Agent:
    """A new account. ValueError with a sentence for a name that is taken or blank, or a password that is too short."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"An agent needs a name of 1 to {LONGEST_NAME} characters.")
    if find_agent(session, name):
        raise ValueError(f"There is an agent named {name} already. Choose another name, or set a new password.")
    agent = Agent(name=name, password_hash=_hashed(password), role=role.value, is_active=True, failures=0)
    session.add(agent)
    session.flush()
    return agent


def find_agent(session: Session, name: str) -> Agent | None:
    """The agent of this name, whatever its case."""
    agent: Agent | None = session.scalars(select(Agent).where(func.lower(Agent.name) == name.strip().lower())).first()
    return agent


def agents(session: Session) -> list[Agent]:
    """Everybody who can sign in, by name."""
    return list(session.scalars(select(Agent).where(Agent.is_active.is_(True)).order_by(Agent.name)))


def set_password(session: Session, agent: Agent, password: str) -> None:
    """A new password, which unlocks the account and ends what was signed in. ValueError where it is too short."""
    agent.password_hash = _hashed(password)
    agent.failures, agent.locked_until = 0, None
    sign_out_everywhere(session, agent)


def remove_agent(session: Session, agent: Agent) -> None:
    """The agent can't sign in any more; the name stays on what was said and done."""
    agent.is_active = False
    sign_out_everywhere(session, agent)


def check_password(session: Session, name: str, password: str) -> Agent | None:
    """The agent, if the password is theirs; None, counted as a failure, if not. Takes as long for an unknown name.

    Raises LockedOutError after too many failures; commit after either answer, so that the count is kept.
    """
    agent = find_agent(session, name)
    if agent and agent.locked_until and agent.locked_until > now():
        raise LockedOutError
    is_right = _is_right(agent.password_hash if agent else _hash_of_nobody(), password[:LONGEST_PASSWORD])
    if agent is None or not agent.is_active:
        return None
    if not is_right:
        _count_failure(session, agent)
        return None
    agent.failures, agent.locked_until = 0, None
    if _HASHER.check_needs_rehash(agent.password_hash):
        agent.password_hash = _HASHER.hash(password)
    return agent


def sign_in(session: Session, agent: Agent) -> tuple[str, datetime]:
    """A token that is told once, and until when it holds."""
    session.execute(delete(SignIn).where(SignIn.expires_at <= now()).execution_options(synchronize_session=False))
    token, expires_at = secrets.token_urlsafe(32), now() + SIGNED_IN_FOR
    session.add(SignIn(token_hash=token_hash(token), agent_id=agent.id, expires_at=expires_at))
    session.flush()
    return token, expires_at


def signed_in(session: Session, token: str) -> Agent | None:
    """Whose token it is, as long as it holds."""
    found = session.get(SignIn, token_hash(token))
    return found.agent if found and found.expires_at > now() and found.agent.is_active else None


def sign_out(session: Session, token: str) -> None:
    """The token doesn't hold any more."""
    session.execute(
        delete(SignIn).where(SignIn.token_hash == token_hash(token)).execution_options(synchronize_session=False)
    )


def sign_out_everywhere(session: Session, agent: Agent) -> None:
    """None of the agent's tokens holds any more."""
    session.execute(delete(SignIn).where(SignIn.agent_id == agent.id).execution_options(synchronize_session=False))


def note_presence(session: Session, agent_ids: list[int]) -> None:
    """These agents' desks are connected now."""
    session.execute(
        update(Agent).where(Agent.id.in_(agent_ids)).values(seen_at=now()).execution_options(synchronize_session=False)
    )


def note_absence(session: Session, agent_id: int) -> None:
    """The agent's last desk here has gone; one elsewhere says so again with its next sign of life."""
    session.execute(
        update(Agent).where(Agent.id == agent_id).values(seen_at=None).execution_options(synchronize_session=False)
    )


def is_there(agent: Agent) -> bool:
    """Whether the agent's desk was connected a moment ago."""
    return agent.is_active and agent.seen_at is not None and agent.seen_at > now() - SEEN_WITHIN


def is_anyone_there(session: Session) -> bool:
    """Whether an agent is there who could answer."""
    return any(is_there(agent) for agent in agents(session))


def held_by(session: Session, agent: Agent) -> int:
    """How many conversations the agent holds."""
    held = select(func.count()).where(Conversation.agent_id == agent.id, Conversation.state == State.AGENT.value)
    return int(session.scalar(held))


def note_action(
    session: Session, agent_name: str, action: str, conversation_id: str | None = None, detail: str | None = None
) -> None:
    """Into the audit trail, in the transaction of what was done."""
    session.add(
        AgentAction(
            at=now(), agent_name=agent_name, action=action, conversation_id=conversation_id, detail=(detail or "")[:200]
        )
    )
    session.flush()


def _count_failure(session: Session, agent: Agent) -> None:
    # In the database, so that guesses at the same moment are all counted.
    session.execute(
        update(Agent)
        .where(Agent.id == agent.id)
        .values(failures=Agent.failures + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(agent, ["failures"])
    if agent.failures >= MOST_FAILURES:
        agent.failures, agent.locked_until = 0, now() + LOCKED_FOR


# Argon2's own defaults (RFC 9106, low memory): 64 MiB and some 50 ms a try.
_HASHER = PasswordHasher()


def _hashed(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ValueError(f"A password needs {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    return str(_HASHER.hash(password))


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return bool(_HASHER.verify(password_hash, password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hash_of_nobody() -> str:
    return str(_HASHER.hash(secrets.token_urlsafe(16)))


def token_hash(token: str) -> str:
    """What is kept of a token, and may be told: it is 256 random bits, so nothing can be guessed from a plain hash."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
