from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from database import transaction
from orders import ask_about_request, facts_of, file_request, find_request, move_request, outbox, withdraw_request
from orders.letters import NEWS, letter
from orders.models import OutboxEntry, Request
from orders.webhooks import body_of
from orders.words import REQUEST_STATUSES
from tests.unit.orders.builders import CABLE, CAMERA, EMAIL, NOW, file, stored

DECISION = {
    "outcome": "eligible",
    "remedy": "refund",
    "clauses": ["refunds.window"],
    "refund": {
        "currency": "USD",
        "lines": [{"code": "goods", "label": "Camera", "amount": "100.00"}],
        "total": "100.00",
    },
    "deadline": "2026-03-29",
    "next_steps": [{"code": "ship_back", "text": "Send it back."}, {"code": "wait", "text": "Wait."}],
    "explanation": "You can have your money back.",
    "policy_version": "v1",
}


def entries(session: Session) -> list[OutboxEntry]:
    return list(session.execute(select(OutboxEntry).order_by(OutboxEntry.id)).scalars())


def recipients(session: Session) -> Counter[str]:
    return Counter(entry.recipient for entry in entries(session))


def decided(session: Session, **changes: object) -> Request:
    order = stored(session, "INO-1", CAMERA, CABLE)
    return file(session, order, order.items[:1], decision=DECISION | changes)


def written(session: Session, recipient: str) -> EmailMessage:
    entry = next(entry for entry in reversed(entries(session)) if entry.recipient == recipient)
    return letter(entry, sender="shop@shop.example", support="help@shop.example")


def body(message: EmailMessage) -> str:
    part = message.get_body()
    assert part is not None
    return str(part.get_content())


def test_filing_tells_support_the_customer_and_the_shops_system(session: Session) -> None:
    decided(session)

    assert recipients(session) == {"support": 1, "customer": 1, "webhook": 1}


def test_filing_the_same_again_tells_nobody_again(session: Session) -> None:
    request = decided(session)

    again = file_request(
        session, order=request.order, items=request.order.items[:1], kind="refund", wants="refund",
        facts=request.facts, decision=DECISION, filed_at=NOW,
    )  # fmt: skip

    assert again is request
    assert len(entries(session)) == 3


