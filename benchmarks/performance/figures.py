"""What the benchmark finds out, and the arithmetic on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import ceil
from statistics import median
from typing import Any

TURNS_OF_A_CASE = 6
"""With its ending, in the long conversation, which is one case after the other."""


@dataclass(frozen=True)
class Latency:
    """Milliseconds, by nearest rank."""

    p50: float
    p99: float
    measured: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latency:
        """Raises ValueError when nothing was measured."""
        if not seconds:
            raise ValueError("There is nothing to take a percentile of.")
        ordered = sorted(seconds)
        p50, p99 = (round(1000 * ordered[ceil(share * len(ordered)) - 1], 2) for share in (0.5, 0.99))
        return cls(p50, p99, len(ordered))


@dataclass
class Figures:
    """One side's. Seconds, megabytes (10^6 bytes) and milliseconds; None is what wasn't measured."""

    install_seconds: float | None = None
    environment_megabytes: float | None = None
    training_seconds: float | None = None
    model_megabytes: float | None = None
    start_seconds: float | None = None
    memory_after_start: float | None = None
    memory_after_conversations: float | None = None
    memory_by_process: dict[str, float] = field(default_factory=dict)
    parse: Latency | None = None
    turns: dict[str, Latency] = field(default_factory=dict)
    turns_per_second: dict[str, float] = field(default_factory=dict)
    core_milliseconds: dict[str, float] = field(default_factory=dict)
    long_conversation: list[float] = field(default_factory=list)
    went_another_way: int = 0

    @property
    def early(self) -> float | None:
        """Milliseconds of a turn in the first case of a long conversation."""
        return _of_a_turn(self.long_conversation[:TURNS_OF_A_CASE])

    @property
    def late(self) -> float | None:
        """Milliseconds of a turn in its last case."""
        return _of_a_turn(self.long_conversation[-TURNS_OF_A_CASE:])

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def _of_a_turn(milliseconds: Sequence[float]) -> float | None:
    return round(sum(milliseconds) / len(milliseconds), 2) if milliseconds else None


def middle_of_each(conversations: Sequence[Sequence[float]]) -> list[float]:
    """Milliseconds of each turn: the middle of several conversations of the same length."""
    return [round(1000 * median(times), 2) for times in zip(*conversations, strict=True)]


@dataclass(frozen=True)
class Comparison:
    """One line of the table: ours, stock's, how many times better ours is, and how many times it should be."""

    what: str
    unit: str
    ours: float | None
    stock: float | None
    more_is_better: bool = False
    target: float | None = None

    @property
    def ratio(self) -> float | None:
        if not self.ours or not self.stock:
            return None
        return self.ours / self.stock if self.more_is_better else self.stock / self.ours

    @property
    def is_met(self) -> bool | None:
        """Whether the target is; None without one, or without figures."""
        return None if self.target is None or self.ratio is None else self.ratio >= self.target


def comparisons(ours: Figures, stock: Figures) -> list[Comparison]:
    """All that both sides have, in the order of a day: install, train, start, talk."""
    lines = [
        Comparison("installing the environment", "s", ours.install_seconds, stock.install_seconds),
        Comparison("size of the environment", "MB", ours.environment_megabytes, stock.environment_megabytes),
        Comparison("training", "s", ours.training_seconds, stock.training_seconds, target=8),
        Comparison("size of the model", "MB", ours.model_megabytes, stock.model_megabytes),
        Comparison("start-up to the first answer", "s", ours.start_seconds, stock.start_seconds, target=6),
        Comparison("memory after the start", "MB", ours.memory_after_start, stock.memory_after_start, target=3),
        Comparison(
            "memory after the conversations",
            "MB",
            ours.memory_after_conversations,
            stock.memory_after_conversations,
            target=3,
        ),
        *_latencies("reading a message (parse)", ours.parse, stock.parse, None),
    ]
    for kind in ours.turns:
        lines += _latencies(kind, ours.turns[kind], stock.turns.get(kind), 3 if kind == "plain answer" else 5)
    for customers, rate in ours.turns_per_second.items():
        lines.append(
            Comparison(
                f"turns a second, {customers} at once", "", rate, stock.turns_per_second.get(customers), True, target=4
            )
        )
    for customers, used in ours.core_milliseconds.items():
        what = f"a core's time for a turn, {customers} at once"
        lines.append(Comparison(what, "ms", used, stock.core_milliseconds.get(customers)))
    lines.append(Comparison("a turn of a conversation's first case", "ms", ours.early, stock.early))
    lines.append(Comparison("a turn of its last case", "ms", ours.late, stock.late))
    return lines


def _latencies(what: str, ours: Latency | None, stock: Latency | None, target: float | None) -> list[Comparison]:
    if ours is None or stock is None:
        return []
    return [
        Comparison(f"{what}, p50", "ms", ours.p50, stock.p50, target=target),
        Comparison(f"{what}, p99", "ms", ours.p99, stock.p99),
    ]
