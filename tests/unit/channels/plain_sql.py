"""The lead's figures again, as questions to the database in SQL alone, to be held against what the desk shows."""
# ruff: noqa: S608 - all of it is SQL made of our own words

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import text
from sqlalchemy.engine import Engine

from tests.unit.channels.scripted_day import LOOKED_AT


class PlainSql:
    """Questions to the database in SQL alone; `{state}` and the like stand for what lies in JSON."""

    IN_JSON: ClassVar = {
        "type": ("custom", "type"),
        "state": ("custom", "state"),
        "reason": ("custom", "reason"),
        "wish": ("custom", "decision", "wants"),
        "outcome": ("custom", "decision", "outcome"),
        "number": ("custom", "order_number"),
        "items": ("custom", "items"),
        "refused_currency": ("custom", "refused", "currency"),
        "refused_total": ("custom", "refused", "total"),
        "currency": ("decision", "refund", "currency"),
        "total": ("decision", "refund", "total"),
    }

    def __init__(self, engine: Engine, begins: datetime, ends: datetime) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._parameters = {"begins": begins, "ends": ends, "quiet": LOOKED_AT - timedelta(hours=1)}

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        for name, (column, *path) in self.IN_JSON.items():
            for table in ("m", "p", "n", "r"):
                there = (
                    f"json_extract({table}.{column}, '$.{'.'.join(path)}')"
                    if self._is_sqlite
                    else f"({table}.{column} #>> '{{{','.join(path)}}}')"
                )
                question = question.replace(f"{{{table}.{name}}}", there)
        for table in ("m", "n", "a"):
            seconds = f"strftime('%s', {table}.at)" if self._is_sqlite else f"extract(epoch from {table}.at)"
            question = question.replace(f"{{{table}.seconds}}", seconds)
        parameters = {
            name: f"{at:%Y-%m-%d %H:%M:%S.%f}" if self._is_sqlite else at for name, at in self._parameters.items()
        }
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question), parameters)]

    def count(self, question: str) -> dict[Any, int]:
        return {tuple(key) if len(key) > 1 else key[0]: int(count) for *key, count in self.ask(question)}


WITH_A_PERSON = """
    (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id AND m.author_kind = 'system'
        AND {m.type} = 'handover' AND {m.state} IN ('waiting', 'agent')) > 0"""

FATES = f"""
    SELECT CASE
        WHEN {WITH_A_PERSON} THEN 'with_a_person'
        WHEN c.state <> 'closed' AND
            (SELECT max(at) FROM messages WHERE conversation_id = c.id) >= :quiet THEN 'under_way'
        WHEN answered.seq > said.seq AND
            (SELECT misunderstood FROM messages WHERE conversation_id = c.id AND seq = said.seq) IS NULL THEN 'alone'
        ELSE 'broken_off' END AS fate, count(*)
    FROM conversations c
    JOIN (SELECT conversation_id, max(seq) AS seq FROM messages WHERE author_kind = 'customer' GROUP BY 1) AS said
        ON said.conversation_id = c.id
    LEFT JOIN (SELECT conversation_id, max(seq) AS seq FROM messages WHERE author_kind = 'assistant' GROUP BY 1)
        AS answered ON answered.conversation_id = c.id
    WHERE c.created_at >= :begins AND c.created_at < :ends
    GROUP BY 1"""

CHANGE = "{%s.type} = 'handover' AND %s.author_kind = 'system'"
HANDOVERS = f"""
    SELECT {{m.reason}}, count(*) FROM messages m
    WHERE {CHANGE % ("m", "m")} AND {{m.state}} IN ('waiting', 'agent') AND m.at >= :begins AND m.at < :ends
        AND NOT EXISTS (
            SELECT 1 FROM messages p WHERE {CHANGE % ("p", "p")} AND p.conversation_id = m.conversation_id
                AND {{p.state}} <> 'assistant' AND p.seq = (
                    SELECT max(n.seq) FROM messages n WHERE {CHANGE % ("n", "n")}
                        AND n.conversation_id = m.conversation_id AND n.seq < m.seq))
    GROUP BY 1"""

NEXT_CHANGE = f"""
    (SELECT min(p.seq) FROM messages p WHERE {CHANGE % ("p", "p")} AND p.conversation_id = m.conversation_id
        AND p.seq > m.seq)"""
WAITS = f"""
    SELECT CASE WHEN {{n.state}} = 'agent' THEN 'came' WHEN n.seq IS NOT NULL THEN 'in vain' END AS ended_as,
        {{n.seconds}} - {{m.seconds}} AS took
    FROM messages m LEFT JOIN messages n ON n.conversation_id = m.conversation_id AND n.seq = {NEXT_CHANGE}
    WHERE {CHANGE % ("m", "m")} AND {{m.state}} = 'waiting' AND m.at >= :begins AND m.at < :ends"""
