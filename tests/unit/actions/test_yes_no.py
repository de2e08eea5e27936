"""A plain yes or no is taken for what it is; whatever else comes with it is read as neither."""

from __future__ import annotations

import pytest

from actions.yes_no import read_yes_no


@pytest.mark.parametrize(
    "text",
    [
        "yes", "Yes please!", "yep sure", "of course", "that's right", "ok", "go ahead", "please file it", "It does.",
        "yes it does", "yes, they are all there", "👍", "yess", "sure thing", "do it", "everything is", "all right",
    ],
)  # fmt: skip
def test_a_plain_yes(text: str) -> None:
    assert read_yes_no(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "no", "No thanks", "nope sorry", "no, not now", "not at all", "never", "nobody did", "it doesn't", "It isn’t.",
        "no i don't have it any more", "please don't", "rather not", "no not that I know of", "👎", "no one",
    ],
)  # fmt: skip
def test_a_plain_no(text: str) -> None:
    assert read_yes_no(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "is that right?", "yes?", "ok wait", "yes but first tell me how long it takes", "yes, if it's free",
        "that's too little", "yep, still in its wrapping", "that sounds odd", "that's unfair", "no problem at all",
        "no it's perfect", "not yet", "no but my son dropped it", "ok money back then", "never mind", "why not",
        "maybe", "", "i don't know", "no, the other one", "yes no", "later", "no scratches", "not thrown away",
    ],
)  # fmt: skip
def test_anything_more_is_neither(text: str) -> None:
    assert read_yes_no(text) is None
