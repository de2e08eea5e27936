"""The plain form of a text that the model reads: what carries no meaning is made alike."""

from __future__ import annotations

import re
import unicodedata

from nlu.spelling import mend

LONGEST = 600  # characters that are read; the wish comes early, and a pasted novel costs time

# What differs from customer to customer says nothing about the wish, only that it was given.
MASKS = (
    (re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}"), " email "),
    (re.compile(r"\br-[0-9a-z]{4}-[0-9a-z]{4}\b"), " reference "),
    (re.compile(r"(?:https?://|www\.)\S{1,500}"), " link "),
    (re.compile(r"(?:\bino[\s#-]{0,3}|#\s?)\d{3,}|\b[a-z]{0,4}-?\d{4,}[\d-]*\b"), " number "),
    (re.compile(r"\d+"), "0"),
)
# What a sign means where it is the whole message; beside words it only decorates.
SIGNS = {
    "👍": "yes", "👌": "ok", "✅": "yes", "✔": "yes", "👎": "no", "❌": "no", "👋": "hello", "🙏": "thank you",
    "❤": "thank you", "😊": "thank you", "😡": "i am angry", "😠": "i am angry", "🤬": "i am angry",
}  # fmt: skip
APOSTROPHE = re.compile(r"(?<=\w)['’‘`´](?=\w)")
STRETCHED = re.compile(r"(\D)\1{2,}")
SAYS_SOMETHING = re.compile(r"\w")


def plain(text: str) -> str:
    """The beginning in lower case, with numbers, addresses, spelling habits and slips of the finger made alike."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    if not says_something(text):
        text += next((f" {SIGNS[sign]}" for sign in text if sign in SIGNS), "")
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    text = APOSTROPHE.sub("", text)
    return mend()(STRETCHED.sub(r"\1\1", text))


def says_something(text: str) -> bool:
    """Whether there is a word or a number in it."""
    return SAYS_SOMETHING.search(text) is not None