ANSWERS = f"""
    SELECT CASE WHEN a.seq IS NOT NULL THEN 'came' WHEN n.seq IS NOT NULL THEN 'in vain' END AS ended_as,
        {{a.seconds}} - {{m.seconds}} AS took
    FROM messages m
    LEFT JOIN messages n ON n.conversation_id = m.conversation_id AND n.seq = {NEXT_CHANGE}
    LEFT JOIN messages a ON a.conversation_id = m.conversation_id AND a.seq = (
        SELECT min(seq) FROM messages WHERE conversation_id = m.conversation_id AND author_kind = 'agent'
            AND seq > m.seq) AND (n.seq IS NULL OR a.seq < n.seq)
    WHERE {CHANGE % ("m", "m")} AND {{m.state}} = 'agent' AND m.at >= :begins AND m.at < :ends"""


def times(of: str, sql: PlainSql) -> dict[str, Any]:
    """What one row of the times has to be."""
    came = f"SELECT took FROM ({of}) AS t WHERE ended_as = 'came'"

    def one(question: str) -> Any:
        ((value,),) = sql.ask(question)
        return value

    count = one(f"SELECT count(*) FROM ({came}) AS t")

    def share(percent: int) -> float | None:
        nth = max(0, -(-count * percent // 100) - 1)
        found = sql.ask(f"{came} ORDER BY took LIMIT 1 OFFSET {nth}")
        return float(found[0][0]) if found else None

    def up_to(more: int, most: int) -> int:
        return int(one(f"SELECT count(*) FROM ({came}) AS t WHERE took > {more} AND took <= {most}"))

    return {
        "came": count,
        "in_vain": one(f"SELECT count(*) FROM ({of}) AS t WHERE ended_as = 'in vain'"),
        "open": one(f"SELECT count(*) FROM ({of}) AS t WHERE ended_as IS NULL"),
        "half_within": share(50),
        "nine_in_ten_within": share(90),
        "up_to_1_minute": up_to(-1, 60),
        "up_to_5_minutes": up_to(60, 300),
        "up_to_15_minutes": up_to(300, 900),
        "up_to_1_hour": up_to(900, 3600),
        "longer": up_to(3600, 10**9),
    }


IN_PERIOD = "m.at >= :begins AND m.at < :ends"
LAST_DECISIONS = f"""
    FROM messages m WHERE m.author_kind = 'assistant' AND {{m.type}} = 'decision' AND {IN_PERIOD} AND NOT EXISTS (
        SELECT 1 FROM messages n WHERE n.conversation_id = m.conversation_id AND n.seq > m.seq
            AND {{n.type}} = 'decision' AND n.at >= :begins AND n.at < :ends
            AND {{n.wish}} = {{m.wish}} AND {{n.number}} = {{m.number}} AND {{n.items}} = {{m.items}})"""
OUTCOMES = f"SELECT {{m.wish}}, {{m.outcome}}, count(*) {LAST_DECISIONS} GROUP BY 1, 2"

THOUSANDTHS = "sum(cast(round(cast({%s} AS REAL) * 1000) AS BIGINT))"
REFUSED = f"""
    SELECT {{m.refused_currency}}, count(*), {THOUSANDTHS % "m.refused_total"}
    {LAST_DECISIONS} AND {{m.refused_total}} IS NOT NULL GROUP BY 1"""
FILED = f"""
    SELECT {{r.currency}}, count(*), {THOUSANDTHS % "r.total"} FROM requests r
    WHERE r.filed_at >= :begins AND r.filed_at < :ends AND {{r.total}} IS NOT NULL GROUP BY 1"""
MOVED = f"""
    SELECT {{r.currency}}, count(*), {THOUSANDTHS % "r.total"} FROM requests r
    JOIN request_changes m ON m.request_id = r.id
    WHERE m.status IN (%s) AND {IN_PERIOD} AND {{r.total}} IS NOT NULL GROUP BY 1"""

RATINGS = f"""
    SELECT CASE WHEN {WITH_A_PERSON} THEN 'with_a_person' ELSE 'alone' END, c.helped, count(*)
    FROM conversations c WHERE c.rated_at >= :begins AND c.rated_at < :ends GROUP BY 1, 2"""
MISUNDERSTOOD = f"SELECT count(*) FROM messages m WHERE m.misunderstood IS NOT NULL AND {IN_PERIOD}"
