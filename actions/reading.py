"""What a message answers: the open question, and whatever else it says in passing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from actions.dates import read_day
from actions.message import CONFIDENT, Message
from actions.questions import ALL_ITEMS, NO_THANKS, Question
from orders import Item

WISH_OF_INTENT = {"request_refund": "refund", "report_defect": "replacement", "cancel_order": "cancellation"}
TASK_OF_INTENT = {
    **dict.fromkeys([*WISH_OF_INTENT, "request_return", "report_wrong_item"], "decision"),
    "track_order": "tracking",
    "check_request": "requests",
}
POLICY_QUESTIONS = {
    "ask_refund_policy",
    "ask_return_policy",
    "ask_warranty",
    "ask_cancellation_policy",
    "ask_shipping_costs",
    "ask_sale_items",
}
YES_OR_NO_DETAILS = ("working", "original_packaging", "tampered")

_YES = re.compile(
    r"\W*(yes|yeah|yea|yep|yup|ye|y|sure|certainly|of course|correct|right|absolutely|definitely|ok(ay)?)\b"
)
_NO = re.compile(r"\W*(no|nope|nah|n|neither|none|not at all|not really|never\W*$)\b")
_ANYMORE = "( any ?more| any longer)?"
_SHORT_ANSWERS = {
    ("working", True): re.compile(
        r"(it|they|everything|all) (still )?(does|do|works?|is|are)( fine| well| perfectly)?"
    ),
    ("working", False): re.compile(rf"(it|they) (does|do|is|are)(n'?t| not)( work(ing)?)?{_ANYMORE}"),
    ("original_packaging", True): re.compile(
        r"(i|we) (do|(do )?(still )?(have|got|kept) (it|them|that|the (box|packaging)))"
    ),
    ("original_packaging", False): re.compile(rf"(i|we) (do(n'?t| not)|no longer)( have (it|them|that))?{_ANYMORE}"),
    ("tampered", True): re.compile(r"(i|we|they|it) (did|have|has|was|were)"),
    ("tampered", False): re.compile(r"(i|we|it|they|nobody|no one) ((did|have|has|was|were)(n'?t| not)|did|has)"),
}
_WISH_WORDS = {
    "refund": re.compile(r"\b(re-?fund\w*|money|cash|reimburs\w*|pay me back)\b"),
    "replacement": re.compile(
        r"\b(replac\w*|repair\w*|exchang\w*|swap\w*|fix\w*|mend\w*|new one|another one|different one)\b"
    ),
    "cancellation": re.compile(r"\bcancel\w*\b"),
}
_ALL = re.compile(r"\b(all|both|everything|whole|entire|each|every)\b")
_POSITIONS = {
    word: index
    for index, words in enumerate(["first 1st 1", "second 2nd 2", "third 3rd 3", "fourth 4th 4", "fifth 5th 5"])
    for word in words.split()
}
SMALL_WORDS = {"and", "for", "from", "the", "with"}
_DIGITS = re.compile(r"(?<![\w'])#?(?:[A-Za-z]{1,6}[-_]?)?\d[\dA-Za-z-]{2,}")


def read_answer(question: Question, message: Message, items: Sequence[Item], today: date) -> Any | None:
    """The value that `message` gives to the question's slot; None where it gives none."""
    if question.options:
        chosen = _chosen_option(question, message)
        if chosen is not None:
            return _as_items(chosen, items) if question.slot == "item" else chosen
    if question.slot in message.details:
        return read_detail(question.slot, message)
    if question.input == "yes_no":
        return _yes_or_no(question.slot, message)
    if question.input == "date":
        day = read_day(message.text, today)
        return day and day.isoformat()
    if question.slot == "order_number":
        return _bare_number(message.text)
    if question.slot == "item":
        return _named_items(message.text, items) or _positioned_items(message.text, items)
    if question.slot == "wants":
        return read_wish(message)
    if question.slot == "next_wish":
        return _next_wish(question, message)
    return None


def read_details(message: Message) -> dict[str, Any]:
    """The facts said in passing, by slot."""
    details = {name: read_detail(name, message) for name in ("email", "order_number", "reason", *YES_OR_NO_DETAILS)}
    return {slot: value for slot, value in details.items() if value is not None}


def read_detail(name: str, message: Message) -> Any | None:
    value = message.details.get(name)
    return value == "true" if name in YES_OR_NO_DETAILS and value is not None else value


def read_wish(message: Message) -> str | None:
    """What the customer wants to have. "Return" may mean money or an exchange, so it says neither."""
    if message.intent in POLICY_QUESTIONS:
        return None
    words = message.text.lower()
    spoken = [wish for wish, pattern in _WISH_WORDS.items() if pattern.search(words)]
    meant = WISH_OF_INTENT.get(message.intent)
    if meant and (not spoken or meant in spoken):
        return meant
    return spoken[0] if len(spoken) == 1 else None


def read_items(message: Message, items: Sequence[Item]) -> list[int] | None:
    """The items that are named in passing; the only one where there is but one."""
    return [items[0].id] if len(items) == 1 else _named_items(message.text, items)


def starts_something(message: Message) -> bool:
    """Whether it is a request of its own, said clearly enough to leave the open question for it."""
    return message.intent in TASK_OF_INTENT and message.confidence >= CONFIDENT


def _chosen_option(question: Question, message: Message) -> str | None:
    if message.option in question.options:
        return message.option
    said = _plain(message.text)
    for id, title in question.options.items():
        if said in (_plain(title), _plain(id)):
            return id
    return None


def _as_items(option: str, items: Sequence[Item]) -> list[int]:
    return [item.id for item in items] if option == ALL_ITEMS else [int(option)]


def _yes_or_no(slot: str, message: Message) -> bool | None:
    words = message.text.lower().replace("’", "'").strip(" .!,")
    if message.intent in ("dont_know", "stop"):
        return None
    for (answered, value), pattern in _SHORT_ANSWERS.items():
        if answered == slot and pattern.fullmatch(words):
            return value
    if _YES.match(words):
        return True
    if _NO.match(words):
        return False
    return {"affirm": True, "deny": False}.get(message.intent)


def _next_wish(question: Question, message: Message) -> str | None:
    """A plain yes takes up what is offered where it is only one thing."""
    wish = read_wish(message)
    if wish in question.options:
        return wish
    answer = _yes_or_no(question.slot, message)
    if answer is False or message.intent in ("thank", "goodbye"):
        return NO_THANKS
    offered = [id for id in question.options if id != NO_THANKS]
    return offered[0] if answer and len(offered) == 1 else None


def _bare_number(text: str) -> str | None:
    found = _DIGITS.findall(text)
    return found[0] if len(found) == 1 else None


def _named_items(text: str, items: Sequence[Item]) -> list[int] | None:
    """Items of which the text has a word that no other item's name has."""
    said = set(_plain(text).split())
    named = [item.id for item in items if said & _words_of_its_own(item, items)]
    return named or None


def _words_of_its_own(item: Item, items: Sequence[Item]) -> set[str]:
    others = {word for other in items if other is not item for word in _plain(other.name).split()}
    return {word for word in _plain(f"{item.name} {item.sku}").split() if len(word) > 2} - others - SMALL_WORDS


def _positioned_items(text: str, items: Sequence[Item]) -> list[int] | None:
    words = _plain(text).split()
    if _ALL.search(" ".join(words)):
        return [item.id for item in items]
    if "last" in words:
        return [items[-1].id]
    positions = {_POSITIONS[word] for word in words if word in _POSITIONS}
    return [items[position].id for position in sorted(positions) if position < len(items)] or None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
