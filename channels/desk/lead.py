"""The desk's JSON interface for leads: the figures, and what there is to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from channels.desk.access import PREFIX, CurrentLead
from channels.desk.csv_file import csv_file
from channels.desk.errors import refusals
from channels.desk.figures import DayRow, Figures, HandoverRow, MoneyRow, OutcomeRow, RatingRow, TimesRow, figures_of
from channels.desk.misread import (
    ExampleShape,
    Labelled,
    MisreadGroups,
    MisreadRow,
    NewExample,
    drop,
    example_shape,
    make,
    misread_groups,
    misread_rows,
    take,
)
from channels.desk.period import AskedPeriod, Period
from channels.desk.shapes import Shape
from channels.store import Store
from conversations.examples import to_review
from conversations.transcript import now

Table = Literal["conversations", "handovers", "times", "outcomes", "money", "ratings", "misunderstood"]
ROWS: dict[str, type[Shape]] = {
    "conversations": DayRow,
    "handovers": HandoverRow,
    "times": TimesRow,
    "outcomes": OutcomeRow,
    "money": MoneyRow,
    "ratings": RatingRow,
    "misunderstood": MisreadRow,
}


Number = Annotated[int, Path(ge=1, lt=2**31)]


class LeadCalls:
    """The calls under /desk/api/figures and /desk/api/examples, all of them for leads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def router(self) -> APIRouter:
        """All of them."""
        router = APIRouter(prefix=PREFIX, responses=refusals(401, 403, 404, 409, 422))
        self._add_figures(router)
        self._add_examples(router)
        return router

    def _add_figures(self, router: APIRouter) -> None:
        @router.get("/figures", tags=["figures"])
        async def figures(me: CurrentLead, period: AskedPeriod) -> Figures:
            """For leads: what the conversations of these days came to."""
            return await self._store.run(figures_of, period, now())

        @router.get("/figures/misunderstood", tags=["figures"])
        async def misunderstood(me: CurrentLead, period: AskedPeriod) -> MisreadGroups:
            """For leads: what customers wrote that wasn't understood, put together by likeness."""
            return await self._store.run(misread_groups, period)

        @router.get(
            "/figures/{table}.csv",
            tags=["figures"],
            response_class=Response,
            responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
        )
        async def file(table: Table, me: CurrentLead, period: AskedPeriod) -> Response:
            """For leads: one of the tables as a file for spreadsheets."""
            rows = await self._store.run(_rows_of, table, period)
            text = csv_file(list(ROWS[table].__fields__), [row.dict() for row in rows])
            name = f"{table}-{period.first}-{period.last}.csv"
            headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
            return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

    def _add_examples(self, router: APIRouter) -> None:
        @router.get("/examples", tags=["figures"])
        async def examples(me: CurrentLead) -> list[ExampleShape]:
            """For leads: the examples that are to be reviewed."""
            return [example_shape(each) for each in await self._store.run(to_review)]

        @router.post("/examples", tags=["figures"], status_code=201)
        async def propose(example: NewExample, me: CurrentLead) -> ExampleShape:
            """For leads: make an example of a message that wasn't understood, to be reviewed."""
            return example_shape(await self._store.run(make, example, me.name))

        @router.post("/examples/{number}/accept", tags=["figures"])
        async def accept(number: Number, example: Labelled, me: CurrentLead) -> ExampleShape:
            """For leads: the example may be learned, as it is here."""
            return example_shape(await self._store.run(take, number, example, me.name))

        @router.post("/examples/{number}/reject", tags=["figures"], status_code=204)
        async def reject(number: Number, me: CurrentLead) -> Response:
            """For leads: the example isn't kept."""
            await self._store.run(drop, number, me.name)
            return Response(status_code=204)


def _rows_of(session: Session, table: Table, period: Period) -> Sequence[Shape]:
    if table == "misunderstood":
        return misread_rows(session, period)
    return list(getattr(figures_of(session, period, now()), table))
