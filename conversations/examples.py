"""Labelled examples, made of what wasn't understood. Nothing is learned by itself: a person accepts each of them,
and a command hands out the accepted ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from conversations.models import Example, Message
from conversations.transcript import hold, now

LONGEST = 500  # characters


class MadeAlreadyError(Exception):
    """There is an example of this message already."""


def make_example(session: Session, conversation_id: str, seq: int, *, text: str, intent: str, by: str) -> Example:
    """Keep `text` as an example of `intent`, to be reviewed. `text` is that message's, less personal details.

    Raises UnknownConversationError, LookupError where it is no message that wasn't understood, ValueError for a text
    without words, MadeAlreadyError.
    """
    hold(session, conversation_id)
    message = session.get(Message, (conversation_id, seq))
    if message is None or message.misunderstood is None:
        raise LookupError(seq)
    if made_of(session, [message]):
        raise MadeAlreadyError
    example = Example(
        conversation_id=conversation_id, seq=seq, text=_line(text), intent=intent, made_by=by, made_at=now()
    )
    session.add(example)
    session.flush()
    return example


def made_of(session: Session, messages: Collection[Message]) -> set[tuple[str, int]]:
    """Of which of these messages there is an example: conversation and number."""
    ids = {message.conversation_id for message in messages}
    rows = session.execute(select(Example.conversation_id, Example.seq).where(Example.conversation_id.in_(ids)))
    return {(row.conversation_id, row.seq) for row in rows}


def to_review(session: Session) -> list[Example]:
    """Those that nobody has accepted yet, the oldest first."""
    return list(session.scalars(select(Example).where(Example.accepted_by.is_(None)).order_by(Example.id)))


def accepted(session: Session) -> list[Example]:
    """Those to learn from, by intent."""
    return list(
        session.scalars(select(Example).where(Example.accepted_by.is_not(None)).order_by(Example.intent, Example.id))
    )


def accept(session: Session, example_id: int, *, text: str, intent: str, by: str) -> Example | None:
    """It may be learned, put right before; None where it isn't to be reviewed any more. ValueError without words."""
    example: Example | None = session.get(Example, example_id)
    if example is None or example.accepted_by is not None:
        return None
    example.text, example.intent, example.accepted_by = _line(text), intent, by
    session.flush()
    return example


def reject(session: Session, example_id: int) -> bool:
    """It isn't kept. False where it isn't to be reviewed any more."""
    example: Example | None = session.get(Example, example_id)
    if example is None or example.accepted_by is not None:
        return False
    session.delete(example)
    session.flush()
    return True


def forget(session: Session, examples: Iterable[Example]) -> None:
    """They have been taken over into the training data."""
    ids = [example.id for example in examples]
    session.execute(delete(Example).where(Example.id.in_(ids)).execution_options(synchronize_session=False))


def as_training_data(examples: Iterable[Example]) -> str:
    """Examples, by intent, as a file of `data/nlu` has them."""
    lines = ['version: "3.1"', "", "nlu:"]
    for intent, of_intent in groupby(examples, key=lambda example: example.intent):
        lines += [f"  - intent: {intent}", "    examples: |"]
        lines += [f"      - {example.text}" for example in of_intent]
    return "\n".join([*lines, ""])


def _line(text: str) -> str:
    """On one line, and without the brackets by which Rasa marks entities."""
    line = " ".join(text.translate({ord("["): "(", ord("]"): ")"}).split())
    if not any(character.isalnum() for character in line):
        raise ValueError("An example needs words.")
    return line[:LONGEST]
