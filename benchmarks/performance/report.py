"""docs/performance.md: the figures as text and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from benchmarks.performance.figures import Comparison, Figures, comparisons
from benchmarks.performance.talking import IN_A_ROW
from benchmarks.stock_model import STOCK_EPOCHS

LONGEST_TURN_RATIO = 1.3
LARGEST_ENVIRONMENT = 1000  # megabytes
SMALLEST_GROWTH = 1.3
LONGEST_ANSWER = 1000  # milliseconds

Parts = Mapping[str, Mapping[str, float]]


def page(results: Mapping[str, Any], ours: Figures, stock: Figures) -> str:
    """The whole page, from the results as they stand in performance.json."""
    lines = comparisons(ours, stock)
    sections = [
        f"# Performance\n\n{_introduction(results)}",
        f"## Beside Rasa's stock configuration\n\n{_method(results)}\n\n{table(lines)}\n\n{_pictures(ours)}",
        f"## What was to be reached\n\n{_targets(lines, ours, results)}",
        f"## Where a turn's time goes\n\n{_of_parts(results['parts'])}" if results["parts"] else "",
        f"## Workers\n\n{_growth(results['capacity'])}" if results["capacity"] else "",
        f"## Many customers at once\n\n{_load(results['load'])}" if results["load"] else "",
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def table(lines: Sequence[Comparison]) -> str:
    """Every comparison that has a figure."""
    rows = ["| | this assistant | stock | times better |", "|---|---:|---:|---:|"]
    for line in lines:
        if line.ours is not None or line.stock is not None:
            ratio = "" if line.ratio is None else f"{line.ratio:.1f}"
            rows.append(
                f"| {line.what} | {_amount(line.ours, line.unit)} | {_amount(line.stock, line.unit)} | {ratio} |"
            )
    return "\n".join(rows)


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return "not measured"
    return f"{value:,.{0 if value >= 100 else 1}f} {unit}".strip()


def _introduction(results: Mapping[str, Any]) -> str:
    about = results["machine"]
    named = "; ".join(f"{name} {value}" for name, value in about.items() if value)
    return f"Made by `make bench`; raw figures in [performance.json](performance.json). The machine: {named}."


def _method(results: Mapping[str, Any]) -> str:
    training = results["stock_training"]
    sentences = [
        "Both sides have the same training data, domain, actions, orders and machine, in one run; where turns are timed"
        f" they take turns, {IN_A_ROW} conversations at a time, so that a busy moment slows both and neither finds the"
        " processor's caches full of the other's each time that it speaks.",
        "Stock is what `rasa init` suggests (DIET, ResponseSelector, Memoization, Rule, UnexpecTED and TED policies),"
        " served by `rasa run` and `python -m rasa_sdk`, with trackers in memory; beside it runs only our extractor of"
        " details, without which it could lead nobody through a case (`benchmarks/stock_config.yml`).",
        "This assistant is all of what `make run` starts, web service included, with its trackers on the disk.",
        "Turns are said over the REST channel of each side's Rasa server, in the same words again and again, as people"
        " say yes and no: ours remembers how it read the last 500 short texts without numbers, so most of these turns"
        " read nothing, and what its network made of the last 500, numbers and addresses masked, so the look-up reads"
        " without it. Each text of the readings alone is new to both: where the words are new, a turn takes so much"
        " longer, less the HTTP call.",
        _stock_training(training) if training else "",
        results["environments"],
        f"Memory is what all processes of a side hold together (PSS), after all that was measured before and"
        f" {results['conversations']:,} more conversations of two turns where it says so; ours"
        f" then: {_memory(results['ours'])}; stock's: {_memory(results['stock'])}.",
        f"Timed turns that went another way than they should: {results['ours']['went_another_way']} of ours,"
        f" {results['stock']['went_another_way']} of stock's.",
    ]  # fmt: skip
    return "\n".join(sentence for sentence in sentences if sentence)


def _stock_training(training: Mapping[str, Any]) -> str:
    sentence = (
        f"Stock's model was trained on {training['on']} in {training['seconds']:,.0f} s, with a load of"
        f" {training['load']:.1f} on the machine"
    )
    if training["epochs"] == STOCK_EPOCHS:
        return f"{sentence}."
    return (
        f"{sentence}, for {training['epochs']} epochs instead of its {STOCK_EPOCHS}: that changes how well it reads,"
        " not how long a turn takes, and makes its training look shorter than it is."
    )


def _memory(figures: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {taken:.0f} MB" for name, taken in figures["memory_by_process"].items())


def _pictures(ours: Figures) -> str:
    names = ["ratios", "turns", "throughput", *(["long"] if ours.long_conversation else [])]
    return "\n\n".join(f"![{name}](images/performance-{name}.png)" for name in names)


def _targets(lines: Sequence[Comparison], ours: Figures, results: Mapping[str, Any]) -> str:
    rows = ["| | wanted | measured | |", "|---|---:|---:|---|"]
    for line in as_trained(lines, results["stock_training"]):
        if line.target and line.ratio:
            rows.append(_target(line.what, f"{line.target:g} times better", f"{line.ratio:.1f}", bool(line.is_met)))
    if ours.early and ours.late:
        growth = ours.late / ours.early
        rows.append(
            _target(
                "a late turn against an early one of the same conversation",
                f"at most {LONGEST_TURN_RATIO}",
                f"{growth:.2f}",
                growth <= LONGEST_TURN_RATIO,
            )
        )
    if ours.environment_megabytes:
        rows.append(
            _target(
                "environment",
                f"under {LARGEST_ENVIRONMENT:,} MB",
                f"{ours.environment_megabytes:,.0f} MB",
                ours.environment_megabytes < LARGEST_ENVIRONMENT,
            )
        )
    if load := results["load"]:
        p99, faults = load["answer"]["p99"], faults_of(load)
        rows.append(
            _target(
                f"{load['customers']:,} customers at once, {load['asked_turns_per_second']:g} turns a second",
                f"p99 under {LONGEST_ANSWER:,} ms, no fault",
                f"{p99:,.0f} ms, {faults} faults",
                p99 < LONGEST_ANSWER and not faults,
            )
        )
    if results["capacity"]:
        on_one_core, on_two, two_workers = (each["turns_per_second"] for each in results["capacity"])
        for against, rate in (("one on one core", on_one_core), ("one, both on the same two cores", on_two)):
            growth = two_workers / rate
            what = f"two workers on two cores against {against}"
            rows.append(_target(what, f"{SMALLEST_GROWTH} times", f"{growth:.2f}", growth >= SMALLEST_GROWTH))
    return "\n".join(rows)


def as_trained(lines: Sequence[Comparison], training: Mapping[str, Any] | None) -> list[Comparison]:
    """The comparisons; of a training that was cut short, only as much is wanted as it has of stock's epochs."""
    if not training or training["epochs"] == STOCK_EPOCHS:
        return list(lines)
    share = training["epochs"] / STOCK_EPOCHS
    of_all = f"training, against {training['epochs']} of stock's {STOCK_EPOCHS} epochs"
    return [
        replace(line, what=of_all, target=line.target * share) if line.what == "training" and line.target else line
        for line in lines
    ]


