from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import groupby
from typing import Any

import pytest

from benchmarks.performance import plots, processes, report, talking
from benchmarks.performance.conversation import DECISION, FILING, GREETINGS, LOOK_UP, PLAIN, STEPS, cases, wordings_for
from benchmarks.performance.figures import Comparison, Figures, Latency, comparisons, middle_of_each
from benchmarks.performance.setting_up import size_of
from benchmarks.performance.turn_parts import Stopwatch, with_network
from benchmarks.performance.under_load import started_on


def figures(times: float) -> Figures:
    """A side that is so many times as slow and large."""
    return Figures(
        training_seconds=10 * times,
        start_seconds=4 * times,
        memory_after_start=300 * times,
        parse=Latency(5 * times, 9 * times, 100),
        turns={PLAIN: Latency(8 * times, 20 * times, 50), FILING: Latency(25 * times, 60 * times, 50)},
        turns_per_second={"1": 80 / times, "10": 90 / times},
        long_conversation=[10 * times] * 6 + [12 * times] * 6,
    )


def results(**more: Any) -> dict[str, Any]:
    return {
        "machine": {"processor": "abacus", "cores": "2"},
        "environments": "",
        "stock_training": {"on": "2026-11-25", "seconds": 3600.0, "load": 1.5, "epochs": 100},
        "conversations": 1000,
        "ours": {"went_another_way": 0, "memory_by_process": {"Rasa server": 180.4, "web service": 80.0}},
        "stock": {"went_another_way": 2, "memory_by_process": {"Rasa server": 800.0}},
        "parts": {},
        "load": None,
        "capacity": [],
        **more,
    }


def test_percentiles_are_values_that_were_measured() -> None:
    assert Latency.of([n / 1000 for n in range(1, 101)]) == Latency(50, 99, 100)
    assert Latency.of([0.002]) == Latency(2, 2, 1)
    with pytest.raises(ValueError, match="nothing"):
        Latency.of([])


@pytest.mark.parametrize(
    ("comparison", "ratio", "is_met"),
    [
        (Comparison("time", "s", 2, 12, target=6), 6, True),
        (Comparison("time", "s", 2, 11.9, target=6), 5.95, False),
        (Comparison("rate", "", 80, 20, more_is_better=True, target=4), 4, True),
        (Comparison("time", "s", 2, 12), 6, None),
        (Comparison("time", "s", None, 12, target=6), None, None),
    ],
)
def test_a_ratio_says_how_many_times_better_ours_is(
    comparison: Comparison, ratio: float | None, is_met: bool | None
) -> None:
    assert comparison.ratio == (ratio and pytest.approx(ratio))
    assert comparison.is_met is is_met


def test_everything_that_both_have_is_compared() -> None:
    lines = {line.what: line for line in comparisons(figures(1), figures(7)) if line.ratio}
    assert [line.ratio for line in lines.values()] == pytest.approx([7] * len(lines))
    assert {what: line.target for what, line in lines.items() if line.target} == {
        "training": 8, "start-up to the first answer": 6, "memory after the start": 3, "plain answer, p50": 3,
        "filing, p50": 5, "turns a second, 1 at once": 4, "turns a second, 10 at once": 4,
    }  # fmt: skip


class Side:
    """A server that answers at once, and a note of who was spoken to."""

    def __init__(self, name: str, spoken_to: list[tuple[str, str]]) -> None:
        self._name, self._spoken_to = name, spoken_to

    def connection(self) -> Side:
        return self

    def timed(self, sender: str, text: str) -> tuple[float, list[dict[str, Any]]]:
        self._spoken_to.append((self._name, sender))
        return 0.001, []


