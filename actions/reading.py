"""What a message answers: the open question, and whatever else it says in passing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from actions.case import NOT_YET
from actions.dates import NUMBERS, read_day
from actions.message import CONFIDENT, Message
from actions.questions import ALL_ITEMS, NO_THANKS, SOMETHING_ELSE, Question
from actions.yes_no import names_question, read_yes_no
from orders import Item, read_reference

WISH_OF_INTENT = {"request_refund": "refund", "report_defect": "replacement", "cancel_order": "cancellation"}
TASK_OF_INTENT = {
    **dict.fromkeys([*WISH_OF_INTENT, "request_return", "report_wrong_item"], "decision"),
    "track_order": "tracking",
    "check_request": "requests",
}
FAULTS = {"defective", "damaged_on_arrival"}
POLICY_QUESTIONS = {
    "ask_refund_policy",
    "ask_return_policy",
    "ask_warranty",
    "ask_cancellation_policy",
    "ask_shipping_costs",
    "ask_sale_items",
}
YES_OR_NO_DETAILS = ("working", "original_packaging", "tampered")

_WISH_WORDS = {
    "refund": re.compile(r"\b(re-?fund\w*|money|cash|reimburs\w*|pay me back)\b"),
    "replacement": re.compile(
        r"\b(replac\w*|repair\w*|exchang\w*|swap\w*|fix\w*|mend\w*|new one|another one|different one)\b"
    ),
    "cancellation": re.compile(r"\bcancel\w*\b"),
}
_PARTS = re.compile(r"[.,;!?]+(?=\s|$)|\bbut\b|\band\b(?= (?:i|we) )")
_PARTS_OF_A_LIST = re.compile(r"[.,;!?]+(?=\s|$)|\bbut\b|\band\b")
_RULING_OUT = re.compile(r"\bnot\b")
_KEEPING = re.compile(
    r"\b(keep|keeping|kept|forget|instead of|rather than|not (the|my|those|these)"
    r"|(is|are|works?) (still )?(fine|ok|okay|good|great))\b"
)
_EVERYTHING = re.compile(
    r"\b(both|everything(?! (?:works|worked|is|was|else))|(whole|entire|complete) order|all of (it|them)"
    r"|all (the |my )?items)\b"
)
_NUMBER = r"\d+|" + "|".join(word for word in NUMBERS if word not in ("a", "an", "couple"))
_PHONE_NUMBER = re.compile(r"\+?\d[\d ()/.-]{8,}\d")
_CORRECTING = re.compile(r"\b(no|not|actually|rather|instead|only|just|other|meant|wait|sorry|forget)\b")
_NO_NUMBER = re.compile(
    r"\b(no|without|lost|don'?t have|do not have|haven'?t got|can'?t find|cannot find|threw away|don'?t know)"
    r"( (the|my|an|any|that|a|this))*( order)? (number|receipt|invoice|confirmation|e-?mail)\b"
)
_NOT_THAT = re.compile(
    r"\b(don'?t|do not|haven'?t|can'?t|cannot|really can'?t) (have|got|find|know|remember) (it|that|one|any)\b"
)
_AND_SO_ON = re.compile(r",? and |[,;.] ")
_WITHDRAWING = re.compile(
    r"\b(withdraw|take back|call off|cancel|drop|stop) (my |the |that |this |it'?s )*"
    r"(request|claim|refund request|return request|refund|return|replacement)\b|^(please )?withdraw( it)?\b"
)
_REFERENCE = re.compile(r"\bR[- ]?[0-9A-Z]{4}[- ]?[0-9A-Z]{4}\b", re.IGNORECASE)
_NEVER_CAME = re.compile(r"\bnever (arrived|came|showed up|turned up|got here|reached me|was delivered)\b")
_WHERE = re.compile(r"\W*where('?s| is| are)\b")
_EITHER = re.compile(r"\b(or|either|whichever|whatever)\b")
_NONE_AT_ALL = re.compile(
    r"\b(there (is|was|'s)|have|got|never had|never got) (no|any|an?) (order )?(number|receipt|invoice|confirmation)\b"
)
_FROM_A_SHOP = re.compile(r"\b(amazon|e-?bay|store|shop|retailer|dealer|reseller|market)\b")
_WANTING = re.compile(r"\b(want|like|rather|instead|please|prefer|then|need|give me|ask for)\b")
_FROM_ELSEWHERE = re.compile(
    r"\b(second[- ]?hand|used one|was a (gift|present)|(as|got|got it as) a (gift|present)|gift from)\b"
    r"|\b(e-?bay|amazon|flea market)\b"
    r"|\b(bought|purchased|got) (it |this |that |them )?(from|at|in|on) (a|an|another|the local|my local) ?\w* ?"
    r"(store|shop|retailer|dealer|reseller|friend|neighbou?r|colleague|market)\b"
)
_KIND_WORDS = {
    "equipment": re.compile(
        r"\b(cameras?|cams?|nvr|dvr|recorders?|switch|dis[ck]|drive|hdd|monitor|doorbell|equipment)\b"
    ),
    "accessory": re.compile(r"\b(cables?|cords?|mounts?|brackets?|adapt[eo]rs?|plugs?|accessor(y|ies)|charger)\b"),
}
_CAME = re.compile(r"\b(came|arrived|received|delivered|got it|got them|reached me|has come|have it)\b")
_NOT_YET = re.compile(
    r"\b(not yet|hasn'?t|has not|haven'?t|have not|never (arrived|came|got|received)|didn'?t (arrive|come|get)"
    r"|still waiting|on its way)\b"
)
_ALL = re.compile(r"\b(all|both|everything|whole|entire|each|every)\b")
_POSITIONS = {
    word: index
    for index, words in enumerate(["first 1st 1", "second 2nd 2", "third 3rd 3", "fourth 4th 4", "fifth 5th 5"])
    for word in words.split()
}
_SEVERAL = re.compile(r"\b(?:both|all|these|those|the two)(?: of)?(?: the| my| these| those)? (\w+s)\b")
_ORDINAL = re.compile(r"\b(first|second|third|fourth|fifth|last) (?:one|item|product|piece)\b")
WORDS_OF_A_CHOICE = 5
WORDS_OF_A_COUNT = 2
COUNT_OF_BOTH = 2
_MODEL = re.compile(r"\d[a-z]|[a-z]\d")  # as in 4K
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
    if question.slot == "next_wish":
        return _next_wish(question, message)
    if question.input == "yes_no":
        plain = _plain_answer(question, message)
        return False if plain is None and _tells_that_it_fails(question, message) else plain
    if question.input == "date":
        day = read_day(message.text, today)
        return day.isoformat() if day else _not_yet(question, message)
    if question.slot == "order_number":
        return _bare_number(message.text)
    if question.slot == "item":
        return named_items(message.text, items) or _positioned_items(message.text, items)
    if question.slot == "kind":
        return _kind(message)
    if question.slot == "quantity":
        return _counted(question, message)
    if question.slot == "wants":
        return _chosen_wish(message)
    return None


def read_details(message: Message) -> dict[str, Any]:
    """The facts said in passing, by slot."""
    details = {name: read_detail(name, message) for name in ("email", "order_number", "reason", *YES_OR_NO_DETAILS)}
    if details["reason"] is None and message.intent in TASK_OF_INTENT and _NEVER_CAME.search(message.text.lower()):
        details["reason"] = "not_received"
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
    if len(spoken) > 1 and _EITHER.search(words):
        return None
    if set(spoken) == {"cancellation", "refund"}:
        return "cancellation"  # the money back is what a cancellation brings
    meant = WISH_OF_INTENT.get(message.intent)
    if message.details.get("reason") in FAULTS and message.intent != "request_return":
        meant = meant or "replacement"
    if meant and (not spoken or meant in spoken):
        return meant
    return spoken[0] if len(spoken) == 1 else None


def names_a_wish(message: Message) -> bool:
    """Whether it says in words what is wanted."""
    return any(pattern.search(message.text.lower()) for pattern in _WISH_WORDS.values())


def read_items(message: Message, items: Sequence[Item]) -> list[int] | None:
    """The items that are named in passing; the only one where there is but one."""
    if len(items) == 1:
        return [items[0].id]
    named = named_items(message.text, items) or _items_of_a_kind(message.text, items)
    if named is None and _EVERYTHING.search(message.text.lower()):
        return [item.id for item in items]
    return named or _ordinal_item(message.text, items) or _item_at_the_price(message, items)


def _items_of_a_kind(text: str, items: Sequence[Item]) -> list[int] | None:
    """The cameras, where "both cameras" is said and two of the three items are some."""
    plurals = {word.rstrip("s") for word in _SEVERAL.findall(_plain(text))} - SMALL_WORDS
    alike = [item.id for item in items if plurals & _stems(item.name)]
    return alike if 1 < len(alike) < len(items) else None


def _ordinal_item(text: str, items: Sequence[Item]) -> list[int] | None:
    found = _ORDINAL.search(text.lower())
    if found is None:
        return None
    place = len(items) - 1 if found[1] == "last" else _POSITIONS[found[1]]
    return [items[place].id] if place < len(items) else None


def _item_at_the_price(message: Message, items: Sequence[Item]) -> list[int] | None:
    """The one item that has the price that is named."""
    amount = message.details.get("amount", "").partition(" ")[0]
    at_the_price = [item.id for item in items if amount and Decimal(item.unit_price) == Decimal(amount) * 100]
    return at_the_price if len(at_the_price) == 1 else None


def read_count(text: str, name: str, left: int) -> int | None:
    """How many of what has this name are meant: "one of the four cameras", "just two", "both", "2 bullet cameras"."""
    said = _plain(text)
    if "both" in said.split() and left == COUNT_OF_BOTH:
        return left
    things = "|".join(map(re.escape, _stems(name)))
    before_the_thing = rf"(?<!of )(?<!the )\b({_NUMBER}) (?:of\b|(?:\w+ )?(?:{things})s?\b)"
    after_only = rf"\b(?:only|just|meant|exactly) ({_NUMBER})\b"
    numbers = re.findall(before_the_thing, said) + re.findall(after_only, said)
    counts = {int(number) if number.isdigit() else NUMBERS[number] for number in numbers} & set(range(1, left + 1))
    return counts.pop() if len(counts) == 1 else None


def starts_something(message: Message) -> bool:
    """Whether it is a request of its own, said clearly enough to leave the open question for it."""
    return (message.intent in TASK_OF_INTENT and message.confidence >= CONFIDENT) or _withdraws(message)


def task_of(message: Message) -> str:
    """What it is all about, for a message that begins something. Who wants something for a lost parcel, wants that."""
    if _withdraws(message):
        return "withdrawal"
    task = TASK_OF_INTENT.get(message.intent, "decision")
    if message.intent == "inform" and _WHERE.match(message.text.lower()):
        return "tracking"
    return "decision" if task == "tracking" and names_a_wish(message) and "?" not in message.text else task


def find_reference(text: str) -> str | None:
    """The reference of a request that is named, with its check character right."""
    found = (read_reference(match[0]) for match in _REFERENCE.finditer(text))
    return next((reference for reference in found if reference), None)


def _withdraws(message: Message) -> bool:
    return "?" not in message.text and bool(_WITHDRAWING.search(message.text.lower()))


def _plain_answer(question: Question, message: Message) -> bool | None:
    """The whole of it, or its beginning where the rest answers other questions: "yes, and I still have the box"."""
    asked = (question.slot, f"{question.slot} {question.about}")
    first, *rest = _AND_SO_ON.split(message.text, maxsplit=1)
    others = [name for name in YES_OR_NO_DETAILS if name != question.slot and name in message.details]
    if rest and others and question.slot != "confirm":
        return read_yes_no(first, *asked)
    return read_yes_no(message.text, *asked)


def _tells_that_it_fails(question: Question, message: Message) -> bool:
    """Whoever reports a defect when asked whether it works, says that it doesn't."""
    return question.slot == "working" and message.intent == "report_defect" and message.confidence >= CONFIDENT


