"""What customers feel: how long turns take and how many there are in a second, on both sides by turns.

So that a busy machine slows both.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from string import ascii_lowercase

from benchmarks.performance.conversation import ENDING, STEPS, Answers, Step
from benchmarks.performance.figures import TURNS_OF_A_CASE
from benchmarks.performance.sides import Server

IN_A_ROW = 10
"""Conversations that a side has before the other has the same. After each change it finds the processor's caches full
of the other's, as no shop does; with many more, the machine could become busier or quieter in between."""


@dataclass
class Times:
    """Seconds of one side's turns, by kind; and how many were answered in another way than they should."""

    turns: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    went_another_way: int = 0

    def add(self, step: Step, seconds: float, answers: Answers) -> None:
        """A turn, which this step of the conversation should have led to."""
        if step.is_reached(answers):
            self.turns[step.kind].append(seconds)
        else:
            self.went_another_way += 1


@dataclass
class LongConversation:
    """Seconds of each of its turns; and how many were answered in another way than they should."""

    seconds: list[float] = field(default_factory=list)
    went_another_way: int = 0


def turns(
    sides: Mapping[str, Server], wordings: Sequence[str], cases: Iterator[dict[str, str]], conversations: int
) -> dict[str, Times]:
    """Both sides are told the same, `IN_A_ROW` conversations at a time."""
    connections = {name: server.connection() for name, server in sides.items()}
    times = {name: Times() for name in sides}
    for first in range(0, conversations, IN_A_ROW):
        told = list(islice(cases, min(IN_A_ROW, conversations - first)))
        for name in _in_turn(sides, first // IN_A_ROW):
            for number, case in enumerate(told, first):
                for step, wording in zip(STEPS, wordings, strict=True):
                    times[name].add(step, *connections[name].timed(f"turns-{number}", wording.format_map(case)))
    return times


def parses(sides: Mapping[str, Server], texts: Sequence[str], times: int) -> dict[str, list[float]]:
    """Seconds of reading each of the texts so many times, never twice the same: ours remembers short ones."""
    connections = {name: server.connection() for name, server in sides.items()}
    for connection in connections.values():
        connection.parse("hello")
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for number, text in enumerate([*texts] * times):
        for name in _in_turn(sides, number):
            seconds[name].append(connections[name].parse(f"{_two_letters(number)} {text}"))
    return seconds


def _two_letters(number: int) -> str:
    """Another pair for each number below 676; digits would be read as one and the same."""
    return "".join(ascii_lowercase[place % 26] for place in (number // 26, number))


def long_conversation(
    sides: Mapping[str, Server], wordings: Sequence[str], cases: Iterator[dict[str, str]], turns: int, sender: str
) -> dict[str, LongConversation]:
    """One case after the other."""
    connections = {name: server.connection() for name, server in sides.items()}
    said = {name: LongConversation() for name in sides}
    for number in range(turns // TURNS_OF_A_CASE):
        case = next(cases)
        for name in _in_turn(sides, number):
            for step, wording in zip_longest(STEPS, (*wordings, ENDING)):
                seconds, answers = connections[name].timed(sender, wording.format_map(case))
                said[name].seconds.append(seconds)
                said[name].went_another_way += step is not None and not step.is_reached(answers)
    return said


def per_second(
    server: Server, wordings: Sequence[str], cases: Iterator[dict[str, str]], customers: int, seconds: float
) -> float:
    """Turns a second, of those that go as they should, when so many customers speak as fast as they are answered."""
    answered, lock = [0] * customers, threading.Lock()
    until = time.perf_counter() + seconds

    def talk(customer: int) -> None:
        connection = server.connection()
        while time.perf_counter() < until:
            with lock:
                case = next(cases)
            for step, wording in zip(STEPS, wordings, strict=True):
                answers = connection.say(f"{customers}-at-once-{case['number']}", wording.format_map(case))
                if time.perf_counter() > until:
                    return
                answered[customer] += step.is_reached(answers)

    _all_at_once(talk, customers)
    return round(sum(answered) / seconds, 2)


def hold(server: Server, wordings: Sequence[str], cases: Iterator[dict[str, str]], conversations: int) -> None:
    """So many conversations, a few at once."""
    left, lock = iter(range(conversations)), threading.Lock()

    def talk(_: int) -> None:
        connection = server.connection()
        while True:
            with lock:
                if next(left, None) is None:
                    return
                case = next(cases)
            for wording in wordings:
                connection.say(f"held-{case['number']}", wording.format_map(case))

    _all_at_once(talk, 4)


def _all_at_once(talk: Callable[[int], None], customers: int) -> None:
    threads = [threading.Thread(target=talk, args=(number,)) for number in range(customers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _in_turn(sides: Mapping[str, Server], number: int) -> list[str]:
    """Which side is first changes, since the second finds a warmer or a busier machine."""
    names = list(sides)
    return names if number % 2 else names[::-1]
