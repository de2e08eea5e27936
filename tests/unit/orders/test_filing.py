from __future__ import annotations

import multiprocessing
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database import transaction
from orders import (
    AlreadyRequestedError,
    NotAllowedError,
    facts_of,
    file_request,
    find_order,
    find_request,
    move_request,
    open_items,
    requests_of,
    words,
)
from orders.models import Item, Order, Request, RequestItem
from orders.storing import store_orders
from tests.unit.orders.builders import CABLE, CAMERA, EMAIL, NOW, file, order_data, settle, stored
from tests.unit.orders.filing_process import file_for_every_order


def test_an_order_whose_requests_were_not_read_yet_has_the_new_one_once(engine: Engine) -> None:
    with transaction(engine) as session:
        order = stored(session)
        facts = facts_of(order, order.items)
        session.expire(order, ["requests"])
        request = file_request(
            session, order=order, items=order.items, kind="refund", wants="refund", facts=facts,
            decision={"outcome": "eligible", "policy_version": "abc"}, filed_at=NOW,
        )  # fmt: skip
        assert order.requests == [request]


def test_a_request_keeps_what_was_decided(engine: Engine) -> None:
    facts = {"items": [{"sku": "CAM-1", "quantity": 1, "discount": "0.00", "tax": "7.84"}], "as_of": NOW.isoformat()}
    decision = {"outcome": "needs_review", "policy_version": "abc"}
    with transaction(engine) as session:
        order = stored(session)
        reference = file_request(
            session, order=order, items=order.items, kind="review", wants="replacement", facts=facts, decision=decision,
            filed_at=NOW, conversation_id="c-1",
        ).reference  # fmt: skip

    with transaction(engine) as session:
        request = find_request(session, reference)
        assert request is not None
        assert (request.kind, request.wants, request.status) == ("review", "replacement", "filed")
        assert (request.facts, request.decision, request.policy_version) == (facts, decision, "abc")
        assert (request.filed_at, request.conversation_id, request.order.number) == (NOW, "c-1", "INO-10482")
        assert [(asked.item.sku, asked.quantity, asked.tax) for asked in request.items] == [("CAM-1", 1, 7_84)]
        assert [(change.status, change.at, change.by) for change in request.changes] == [("filed", NOW, "customer")]


def test_what_was_found_can_be_read_after_the_session(engine: Engine) -> None:
    with transaction(engine) as session:
        order = stored(session, "INO-1", CAMERA, CABLE)
        reference = file(session, order, order.items[:1]).reference
    with transaction(engine) as session:
        found = find_order(session, "INO-1", EMAIL)
    with transaction(engine) as session:
        request = find_request(session, reference)

    assert found is not None
    assert request is not None
    assert facts_of(found, open_items(found))["items"][0]["sku"] == "CAB-1"
    assert found.customer.name == "Ana Torres"
    assert [r.order.number for r in requests_of(found)] == ["INO-1"]
    assert (request.order.number, request.items[0].item.sku, request.changes[0].status) == ("INO-1", "CAM-1", "filed")


def test_filing_the_same_again_gives_the_same_request(engine: Engine) -> None:
    with transaction(engine) as session:
        order = stored(session)
        first = file(session, order, order.items).reference
    with transaction(engine) as session:
        order = session.execute(select(Order)).scalar_one()
        again = file_request(
            session, order=order, items=order.items, kind="refund", wants="refund", facts={"items": []},
            decision={"policy_version": "v2"}, filed_at=NOW + timedelta(days=1),
        )  # fmt: skip

        assert again.reference == first
        assert again.policy_version == "v1"
        assert session.execute(select(func.count(Request.id))).scalar_one() == 1


def test_an_item_of_an_open_request_is_not_filed_again_by_itself(session: Session) -> None:
    order = stored(session, "INO-1", CAMERA, CABLE)
    both = file(session, order, order.items)

    assert again(session, order, order.items[:1], "refund") is both


