"""How many of an item are meant, where an order has several of it."""

from __future__ import annotations

import re
from collections.abc import Collection

from actions.dates import NUMBERS
from actions.message import plain_words, stems

_NUMBER = r"\d+\b|" + "|".join(rf"{word}\b" for word in NUMBERS if word not in ("a", "an", "couple"))
_NO_COUNT_AFTER = r"(?<!of )(?<!the )(?<!my )(?<!our )(?<!your )(?<!that )(?<!this )"
_A_TIME_OR_A_BOX = r"(?! (?:minute|hour|day|week|month|year|box)(?:e?s)?\b)"
_ALL_OF = rf"all (?:of )?(?:the |my |our )?({_NUMBER}){_A_TIME_OR_A_BOX}"
_COUNTS = (
    _ALL_OF,
    rf"(?:only|just|meant|exactly) (?:the )?({_NUMBER}){_A_TIME_OR_A_BOX}",
    rf"{_NO_COUNT_AFTER}({_NUMBER}) of\b",
    rf"(?<!of the )({_NUMBER}) of (?:them|these|those)\b",
)
_DENIED = re.compile(
    r"\bnot (?:all|both|every(?:thing)?|each|the (?:whole|entire))(?: one)?(?: of)?"
    rf"(?: (?:them|these|those|the|my|{_NUMBER}))*|\bnot (?:just|only) (?:the )?(?:{_NUMBER})"
)
_EVERY_ONE = re.compile(r"\b(?:every|each)(?: and every)?(?: single)? one\b|\beveryone\b")
_ALL_BUT = re.compile(rf"\b(?:all|everything) (?:but|except|bar)(?: for)? (?:the )?({_NUMBER})")
_HALF = re.compile(r"\bhalf (?:of )?(?:them|these|those|the|my)\b")
_ALL = re.compile(r"\b(?:all|everything|whole|entire|each|every|the lot)\b")
_SMALL_WORDS = """a all the my our these those them of it just only single for about please thanks yes no ok okay i we
want need mean meant would like that is are s ones piece pieces unit units item items thing things"""
_BARE_COUNT = re.compile(
    rf"(?<!\S)(?<!\bin )(?<!\bat )(?:all (?:of )?)?(?:the |these |those )?(both|{_NUMBER})"
    r"(?: of (?:them|these|those))?(?=[\s,.!]|$)"
)
_BESIDE_A_NUMBER = frozenset(_SMALL_WORDS.split())
COUNT_OF_BOTH = 2
MOST_WORDS = 6
"""Whoever says more than this says something else, too."""


def read_count(text: str, name: str, left: int) -> int | None:
    """How many of what has this name are meant: "one of the four cameras", "just two", "2 bullet cameras", "all 4"."""
    return _the_one(_counts(_without_what_is_denied(text), name, left), left)


def read_answer_to_how_many(text: str, name: str, left: int) -> int | None:
    """The same, and what says it only where it was asked: a number alone, "everything", "the lot"."""
    said = _without_what_is_denied(text)
    counts, words = _counts(said, name, left), said.split()
    if counts or len(words) > MOST_WORDS:
        return _the_one(counts, left)
    numbers = {word for word in words if re.fullmatch(_NUMBER, word)}
    if not numbers:
        return left if _ALL.search(said) else None
    is_alone = {word.rstrip("s") for word in words if word not in numbers | _BESIDE_A_NUMBER} <= stems(name)
    return _the_one({_value(number) for number in numbers}, left) if is_alone else None


def read_count_of(text: str, words: Collection[str], left: int) -> int | None:
    """How many where other items are meant, too: only what is said with one of the item's own words counts."""
    return _the_one(_counts_of(_without_what_is_denied(text), words), left) if words else None


def read_all_of(text: str) -> int | None:
    """The four of "all four"."""
    found = re.search(rf"\b{_ALL_OF}", _without_what_is_denied(text))
    return _value(found[1]) if found else None


def without_count(text: str, count: int | None) -> str:
    """The text without this count: of "yes, all four" the "yes" where it is four, and all of it where it isn't."""
    return _BARE_COUNT.sub(lambda found: "" if _value(found[1]) == count else found[0], text)


def names_a_count(text: str) -> bool:
    """Whether it says how many, of whatever."""
    return bool(_BARE_COUNT.search(text))


def _counts(said: str, name: str, left: int) -> set[int]:
    """Every count that it names."""
    all_but = [left - _value(number) for number in _ALL_BUT.findall(said)]
    said = _ALL_BUT.sub(" ", said)
    named = [_value(number) for form in _COUNTS for number in re.findall(rf"\b{form}", said)]
    is_both = left == COUNT_OF_BOTH and "both" in said.split()
    is_half = left % 2 == 0 and _HALF.search(said)
    others = [*([left] if is_both else []), *([left // 2] if is_half else [])]
    return {*all_but, *named, *others} | _counts_of(said, stems(name))


def _counts_of(said: str, words: Collection[str]) -> set[int]:
    """Every count that stands before one of these words: "two cameras", "one of the four cameras"."""
    things = "|".join(map(re.escape, sorted(words)))
    found = re.findall(rf"{_NO_COUNT_AFTER}\b({_NUMBER}) (?:of (?:the |my |our )?)?(?:\w+ )?(?:{things})s?\b", said)
    return {_value(number) for number in found}


def _the_one(counts: set[int], left: int) -> int | None:
    possible = counts & set(range(1, left + 1))
    return possible.pop() if len(possible) == 1 else None


def _without_what_is_denied(text: str) -> str:
    return _DENIED.sub(" ", _EVERY_ONE.sub("all", plain_words(text)))


def _value(number: str) -> int:
    if number == "both":
        return COUNT_OF_BOTH
    return int(number) if number.isdigit() else NUMBERS[number]