def test_sides_take_turns_after_several_conversations_and_are_told_the_same() -> None:
    spoken_to: list[tuple[str, str]] = []
    sides: dict[str, Any] = {name: Side(name, spoken_to) for name in ("ours", "stock")}
    said = ["hello"] * len(STEPS)
    times = talking.turns(sides, said, cases(), talking.IN_A_ROW + 5)
    assert {name: each.went_another_way for name, each in times.items()} == dict.fromkeys(sides, 15 * len(STEPS))
    in_order = [(name, len({sender for _, sender in group})) for name, group in groupby(spoken_to, lambda one: one[0])]
    assert in_order == [("stock", 10), ("ours", 15), ("stock", 5)]
    assert {name for name, sender in spoken_to if sender == "turns-14"} == {"ours", "stock"}


def test_a_long_conversation_is_the_middle_of_several() -> None:
    assert middle_of_each([[0.001, 0.010], [0.002, 0.030], [0.009, 0.020]]) == [2, 20]
    assert (figures(1).early, figures(1).late) == (10, 12)


def test_the_page_says_what_was_reached_and_what_not() -> None:
    page = report.page(results(), figures(1), figures(7))
    assert "| training | 10.0 s | 70.0 s | 7.0 |" in page
    assert "| training | 8 times better | 7.0 | **not reached** |" in page
    assert "| start-up to the first answer | 6 times better | 7.0 | reached |" in page
    assert "| a late turn against an early one of the same conversation | at most 1.3 | 1.20 | reached |" in page
    assert "processor abacus" in page
    assert "ours then: Rasa server 180 MB, web service 80 MB; stock's: Rasa server 800 MB." in page
    assert "2026-11-25 in 3,600 s, with a load of 1.5 on the machine." in page


def test_the_page_says_that_stock_was_trained_for_fewer_epochs() -> None:
    training = {"on": "2026-11-25", "seconds": 400.0, "load": 1.5, "epochs": 10}
    page = report.page(results(stock_training=training), figures(1), figures(7))
    assert "in 400 s, with a load of 1.5 on the machine, for 10 epochs instead of its 100" in page


def test_the_page_says_what_more_workers_carry() -> None:
    taken = {"milliseconds_of_a_core": {"Rasa server": 20}, "megabytes": {"Rasa server": 180}}
    on_one_core = {"workers": 1, "cores": 1, "turns_per_second": 36.0, "p50": 90, "p99": 300, **taken}
    one = {**on_one_core, "cores": 2, "turns_per_second": 40.0}
    two = {**one, "workers": 2, "turns_per_second": 50.0}
    page = report.page(results(capacity=[on_one_core, one, two]), figures(1), figures(7))
    assert "| two workers on two cores against one on one core | 1.3 times | 1.39 | reached |" in page
    assert "| two workers on two cores against one, both on the same two cores | 1.3 times | 1.25 | **not" in page
    assert "| 2 | 2 | 50.0 | 90 ms | 300 ms | 20.0 ms, 180 MB | 0.020 |" in page


def test_what_is_started_has_so_many_cores_and_no_more() -> None:
    before = os.sched_getaffinity(0)
    with started_on(cores=1):
        program = "import os; print(len(os.sched_getaffinity(0)))"
        child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert child.stdout.split() == ["1"]
    assert os.sched_getaffinity(0) == before


def test_the_black_line_of_a_shortened_training_is_where_the_page_wants_it() -> None:
    wanted = report.as_trained(comparisons(figures(1), figures(7)), {"epochs": 10})
    assert {line.target for line in wanted if line.what.startswith("training")} == {0.8}


def load(p99: float, lost: int) -> dict[str, Any]:
    times = {"p50": 20.0, "p95": 300.0, "p99": p99, "longest": 2000.0}
    faults = {"errors": {}, "lost": lost, "doubled": 0, "out_of_order": 0}
    turns = {"turns": 1200, "seconds": 60.0, "asked_turns_per_second": 20, "turns_per_second": 20.0}
    return {"customers": 1000, "acknowledgement": times, "answer": times, **turns, **faults}


