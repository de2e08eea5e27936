from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orders.money import share, to_minor, to_text

amounts = st.integers(0, 10**12)
currencies = st.sampled_from(["USD", "EUR", "JPY", "KWD"])


@st.composite
def lines_in_parts(draw: st.DrawFn) -> tuple[int, int, list[int]]:
    """A line's unit price, its discount, and its units in parts of one or more."""
    parts = draw(st.lists(st.integers(1, 50), min_size=1, max_size=20))
    unit_price = draw(st.integers(0, 10**8))
    return unit_price, draw(st.integers(0, unit_price * sum(parts))), parts


@given(lines_in_parts())
def test_the_parts_of_a_line_bring_all_of_it_and_never_more_than_their_price(
    line: tuple[int, int, list[int]],
) -> None:
    unit_price, discount, parts = line
    left, units = discount, sum(parts)
    for part in parts:
        brought = share(left, part, units)
        assert 0 <= brought <= min(left, unit_price * part)
        left, units = left - brought, units - part
    assert left == 0


@given(amounts, st.integers(1, 1000), st.integers(1, 1000))
def test_a_share_is_the_nearest_cent(amount: int, part: int, more: int) -> None:
    whole = part + more
    assert abs(share(amount, part, whole) * whole - amount * part) * 2 <= whole


@given(amounts, currencies)
def test_an_amount_is_read_as_it_was_written(minor: int, currency: str) -> None:
    text = to_text(minor, currency)
    assert "e" not in text.lower()
    if len(text.split(".")[0]) <= 12:
        assert to_minor(text, currency) == minor
