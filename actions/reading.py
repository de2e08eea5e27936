"""What a message answers: the open question, and whatever else it says in passing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from actions.case import NOT_YET
from actions.counts import names_a_count, read_answer_to_how_many, without_count
from actions.dates import read_day
from actions.message import CONFIDENT, UNSURE, Message, plain_words
from actions.questions import ALL_ITEMS, NO_THANKS, SOMETHING_ELSE, Question
from actions.which_items import PARTS, WORDS_OF_A_CHOICE, items_of_a_kind, named_items, positioned_items
from actions.wishes import TASK_OF_INTENT, names_a_wish, read_wish, task_of
from actions.without_order import read_kind, read_seller
from actions.yes_no import names_question, only_acknowledges, read_yes_no, takes_something_back
from languages import in_english
from orders import Item

YES_OR_NO_DETAILS = ("working", "original_packaging", "tampered")
_CLAUSES = re.compile(r"[.;!?]+(?=\s|$)|,(?! ?\d{4})(?=\s|$)|\bbut\b|\band\b")
_PHONE_NUMBER = re.compile(r"\+?\d[\d ()/.-]{8,}\d")
_AND_SO_ON = re.compile(r",? and |[,;.] ")
_NEVER_CAME = re.compile(
    r"(?<!money )(?<!refund )(?<!reply )(?<!answer )(?<!mail )"
    r"\bnever (arrived|came|showed up|turned up|got here|reached me|was delivered)\b"
)
_CAME = re.compile(r"\b(came|arrived|received|delivered|got it|got them|reached me|has come|have it)\b")
_NOT_YET = re.compile(
    r"\b(not yet|hasn'?t|has not|haven'?t|have not|never (arrived|came|got|received)|didn'?t (arrive|come|get)"
    r"|still waiting|on its way)\b"
)
_HINTING = re.compile(
    r"\?|n'?t not\b|\bnot that\b|\b(nobody|no ?one|if|whether|maybe|perhaps|might|may|could|would|seems?"
    r"|probably|possibly|think|guess|hope|suppose|claim(s|ed)?|swears?|afraid|will|going to|look(s|ed)?|at first"
    r"|said|says|say|told|matters?|my (old|other|last)|friend'?s|neighbou?r'?s)\b"
    r"|(?<!n't )(?<!n't even )(?<!nt )(?<!not )(?<!longer )(?<!never )(?<!stopped )(?<!quit )\bwork(s|ed|ing)?\b"
    r"(?!.*n'?t\b)"
)
"""What is reported with one of these, doubted, asked or told of something that works, isn't plainly said to fail."""
_WHAT_HAPPENED = {
    "damaged_on_arrival": re.compile(
        r"\W*((yes|well|no),? )?(it|they) (was|were|has been|have been)"
        r"( so| like (that|this)| that way| broken| damaged| dead| defective)* "
        r"((right )?from the (very )?(start|beginning)|on arrival|when (it|they) (arrived|came)"
        r"|when i (got|received|opened|unpacked) (it|them))\W*"
    ),
    "defective": re.compile(
        r"\W*((yes|well|no),? )?(it|that) (just |only )?(came|started|happened|began|broke|died|failed|stopped)"
        r"( working)? (later( on)?|by itself|on its own)\W*"
    ),
    "not_received": re.compile(
        r"\W*((some |a few |a )?(parts?|pieces?) (are|is) missing"
        r"|it('s| is) missing (some |a few |a )?(parts?|pieces?))\W*"
    ),
    "lost": re.compile(r"\W*(it was|it got|it's|i|we) lost( it)?\W*"),
    "repaired_without_consent": re.compile(r"\W*(somebody|someone)( else)? (has )?repaired it\W*"),
}
"""Answers in the words of the options and of `utter_which_fault`, whole: elsewhere they would mean too little."""
_ADMITTING = re.compile(r"^\W*(i (must|have to) (admit|confess|say)|to be honest|honestly)( that)?\b")
_BOTH = re.compile(r"\bboth\b")
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
        fails = plain is None and question.slot == "working" and tells_that_it_fails(message)
        return False if fails else plain
    if question.input == "date":
        if "?" in message.text and not _CAME.search(message.words):
            return None  # 'do I get my money back today?'
        day = read_day(message.words, today)
        return day.isoformat() if day else _not_yet(question, message)
    if question.slot == "order_number":
        return _bare_number(message.text)
    if question.slot == "item":
        is_a_question = "?" in message.text and len(message.words.split()) > WORDS_OF_A_CHOICE
        named = named_items(message.text, items) or items_of_a_kind(message.text, items)
        return named or (None if is_a_question else positioned_items(message.words, items))
    if question.slot == "sold_by":
        return read_seller(message)
    if question.slot == "kind":
        return read_kind(message)
    if question.slot == "quantity":
        return _counted(question, message)
    if question.slot == "wants":
        return _chosen_wish(message)
    if question.slot == "reason":
        return next((reason for reason, said in _WHAT_HAPPENED.items() if said.fullmatch(message.words)), None)
    return None


