"""Reading a CSV file line by line, so that one broken line never takes its neighbours with it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_LINES = 50  # that one row may span, by line breaks in a quoted name or note
LONGEST_LINE = 100_000  # characters


class UnreadableFileError(Exception):
    """The file as a whole can't be used; the text says why and what to do."""


@dataclass(frozen=True)
class Row:
    """A row of the file: where it begins, its cells by column, and what is wrong with it, if anything."""

    line: int
    cells: dict[str, str]
    problem: str | None = None


def rows(path: Path, required: Iterable[str], may_span_lines: Callable[[str], bool]) -> Iterator[Row]:
    """The file's rows after its heading, blank lines left out. Raises UnreadableFileError.

    A line break in a column that may not span lines is taken for a quotation mark that was never closed.
    """
    lines = _lines(path)
    _line, heading = next(lines, (0, ""))
    if not heading.strip():
        raise UnreadableFileError("The file is empty, or its first line is; it needs a line with the columns' names.")
    columns = [name.strip().lower() for name in next(csv.reader([heading[:LONGEST_LINE]]))]
    _check_columns(columns, list(required))
    whole_lines = frozenset(name for name in columns if not may_span_lines(name))

    waiting: deque[tuple[int, str]] = deque()
    while (first := _next(waiting, lines)) is not None:
        if not first[1].strip(" \t\r\n,"):
            continue
        if (plain := _plain_row(columns, first)) is not None:
            yield plain
            continue
        row, spanned = _row(columns, whole_lines, first, waiting, lines)
        if row.problem is not None:
            waiting.extendleft(reversed(spanned))  # a stray quotation mark must not swallow the rows after it
        yield row


def columns_of(path: Path) -> list[str]:
    """The names in the file's heading."""
    _line, heading = next(_lines(path), (0, ""))
    return [name.strip().lower() for name in next(csv.reader([heading[:LONGEST_LINE]]), [])]


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines of text. What isn't UTF-8, and NUL, becomes a replacement character, to be reported by line."""
    if path.is_fifo() or path.is_char_device():
        raise UnreadableFileError("A pipe can't be imported, as the file is read twice. Save it first.")
    try:
        with path.open("rb") as file:
            if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
                raise UnreadableFileError(
                    "The file is written in UTF-16. Save it again as 'CSV UTF-8' and import that one."
                )
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            number = 0
            while line := file.readline(LONGEST_LINE + 1):
                number += 1
                yield number, line.replace("\0", "\ufffd")
                while len(line) > LONGEST_LINE and not line.endswith(("\n", "\r")):
                    line = file.readline(LONGEST_LINE + 1)  # the rest of a line that is reported as too long
    except OSError as error:
        raise UnreadableFileError(f"The file {path.name} can't be read: {error.strerror or error}.") from error


def _check_columns(columns: list[str], required: list[str]) -> None:
    missing = [name for name in required if name not in columns]
    if missing and any("\ufffd" in name for name in columns):
        raise UnreadableFileError("The file's first line isn't UTF-8 text. Save it again as 'CSV UTF-8'.")
    if missing == required and any(separator in columns[0] for separator in ";\t"):
        raise UnreadableFileError(
            "The columns must be separated by commas. Save the file as 'CSV UTF-8 (comma delimited)'."
        )
    if missing:
        raise UnreadableFileError(
            f"The file's first line doesn't name the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}."
        )
    twice = {name for name in columns if name and columns.count(name) > 1}
    if twice:
        raise UnreadableFileError(f"The file's first line names a column twice: {', '.join(sorted(twice))}.")


def _next(waiting: deque[tuple[int, str]], lines: Iterator[tuple[int, str]]) -> tuple[int, str] | None:
    return waiting.popleft() if waiting else next(lines, None)


def _plain_row(columns: list[str], first: tuple[int, str]) -> Row | None:
    """The row that most lines are: nothing quoted, nothing wrong. None if it takes a closer look."""
    line, text = first
    if '"' in text or "\ufffd" in text or len(text) > LONGEST_LINE:
        return None
    values = text.split(",")
    return Row(line, _cells(columns, values)) if len(values) == len(columns) else None


def _row(
    columns: list[str],
    whole_lines: frozenset[str],
    first: tuple[int, str],
    waiting: deque[tuple[int, str]],
    lines: Iterator[tuple[int, str]],
) -> tuple[Row, list[tuple[int, str]]]:
    """The row that begins at `first`, and the further lines that it spans."""
    line, text = first
    spanned: list[tuple[int, str]] = []

    def feed() -> Iterator[str]:
        yield text
        while len(spanned) < MOST_LINES and (further := _next(waiting, lines)) is not None:
            spanned.append(further)
            yield further[1]

    if len(text) > LONGEST_LINE:
        return Row(line, _cells(columns, text[:1000].split(",")), "it is far too long for an order"), spanned
    try:
        values = next(csv.reader(feed()))
    except csv.Error:
        return Row(line, _cells(columns, text.split(",")), "it can't be read as CSV"), spanned
    cells = _cells(columns, values)
    if "\ufffd" in "".join(values):
        return Row(line, cells, "it has characters that aren't UTF-8 text; save the file as 'CSV UTF-8'"), spanned
    if spanned and (len(values) != len(columns) or _has_line_breaks(cells, whole_lines)):
        return Row(line, cells, "a quotation mark is opened and not closed in it"), spanned
    if len(values) != len(columns):
        return Row(line, cells, f"it has {len(values)} columns where the first line has {len(columns)}"), spanned
    return Row(line, cells), spanned


def _has_line_breaks(cells: dict[str, str], columns: frozenset[str]) -> bool:
    return any(name in columns and ("\n" in cell or "\r" in cell) for name, cell in cells.items())


def _cells(columns: list[str], values: list[str]) -> dict[str, str]:
    # strict=False: a row with too few or too many cells still tells which order it belongs to
    return {name: value.strip() for name, value in zip(columns, values, strict=False)}
