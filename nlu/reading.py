"""What the readers of details share: the detail itself, and how their expressions are written."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Detail:
    """A fact and where it stands in the text. `value` is text also for yes and no: `true`, `false`."""

    entity: str
    value: str
    start: int
    end: int


def any_of(words: str) -> str:
    """One of the words (each an expression) that white space separates."""
    return "(?:" + "|".join(words.split()) + ")"


def pattern(expression: str) -> re.Pattern[str]:
    """For text in lower case; a space stands for any white space, a space and `?` for some or none."""
    return re.compile(expression.replace(" ?", r"\s*").replace(" ", r"\s+"))
