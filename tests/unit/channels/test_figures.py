"""The lead's figures, held against plain SQL on a scripted day of 300 conversations; and who may see them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml
from sqlalchemy import delete, select
from sqlalchemy.engine import Engine

from channels.desk.csv_file import BYTE_ORDER_MARK, csv_file
from channels.desk.figures import Figures, figures_of
from channels.desk.intents import INTENTS
from channels.desk.period import Period
from conversations import Draft, Role, begin, note_misunderstood, store_message
from database import HOME, Base, connect, migrate, transaction
from orders.models import Secret
from tests.unit.channels import plain_sql
from tests.unit.channels.agents import AgentPage, refusal
from tests.unit.channels.scripted_day import BEGINS, DAY, ENDS, LOOKED_AT, ZONE, write_the_day
from tests.unit.orders.conftest import new_postgresql

DAYS = {  # written out, not reckoned
    date(2026, 10, 31): (datetime.fromisoformat("2026-10-31T02:30:00+00:00"), BEGINS),
    DAY: (BEGINS, ENDS),
    date(2026, 11, 2): (ENDS, datetime.fromisoformat("2026-11-03T03:30:00+00:00")),
}


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The scripted day, in a database as the migrations make it."""
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('day') / 'day.db'}")
    migrate(engine)
    write_the_day(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def day(request: pytest.FixtureRequest, on_sqlite: Engine) -> Iterator[Engine]:
    """The same day in both databases."""
    if request.param == "sqlite":
        yield on_sqlite
        return
    with new_postgresql() as engine:
        migrate(engine)
        with on_sqlite.connect() as read, engine.begin() as written:
            written.execute(delete(Secret))  # which the migrations have made
            for table in Base.metadata.sorted_tables:
                if rows := [dict(row) for row in read.execute(select(table)).mappings()]:
                    written.execute(table.insert(), rows)
        yield engine


def shown_for(engine: Engine, first: date, last: date) -> Figures:
    with transaction(engine) as session:
        return figures_of(session, Period(first, last, ZONE), LOOKED_AT)


@pytest.mark.timeout(300)
def test_the_figures_are_those_of_plain_sql(day: Engine) -> None:
    """Of the day by itself, and of three days around it."""
    for first, last in ((DAY, DAY), (min(DAYS), max(DAYS))):
        shown = shown_for(day, first, last)
        sql = plain_sql.PlainSql(day, DAYS[first][0], DAYS[last][1])

        days = {each: limits for each, limits in DAYS.items() if first <= each <= last}
        assert [row.day for row in shown.conversations] == list(days)
        for row, (begins, ends) in zip(shown.conversations, days.values(), strict=True):
            counted = plain_sql.PlainSql(day, begins, ends).count(plain_sql.FATES)
            names = ("alone", "with_a_person", "broken_off", "under_way")
            assert {name: getattr(row, name) for name in names} == {name: counted.get(name, 0) for name in names}
            assert row.conversations == sum(counted.values())
        assert {row.reason: row.handovers for row in shown.handovers} == sql.count(plain_sql.HANDOVERS)
        waiting, answering = (row.dict(exclude={"what"}) for row in shown.times)
        assert waiting == plain_sql.times(plain_sql.WAITS, sql)
        assert answering == plain_sql.times(plain_sql.ANSWERS, sql)
        assert {(row.wish, row.outcome): row.cases for row in shown.outcomes} == sql.count(plain_sql.OUTCOMES)
        for what, question in {
            "filed": plain_sql.FILED,
            "paid_back": plain_sql.MOVED % "'refunded', 'cancelled'",
            "turned_down": plain_sql.MOVED % "'rejected'",
            "refused_by_policy": plain_sql.REFUSED,
        }.items():
            money = {row.currency: (row.cases, Decimal(row.total) * 1000) for row in shown.money if row.what == what}
            assert money == {currency: (cases, total) for currency, cases, total in sql.ask(question)}, what
        given = {(row.by, helped): n for row in shown.ratings for helped, n in ((1, row.helped), (0, row.not_helped))}
        assert given == Counter({(by, int(helped)): n for (by, helped), n in sql.count(plain_sql.RATINGS).items()})
        assert [(shown.misunderstood,)] == sql.ask(plain_sql.MISUNDERSTOOD)


def test_the_scripted_day_has_something_of_everything(day: Engine) -> None:
    """So that no figure is right only for being nothing."""
    before, of_day, after = (shown_for(day, each, each) for each in DAYS)
    (begun,) = of_day.conversations
    assert min(begun.alone, begun.with_a_person, begun.broken_off) > 10
    assert after.conversations[0].under_way > 0
    assert len(of_day.handovers) == 6
    assert all(min(row.came, row.in_vain, row.open) > 0 for row in of_day.times)
    assert len({row.currency for row in of_day.money}) == 4
    assert len({row.what for row in of_day.money}) == 4
    assert len(of_day.outcomes) == 15
    assert all(min(row.helped, row.not_helped) > 5 for row in of_day.ratings)
    for other in (before, after):  # what begins before goes on into the day, and what begins in it goes on after it
        assert other.conversations[0].conversations > 0
        assert other.misunderstood > 0


def test_only_leads_see_the_figures(agent: Callable[..., AgentPage], engine: Engine) -> None:
    (place,) = misread(engine, "=1+1 drones")
    somebody, lead = agent(), agent(Role.LEAD)
    labelled = {"text": "drones", "intent": "out_of_scope"}
    for path in ("/figures", "/figures/misunderstood", "/figures/money.csv", "/examples"):
        assert refusal(somebody.http.get(path)) == (403, "for_leads")
        assert lead.http.get(path).status_code == 200
    for path in ("/examples", "/examples/1/accept", "/examples/1/reject"):
        assert refusal(somebody.post(path, **labelled, **place)) == (403, "for_leads")

    assert refusal(lead.http.get("/figures", params={"first": "2026-11-02", "last": "2026-11-01"}))[0] == 422
    assert refusal(lead.http.get("/figures", params={"first": "2025-01-01", "last": "2026-11-01"}))[0] == 422
    assert refusal(lead.post("/examples", **labelled | {"intent": "made_up"}, **place)) == (422, "unknown_intent")
    made = lead.post("/examples", **labelled, **place)
    assert made.status_code == 201
    assert refusal(lead.post("/examples", **labelled, **place)) == (409, "made_already")
    number = made.json()["id"]
    assert lead.post(f"/examples/{number}/accept", **labelled).status_code == 200
    assert refusal(lead.post(f"/examples/{number}/reject")) == (404, "not_known")
    assert {"made an example", "accepted an example"} <= {each["action"] for each in lead.get("/audit")}

    file = lead.http.get("/figures/misunderstood.csv")
    assert file.headers["content-disposition"].startswith('attachment; filename="misunderstood-')
    assert [row["text"] for row in rows_in(file.text)] == ["'=1+1 drones"]


def misread(engine: Engine, *texts: str) -> list[dict[str, Any]]:
    places = []
    with transaction(engine) as session:
        for said in texts:
            conversation, _ = begin(session)
            seq = store_message(session, conversation.id, Draft("customer", said)).seq
            note_misunderstood(session, conversation.id, seq, "out_of_scope")
            places.append({"conversation_id": conversation.id, "seq": seq})
    return places


def rows_in(file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.removeprefix(BYTE_ORDER_MARK))))


@pytest.mark.parametrize("cell", ["=SUM(A1)", "+1", "-1+2", "@x", "\t=1", "\r=1"])
def test_no_cell_of_a_file_is_a_formula(cell: str) -> None:
    assert rows_in(csv_file(["text"], [{"text": cell}]))[0]["text"][0] == "'"


def test_numbers_and_words_stay_as_they_are_in_a_file() -> None:
    (row,) = rows_in(csv_file(["a", "b", "c"], [{"a": 'x, "y"\nz', "b": 3, "c": None}]))
    assert row == {"a": 'x, "y"\nz', "b": "3", "c": ""}


def test_a_lead_may_choose_every_intent_of_the_assistant() -> None:
    domain = yaml.safe_load((HOME / "domain.yml").read_text(encoding="utf-8"))["intents"]
    names = {next(iter(each)) if isinstance(each, dict) else each for each in domain}
    assert set(INTENTS) == names - {"nlu_fallback", "handed_back"}