def read_details(message: Message) -> dict[str, Any]:
    """The facts said in passing, by slot."""
    details = {name: read_detail(name, message) for name in ("email", "order_number", "reason", *YES_OR_NO_DETAILS)}
    may_begin = message.intent in TASK_OF_INTENT or message.intent == UNSURE
    if details["reason"] is None and may_begin and _NEVER_CAME.search(message.words):
        details["reason"] = "not_received"
    if details["reason"] == "changed_mind" and task_of(message) == "withdrawal":
        details["reason"] = None  # 'cancel that request, I changed my mind' is about the request
    return {slot: value for slot, value in details.items() if value is not None}


def read_detail(name: str, message: Message) -> Any | None:
    value = message.details.get(name)
    return value == "true" if name in YES_OR_NO_DETAILS and value is not None else value


def _plain_answer(question: Question, message: Message) -> bool | None:
    """The whole of it, or its beginning where the rest answers other questions: "yes, and I still have the box"."""
    asked = (question.slot, f"{question.slot} {question.about}")
    if question.slot == "confirm":
        return _confirmation(question, message.words, asked)
    first, *rest = _AND_SO_ON.split(message.words, maxsplit=1)
    others = [name for name in YES_OR_NO_DETAILS if name != question.slot]
    answers_others = any(name in message.details or names_question(" ".join(rest), name) for name in others)
    return read_yes_no(first if rest and answers_others else message.words, *asked)


def _confirmation(question: Question, said: str, asked: Sequence[str]) -> bool | None:
    """A yes may say how many, where that is what would be filed: "yes, all four". Another number makes it no yes."""
    rest = without_count(said, question.count)
    if not names_a_count(rest) and read_yes_no(rest, *asked):
        return True
    is_no = read_yes_no(said, *asked) is False and not _BOTH.search(said)  # "no, both": other items than these
    return False if is_no else None


def tells_that_it_fails(message: Message) -> bool:
    """Whether it reports a defect plainly, in whatever words: a hint decides nothing, and is asked back."""
    is_a_report = message.intent == "report_defect" and message.confidence >= CONFIDENT
    if names_a_wish(message) and not names_question(message.words, "working"):
        return False  # 'I'd rather have a replacement'
    return is_a_report and not takes_something_back(message.words) and not _HINTING.search(message.words)


def read_delivery(text: str, today: date) -> date | None:
    """The day on which the customer says that it came, in one clause with that: another day isn't taken for it."""
    days = {read_day(clause, today) for clause in _CLAUSES.split(text) if _CAME.search(clause.lower())} - {None}
    return days.pop() if len(days) == 1 else None


def read_plain_facts(message: Message, known: Mapping[str, Any]) -> dict[str, bool]:
    """Yes-or-no facts in words of their own that are news: "no, nobody modified it", "it works and I have the box"."""
    facts, parts = {}, [_ADMITTING.sub("", part) for part in PARTS.split(message.words)]
    for slot in YES_OR_NO_DETAILS:
        answers = {read_yes_no(part, slot) for part in parts if names_question(part, slot)}
        if len(answers) == 1:
            facts[slot] = answers.pop()
    return {slot: value for slot, value in facts.items() if value is not None and value != known.get(slot)}


def _not_yet(question: Question, message: Message) -> str | None:
    is_away = question.slot == "delivered_at" and _NOT_YET.search(message.words)
    return NOT_YET if is_away else None


def _chosen_option(question: Question, message: Message) -> str | None:
    if message.option in question.options:
        return message.option
    said = {plain_words(message.text), plain_words(message.words)}
    for id, title in question.options.items():
        if said & {plain_words(in_english(title, message.locale)), plain_words(id)}:
            return id
    return None


def _as_items(option: str, items: Sequence[Item]) -> list[int]:
    return [item.id for item in items] if option == ALL_ITEMS else [int(option)]


def _chosen_wish(message: Message) -> str | None:
    """A few words name the wish that is asked for, though alone they would be a question about the policy."""
    is_choice = len(message.text.split()) <= WORDS_OF_A_CHOICE and "?" not in message.text
    return read_wish(replace(message, intent="inform") if is_choice else message)


def _counted(question: Question, message: Message) -> str | None:
    count = read_answer_to_how_many(message.text, question.about, len(question.options))
    return str(count) if count else None


def _next_wish(question: Question, message: Message) -> str | None:
    """A plain yes takes up what is offered where it is only one thing."""
    wish = _chosen_wish(message)
    if wish in question.options:
        return wish
    answer = read_yes_no(message.words)
    offered = [id for id in question.options if id != NO_THANKS]
    is_content = message.intent in ("thank", "goodbye") or (not offered and only_acknowledges(message.words))
    if answer is False or is_content:
        return NO_THANKS
    if answer and not offered:
        return SOMETHING_ELSE
    return offered[0] if answer and len(offered) == 1 else None


def _bare_number(text: str) -> str | None:
    found = [] if _PHONE_NUMBER.search(text) else _DIGITS.findall(text)
    return found[0] if len(found) == 1 else None