@pytest.mark.parametrize(
    ("p99", "lost", "verdict"), [(999, 0, "reached"), (1000, 0, "**not reached**"), (999, 1, "**not reached**")]
)
def test_the_page_says_how_many_customers_at_once_fare(p99: float, lost: int, verdict: str) -> None:
    (line,) = (
        line
        for line in report.page(results(load=load(p99, lost)), figures(1), figures(7)).splitlines()
        if line.startswith("| 1,000 customers at once, 20 turns a second |")
    )
    assert line.endswith(f"| {verdict} |")


def test_the_network_is_what_a_turn_takes_longer_than_its_parts() -> None:
    whole = with_network({"reading": 3.0, "policies": 1.0}, 8.0)
    assert whole == {"reading": 3.0, "policies": 1.0, "network: HTTP between the processes": 4.0}
    assert report.parts_table({PLAIN: whole}).splitlines()[-1] == "| **together** | **8.0** |"


def test_pictures_are_drawn(tmp_path) -> None:
    lines = comparisons(figures(1), figures(7))
    assert [(tmp_path / name).stat().st_size > 5000 for name in plots.draw(figures(1), figures(7), lines, tmp_path)]


def test_a_stopwatch_gives_each_part_without_those_inside_it() -> None:
    stopwatch = Stopwatch()
    with stopwatch.measure("outer"):
        time.sleep(0.02)
        with stopwatch.measure("inner"):
            time.sleep(0.05)
    assert stopwatch.seconds["inner"] >= 0.05
    assert 0.02 <= stopwatch.seconds["outer"] < 0.05


def test_memory_and_processor_time_are_those_of_the_whole_family() -> None:
    before = processes.memory([os.getpid()])
    child = os.fork()
    if child == 0:
        kept = bytearray(os.urandom(50_000_000))
        time.sleep(30)
        os._exit(len(kept) > 0)
    try:
        until = time.monotonic() + 10
        while processes.memory([os.getpid()]) < before + 45 and time.monotonic() < until:
            time.sleep(0.05)
        assert child in processes.family([os.getpid()])
        assert processes.memory([os.getpid()]) > before + 45
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert sum(processes.processor_seconds([os.getpid()]).values()) > 0


def test_a_linked_file_takes_its_place_once(tmp_path) -> None:
    (tmp_path / "one").write_bytes(os.urandom(2_000_000))
    os.link(tmp_path / "one", tmp_path / "other")
    assert size_of(tmp_path) == pytest.approx(2, abs=0.5)


class Reader:
    """A side that knows some words only."""

    def __init__(self, *knows: str) -> None:
        self.knows = knows

    def say(self, sender: str, text: str) -> list[dict[str, Any]]:
        answers: dict[str, dict[str, Any]] = {
            "hello": {"text": next(iter(GREETINGS))},
            "I want a refund": {"custom": {"type": "ask", "fact": "claim.working"}},
            "yes, it works": {"custom": {"type": "ask", "fact": "claim.original_packaging"}},
            "yes, I do": {"custom": {"type": "decision"}},
            "yes": {"custom": {"type": "request", "status": "filed"}},
        }
        known = next((words for words in self.knows if text.startswith(words)), None)
        return [answers.get(known or "", {"text": "Sorry?"})]


KNOWN = ("hello", "I want a refund", "yes, it works", "yes, I do", "yes")


def test_words_are_chosen_that_both_sides_read_alike() -> None:
    chosen = wordings_for([Reader(*KNOWN).say, Reader(*KNOWN).say], cases())
    assert chosen[1] == "I want a refund for order {number}, {email}"  # the second that is tried
    assert chosen[3] == "yes, I do"
    assert [step.kind for step in STEPS][1::2] == [LOOK_UP, DECISION]


def test_without_such_words_it_ends_with_a_sentence() -> None:
    with pytest.raises(SystemExit, match="'order look-up' is read alike"):
        wordings_for([Reader(*KNOWN).say, Reader("hello").say], cases())