def has_no_number(message: Message) -> bool:
    """Whether the customer says that there is no order number, or that the order isn't theirs."""
    return bool(_NO_NUMBER.search(message.text.lower())) or comes_from_elsewhere(message)


def is_sure_to_have_none(message: Message) -> bool:
    """Whether it would be no use to say where the number stands."""
    return bool(_NONE_AT_ALL.search(message.text.lower())) or comes_from_elsewhere(message)


def read_purchase(message: Message) -> dict[str, str]:
    """Where it was bought and what it is, for somebody without an order."""
    words = message.text.lower()
    from_a_shop = comes_from_elsewhere(message) and _FROM_A_SHOP.search(words)
    known = {"sold_by": "retailer" if from_a_shop else None, "kind": _kind(message)}
    return {slot: value for slot, value in known.items() if value}


def has_not_got_it(message: Message) -> bool:
    """Whether it says so of what was just asked for."""
    return message.intent == "dont_know" or bool(_NOT_THAT.search(message.text.lower())) or has_no_number(message)


def turns_to_another_wish(message: Message, wish: str | None) -> str | None:
    """The other wish that is said in the middle of a case: "no, please replace it instead"."""
    words = message.text.lower()
    other = read_wish(replace(message, intent="inform", details={})) if "?" not in words else None
    return other if other != wish and _WANTING.search(words) else None


