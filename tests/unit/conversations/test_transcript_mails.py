"""Transcripts by e-mail, when several processes send."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from conversations import Draft, begin, keep_case, store_message, transcript_mails
from conversations.models import TranscriptMail
from conversations.transcript_mails import FIRST_WAIT, MOST_TRIES, TAKEN_FOR, settle, take_due, want_transcript
from database import transaction

CASE: dict[str, Any] = {"order_number": "INO-1", "email": "ana@example.com", "items": [], "facts": None, "said": []}

At = Callable[[datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Sets the clock."""
    return lambda moment: monkeypatch.setattr(transcript_mails, "now", lambda: moment)


def wanted(session: Session) -> int:
    conversation, _ = begin(session)
    store_message(session, conversation.id, Draft("customer", "hello"))
    keep_case(session, conversation.id, CASE)
    want_transcript(session, conversation.id)
    return session.scalars(select(TranscriptMail.id).order_by(TranscriptMail.id.desc())).first() or 0


def taken(engine: Engine) -> int | None:
    with transaction(engine) as session:
        due = take_due(session)
        return due.id if due else None


def test_of_several_who_would_send_it_one_does(engine: Engine) -> None:
    senders, mails = 6, 10
    with transaction(engine) as session:
        expected = sorted(wanted(session) for _ in range(mails))
    together = Barrier(senders)

    def take() -> list[int | None]:
        together.wait()
        return [taken(engine) for _ in range(2 * mails)]

    with ThreadPoolExecutor(senders) as threads:
        all_taken = [each for taking in [threads.submit(take) for _ in range(senders)] for each in taking.result()]

    assert sorted(each for each in all_taken if each is not None) == expected


def test_what_a_dead_process_had_taken_is_sent_by_another_later(engine: Engine, at: At) -> None:
    begun = datetime.now(timezone.utc)
    with transaction(engine) as session:
        mail_id = wanted(session)
    at(begun + timedelta(seconds=1))
    assert taken(engine) == mail_id

    at(begun + TAKEN_FOR)
    assert taken(engine) is None
    at(begun + TAKEN_FOR + timedelta(seconds=2))
    assert taken(engine) == mail_id


def test_a_try_in_vain_is_followed_by_others_with_longer_pauses_until_it_is_given_up(engine: Engine, at: At) -> None:
    moment = datetime.now(timezone.utc) + timedelta(seconds=1)
    with transaction(engine) as session:
        mail_id = wanted(session)
    for tried in range(MOST_TRIES):
        at(moment)
        assert taken(engine) == mail_id
        with transaction(engine) as session:
            settle(session, mail_id, is_sent=False)
        assert taken(engine) is None
        moment += FIRST_WAIT * 2**tried

    with transaction(engine) as session:
        assert session.get(TranscriptMail, mail_id) is None


def test_what_was_sent_is_done(engine: Engine) -> None:
    with transaction(engine) as session:
        mail_id = wanted(session)
    assert taken(engine) == mail_id
    with transaction(engine) as session:
        settle(session, mail_id, is_sent=True)
        settle(session, mail_id, is_sent=True)  # by another one, who was slower
        assert session.get(TranscriptMail, mail_id) is None
