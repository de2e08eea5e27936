"""Slips of the finger are mended for reading, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.message import Message

from nlu.details import find_details
from nlu.mending import MENDED, mended

SENTENCES = Path(__file__).parents[1] / "actions" / "sentences.txt"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("someobdy else tried to repiar it", "somebody else tried to repair it"),
        ("sorry, I have to corerct something", "sorry, I have to correct something"),
        ("it dosen't wrok", "it doesnt work"),
        ("THE CAMEAR ISN'T WORKNIG", "THE camera ISN'T working"),
        ("I don’t hvae the oirginal box", "I don’t have the original box"),
    ],
)
def test_slips_are_mended(written: str, meant: str) -> None:
    assert mended(written).text == meant


@pytest.mark.parametrize(
    "text",
    ["kim.12@exmaple.com", "order INX-12345", "R-ABCD-EFGH", "see www.exmaple.com", "my Hikvision NVR", "cam-kti2"],
)
def test_numbers_addresses_and_names_stay(text: str) -> None:
    assert mended(text).text == text


def test_what_is_spelt_rightly_stays() -> None:
    lines = [line.partition(" =>")[0].strip() for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    changed = {line: mended(line).text for line in lines if line and mended(line).text != line}

    assert len(changed) < 0.01 * len(lines), changed


def test_facts_are_read_as_they_were_meant_and_found_where_they_were_written() -> None:
    text = "hm, someobdy else tried to repiar it, and I hvae no bxo"

    (reason,) = [detail for detail in find_details(text) if detail.entity == "reason"]

    assert reason.value == "repaired_without_consent"
    assert text[reason.start : reason.end] == "someobdy else tried to repiar it"


def test_places_are_right_where_words_have_become_longer_and_shorter() -> None:
    text = "I orderd it, the packagingg was fine, it stoppped working"
    meant = mended(text)

    for word in ("orderd", "packagingg", "stoppped", "working", "fine"):
        as_meant = mended(word).text
        assert meant.place(meant.text.index(as_meant)) == text.index(word)


def test_the_parse_has_it_where_there_was_a_slip(parse: Callable[[str], Message]) -> None:
    assert parse("my camrea is broken").get(MENDED) == "my camera is broken"
    assert parse("my camera is broken").get(MENDED) is None
