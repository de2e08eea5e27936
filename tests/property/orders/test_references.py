from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orders.references import ALPHABET, new_reference, read_reference

references = st.builds(lambda _: new_reference(), st.integers())
places = st.integers(0, 7)


def characters(reference: str) -> list[str]:
    return list(reference[2:].replace("-", ""))


@given(references)
def test_a_reference_has_nothing_that_is_misheard_as_something_else(reference: str) -> None:
    assert set(characters(reference)) <= set(ALPHABET)
    assert not set("0O1IL") & set(ALPHABET)
    assert reference == f"R-{reference[2:6]}-{reference[7:]}"


@given(references, st.sampled_from([str.lower, str.upper, str.title]), st.sampled_from(["", " ", "-", " - ", "."]))
def test_a_reference_is_read_in_any_case_and_spacing(reference: str, case: type[str], between: str) -> None:
    assert read_reference(case(between.join(reference))) == reference
    assert read_reference(case(between.join(characters(reference)))) == reference


@given(references, places, st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(reference: str, place: int, typed: str) -> None:
    typo = characters(reference)
    same = typo[place] == typed
    typo[place] = typed
    assert (read_reference("".join(typo)) == reference) is same
    assert (read_reference("".join(typo)) is None) is not same


@given(references, places, places)
def test_two_swapped_characters_are_noticed(reference: str, one: int, other: int) -> None:
    swapped = characters(reference)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert (read_reference("".join(swapped)) is None) is (swapped != characters(reference))


@given(st.text())
def test_any_text_is_a_reference_or_none(text: str) -> None:
    read = read_reference(text)
    assert read is None or read_reference(read) == read
