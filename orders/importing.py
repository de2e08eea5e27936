"""Orders from a CSV file into the database, whatever its format: one row an item, an order's rows together.

An order is stored whole or not at all. Memory stays the same however long the file is: rows are read one order at a
time, stored in batches, and the numbers seen so far are kept on disk.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.engine import Engine
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from database import transaction
from orders.reading import Row, columns_of, rows
from orders.storing import OrderData, store_orders

_BATCH = 500  # orders stored in one transaction
_MOST_ROWS = 1000  # of one order
_NO_NUMBER = re.compile(r"[,;@\"\t\r\n]")


@dataclass
class Report:
    """What an import did, counted in orders.

    `left_out` are those with a bad row, `unpaid` those that aren't the customer's yet.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    left_out: int = 0
    unpaid: int = 0
    unused_columns: list[str] = field(default_factory=list)

    def summary(self, *, is_dry_run: bool = False) -> str:
        """One line for the end."""
        unpaid = f" Not paid yet, so passed over: {self.unpaid}." if self.unpaid else ""
        would = " Nothing was stored: this was a dry run." if is_dry_run else ""
        return (
            f"Orders: {self.new} added, {self.changed} updated, {self.same} unchanged, "
            f"{self.left_out} left out because of bad rows.{unpaid}{would}"
        )


@dataclass(frozen=True)
class Problem:
    """What is wrong in one line of the file, as a sentence for whoever keeps it."""

    line: int
    order_number: str
    reason: str

    def __str__(self) -> str:
        # In a broken line the neighbouring cells, an address among them, may hang on the number.
        number = _NO_NUMBER.split(self.order_number, maxsplit=1)[0].strip()[:64]
        about = f" (order {number})" if number else ""
        return f"line {self.line}{about}: {self.reason}"


class BadOrderError(ValueError):
    """An order that can't be stored as its rows tell it, for these reasons."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Format:
    """How a file tells orders.

    `known` columns are those that mean something; None: the file has many others by its nature. `read_order` gives
    None for an order that isn't paid yet, and raises BadOrderError. `untold` gives the fields of an item of which a
    file with these columns says nothing, so that they stay as they are.
    """

    number_column: str
    required: tuple[str, ...]
    known: frozenset[str] | None
    may_span_lines: Callable[[str], bool]
    read_order: Callable[[list[Row], datetime], OrderData | None]
    untold: Callable[[Collection[str]], frozenset[str]]


def import_orders(
    engine: Engine,
    path: Path,
    file_format: Format,
    *,
    now: datetime,
    tell: Callable[[Problem], None],
    advance: Callable[[int, int], None] = lambda _done, _of: None,
    is_dry_run: bool = False,
) -> Report:
    """Load or update the orders in the file. Bad rows go to `tell`, their orders are left out, all others stored.

    `advance` is told how many orders are done, of how many. A dry run does everything but keep it. Raises
    UnreadableFileError where the file as a whole can't be used; then nothing is stored.
    """
    return _Import(engine, path, file_format, now, tell, advance, is_dry_run).run()


@dataclass
class _Import:
    engine: Engine
    path: Path
    format: Format
    now: datetime
    tell: Callable[[Problem], None]
    advance: Callable[[int, int], None]
    is_dry_run: bool
    report: Report = field(default_factory=Report)
    untold: frozenset[str] = frozenset()

    def run(self) -> Report:
        scattered, total = self._survey()
        columns = columns_of(self.path)
        self.untold = self.format.untold(columns)
        if self.format.known is not None:
            self.report.unused_columns = [name for name in columns if name and name not in self.format.known]
        orders = self._good_orders(scattered, total)
        while batch := list(islice(orders, _BATCH)):
            for outcome, count in self._store(batch).items():
                setattr(self.report, outcome, getattr(self.report, outcome) + count)
        self.advance(total, total)
        return self.report

    def _survey(self) -> tuple[set[str], int]:
        """The numbers whose rows aren't together (what is the order's can't be told from one group), and the groups."""
        scattered: set[str] = set()
        total = 0
        with closing(sqlite3.connect("")) as scratch:  # a file of its own that SQLite removes by itself
            scratch.execute("CREATE TABLE seen (number TEXT PRIMARY KEY) WITHOUT ROWID")
            for total, group in enumerate(self._groups(), start=1):  # noqa: B007 - the last one counts
                number = group[0].cells.get(self.format.number_column, "")
                if not scratch.execute("INSERT OR IGNORE INTO seen VALUES (?)", (number,)).rowcount:
                    scattered.add(number)
        return scattered, total

    def _groups(self) -> Iterator[list[Row]]:
        """The rows of one order after the other. A row without an order number goes with the row before it."""
        column = self.format.number_column
        group: list[Row] = []
        for row in rows(self.path, self.format.required, self.format.may_span_lines):
            number = row.cells.get(column, "")
            if group and number and number != group[0].cells.get(column, ""):
                yield group
                group = []
            if len(group) <= _MOST_ROWS:
                group.append(row)
        if group:
            yield group

    def _good_orders(self, scattered: set[str], total: int) -> Iterator[tuple[int, OrderData]]:
        counted: set[str] = set()
        for done, group in enumerate(self._groups()):
            self.advance(done, total)
            try:
                order = self._read(group, scattered)
            except BadOrderError as bad:
                for problem in bad.problems:
                    self.tell(problem)
                number = group[0].cells.get(self.format.number_column, "")
                self.report.left_out += number not in counted
                counted |= scattered & {number}  # it is one order, however many pieces it lies in
                continue
            if order is None:
                self.report.unpaid += 1
            else:
                yield group[0].line, order

    def _read(self, group: list[Row], scattered: set[str]) -> OrderData | None:
        first = group[0]
        number = first.cells.get(self.format.number_column, "")
        if len(group) > _MOST_ROWS:
            raise BadOrderError([Problem(first.line, number, f"an order can't have more than {_MOST_ROWS} rows")])
        problems = [Problem(row.line, number, row.problem) for row in group if row.problem]
        if number in scattered:
            problems.append(Problem(first.line, number, "the rows of this order aren't next to each other in the file"))
        if problems:
            raise BadOrderError(problems)
        return self.format.read_order(group, self.now)

    def _store(self, batch: list[tuple[int, OrderData]]) -> Counter[str]:
        orders = [order for _line, order in batch]
        try:
            if self.is_dry_run:
                with Session(self.engine, future=True) as session:  # whose end takes everything back
                    return store_orders(session, orders, untold=self.untold)
            with transaction(self.engine) as session:
                return store_orders(session, orders, untold=self.untold)
        except (IntegrityError, DataError):
            if len(batch) == 1:
                line, order = batch[0]
                self.tell(Problem(line, order.number, "the database doesn't take this order as it is"))
                self.report.left_out += 1
                return Counter()
            # One of them is to blame, or another import stored it at the same moment: each by itself.
            return sum((self._store([single]) for single in batch), Counter())
