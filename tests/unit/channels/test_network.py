from __future__ import annotations

import pytest

from channels.network import disguised


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7", "::ffff:203.0.113.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("some-name", "some-name"),
    ],
)
def test_one_customers_addresses_have_one_name(one: str, other: str) -> None:
    assert disguised(one) == disguised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("203.0.113.7", "203.0.113.8"),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8"),
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
    ],
)
def test_other_customers_have_another_name(one: str, other: str) -> None:
    assert disguised(one) != disguised(other)
