"""What a message wants to have, and what it begins."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.message import CONFIDENT, Message
from orders import read_reference

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
_WISH_WORDS = {
    "refund": re.compile(r"\b(re-?fund\w*|money|cash|reimburs\w*|pay me back)\b"),
    "replacement": re.compile(
        r"\b(replac\w*|repair\w*|exchang\w*|swap\w*|fix\w*|mend\w*|new one|another one|different one"
        r"|(?<!i )(?<!i'll )(?<!to )(re-?send|send (it|them|everything) again))\b"
    ),
    "cancellation": re.compile(r"\bcancel\w*\b"),
}
_WITHDRAWING = re.compile(
    r"\b(withdraw|take back|call off|cancel|drop|stop) (my |the |that |this |it'?s )*"
    r"(request|claim|refund request|return request|refund|return|replacement)\b|^(please )?withdraw( it)?\b"
)
_ASKING_FOR = re.compile(r"\b(can|could|would|will|may) (you|i|we)\b")
_REFERENCE = re.compile(r"\bR[- ]?[0-9A-Z]{4}[- ]?[0-9A-Z]{4}\b", re.IGNORECASE)
_WHERE = re.compile(r"\W*where('?s| is| are)\b")
_ASKING_WHERE = re.compile(
    r"\?|\b(where|when|track\w*|status|whereabouts|still|yet|not|\w+n'?t|never|waiting|wait|late|overdue|update|know)\b"
)
_PARCEL = re.compile(
    r"\b(parcel|package|order|delivery|delivered|shipment|shipped|arrived?|come|came|received|got it)\b"
)
_EITHER = re.compile(r"\b(or|either|whichever|whatever)\b")
_WANTING = re.compile(r"\b(want|like|rather|instead|please|prefer|then|need|give me|ask for)\b")


def read_wish(message: Message) -> str | None:
    """What the customer wants to have. "Return" may mean money or an exchange, so it says neither."""
    if message.intent in POLICY_QUESTIONS:
        return None
    words = message.words
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
    return any(pattern.search(message.words) for pattern in _WISH_WORDS.values())


def names_a_parcel(message: Message) -> bool:
    """Whether it is about something on its way."""
    return bool(_PARCEL.search(message.words))


def only_tells_of_its_arrival(message: Message) -> bool:
    """Whether a message about the parcel asks nothing: "it only came yesterday"."""
    return message.intent == "track_order" and not _ASKING_WHERE.search(message.words)


def starts_something(message: Message) -> bool:
    """Whether it is a request of its own, said clearly enough to leave the open question for it."""
    return (message.intent in TASK_OF_INTENT and message.confidence >= CONFIDENT) or _withdraws(message)


def task_of(message: Message) -> str:
    """What it is all about, for a message that begins something. Who wants something for a lost parcel, wants that."""
    if _withdraws(message):
        return "withdrawal"
    task = TASK_OF_INTENT.get(message.intent, "decision")
    if message.intent == "inform" and _WHERE.match(message.words):
        return "tracking"
    return "decision" if task == "tracking" and names_a_wish(message) and "?" not in message.text else task


def turns_to_another_wish(message: Message, wish: str | None) -> str | None:
    """The other wish that is said in the middle of a case: "no, please replace it instead"."""
    words = message.words
    other = read_wish(replace(message, intent="inform", details={})) if "?" not in words else None
    return other if other != wish and _WANTING.search(words) else None


def find_reference(text: str) -> str | None:
    """The reference of a request that is named, with its check character right."""
    found = (read_reference(match[0]) for match in _REFERENCE.finditer(text))
    return next((reference for reference in found if reference), None)


def _withdraws(message: Message) -> bool:
    is_a_request = "?" not in message.text or _ASKING_FOR.search(message.words)
    return bool(is_a_request and _WITHDRAWING.search(message.words))
