"""How fast the policy engine decides, and that memory stays flat: `python benchmarks/policy_core.py`.

The machine is shared, so each figure is the best of several rounds; beside them stands a round of plain Python that
says how fast the machine was. `docs/policy-engine.md` keeps the figures.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from policy_core import decide, published, read_facts  # noqa: E402  # found by the line above

ROUNDS = 9
LINES = 20_000
START = datetime(2024, 1, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def facts_by_chance(count: int) -> Iterator[dict[str, Any]]:
    """Questions as a shop has them: mostly one item, sold by itself, with something left to ask."""
    chance = random.Random(3)  # noqa: S311  # always the same questions
    for number in range(count):
        placed = START + timedelta(seconds=chance.randrange(900 * 86_400))
        delivered = placed + chance.randint(1, 6) * DAY if chance.random() < 0.85 else None
        as_of = (delivered or placed) + chance.choice([0, 1, 3, 8, 14, 15, 40, 300, 400, 800]) * DAY
        yield {
            "wants": chance.choice([None, "refund", "cancellation", "replacement"]),
            "as_of": as_of.isoformat(),
            "order": {
                "number": f"INO-{number}",
                "currency": "USD",
                "placed_at": placed.isoformat(),
                "delivered_at": delivered and delivered.isoformat(),
                "sold_by": chance.choice(["inomega"] * 5 + ["retailer"]),
                "shipping_paid": "9.90",
                "is_whole_order": True,
            },
            "items": [
                {
                    "sku": f"SKU-{line}",
                    "name": chance.choice(["Argus 4K dome camera", "Night camera", "Mount", "Cable 5 m"]),
                    "kind": chance.choice(["equipment", "accessory"]),
                    "quantity": chance.choice([1, 1, 2]),
                    "unit_price": chance.choice(["129.00", "59.90", "12.50"]),
                    "pricing": chance.choice(["regular", "regular", "sale", "clearance"]),
                    "discount": "1.00",
                    "tax": "2.31",
                }
                for line in range(chance.choice([1, 1, 1, 2, 3]))
            ],
            "claim": {
                "reason": chance.choice([None, "changed_mind", "defective", "damaged_on_arrival", "lost"]),
                "working": chance.choice([None, True, False]),
                "original_packaging": chance.choice([None, True, True]),
                "tampered": chance.choice([None, False, True]),
                "original_purchaser": chance.choice([None, True]),
            },
        }


ONE_ITEM = next(facts for facts in facts_by_chance(LINES) if facts["wants"] == "refund" and len(facts["items"]) == 1)


def microseconds(call: Callable[[], object], repeats: int = 400) -> float:
    """The median of `repeats` calls in the best of the rounds."""
    return min(statistics.median(_timed(call) for _ in range(repeats)) for _ in range(ROUNDS)) * 1e6


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def plain_python() -> int:
    return sum(number for number in range(1_000))


def command_line(lines: int) -> tuple[float, float, int]:
    """Seconds of wall clock, seconds of processor, and megabytes at most, of `decide` on that many lines."""
    with tempfile.TemporaryFile() as given, open(os.devnull, "wb") as nowhere:
        given.writelines(json.dumps(facts).encode() + b"\n" for facts in facts_by_chance(lines))
        given.seek(0)
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "policy_core", "decide"], cwd=ROOT, stdin=given, stdout=nowhere
        )
        _, status, usage = os.wait4(process.pid, 0)
        assert status == 0, "every line can be decided"  # noqa: S101
        return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def main() -> None:
    zone = published().settings.zone
    read = read_facts(ONE_ITEM, zone)
    decision = decide(ONE_ITEM)
    print(f"{'plain Python, the sum of 1,000 numbers':58} {microseconds(plain_python):8.1f} µs")
    print(f"{'decide, one item, with alternatives':58} {microseconds(lambda: decide(ONE_ITEM)):8.1f} µs")
    print(f"{'  of which reading the facts':58} {microseconds(lambda: read_facts(ONE_ITEM, zone)):8.1f} µs")
    print(f"{'decide, facts already read':58} {microseconds(lambda: decide(read)):8.1f} µs")
    print(f"{'the JSON form: words, steps, findings':58} {microseconds(decision.to_dict):8.1f} µs")
    some = list(facts_by_chance(400))
    medians = [statistics.median(_timed(partial(decide, facts)) for facts in some) for _ in range(ROUNDS)]
    print(f"{'decide, median of 400 questions of a shop':58} {min(medians) * 1e6:8.1f} µs")
    for lines in (0, LINES, 5 * LINES):
        wall, processor, memory = min(command_line(lines) for _ in range(3 if lines <= LINES else 1))
        print(
            f"command line, {lines:7,} facts: {wall:6.2f} s of wall clock, {processor:6.2f} s of processor, {memory} MB"
        )


if __name__ == "__main__":
    main()
