"""Customers all day while one thing after the other breaks: nothing is lost, all is answered, and memory stays flat.

    .venv/bin/python -m pytest --long tests/fault/outages/test_soak.py

takes some 40 minutes and shows what happens meanwhile; `SOAK_SEED` repeats a run's choices, as far as threads allow.
`SOAK_MINUTES` makes each of the two that long instead of 15.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from statistics import linear_regression
from typing import Any

import pytest

from conversations import to_be_answered
from conversations.agents import add_agent
from database import transaction
from tests.fault.handover.people import StormAgent
from tests.fault.handover.transcripts import check, settle, transcript_of
from tests.fault.outages.customers import CONVERSATIONS, LAST_QUESTION, Talker, Told
from tests.fault.outages.faults import (
    Fault,
    disk_full,
    frozen,
    held_up,
    killed,
    mail_server_gone,
    memory_locked,
    model_does_not_load,
    orders_locked,
    shut,
)
from tests.fault.outages.shop import Shop
from tests.fault.outages.test_faults import INNER_WORDS, hurry, mails_about
from tests.unit.channels.agents import PASSWORD
from tests.unit.channels.servers import until

KILLS: dict[str, Fault] = {
    **{f"{kind} killed": killed(kind) for kind in ("actions", "rasa", "web")},
    "a model that doesn't load": model_does_not_load,
}
HANGS: dict[str, Fault] = {f"{kind} frozen": frozen(kind) for kind in ("actions", "rasa")}
EVERYWHERE = HANGS | {"mail server gone": mail_server_gone}
ON_FILES = EVERYWHERE | {"database locked": orders_locked, "memory locked": memory_locked}
ON_SERVERS = {
    **EVERYWHERE,
    **{f"{door} gone": shut(door) for door in ("orders", "memory", "redis")},
    **{f"{door} never answers": held_up(door) for door in ("orders", "memory")},
}

EXPLAINED_FOR = 30.0
"""Seconds after the end of a fault in which it may still be the reason of an error in the log."""

KILLING, WARM = 1 / 3, 1 / 2
"""The parts of the time until whose end processes are killed, and after whose end they have warmed up."""

LEAST_LOOK = 60.0  # seconds
MOST_GROWTH = 60_000_000
"""Bytes an hour by which the memory of a process, with what it has started, may grow where it counts as flat."""


@dataclass(frozen=True)
class Size:
    """How many customers at once, for how many seconds; how often something breaks, and for how long."""

    customers: int
    seconds: float
    quiet: tuple[float, float]
    broken: tuple[float, float]


SMALL = Size(4, 12, (0.5, 1.5), (1, 2))
FULL = Size(8, 60 * float(os.environ.get("SOAK_MINUTES") or 15), (15, 40), (2, 20))


@dataclass
class Course:
    """What has happened: each fault with the times of the clock at which it began and ended, and each conversation."""

    faults: list[tuple[str, float, float]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    memory: dict[str, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    """Of each process: at which time how many bytes."""


@pytest.mark.timeout(FULL.seconds + 2700)
def test_a_soak_on_files(shop_on_files: Shop, at_full_size: bool, pytestconfig: pytest.Config) -> None:
    faults = ON_FILES | ({"disk full": disk_full} if shop_on_files.disk else {})
    soak(shop_on_files, faults, FULL if at_full_size else SMALL, _telling(pytestconfig))


@pytest.mark.redis
@pytest.mark.postgresql
@pytest.mark.timeout(FULL.seconds + 2700)
def test_a_soak_on_servers(shop_on_servers: Shop, at_full_size: bool, pytestconfig: pytest.Config) -> None:
    soak(shop_on_servers, ON_SERVERS, FULL if at_full_size else SMALL, _telling(pytestconfig))


def _telling(pytestconfig: pytest.Config) -> Callable[[str], None]:
    reporter: Any = pytestconfig.pluginmanager.get_plugin("terminalreporter")
    capturing: Any = pytestconfig.pluginmanager.get_plugin("capturemanager")

    def tell(line: str) -> None:
        with capturing.global_and_fixture_disabled():  # shown while it runs
            reporter.ensure_newline()
            reporter.write_line(f"{datetime.now(timezone.utc):%H:%M:%S} {line}")

    return tell


def soak(shop: Shop, faults: dict[str, Fault], size: Size, tell: Callable[[str], None]) -> None:
    seed = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randint(1, 9999))
    tell(f"soak of {size.customers} customers for {size.seconds:.0f} s, SOAK_SEED={seed}")
    chance, course, over = random.Random(seed), Course(), threading.Event()
    agents = [_agent(shop, f"Agent {seed}-{number}", chance) for number in range(size.customers)]
    numbers = itertools.count()
    log_begins = shop.servers.log.stat().st_size
    watching = threading.Thread(target=_watch, args=(shop, course, over), daemon=True)
    watching.start()
    began = time.time()
    shop.mailbox.open()
    with ThreadPoolExecutor(size.customers) as threads:
        days = [threads.submit(_talk_until, over, shop, agent, numbers, chance, course) for agent in agents]
        try:
            _break_things(shop, faults, size, chance, course, days, tell)
        finally:
            over.set()
        for day in days:
            day.result()
    watching.join()
    tell(f"{len(course.told)} conversations; one more message in each, and then the looking through")
    with ThreadPoolExecutor(3 * size.customers) as threads:
        list(threads.map(lambda told: _go_on(shop, told, agents), course.told))
    check_what_is_left(shop, course, agents)
    check_mails(shop, course, tell)
    check_memory(course, began + WARM * size.seconds, tell)
    check_log(shop, course, log_begins, tell)


def _agent(shop: Shop, name: str, chance: random.Random) -> StormAgent:
    with transaction(shop.engine) as session:
        add_agent(session, name, PASSWORD)
    agent = StormAgent([shop.servers.url], name, chance)
    agent.sign_in()
    return agent


def _talk_until(
    over: threading.Event,
    shop: Shop,
    agent: StormAgent,
    numbers: itertools.count[int],
    chance: random.Random,
    course: Course,
) -> None:
    while not over.is_set():
        talker = Talker(shop, next(numbers), chance)
        told = chance.choice(CONVERSATIONS)(shop, talker, agent)
        told.customer.leave()
        course.told.append(told)


def _break_things(
    shop: Shop,
    faults: dict[str, Fault],
    size: Size,
    chance: random.Random,
    course: Course,
    days: list[Future[None]],
    tell: Callable[[str], None],
) -> None:
    """One thing after the other. In the end nothing is killed any more, so that memory can be seen to be flat."""
    began, waiting = time.monotonic(), list(faults | KILLS)
    chance.shuffle(waiting)
    while (passed := time.monotonic() - began) < size.seconds:
        time.sleep(chance.uniform(*size.quiet))
        may_kill = passed < KILLING * size.seconds
        name = next((name for name in waiting if may_kill or name not in KILLS), None)
        if name is None:
            waiting = list(faults | KILLS)
            chance.shuffle(waiting)
            continue
        waiting.remove(name)
        tell(f"{passed:4.0f} s, {len(course.told)} conversations: {name}")
        broken_at = time.time()
        with (faults | KILLS)[name](shop):
            time.sleep(chance.uniform(*size.broken))
        course.faults.append((name, broken_at, time.time()))
        for day in days:
            if day.done():
                day.result()  # it ended too early: here is why


def _watch(shop: Shop, course: Course, over: threading.Event) -> None:
    while not over.wait(1):
        for name in shop.servers.names:
            if held := shop.servers.memory(name):
                course.memory[name].append((time.time(), held))


def _go_on(shop: Shop, told: Told, agents: list[StormAgent]) -> None:
    talker = Talker(shop, 0, random.Random(1))
    talker.customer = told.customer
    talker.says(LAST_QUESTION, "arranty")
    settle(told.customer, agents, transcript_of(shop.engine))
    told.customer.leave()


def check_what_is_left(shop: Shop, course: Course, agents: list[StormAgent]) -> None:
    """Each message that was acknowledged once and in order, nothing unanswered, each confirmed wish filed once."""

    def is_all_answered() -> bool:
        with transaction(shop.engine) as session:
            return not to_be_answered(session)

    until(is_all_answered, 60)
    assert len(course.told) >= len(agents)
    for told in course.told:
        check(told.customer, agents, transcript_of(shop.engine)(told.customer.id))
        texts = [str(message.get("text")) for message in told.customer.screen.messages.values()]
        assert [text for text in texts if INNER_WORDS.search(text)] == []
        if told.order:
            assert len(shop.filed(told.order)) == told.is_confirmed


def check_mails(shop: Shop, course: Course, tell: Callable[[str], None]) -> None:
    """Of each filed request both e-mails have come, and once.

    One that was under way when the mail server went may come once more, under the same id.
    """
    hurry(shop)
    filed = [reference for told in course.told if told.is_confirmed for reference in shop.filed(str(told.order))]
    mails = [entry for reference in filed for entry in mails_about(shop, reference)]
    until(lambda: all(entry.done_at for reference in filed for entry in mails_about(shop, reference)), 120)
    assert len(mails) == 2 * len(filed)
    came = list(zip(shop.mailbox.ids, shop.mailbox.mails, strict=True))
    for reference in filed:
        assert len({number for number, mail in came if reference in mail}) == 2, reference
    repeated = len(came) - len(set(shop.mailbox.ids))
    tell(f"{len(came)} e-mails, {repeated} of them for the second time")
    assert repeated <= sum(name == "mail server gone" for name, _, _ in course.faults)
    shop.mailbox.close()


def check_memory(course: Course, warm_at: float, tell: Callable[[str], None]) -> None:
    """Flat once what was started has warmed up. A small soak is over before that."""
    for name, samples in course.memory.items():
        held = [(at, size) for at, size in samples if at > warm_at]
        if len(held) < LEAST_LOOK:  # one a second
            tell(f"{name}: {samples[-1][1] / 1e6:.0f} MB at the end")
            continue
        times, sizes = zip(*held, strict=True)
        growth = 3600 * linear_regression(times, sizes).slope
        tell(f"{name}: {sizes[0] / 1e6:.0f} MB after warming up, {sizes[-1] / 1e6:.0f} MB at the end")
        tell(f"{name}: {growth / 1e6:+.1f} MB an hour, over {times[-1] - times[0]:.0f} s")
        assert growth < MOST_GROWTH, f"{name} grows"


def check_log(shop: Shop, course: Course, begins: int, tell: Callable[[str], None]) -> None:
    """No error but those that a fault explains."""
    lines = shop.servers.log.read_bytes()[begins:].decode().splitlines()
    assert [line for line in lines if not line.startswith("{")] == []
    logged = [json.loads(line) for line in lines]
    errors = [line for line in logged if line["level"] in ("error", "critical")]
    unexplained = [line for line in errors if not _is_explained(line, course)]
    assert unexplained == []
    counted = Counter(line["event"] for line in logged)
    broken = Counter(name for name, _, _ in course.faults)
    tell(f"{counted['turn answered']} turns, {counted['request filed']} filed, {len(errors)} errors, all explained")
    tell(f"{sum(broken.values())} faults: " + ", ".join(f"{name} {count}" for name, count in sorted(broken.items())))


def _is_explained(line: dict[str, Any], course: Course) -> bool:
    at = datetime.fromisoformat(line["timestamp"].replace("Z", "+00:00")).timestamp()
    return any(begin <= at <= end + EXPLAINED_FOR for _, begin, end in course.faults)
