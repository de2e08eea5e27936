from __future__ import annotations

import pytest

from channels.frames import is_packet


@pytest.mark.parametrize(
    "text",
    ["3", "2", "1", "3probe", "40", "40/desk,", '40/desk,{"token":"x"}', "40{}", "41", "41/desk,",
     '42["read",{"seq":1}]', '42["typing"]', '4217["user_uttered",{"message":"hi"}]', '42/desk,3["watch",{}]',
     '42["user_uttered",{"message":"a\\nb, [c] \u2028"}]'],
)  # fmt: skip
def test_what_a_client_sends_is_a_packet(text: str) -> None:
    assert is_packet(text)


@pytest.mark.parametrize(
    "text",
    [None, "", "4", "5", "6", "0", "7", "b4AAAA", "hello", "\u0663", "3x", "42", "42[]", "42{}", "42null", '42"x"',
     "42[1]", "42[null]", "42[[]]", '42["x"', "42/desk", "42/desk,", '42["connect",{}]', '42/desk,["disconnect"]',
     '43["x"]', "43[]", '44{"message":"x"}', '451-["x",{"_placeholder":true,"num":0}]', '461-["x"]', "47", "40[]",
     '401{}', "411", '41["x"]', f"42{'9' * 19}[\"x\"]", "42[" + "[" * 20_000, '42["x",' + "9" * 5000 + "]",
     f'42/{"n" * 200},["x"]'],
)  # fmt: skip
def test_anything_else_is_none(text: str | None) -> None:
    assert not is_packet(text)
