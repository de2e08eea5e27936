"""What customers wrote that the assistant didn't understand: noted with the message, and put together by likeness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from conversations.models import Message

AT_MOST = 500  # of the newest are put together; more than anybody reads
ALIKE = 0.5


@dataclass(frozen=True)
class Group:
    """Messages that are alike, the newest first."""

    messages: tuple[Message, ...]

    @property
    def likeliest(self) -> str:
        """The intent that most of them were likeliest to be."""
        intents = [str(message.misunderstood) for message in self.messages]
        return max(dict.fromkeys(intents), key=intents.count)


def note_misunderstood(session: Session, conversation_id: str, seq: int, likeliest: str) -> None:
    """The assistant hasn't understood this message of the customer's. `likeliest`: the intent nearest to it.

    Without effect where the dialogue has no transcript (Rasa's channel by itself).
    """
    session.execute(
        update(Message)
        .where(Message.conversation_id == conversation_id, Message.seq == seq, Message.author_kind == "customer")
        .values(misunderstood=likeliest)
        .execution_options(synchronize_session=False)
    )


def misunderstood_in(session: Session, begins: datetime, ends: datetime, most: int = AT_MOST) -> list[Message]:
    """The newest messages of this time that weren't understood."""
    return list(
        session.scalars(
            select(Message)
            .where(Message.misunderstood.is_not(None), Message.at >= begins, Message.at < ends)
            .order_by(Message.at.desc(), Message.conversation_id, Message.seq)
            .limit(most)
        )
    )


def alike(messages: Sequence[Message]) -> list[Group]:
    """These messages in groups, the largest first: each goes to the group whose first one is most like it.

    What is like none of them begins a group of its own.
    """
    groups: list[tuple[frozenset[str], list[Message]]] = []
    for message in messages:
        triples = triples_of(message.text or "")
        likeness, found = max(
            ((likeness_of(triples, of_first), group) for of_first, group in groups),
            key=lambda each: each[0],
            default=(0.0, []),
        )
        if likeness >= ALIKE:
            found.append(message)
        else:
            groups.append((triples, [message]))
    return sorted((Group(tuple(group)) for _, group in groups), key=lambda group: -len(group.messages))


def likeness_of(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 for nothing in common to 1 for the same: the share of their letter triples that both have (Dice)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


def triples_of(text: str) -> frozenset[str]:
    """The triples of letters and digits in each of its words, the word's edges counting as a letter."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return frozenset(f" {word} "[at : at + 3] for word in words for at in range(len(word)))
