"""A policy's text taken apart: its sections and sentences, word for word, with the lines on which they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|approx|incl|excl|no|nr|st|mr|mrs|ms|dr|inc|ltd|co|vs|etc)\.$", re.IGNORECASE)
_END = re.compile(r"[.!?][”\"')\]]*(?=\s+[\"“(A-Z0-9])")
_BULLET = re.compile(r"[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]+")
_ENDS = re.compile(r"[.!?:;,][”\"')\]]*$")
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_HEADING_AT_MOST = 8  # words; a longer line that doesn't end like a sentence goes on in the next paragraph
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER_WORDS = {word: number for number, word in enumerate(_WORDS, 1)}
_AMOUNT = re.compile(
    rf"(?P<count>\d[\d,]*|\b(?:{'|'.join(_NUMBER_WORDS)}|an?)\b)(?:\s*\(\d+\))?[\s-]*(?P<unit>hour|day|week|month|year)?",
    re.IGNORECASE,
)
_IN_UNITS = {"hour": {"hours": 1}, "day": {"days": 1, "hours": 24}, "week": {"days": 7}, "month": {"months": 1},
             "year": {"months": 12}}  # fmt: skip


class Written(NamedTuple):
    """A sentence as it stands in the text."""

    section: str
    text: str
    line: int


def sentences_of(text: str) -> list[Written]:
    """Every sentence in its order. A short line by itself that doesn't state anything is the heading of a section."""
    section, found, begun = "", [], None
    for paragraph in _PARAGRAPH.finditer(text):
        for start, block in _blocks(paragraph.group(), paragraph.start()):
            is_unfinished = not _ENDS.search(block)
            is_short = "\n" not in block and len(block.split()) <= _HEADING_AT_MOST
            if begun is None and is_short and (is_unfinished or block.endswith("?")):
                section = block
                continue
            begun = start if begun is None else begun
            if is_unfinished:
                continue
            for offset, sentence in _split(text[begun : start + len(block)]):
                found.append(Written(section, sentence, text.count("\n", 0, begun + offset) + 1))
            begun = None
    if begun is not None:
        found.append(Written(section, text[begun:].rstrip(), text.count("\n", 0, begun) + 1))
    return found


def numbers_in(sentence: str, unit: str) -> set[int]:
    """The numbers of a sentence that can be meant in a unit: "one (1) year" is 12 months; any number is an amount."""
    found = set()
    for match in _AMOUNT.finditer(sentence):
        word, of = match["count"].lower(), (match["unit"] or "").lower()
        count = _NUMBER_WORDS.get(word) or (1 if word in ("a", "an") else int(word.replace(",", "")))
        if of:
            found |= {count * times for name, times in _IN_UNITS[of].items() if name == unit}
        elif unit not in ("hours", "days", "months") and word not in ("a", "an"):
            found.add(count)
    return found


def same_words(one: str, other: str) -> bool:
    """Whether two sentences differ in nothing but white space."""
    return one.split() == other.split()


def _blocks(paragraph: str, start: int) -> Iterator[tuple[int, str]]:
    """A paragraph's bullets, each by itself; else the paragraph, without a heading that stands right above it."""
    lines = paragraph.splitlines(keepends=True)
    block, at = "", start
    for line in lines:
        bullet = _BULLET.match(line)
        is_heading = not block and len(line.split()) <= _HEADING_AT_MOST and not _ENDS.search(line.strip())
        if bullet and block:
            yield at, block.rstrip()
            at, block = at + len(block), ""
        if bullet:
            at, line = at + bullet.end(), line[bullet.end() :]
        block += line
        if is_heading and len(lines) > 1:
            yield at, block.strip()
            at, block = at + len(block), ""
    if block.strip():
        yield at, block.rstrip()


def _split(block: str) -> Iterator[tuple[int, str]]:
    start = 0
    for end in _END.finditer(block):
        if _ABBREVIATED.search(block[: end.start() + 1]):
            continue
        yield start, block[start : end.end()]
        start = end.end() + len(block[end.end() :]) - len(block[end.end() :].lstrip())
    if block[start:].strip():
        yield start, block[start:].strip()