def _target(what: str, wanted: str, measured: str, is_met: bool) -> str:
    return f"| {what} | {wanted} | {measured} | {'reached' if is_met else '**not reached**'} |"


def parts_table(parts: Parts) -> str:
    """A row a part, the largest first; a column a kind of turn; milliseconds."""
    names = sorted(
        {name for measured in parts.values() for name in measured},
        key=lambda name: -max(measured.get(name, 0.0) for measured in parts.values()),
    )
    rows = [f"| milliseconds | {' | '.join(parts)} |", f"|---|{'---:|' * len(parts)}"]
    for name in names:
        rows.append(f"| {name} | {' | '.join(f'{measured.get(name, 0.0):.2f}' for measured in parts.values())} |")
    totals = " | ".join(f"**{sum(measured.values()):.1f}**" for measured in parts.values())
    return "\n".join([*rows, f"| **together** | {totals} |"])


def _of_parts(parts: Parts) -> str:
    return (
        "The middle of many turns, in one process with a stopwatch at the seams"
        " (`benchmarks/performance/turn_parts.py`); each part without those inside it. The network is what a turn over"
        " HTTP takes longer than all of them; the two took turns, conversation by conversation.\n\n"
        + parts_table(parts)
    )


def _growth(capacity: Sequence[Mapping[str, Any]]) -> str:
    names = sorted({name for each in capacity for name in each["milliseconds_of_a_core"]})
    rows = [
        f"| workers | cores | turns a second | answer p50 | p99 | {' | '.join(names)} | core-seconds a turn |",
        f"|---:|---:|---:|---:|---:|{'---:|' * (len(names) + 1)}",
    ]
    for each in capacity:
        used, taken = each["milliseconds_of_a_core"], each["megabytes"]
        shares = " | ".join(f"{used.get(name, 0.0):.1f} ms, {taken.get(name, 0.0):.0f} MB" for name in names)
        rows.append(
            f"| {each['workers']} | {each['cores']} | {each['turns_per_second']:.1f} | {each['p50']:.0f} ms"
            f" | {each['p99']:.0f} ms | {shares} | {sum(used.values()) / 1000:.3f} |"
        )
    return (
        "Forty customers of the load generator, who answer at once, over the web service. The workers have as many of"
        " the machine's cores as it says; the generator and Redis share them, and have all others. The columns by"
        " process say how long it has a core for one turn, and its memory.\n\n" + "\n".join(rows)
    )


def faults_of(load: Mapping[str, Any]) -> int:
    """Errors, and messages that were lost, doubled or out of order."""
    return int(sum(load["errors"].values()) + load["lost"] + load["doubled"] + load["out_of_order"])


def _load(load: Mapping[str, Any]) -> str:
    rows = ["| milliseconds | p50 | p95 | p99 | longest |", "|---|---:|---:|---:|---:|"]
    for what in ("acknowledgement", "answer"):
        amounts = " | ".join(f"{load[what][name]:.0f}" for name in ("p50", "p95", "p99", "longest"))
        rows.append(f"| {what} | {amounts} |")
    return (
        f"{load['customers']:,} customers connected over Socket.IO to one worker, {load['turns_per_second']:.1f} turns"
        f" a second between them for {load['seconds']:.0f} s, {load['turns']:,} in all, by"
        f" [the load generator](load.md) on the same machine: {sum(load['errors'].values())} errors,"
        f" {load['lost']} messages lost, {load['doubled']}"
        f" doubled, {load['out_of_order']} out of order.\n\n" + "\n".join(rows)
    )
