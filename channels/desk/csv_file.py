"""Rows as a CSV file (RFC 4180) that a spreadsheet opens, and in which nothing is ever calculated."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

BYTE_ORDER_MARK = "\ufeff"  # by which spreadsheets see that it is UTF-8
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """The file's text. A cell of words that would be taken for a formula gets an apostrophe before it."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(columns)
    lines.writerows([_cell(row[column]) for column in columns] for row in rows)
    return BYTE_ORDER_MARK + written.getvalue()


def _cell(value: Any) -> Any:
    is_formula = isinstance(value, str) and value.startswith(BEGINS_A_FORMULA)
    return f"'{value}" if is_formula else value
