"""Which items of an order are meant, and how many of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from actions.dates import NUMBERS
from actions.message import Message, plain_words
from orders import Item

PARTS = re.compile(r"[.,:;!?]+(?=\s|$)|\bbut\b|\band\b(?= (?:i|we) )")
_PARTS_OF_A_LIST = re.compile(r"[.,;!?]+(?=\s|$)|\bbut\b|\band\b")
_KEEPING = re.compile(
    r"\b(keep|keeping|kept|forget|instead of|rather than|not (the|my|those|these)"
    r"|(is|are|works?) (still )?(fine|ok|okay|good|great))\b"
)
_EVERYTHING = re.compile(
    r"\b(both|(?<!kept )(?<!have )(?<!tried )everything(?! (?:works|worked|is|was|else))|(whole|entire|complete) order"
    r"|all of (it|them)|all (the |my )?items)\b"
)
_NUMBER = r"\d+|" + "|".join(word for word in NUMBERS if word not in ("a", "an", "couple"))
_NO_COUNT_AFTER = r"(?<!of )(?<!the )(?<!my )(?<!our )(?<!your )(?<!that )(?<!this )"
_CORRECTING = re.compile(r"\b(no|not|actually|rather|instead|only|just|other|meant|wait|sorry|forget)\b")
ALL = re.compile(r"\b(all|both|everything|whole|entire|each|every)\b")
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
COUNT_OF_BOTH = 2
_MODEL = re.compile(r"\d[a-z]|[a-z]\d")  # as in 4K
SMALL_WORDS = {"and", "for", "from", "the", "with"}


def read_items(message: Message, items: Sequence[Item]) -> list[int] | None:
    """The items that are named in passing; the only one where there is but one."""
    if len(items) == 1:
        return [items[0].id]
    named = named_items(message.text, items) or _items_of_a_kind(message.text, items)
    if named is None and _EVERYTHING.search(message.words):
        return [item.id for item in items]
    return named or _ordinal_items(message.text, items) or _item_at_the_price(message, items)


def named_items(text: str, items: Sequence[Item]) -> list[int] | None:
    """Items of which the text has a word that no other item's name has; what is kept isn't meant."""
    said = _stems(" ".join(part for part in PARTS.split(text) if not _KEEPING.search(part.lower())))
    named = [item.id for item in items if said & _words_of_its_own(item, items)]
    return named or None


def _items_of_a_kind(text: str, items: Sequence[Item]) -> list[int] | None:
    """The cameras, where "both cameras" is said and two of the three items are some."""
    plurals = {word.rstrip("s") for word in _SEVERAL.findall(plain_words(text))} - SMALL_WORDS
    alike = [item.id for item in items if plurals & _stems(item.name)]
    return alike if 1 < len(alike) < len(items) else None


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
    words = _SPAN.sub(" ", plain_words(text)).split()
    if ALL.search(" ".join(words)):
        return [item.id for item in items]
    if _THE_LAST.search(" ".join(words)):
        return [items[-1].id]
    positions = {_POSITIONS[word] for word in words if word in _POSITIONS}
    return [items[position].id for position in sorted(positions) if position < len(items)] or None


def read_count(text: str, name: str, left: int) -> int | None:
    """How many of what has this name are meant: "one of the four cameras", "just two", "both", "2 bullet cameras"."""
    said = plain_words(text)
    if "both" in said.split() and left == COUNT_OF_BOTH:
        return left
    things = "|".join(map(re.escape, _stems(name)))
    before_the_thing = rf"{_NO_COUNT_AFTER}\b({_NUMBER}) (?:of\b|(?:\w+ )?(?:{things})s?\b)"
    after_only = rf"\b(?:only|just|meant|exactly) ({_NUMBER})\b(?! (?:day|week|month|year|hour|minute)s?\b)"
    numbers = re.findall(before_the_thing, said) + re.findall(after_only, said)
    counts = {int(number) if number.isdigit() else NUMBERS[number] for number in numbers} & set(range(1, left + 1))
    return counts.pop() if len(counts) == 1 else None


def tells_items_apart(text: str, items: Sequence[Item]) -> bool:
    """Whether something is said of some of the items and not of the others."""
    said_of = [named_items(part, items) for part in _PARTS_OF_A_LIST.split(text)]
    return any(named is not None and len(named) < len(items) for named in said_of)


def turns_to_other_items(message: Message, chosen: Sequence[Item], items: Sequence[Item]) -> list[int] | None:
    """The items that are named instead of those chosen before."""
    named = named_items(message.text, items)
    if named is None and _EVERYTHING.search(message.words):
        named = [item.id for item in items]
    is_correction = bool(_CORRECTING.search(message.words)) or len(message.text.split()) <= WORDS_OF_A_CHOICE
    return named if named and is_correction and set(named) != {item.id for item in chosen} else None


def _words_of_its_own(item: Item, items: Sequence[Item]) -> set[str]:
    others = {word for other in items if other is not item for word in _stems(f"{other.name} {other.sku}")}
    own = _stems(f"{item.name} {item.sku}") - others - SMALL_WORDS
    return {word for word in own if len(word) > 2 or _MODEL.fullmatch(word)}


def _stems(text: str) -> set[str]:
    """Its words, without the s of a plural."""
    return {word.rstrip("s") for word in plain_words(text).split()}
