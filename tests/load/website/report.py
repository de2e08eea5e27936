"""What came out: for people to read, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil

from tests.load.website.tally import Tally


@dataclass(frozen=True)
class Percentiles:
    """Milliseconds, by nearest rank; 0 where nothing was measured."""

    p50: float
    p95: float
    p99: float
    longest: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Percentiles:
        ordered = sorted(seconds) or [0.0]
        return cls(*(round(1000 * ordered[ceil(share * len(ordered)) - 1], 1) for share in (0.5, 0.95, 0.99, 1)))

    def __str__(self) -> str:
        return f"p50 {self.p50:7.1f}   p95 {self.p95:7.1f}   p99 {self.p99:7.1f}   longest {self.longest:7.1f} ms"


@dataclass(frozen=True)
class Report:
    """The load's figures."""

    customers: int
    asked_turns_per_second: float
    seconds: float
    turns: int
    turns_per_second: float
    acknowledgement: Percentiles
    answer: Percentiles
    errors: dict[str, int]
    lost: int
    doubled: int
    out_of_order: int
    resent: int
    dropped_connections: int

    @classmethod
    def of(cls, customers: int, rate: float, seconds: float, tally: Tally) -> Report:
        turns = len(tally.answered_after)
        return cls(
            customers=customers,
            asked_turns_per_second=rate,
            seconds=round(seconds, 1),
            turns=turns,
            turns_per_second=round(turns / seconds, 2),
            acknowledgement=Percentiles.of(tally.acknowledged_after),
            answer=Percentiles.of(tally.answered_after),
            errors={what: count for what, count in tally.errors.items() if count},
            lost=tally.lost,
            doubled=tally.doubled,
            out_of_order=tally.out_of_order,
            resent=tally.resent,
            dropped_connections=tally.dropped,
        )

    @property
    def is_faultless(self) -> bool:
        """No error, and every message once and in order."""
        return not (self.errors or self.lost or self.doubled or self.out_of_order)

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=2)

    def __str__(self) -> str:
        errors = "; ".join(f"{count} x {what}" for what, count in self.errors.items()) or "none"
        return "\n".join(
            [
                f"customers        {self.customers}",
                f"turns            {self.turns} in {self.seconds} s: {self.turns_per_second} a second"
                f" ({self.asked_turns_per_second:g} were asked for)",
                f"acknowledgement  {self.acknowledgement}",
                f"answer           {self.answer}",
                f"errors           {errors}",
                f"messages         {self.lost} lost, {self.doubled} doubled, {self.out_of_order} out of order,"
                f" {self.resent} sent again",
                f"connections      {self.dropped_connections} dropped",
            ]
        )
