"""Whether there is no order to be found, and what a customer says of the purchase then."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from actions.message import Message
from policy_core import published

_NO_NUMBER = re.compile(
    r"\b(no|without|lost|don'?t have|do not have|haven'?t got|can'?t find|cannot find|threw away|don'?t know)"
    r"( (the|my|an|any|that|a|this))*( order)? (number|receipt|invoice|confirmation|e-?mail)\b"
)
_NOT_THAT = re.compile(
    r"\b(don'?t|do not|haven'?t|can'?t|cannot|really can'?t) (have|got|find|know|remember) (it|that|one|any)\b"
)
_NONE_AT_ALL = re.compile(
    r"\b(there (is|was|'s)|have|got|never had|never got) (no|any|an?) (order )?(number|receipt|invoice|confirmation)\b"
)
_FROM_A_SHOP = re.compile(r"\b(amazon|e-?bay|stores?|shops?|retailers?|dealers?|resellers?|market(place)?)\b")
_FROM_ELSEWHERE = re.compile(
    r"\b(second[- ]?hand|used one|(was|is|it'?s) a (gift|present)|(as|got|got it as) a (gift|present)|gift from)\b"
    r"|\b(e-?bay|amazon|flea market)\b"
    r"|\b(bought|purchased|got|ordered) ((it|this|that|them|one|(a|an|the|my|this|that|some) (\w+ )?\w+) )?"
    r"(from|at|in|on) (a|an|another|the local|my local|some) ?\w* ?"
    r"(store|shop|retailer|dealer|reseller|friend|neighbou?r|colleague|market|marketplace)\b"
    r"|\b(wife|husband|partner|friend|brother|sister|mother|father|mum|mom|dad|son|daughter|parents|uncle|aunt"
    r"|colleague"
    r"|neighbou?r|somebody|someone) gave (it|this|that|them|me)\b|\b(was|were) given (it|one|to me)\b"
)
_FOR_SOMEBODY_ELSE = re.compile(r"\b(gift|present|second[- ]?hand|gave (it|this|that|them|me)|given (to me|it|one))\b")
_FROM_US = re.compile(
    r"\b((from|at|with|by) (you|yours|here|this (shop|site|store))|(your|this) (own )?(web ?)?(shop|site"
    r"|store))\b|^you$"
)
_FROM_SOMEBODY_ELSE = re.compile(r"\b(another|other|else|elsewhere|second[- ]?hand|used|private(ly)?)\b")


def has_no_number(message: Message) -> bool:
    """Whether the customer says that there is no order number, or that the order isn't theirs."""
    return bool(_NO_NUMBER.search(message.words)) or comes_from_elsewhere(message)


def is_sure_to_have_none(message: Message) -> bool:
    """Whether it would be no use to say where the number stands."""
    return bool(_NONE_AT_ALL.search(message.words)) or comes_from_elsewhere(message)


def has_not_got_it(message: Message) -> bool:
    """Whether it says so of what was just asked for."""
    return message.intent == "dont_know" or bool(_NOT_THAT.search(message.words)) or has_no_number(message)


def comes_from_elsewhere(message: Message) -> bool:
    """Bought from somebody else, or a gift: the shop knows no such order."""
    return bool(_FROM_ELSEWHERE.search(message.words))


def read_purchase(message: Message) -> dict[str, Any]:
    """Where it was bought, by whom, and what it is, for somebody without an order."""
    words = message.text.lower()
    tells_who_sold_it = comes_from_elsewhere(message) or _is_from_us(words)
    known = {
        "sold_by": read_seller(message) if tells_who_sold_it else None,
        "kind": read_kind(message),
        "original_purchaser": False if _FOR_SOMEBODY_ELSE.search(words) else None,
    }
    return {slot: value for slot, value in known.items() if value is not None}


def read_seller(message: Message) -> str | None:
    """Who sold it, in answer to just that question."""
    words = message.text.lower()
    from_us = _is_from_us(words)
    from_others = bool(_FROM_SOMEBODY_ELSE.search(words) or (_FROM_A_SHOP.search(words) and not from_us))
    return None if from_us == from_others else "inomega" if from_us else "retailer"


def read_kind(message: Message) -> str | None:
    """Equipment or accessory, where its words say just one of them."""
    words = message.words
    meant = [kind for kind, names in published().shop.called.items() if _names_of(names).search(words)]
    return meant[0] if len(meant) == 1 else None


def _is_from_us(words: str) -> bool:
    """By the shop's whole name or its first word, or by "from you" and the like."""
    name = published().settings.shop.lower()
    return bool(_FROM_US.search(words) or re.search(rf"\b{re.escape(name.split()[0])}\b", words) or name in words)


@cache
def _names_of(goods: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of these names, one or several of it: "camera", "accessories"."""
    names = "|".join(rf"{re.escape(name[:-1])}(?:y|ies)" if name.endswith("y") else re.escape(name) for name in goods)
    return re.compile(rf"\b(?:{names})(?:e?s)?\b")
