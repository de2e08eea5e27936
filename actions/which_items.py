"""Which items of an order are meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from actions.counts import COUNT_OF_BOTH, read_all_of
from actions.message import Message, plain_words, stems
from orders import Item, left_of

PARTS = re.compile(r"[.,:;!?]+(?=\s|$)|\bbut\b|\band\b(?= (?:i|we) )")
_PARTS_OF_A_LIST = re.compile(r"[.,;!?]+(?=\s|$)|\bbut\b|\band\b")
_KEEPING = re.compile(
    r"\b(keep|keeping|kept|forget|instead of|rather than|not (the|my|those|these)"
    r"|(is|are|works?) (still )?(fine|ok|okay|good|great))\b"
)
_EVERYTHING = re.compile(
    r"\b((?<!kept )(?<!have )(?<!tried )everything(?! (?:works|worked|is|was|else))|(whole|entire|complete) order"
    r"|all of (it|them)|all (the |my )?items)\b"
)
_CORRECTING = re.compile(r"\b(no|not|actually|rather|instead|only|just|other|meant|wait|sorry|forget)\b")
_ALL = re.compile(r"\b(all|everything|whole|entire|each|every)\b")
_ALL_BUT = re.compile(r"\b(all|everything)\b( \w+){0,3} (except|but|apart from|other than)\b")
_POSITIONS = {
    word: index
    for index, words in enumerate(["first 1st 1", "second 2nd 2", "third 3rd 3", "fourth 4th 4", "fifth 5th 5"])
    for word in words.split()
}
_THE_LAST = re.compile(r"\blast\b(?! (week|month|year|night|time|spring|summer|autumn|fall|winter|\w+day))")
_SPAN = re.compile(r"\b\w+ (hour|day|week|month|year)s?\b")
"""What tells when, and no place in a list: "3 days ago", "the first week"."""
_SEVERAL = re.compile(r"\b(?:both|all|these|those|the two)(?: of)?(?: the| my| these| those)? (\w+s)\b")
_PLACE = "first|second|third|fourth|fifth|last"
_THING = "(?:one|item|product|piece)"
_ORDINALS = re.compile(rf"\b((?:(?:{_PLACE})(?: {_THING})?(?:,| and|, and| &) (?:the )?)*(?:{_PLACE})) {_THING}s?\b")
WORDS_OF_A_CHOICE = 5
_MODEL = re.compile(r"\d[a-z]|[a-z]\d")  # as in 4K
SMALL_WORDS = {"and", "for", "from", "the", "with"}


def read_items(message: Message, items: Sequence[Item]) -> list[int] | None:
    """The items that are named in passing; the only one where there is but one."""
    if len(items) == 1:
        return [items[0].id]
    named = named_items(message.text, items) or items_of_a_kind(message.text, items)
    if named is None and _means_everything(message.words, items):
        return [item.id for item in items]
    return named or _ordinal_items(message.text, items) or _item_at_the_price(message, items)


def named_items(text: str, items: Sequence[Item]) -> list[int] | None:
    """Items of which the text has a word that no other item's name has; what is kept isn't meant."""
    if all_but := _ALL_BUT.search(text.lower()):
        left_out = named_items(text[all_but.end() :], items) or []
        return [item.id for item in items if item.id not in left_out] if left_out else None
    said = stems(" ".join(part for part in PARTS.split(text) if not _KEEPING.search(part.lower())))
    named = [item.id for item in items if said & words_of_its_own(item, items)]
    return named or None


def items_of_a_kind(text: str, items: Sequence[Item]) -> list[int] | None:
    """The cameras, where "both cameras" is said and two of the three items are some."""
    plurals = {word.rstrip("s") for word in _SEVERAL.findall(plain_words(text))} - SMALL_WORDS
    alike = [item.id for item in items if plurals & stems(item.name)]
    return alike if 1 < len(alike) < len(items) else None


def _means_everything(words: str, items: Sequence[Item]) -> bool:
    if _ALL_BUT.search(words):
        return False
    return bool(_EVERYTHING.search(words)) or (len(items) == COUNT_OF_BOTH and "both" in plain_words(words).split())


def _ordinal_items(text: str, items: Sequence[Item]) -> list[int] | None:
    """The first one; the first and the third one; none where this is said of the first and that of the second."""
    found = _ORDINALS.findall(text.lower())
    words = re.findall(_PLACE, found[0]) if len(found) == 1 else []
    places = {len(items) - 1 if word == "last" else _POSITIONS[word] for word in words}
    return [items[place].id for place in sorted(places) if place < len(items)] or None


def _item_at_the_price(message: Message, items: Sequence[Item]) -> list[int] | None:
    """The one item that has the price that is named."""
    amount = message.details.get("amount", "").partition(" ")[0]
    at_the_price = [item.id for item in items if amount and Decimal(item.unit_price) == Decimal(amount) * 100]
    return at_the_price if len(at_the_price) == 1 else None


def positioned_items(text: str, items: Sequence[Item]) -> list[int] | None:
    """Items by their place, or all of them; "all four" are four items, or the one of which there are four."""
    words = _SPAN.sub(" ", plain_words(text)).split()
    if _ALL_BUT.search(text):
        return None
    if "both" in words:
        return [item.id for item in items] if len(items) == COUNT_OF_BOTH else None
    if _ALL.search(" ".join(words)):
        count = read_all_of(text)
        of_that_count = [item.id for item in items if left_of(item) == count]
        if count in (None, len(items)):
            return [item.id for item in items]
        return of_that_count if len(of_that_count) == 1 else None
    if _THE_LAST.search(" ".join(words)):
        return [items[-1].id]
    positions = {_POSITIONS[word] for word in words if word in _POSITIONS}
    return [items[position].id for position in sorted(positions) if position < len(items)] or None


def tells_items_apart(text: str, items: Sequence[Item]) -> bool:
    """Whether something is said of some of the items and not of the others."""
    said_of = [named_items(part, items) for part in _PARTS_OF_A_LIST.split(text)]
    return any(named is not None and len(named) < len(items) for named in said_of)


def turns_to_other_items(message: Message, chosen: Sequence[Item], items: Sequence[Item]) -> list[int] | None:
    """The items that are named instead of those chosen before."""
    named = named_items(message.text, items)
    if named is None and _means_everything(message.words, items):
        named = [item.id for item in items]
    is_correction = bool(_CORRECTING.search(message.words)) or len(message.text.split()) <= WORDS_OF_A_CHOICE
    return named if named and is_correction and set(named) != {item.id for item in chosen} else None


def words_of_its_own(item: Item, items: Sequence[Item]) -> set[str]:
    others = {word for other in items if other is not item for word in stems(f"{other.name} {other.sku}")}
    own = stems(f"{item.name} {item.sku}") - others - SMALL_WORDS
    return {word for word in own if len(word) > 2 or _MODEL.fullmatch(word)}