def test_what_is_rolled_back_is_told_to_nobody(engine: Engine) -> None:
    def file_and_fail() -> None:
        with transaction(engine) as session:
            decided(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        file_and_fail()

    with transaction(engine) as session:
        assert entries(session) == []


def test_what_staff_do_is_told_to_the_customer_and_what_the_customer_does_to_support_too(session: Session) -> None:
    request = decided(session)
    move_request(session, request, "approved", by="Dana", at=NOW)
    assert recipients(session) == {"support": 1, "customer": 2, "webhook": 2}

    withdraw_request(session, request, at=NOW)

    assert recipients(session) == {"support": 2, "customer": 3, "webhook": 3}
    assert (request.status, request.changes[-1].by) == ("withdrawn", "customer")


def test_a_question_reaches_support_and_leaves_the_request_as_it_is(session: Session) -> None:
    request = decided(session)

    ask_about_request(session, request, "  Where do I send it?\n", at=NOW)

    assert recipients(session) == {"support": 2, "customer": 1, "webhook": 2}
    assert (request.status, request.changes[-1].note) == ("filed", "Where do I send it?")
    mail = written(session, "support")
    assert "Where do I send it?" in body(mail)
    assert mail["Subject"] == f"Refund {request.reference}: a question from the customer"


@pytest.mark.parametrize("question", ["", "  \n", "\0"])
def test_a_question_needs_words(session: Session, question: str) -> None:
    request = decided(session)

    with pytest.raises(ValueError, match="needs words"):
        ask_about_request(session, request, question, at=NOW)


def test_support_reads_all_that_it_needs(session: Session) -> None:
    request = decided(session)
    request.order.refunded = 5_00

    mail = written(session, "support")

    assert (mail["To"], mail["Reply-To"]) == ("help@shop.example", EMAIL)
    for part in (
        request.reference, "INO-1", "Ana Torres", EMAIL, "1 x Camera (CAM-1)", "refunds.window", "Total: $100.00",
        "March 29, 2026", "You can have your money back.", "policy version v1", "5.00 USD",
    ):  # fmt: skip
        assert part in body(mail)
    assert "Cable" not in body(mail)


def test_the_customer_reads_what_happens_and_what_to_do(session: Session) -> None:
    request = decided(session)

    mail = written(session, "customer")

    assert (mail["To"], mail["Reply-To"]) == (EMAIL, "help@shop.example")
    for part in ("Hello Ana Torres,", request.reference, "INO-1", "1. Send it back.", "2. Wait.", "March 29, 2026"):
        assert part in body(mail)


def test_the_customer_is_written_to_in_the_language_of_the_chat(session: Session) -> None:
    order = stored(session, "INO-1", CAMERA)
    request = file_request(
        session, order=order, items=order.items, kind="refund", wants="refund",
        facts=facts_of(order, order.items) | {"locale": "de-AT"}, decision=DECISION, filed_at=NOW,
    )  # fmt: skip

    mail, to_support = written(session, "customer"), body(written(session, "support"))

    assert mail["Subject"] == f"Erstattung {request.reference}: eingereicht"
    for part in ("Guten Tag, Ana Torres,", f"Aktenzeichen: {request.reference}", "Bestellung INO-1", "Das Geld:",
                 "Summe: $\N{NO-BREAK SPACE}100,00", "Der letzte Tag dafür ist Sonntag, 29. März 2026.",
                 "Was zu tun ist:", "Was der Chat Ihnen vor dem Einreichen gesagt hat:"):  # fmt: skip
        assert part in body(mail)
    (attached,) = mail.iter_attachments()
    assert f"SUMMARY:Letzter Tag: Erstattung {request.reference}" in str(attached.get_content())
    assert "Kind: Refund" in to_support
    assert "The last day to act is Sunday, March 29, 2026." in to_support


def test_the_deadline_comes_along_for_the_calendar(session: Session) -> None:
    request = decided(session)

    (attached,) = written(session, "customer").iter_attachments()

    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", f"{request.reference}.ics")
    calendar = str(attached.get_content())
    assert "DTSTART;VALUE=DATE:20260329" in calendar
    assert request.reference in calendar


def step(code: str) -> dict[str, str]:
    return {"code": code, "text": f"Do {code}."}


@pytest.mark.parametrize(
    ("changes", "way"),
    [
        ({"deadline": None}, []),
        ({}, ["rejected"]),
        ({}, ["approved", "received"]),
        ({"next_steps": [step("email_support"), step("ask_agent")]}, []),  # filing has done both
        ({"next_steps": [step("email_support"), step("wait_for_approval")]}, ["approved"]),
    ],
)
def test_without_something_to_do_in_time_there_is_no_calendar(
    session: Session, changes: dict[str, object], way: list[str]
) -> None:
    request = decided(session, **changes)
    for status in way:
        move_request(session, request, status, by="Dana", at=NOW)

    mail = written(session, "customer")

    assert list(mail.iter_attachments()) == []
    assert "The last day to act" not in body(mail)


@pytest.mark.parametrize(
    ("way", "steps"),
    [
        ([], "What to do:\n1. Do wait_for_approval.\n2. Do ship_back.\n"),
        (["approved"], "What to do:\n1. Do ship_back.\n"),
        (["approved", "received"], "There is nothing for you to do."),
    ],
)
def test_what_is_done_is_no_step_any_more(session: Session, way: list[str], steps: str) -> None:
    codes = ("email_support", "wait_for_approval", "ship_back")
    request = decided(session, next_steps=[step(code) for code in codes])
    for status in way:
        move_request(session, request, status, by="Dana", at=NOW)

    assert steps in body(written(session, "customer"))


def test_who_has_nothing_to_do_is_told_so(session: Session) -> None:
    decided(session, next_steps=[step("email_support")])

    assert "There is nothing for you to do now." in body(written(session, "customer"))


def test_support_reads_what_the_customer_said_and_wants(session: Session) -> None:
    order = stored(session, "INO-1", CAMERA)
    claim = {"reason": "damaged_on_arrival", "tampered": False, "original_packaging": True, "working": None}
    file_request(
        session, order=order, items=order.items, kind="review", wants="replacement",
        facts=facts_of(order, order.items) | {"claim": claim}, decision=DECISION, filed_at=NOW,
    )  # fmt: skip

    mail = body(written(session, "support"))

    assert "Wanted: replacement\n" in mail
    assert "What the customer said:\n  reason: damaged on arrival\n  tampered: no\n  original packaging: yes\n" in mail
    assert "What the customer said" not in body(written(session, "customer"))


def test_a_word_of_the_staff_reaches_the_customer(session: Session) -> None:
    request = decided(session)

    move_request(session, request, "rejected", by="Dana", at=NOW, note="The box was empty.")

    assert "From our support: The box was empty." in body(written(session, "customer"))
    assert "Dana" not in body(written(session, "customer"))


def test_there_are_words_for_every_status() -> None:
    assert NEWS.keys() == set(REQUEST_STATUSES)


def test_the_shops_system_is_told_the_same_over_all_tries_and_no_name(session: Session) -> None:
    request = decided(session)
    entry = next(entry for entry in entries(session) if entry.recipient == "webhook")
    first = body_of(entry)
    move_request(session, request, "approved", by="Dana", at=NOW)

    assert body_of(entry) == first
    event = json.loads(first)
    assert (event["id"], event["type"], event["request"]["status"]) == (entry.key, "request.filed", "filed")
    assert (event["request"]["reference"], event["request"]["order_number"]) == (request.reference, "INO-1")
    assert event["request"]["items"] == [{"sku": "CAM-1", "quantity": 1}]
    for person in (EMAIL, "Ana", "Dana"):
        assert person not in first.decode()


def test_only_one_sender_gets_an_entry(engine: Engine) -> None:
    with transaction(engine) as session:
        decided(session)
    with transaction(engine) as one:
        due = outbox.due_entries(one, ["support", "webhook"], NOW)
        assert len(due) == 2
        taken = outbox.take(one, due[0], NOW)
        assert taken is not None
    with transaction(engine) as other:
        assert outbox.take(other, due[0], NOW) is None
        assert outbox.due_entries(other, ["support", "webhook"], NOW) == due[1:]


def test_an_entry_that_its_sender_left_behind_is_due_again_later(engine: Engine) -> None:
    with transaction(engine) as session:
        decided(session)
        (entry_id,) = outbox.due_entries(session, ["support"], NOW)
        outbox.take(session, entry_id, NOW)

    with transaction(engine) as session:
        assert outbox.due_entries(session, ["support"], NOW + outbox.TAKEN_FOR) == [entry_id]


def test_what_fails_is_tried_again_after_longer_and_longer_and_then_given_up(session: Session) -> None:
    decided(session)
    (entry_id,) = outbox.due_entries(session, ["support"], NOW)
    now, waits = NOW, []
    while entry := outbox.take(session, entry_id, now):
        outbox.mark_failed(session, entry_id, "SMTP 451", now)
        session.refresh(entry)
        waits.append(entry.due_at - now)
        now = entry.due_at

    assert len(waits) == outbox.MOST_TRIES
    assert waits[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert max(waits) == timedelta(hours=6)
    assert now - NOW > timedelta(days=1)
    entry = session.get(OutboxEntry, entry_id)
    assert entry is not None
    assert (entry.done_at, entry.error) == (now - waits[-1], "SMTP 451")


def test_a_request_that_is_found_again_can_be_withdrawn(engine: Engine) -> None:
    with transaction(engine) as session:
        reference = decided(session).reference
    with transaction(engine) as session:
        request = find_request(session, reference)
        assert request is not None
        withdraw_request(session, request, at=NOW)
        assert not any(asked.is_open for asked in request.items)
