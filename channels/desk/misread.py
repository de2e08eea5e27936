"""What wasn't understood, as leads look at it, and the examples that they make of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.desk.errors import DeskError
from channels.desk.intents import INTENTS, Intent
from channels.desk.period import Period
from channels.desk.shapes import Asked, Shape
from conversations import Conversation, Message
from conversations.agents import note_action
from conversations.examples import LONGEST, MadeAlreadyError, accept, made_of, make_example, reject
from conversations.masking import masked
from conversations.misunderstood import alike, misunderstood_in
from conversations.models import Example
from orders.models import Customer, Order

MOST_GROUPS, MOST_SHOWN = 50, 5

NOT_MISREAD = (404, "not_known", "There is no such message that wasn't understood.")
MADE_ALREADY = (409, "made_already", "An example was made of this message already.")
NO_WORDS = (422, "malformed", "An example needs words.")
NOT_TO_REVIEW = (404, "not_known", "There is no such example to review; somebody else has reviewed it.")


class Misread(Shape):
    """A message that wasn't understood. `proposal`: its words without what looks like personal details."""

    conversation_id: str
    seq: int
    at: datetime
    text: str
    proposal: str
    has_example: bool


class GroupShape(Shape):
    """Messages that are alike; the newest of them."""

    count: int
    likeliest: str = Field(description="the intent that most of them are nearest to")
    messages: list[Misread]


class MisreadGroups(Shape):
    """`read`: so many of the newest messages were put into groups, of which the largest are here."""

    read: int
    groups: list[GroupShape]
    intents: list[Intent]


class Labelled(Asked):
    text: str = Field(..., min_length=1, max_length=LONGEST)
    intent: str = Field(..., max_length=64)


class NewExample(Labelled):
    conversation_id: str = Field(..., max_length=32)
    seq: int = Field(..., ge=1, lt=2**31)


class ExampleShape(Shape):
    """An example to review."""

    id: int
    text: str
    intent: str
    made_by: str
    made_at: datetime


class MisreadRow(Shape):
    """A line of the file: a message and the group that it is in."""

    group: int
    likeliest: str
    at: datetime
    conversation_id: str
    seq: int
    text: str


def misread_rows(session: Session, period: Period) -> list[MisreadRow]:
    """Every message of these days that wasn't understood, group by group."""
    return [
        MisreadRow(
            group=number,
            likeliest=group.likeliest,
            at=message.at,
            conversation_id=message.conversation_id,
            seq=message.seq,
            text=message.text or "",
        )
        for number, group in enumerate(alike(misunderstood_in(session, period.begins, period.ends)), start=1)
        for message in group.messages
    ]


def misread_groups(session: Session, period: Period) -> MisreadGroups:
    """The largest groups of what wasn't understood in these days."""
    messages = misunderstood_in(session, period.begins, period.ends)
    groups = alike(messages)[:MOST_GROUPS]
    shown = [message for group in groups for message in group.messages[:MOST_SHOWN]]
    made, names = made_of(session, shown), _names_in(session, shown)

    def shape(message: Message) -> Misread:
        return Misread(
            conversation_id=message.conversation_id,
            seq=message.seq,
            at=message.at,
            text=message.text or "",
            proposal=masked(str(message.text), names.get(message.conversation_id, ()))[:LONGEST],
            has_example=(message.conversation_id, message.seq) in made,
        )

    return MisreadGroups(
        read=len(messages),
        groups=[
            GroupShape(
                count=len(group.messages),
                likeliest=group.likeliest,
                messages=[shape(message) for message in group.messages[:MOST_SHOWN]],
            )
            for group in groups
        ],
        intents=list(INTENTS.values()),
    )


def make(session: Session, example: NewExample, by: str) -> Example:
    """Keep it, to be reviewed. Raises DeskError."""
    _check_intent(example)
    try:
        made = make_example(
            session, example.conversation_id, example.seq, text=example.text, intent=example.intent, by=by
        )
    except LookupError:
        raise DeskError(*NOT_MISREAD) from None
    except MadeAlreadyError:
        raise DeskError(*MADE_ALREADY) from None
    except ValueError:
        raise DeskError(*NO_WORDS) from None
    note_action(session, by, "made an example", example.conversation_id, example.intent)
    return made


def take(session: Session, number: int, example: Labelled, by: str) -> Example:
    """It may be learned, put right before. Raises DeskError."""
    _check_intent(example)
    try:
        accepted = accept(session, number, text=example.text, intent=example.intent, by=by)
    except ValueError:
        raise DeskError(*NO_WORDS) from None
    if accepted is None:
        raise DeskError(*NOT_TO_REVIEW)
    note_action(session, by, "accepted an example", accepted.conversation_id, accepted.intent)
    return accepted


def drop(session: Session, number: int, by: str) -> None:
    """It isn't kept. Raises DeskError."""
    if not reject(session, number):
        raise DeskError(*NOT_TO_REVIEW)
    note_action(session, by, "rejected an example")


def example_shape(example: Example) -> ExampleShape:
    """The example, as those see it who review it."""
    return ExampleShape(
        id=example.id,
        text=example.text,
        intent=example.intent,
        made_by=example.made_by,
        made_at=example.made_at,
    )


def _check_intent(example: Labelled) -> None:
    if example.intent not in INTENTS:
        raise DeskError(422, "unknown_intent", f"{example.intent} is no intent; these are: {', '.join(INTENTS)}.")


def _names_in(session: Session, messages: Sequence[Message]) -> dict[str, list[str]]:
    """The names of the customers who wrote these messages, where their order is known."""
    number = Conversation.case["order_number"].as_string()
    ids = {message.conversation_id for message in messages}
    rows = session.execute(
        select(Conversation.id, Customer.name)
        .join(Order, Order.number == number)
        .join(Customer, Customer.id == Order.customer_id)
        .where(Conversation.id.in_(ids))
    )
    return {row.id: [row.name] for row in rows}
