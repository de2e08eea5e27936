"""What the assistant carries: the load generator of tests/load over the web service."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.performance import processes
from tests.load.website.load import ALL_FROM_ONE_ADDRESS, Load
from tests.load.website.report import Report
from tests.machine import REDIS_URL
from tests.running import start

CUSTOMERS, AS_MANY_TURNS_AS_THERE_CAN_BE, AT_ONCE = 40, 100_000, (0.0, 0.0)


@dataclass(frozen=True)
class Capacity:
    """What so many workers carry on so many cores; what each kind of process takes of a core for a turn, of memory.

    The load generator, SQLite and Redis may use all cores of the machine.
    """

    workers: int
    cores: int
    turns_per_second: float
    milliseconds_of_a_core: dict[str, float]
    megabytes: dict[str, float]
    processes: int
    p50: float
    p99: float
    is_faultless: bool


def many_customers(customers: int, seconds: float, tell: Callable[[str], None]) -> Report:
    """So many connected at once, with 20 turns a second between them."""
    with tempfile.TemporaryDirectory() as folder, start(Path(folder), **ALL_FROM_ONE_ADDRESS) as running:
        return Load(running.web, customers, seconds=seconds).run(tell)


def capacity(workers: int, cores: int, seconds: float, tell: Callable[[str], None]) -> Capacity:
    """As fast as a few customers are answered, with so many workers on so many cores, for so long."""
    settings = {"WORKERS": str(workers), "REDIS_URL": REDIS_URL, **ALL_FROM_ONE_ADDRESS}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as until_the_end:
        with started_on(cores):
            running = until_the_end.enter_context(start(Path(folder), **settings))
        load = Load(running.web, CUSTOMERS, AS_MANY_TURNS_AS_THERE_CAN_BE, seconds, ramp=1, thinking=AT_ONCE)
        before = processes.processor_seconds([running.pid])
        report = load.run(tell)
        used = processes.processor_seconds([running.pid])
        memory = processes.memory_by_name([running.pid])
        count = len(processes.family([running.pid]))
    used.subtract(before)
    return Capacity(
        workers=workers,
        cores=cores,
        turns_per_second=report.turns_per_second,
        milliseconds_of_a_core={name: round(1000 * used[name] / report.turns, 2) for name in sorted(used)},
        p50=report.answer.p50,
        p99=report.answer.p99,
        megabytes=dict(memory),
        processes=count,
        is_faultless=report.is_faultless,
    )


@contextmanager
def started_on(cores: int) -> Iterator[None]:
    """What is started meanwhile has so many cores of the machine and no more, with all that it starts itself."""
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(all_cores)[:cores])
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_cores)
