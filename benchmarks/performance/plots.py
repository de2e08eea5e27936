"""The figures as pictures, for docs/images."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot

from benchmarks.performance.figures import Comparison, Figures

OURS, STOCK = "#1f6f8b", "#c4a484"
LABELS = ("this assistant", "Rasa's stock configuration")


def draw(ours: Figures, stock: Figures, lines: Sequence[Comparison], folder: Path) -> list[str]:
    """Write the pictures and give their names."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {
        "performance-ratios.png": lambda: _ratios(lines),
        "performance-turns.png": lambda: _turns(ours, stock),
        "performance-throughput.png": lambda: _throughput(ours, stock),
        "performance-long.png": lambda: _long(ours, stock),
    }
    for name, picture in drawn.items():
        figure = picture()
        figure.tight_layout()
        figure.savefig(folder / name, dpi=110, metadata={"Software": None})
        pyplot.close(figure)
    return list(drawn)


def _ratios(lines: Sequence[Comparison]) -> pyplot.Figure:
    shown = [line for line in lines if line.ratio][::-1]
    figure, axes = pyplot.subplots(figsize=(9, 0.32 * len(shown) + 1))
    places = range(len(shown))
    ratios = [line.ratio or 1.0 for line in shown]
    axes.barh(places, ratios, color=OURS)
    for place, line in enumerate(shown):
        if line.target:
            axes.plot([line.target] * 2, [place - 0.45, place + 0.45], color="black", linewidth=2)
        axes.text(ratios[place] * 1.05, place, f"{ratios[place]:.1f}", va="center", fontsize=8)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.axvline(1, color="grey", linewidth=1)
    axes.set_xlim(right=max(ratios) * 2)
    axes.set_yticks(places, [line.what for line in shown])
    axes.set_xlabel("times better than Rasa's stock configuration; black: at least so much is wanted")
    return figure


def _turns(ours: Figures, stock: Figures) -> pyplot.Figure:
    figure, axes = pyplot.subplots(figsize=(8, 4))
    for shift, colour, label, figures in ((-0.2, OURS, LABELS[0], ours), (0.2, STOCK, LABELS[1], stock)):
        middles = [latency.p50 for latency in figures.turns.values()]
        above = [latency.p99 - latency.p50 for latency in figures.turns.values()]
        places = [place + shift for place in range(len(middles))]
        axes.bar(places, middles, 0.38, yerr=[[0] * len(above), above], capsize=3, color=colour, label=label)
    axes.set_xticks(range(len(ours.turns)), list(ours.turns))
    axes.set_ylabel("milliseconds: p50, and up to p99")
    axes.legend()
    return figure


def _throughput(ours: Figures, stock: Figures) -> pyplot.Figure:
    figure, axes = pyplot.subplots(figsize=(6, 4))
    for shift, colour, label, figures in ((-0.2, OURS, LABELS[0], ours), (0.2, STOCK, LABELS[1], stock)):
        rates = list(figures.turns_per_second.values())
        bars = axes.bar([place + shift for place in range(len(rates))], rates, 0.38, color=colour, label=label)
        axes.bar_label(bars, fmt="%.0f")
    axes.set_xticks(range(len(ours.turns_per_second)), [f"{count} at once" for count in ours.turns_per_second])
    axes.set_ylabel("turns a second")
    axes.legend()
    return figure


def _long(ours: Figures, stock: Figures) -> pyplot.Figure:
    figure, axes = pyplot.subplots(figsize=(8, 4))
    for colour, label, figures in ((OURS, LABELS[0], ours), (STOCK, LABELS[1], stock)):
        axes.plot(range(1, len(figures.long_conversation) + 1), figures.long_conversation, color=colour, label=label)
    axes.set_xlabel("turn of one conversation: one case after the other")
    axes.set_ylabel("milliseconds")
    axes.set_ylim(bottom=0)
    axes.legend()
    return figure
