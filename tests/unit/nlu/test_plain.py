from __future__ import annotations

import random

import pytest

from nlu.plain import plain, says_something
from nlu.spelling import mend


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I WANT my Refund", "i want my refund"),
        ("it’s broken, don't ask", "its broken, dont ask"),
        ("order INO-10482 and sam@example.com", "order  number  and  email "),
        ("#10533", " number "),
        ("3 cameras", "0 cameras"),
        ("see https://example.com/a?b=c now", "see  link  now"),
        ("refuuuuund", "refund"),
        ("ｒｅｆｕｎｄ", "refund"),
        ("👋🏽!", "👋🏽! hello"),
        ("🙏🙏", "🙏🙏 thank you"),
        ("where is it 🙏", "where is it 🙏"),
    ],
)
def test_what_carries_no_meaning_is_made_alike(text: str, expected: str):
    assert plain(text).split() == expected.split()


@pytest.mark.parametrize(
    ("slip", "word"),
    [
        ("refnd", "refund"),
        ("rfeund", "refund"),
        ("refuund", "refund"),
        ("retunr", "return"),
        ("camra", "camera"),
        ("waranty", "warranty"),
        ("cancle", "cancel"),
        ("oder", "order"),
        ("teh", "the"),
        ("hwere", "where"),
    ],
)
def test_a_slip_of_the_finger_is_mended(slip: str, word: str):
    assert mend()(slip) == word


@pytest.mark.parametrize(
    "word",
    [
        *["older", "form", "nvr", "dvr", "poe", "onvif", "no", "camera", "zxqvw", "dont"],
        *["wasnt", "skip", "scam", "yup", "thx", "wifi", "tracked", "login", "abort", "pending"],
    ],
)
def test_words_and_what_is_far_from_every_word_stay(word: str):
    assert mend()(word) == word


def test_most_slips_in_the_shops_words_are_mended():
    rng = random.Random(3)
    words = ["refund", "return", "replacement", "camera", "recorder", "warranty", "cancel", "parcel", "order"]
    slips = [word[:at] + word[at + 1 :] for word in words * 20 for at in [rng.randrange(1, len(word))]]

    mended = [mend()(slip) for slip in slips]

    assert sum(word in words for word in mended) >= 0.9 * len(slips)


@pytest.mark.parametrize(
    ("text", "says"), [("?!", False), ("😀", False), ("", False), ("👍", True), ("7", True), ("a", True)]
)
def test_signs_alone_say_nothing(text: str, says: bool):
    assert says_something(plain(text)) is says
