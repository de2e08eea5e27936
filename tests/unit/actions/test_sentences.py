"""Sentences of customers with the facts that they hold, from the words to the facts, in `sentences.txt`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from actions.dates import possible_days
from actions.message import Message
from actions.which_items import read_items
from nlu.details import find_details
from orders import Item

TODAY = date(2026, 11, 22)
ITEMS = [
    Item(id=1, name="4K bullet camera", sku="CAM-B4K", quantity=1),
    Item(id=2, name="5 MP dome camera", sku="CAM-D5", quantity=1),
    Item(id=3, name="Cat 6 outdoor cable, 20 m", sku="CAB-C6-20", quantity=1),
]
ENOUGH = 600
EXACT = 0.95


def sentences() -> Iterator[tuple[str, dict[str, str]]]:
    for line in Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            sentence, _, facts = line.partition(" =>")
            yield sentence, dict(fact.strip().split("=") for fact in facts.split(";") if fact.strip())


def read(sentence: str) -> dict[str, str]:
    facts = {detail.entity: detail.value for detail in find_details(sentence)}
    items = read_items(Message(sentence, "inform"), ITEMS)
    days = possible_days(sentence, TODAY)
    if items:
        facts["items"] = ",".join(map(str, items))
    if days:
        facts["day"] = ",".join(day.isoformat() for day in days)
    return facts


TABLE = [(sentence, facts, read(sentence)) for sentence, facts in sentences()]


def test_nearly_every_sentence_gives_exactly_its_facts() -> None:
    wrong = [f"{sentence}\n  holds {holds}\n  read  {found}" for sentence, holds, found in TABLE if found != holds]

    assert len(TABLE) >= ENOUGH
    assert len(wrong) <= (1 - EXACT) * len(TABLE), "\n".join(wrong)


def test_what_is_not_read_exactly_is_read_less_and_never_otherwise() -> None:
    """A fact that is overlooked is asked; a wrong one decides wrongly."""
    assert [sentence for sentence, holds, found in TABLE if not found.items() <= holds.items()] == []