def comes_from_elsewhere(message: Message) -> bool:
    """Bought from somebody else, or a gift: the shop knows no such order."""
    return bool(_FROM_ELSEWHERE.search(message.text.lower()))


def read_delivery(text: str, today: date) -> date | None:
    """The day on which the customer says that it came."""
    said = " ".join(part for part in _PARTS.split(text) if not _RULING_OUT.search(part.lower()))
    return read_day(said, today) if _CAME.search(said.lower()) else None


def tells_items_apart(text: str, items: Sequence[Item]) -> bool:
    """Whether something is said of some of the items and not of the others."""
    said_of = [named_items(part, items) for part in _PARTS_OF_A_LIST.split(text)]
    return any(named is not None and len(named) < len(items) for named in said_of)


def read_corrections(message: Message, known: Mapping[str, Any]) -> dict[str, bool]:
    """Yes-or-no facts that are said to be otherwise: "no, nobody modified it, I misread the question"."""
    corrected = {}
    for slot in YES_OR_NO_DETAILS:
        answers = {read_yes_no(part, slot) for part in _PARTS.split(message.text) if names_question(part, slot)}
        if known.get(slot) is not None and len(answers) == 1:
            corrected[slot] = answers.pop()
    return {slot: value for slot, value in corrected.items() if value is not None and value != known[slot]}


