"""How many of an item are meant."""

from __future__ import annotations

import pytest

from actions.counts import read_answer_to_how_many, read_count

NAME = "4K bullet camera"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("one of the four cameras is dead", 1),
        ("two of the four", 2),
        ("just two", 2),
        ("sorry, I meant three", 3),
        ("2 bullet cameras", 2),
        ("only one of them", 1),
        ("all four", 4),
        ("all four are dead", 4),
        ("all 4 of them", 4),
        ("all of the four cameras", 4),
        ("all but one of the cameras are dead", 3),
        ("not all four, only two", 2),
        ("all four, not just one", 4),
        ("half of the cameras", 2),
        ("I have 4 cameras and one of them is dead", None),
        ("every one of them is dead", None),
        ("both cameras", None),
        ("all five", None),
        ("all four boxes are here", None),
        ("the four cameras", None),
        ("my camera died after 2 days", None),
        ("I tried all 3 days long", None),
        ("a bullet camera", None),
        ("order 4", None),
    ],
)
def test_how_many_are_meant_is_read_in_passing(text: str, count: int | None) -> None:
    assert read_count(text, NAME, 4) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("4", 4),
        ("four please", 4),
        ("the four of them", 4),
        ("my four cameras", 4),
        ("all", 4),
        ("all of them", 4),
        ("all the cameras", 4),
        ("every single one", 4),
        ("every one of them", 4),
        ("each one", 4),
        ("everything", 4),
        ("the whole lot", 4),
        ("the lot", 4),
        ("all but one", 3),
        ("all except for two", 2),
        ("all except the one in the garage", 3),
        ("not all four, only two", 2),
        ("half of them", 2),
        ("just the one", 1),
        ("a single one", 1),
        ("no, all four", 4),
        ("both", None),
        ("a pair", None),
        ("not all", None),
        ("2 or 3", None),
        ("all five", None),
        ("5", None),
        ("why four", None),
    ],
)
def test_how_many_are_meant_is_read_where_it_was_asked(text: str, count: int | None) -> None:
    assert read_answer_to_how_many(text, NAME, 4) == count


def test_both_are_two_where_there_are_two() -> None:
    assert read_count("both are dead", NAME, 2) == 2
    assert read_answer_to_how_many("both", NAME, 2) == 2
    assert read_answer_to_how_many("half of them", NAME, 3) is None