def again(session: Session, order: Order, items: list[Item], wants: str) -> Request:
    facts = {"items": [{"quantity": 1} for _ in items]}
    return file_request(
        session, order=order, items=items, kind=wants, wants=wants, facts=facts, decision={"policy_version": "v1"},
        filed_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(("taken", "wants"), [(1, "replacement"), (2, "refund")])
def test_another_wish_or_more_items_show_the_open_request(session: Session, taken: int, wants: str) -> None:
    order = stored(session, "INO-1", CAMERA, CABLE)
    open_one = file(session, order, order.items[:1])

    with pytest.raises(AlreadyRequestedError) as raised:
        again(session, order, order.items[:taken], wants)

    assert raised.value.request is open_one


def test_what_is_settled_is_not_filed_again(session: Session) -> None:
    order = stored(session)
    settled = file(session, order, order.items)
    settle(session, settled)

    with pytest.raises(AlreadyRequestedError) as raised:
        again(session, order, order.items, "refund")

    assert raised.value.request is settled


def test_what_was_settled_since_the_order_was_read_is_not_filed_again(engine: Engine) -> None:
    with transaction(engine) as session:
        order = stored(session)
        reference = file(session, order, order.items).reference
    with transaction(engine) as reader:
        found = find_order(reader, "INO-10482", EMAIL)
        assert found is not None
        with transaction(engine) as staff:
            request = find_request(staff, reference)
            assert request is not None
            settle(staff, request)

        with pytest.raises(AlreadyRequestedError, match=f"{reference} .*refunded"):
            again(reader, found, found.items, "refund")


def test_after_a_rejection_the_same_can_be_filed_anew(session: Session) -> None:
    order = stored(session)
    rejected = file(session, order, order.items)
    move_request(session, rejected, "rejected", by="Dana", at=NOW)

    anew = file(session, order, order.items)

    assert anew.reference != rejected.reference
    assert anew.status == "filed"


def test_two_processes_filing_the_same_at_once_get_one_reference(engine: Engine) -> None:
    with transaction(engine) as session:
        store_orders(session, [order_data(f"INO-{number}") for number in range(10100, 10300)])
    context = multiprocessing.get_context("spawn")
    together, references = context.Barrier(2), context.Queue()
    address = engine.url.render_as_string(hide_password=False)
    processes = [context.Process(target=file_for_every_order, args=(address, together, references)) for _ in range(2)]
    for process in processes:
        process.start()
    one, other = references.get(timeout=60), references.get(timeout=60)
    for process in processes:
        process.join(30)

    assert len(one) == 200
    assert one == other
    with transaction(engine) as session:
        assert session.execute(select(func.count(Request.id))).scalar_one() == 200


def test_the_database_itself_refuses_a_second_open_request_on_an_item(session: Session) -> None:
    order = stored(session)
    request = file(session, order, order.items)
    second = Request(
        reference="R-2222-2222", order_id=order.id, kind="refund", wants="refund", status="filed", facts={},
        decision={}, policy_version="v1", filed_at=NOW,
    )  # fmt: skip
    session.add(second)
    session.flush()
    asked = {"item_id": request.items[0].item_id, "position": 0, "quantity": 1, "discount": 0, "tax": 0}

    with pytest.raises(IntegrityError, match="item"):
        session.execute(insert(RequestItem.__table__).values(request_id=second.id, is_open=True, **asked))


def test_a_request_is_found_however_its_reference_is_typed(session: Session) -> None:
    order = stored(session)
    request = file(session, order, order.items)
    bare = request.reference.replace("-", "")

    for typed in (request.reference, request.reference.lower(), f" {bare} ", bare[1:], " ".join(bare)):
        assert find_request(session, typed) is request
    assert find_request(session, "R-2222-2222") is None
    assert find_request(session, "") is None


def test_a_request_moves_on_and_remembers_who_moved_it(session: Session) -> None:
    order = stored(session)
    request = file(session, order, order.items)

    move_request(session, request, "approved", by="Dana", at=NOW + timedelta(days=1))
    move_request(session, request, "received", by="Eli", at=NOW + timedelta(days=9))
    move_request(session, request, "refunded", by="Dana", at=NOW + timedelta(days=10))

    assert request.status == "refunded"
    assert [(c.status, c.by) for c in request.changes] == [
        ("filed", "customer"), ("approved", "Dana"), ("received", "Eli"), ("refunded", "Dana"),
    ]  # fmt: skip
    assert not any(asked.is_open for asked in request.items)


@pytest.mark.parametrize(
    ("kind", "way", "refused"),
    [
        ("refund", [], "refunded"),
        ("refund", [], "filed"),
        ("refund", ["approved"], "replaced"),
        ("refund", ["approved", "received"], "withdrawn"),
        ("refund", ["rejected"], "approved"),
        ("replacement", ["approved"], "refunded"),
        ("cancellation", ["cancelled"], "approved"),
        ("refund", [], "lost"),
    ],
)
def test_a_request_takes_only_the_steps_that_make_sense(
    session: Session, kind: str, way: list[str], refused: str
) -> None:
    order = stored(session)
    request = file(session, order, order.items, kind)
    for status in way:
        move_request(session, request, status, by="Dana", at=NOW)

    with pytest.raises(NotAllowedError, match=f"can't become {refused}"):
        move_request(session, request, refused, by="Dana", at=NOW)
    assert request.status == ([*way, "filed"][len(way) - 1] if way else "filed")


def test_two_agents_moving_a_request_do_not_both_succeed(engine: Engine) -> None:
    with transaction(engine) as session:
        order = stored(session)
        reference = file(session, order, order.items).reference
    with transaction(engine) as slow:
        seen_as_filed = find_request(slow, reference)
        assert seen_as_filed is not None
        with transaction(engine) as quick:
            request = find_request(quick, reference)
            assert request is not None
            move_request(quick, request, "rejected", by="Dana", at=NOW)

        with pytest.raises(NotAllowedError, match="by somebody else"):
            move_request(slow, seen_as_filed, "approved", by="Eli", at=NOW)


def test_every_kind_of_request_can_reach_an_end_from_every_status() -> None:
    for kind in words.REQUEST_KINDS:
        for status in words.OPEN:
            assert words.next_statuses(kind, status) & (words.SETTLED | words.GIVEN_UP)
        for status in words.SETTLED | words.GIVEN_UP:
            assert not words.next_statuses(kind, status)