def _kind(message: Message) -> str | None:
    words = message.text.lower()
    meant = [kind for kind, pattern in _KIND_WORDS.items() if pattern.search(words)]
    return meant[0] if len(meant) == 1 else None


def _not_yet(question: Question, message: Message) -> str | None:
    is_away = question.slot == "delivered_at" and _NOT_YET.search(message.text.lower())
    return NOT_YET if is_away else None


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


def _chosen_wish(message: Message) -> str | None:
    """A few words name the wish that is asked for, though alone they would be a question about the policy."""
    is_choice = len(message.text.split()) <= WORDS_OF_A_CHOICE and "?" not in message.text
    return read_wish(replace(message, intent="inform") if is_choice else message)


def _counted(question: Question, message: Message) -> str | None:
    """How many are meant: a number, said alone or with what is counted, or all of them."""
    words = _plain(message.text).split()
    every = list(question.options)[-1]
    if _ALL.search(" ".join(words)) and len(words) <= WORDS_OF_A_CHOICE:
        return every
    if count := read_count(message.text, question.about, len(question.options)):
        return str(count)
    counts = {str(NUMBERS.get(word, word)) for word in words} & set(question.options)
    return counts.pop() if len(counts) == 1 and len(words) <= WORDS_OF_A_COUNT else None


def _next_wish(question: Question, message: Message) -> str | None:
    """A plain yes takes up what is offered where it is only one thing."""
    wish = _chosen_wish(message)
    if wish in question.options:
        return wish
    answer = read_yes_no(message.text)
    if answer is False or message.intent in ("thank", "goodbye"):
        return NO_THANKS
    offered = [id for id in question.options if id != NO_THANKS]
    if answer and not offered:
        return SOMETHING_ELSE
    return offered[0] if answer and len(offered) == 1 else None


def turns_to_other_items(message: Message, chosen: Sequence[Item], items: Sequence[Item]) -> list[int] | None:
    """The items that are named instead of those chosen before."""
    named = named_items(message.text, items)
    is_correction = bool(_CORRECTING.search(message.text.lower())) or len(message.text.split()) <= WORDS_OF_A_CHOICE
    return named if named and is_correction and set(named) != {item.id for item in chosen} else None


def _bare_number(text: str) -> str | None:
    found = [] if _PHONE_NUMBER.search(text) else _DIGITS.findall(text)
    return found[0] if len(found) == 1 else None


def named_items(text: str, items: Sequence[Item]) -> list[int] | None:
    """Items of which the text has a word that no other item's name has; what is kept isn't meant."""
    said = _stems(" ".join(part for part in _PARTS.split(text) if not _KEEPING.search(part.lower())))
    named = [item.id for item in items if said & _words_of_its_own(item, items)]
    return named or None


def _words_of_its_own(item: Item, items: Sequence[Item]) -> set[str]:
    others = {word for other in items if other is not item for word in _stems(f"{other.name} {other.sku}")}
    own = _stems(f"{item.name} {item.sku}") - others - SMALL_WORDS
    return {word for word in own if len(word) > 2 or _MODEL.fullmatch(word)}


def _stems(text: str) -> set[str]:
    """Its words, without the s of a plural."""
    return {word.rstrip("s") for word in _plain(text).split()}


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
