"""Whatever comes in, facts are decided or refused with a field and a sentence: no other exception, no lost line."""

from __future__ import annotations

import copy
import io
import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_core import BadFacts, decide
from policy_core.command_line import main
from tests.property.policy_core.strategies import facts, thoroughly

ODD_TIMES = ["2026-03-05", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-03-05T24:00:00Z",
             "2026-W10-4T10:00:00Z", "2026-03-05T10:00:00.1234567Z", "2026-03-05T10:00:00+99:99"]  # fmt: skip
ODD_NUMBERS = ["1e9", "-0", "NaN", "Infinity", "٣", "1" * 40, "0." + "0" * 60 + "1", 10**400, -(10**400), 1e308]
ODD_WORDS = ["", "USD", "refund", "en-US", "\ud800", "\x00"]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from([*ODD_TIMES, *ODD_NUMBERS, *ODD_WORDS]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(), st.integers(), max_size=2),
)
ANY_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=8,
)


def places_in(document: Any) -> list[list[Any]]:
    """The path of every value inside."""
    steps = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else []
    )
    return [path for step, inner in steps for path in ([step], *([step, *rest] for rest in places_in(inner)))]


@st.composite
def spoilt_facts(draw: st.DrawFn) -> dict[str, Any]:
    """Good facts with some of their values replaced, taken away or added to."""
    document = copy.deepcopy(draw(facts()))
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from(places_in(document)))
        holder: Any = document
        for step in path:
            holder = holder[step]
        how = draw(st.sampled_from(["replace", "replace", "replace", "take away", "add"]))
        if how == "replace":
            holder[last] = draw(ODD)
        elif how == "take away":
            del holder[last]
        elif isinstance(holder, dict):
            holder[draw(st.text())] = draw(ODD)
        if not places_in(document):
            break
    return document


def decided_or_refused(document: Any) -> None:
    """Fails on any other exception than BadFacts, and on one that says nothing."""
    try:
        answer: Any = decide(document).to_dict()
    except BadFacts as bad:
        answer = bad.to_dict()
    assert json.dumps(answer)
    assert "error" not in answer or answer["error"]["message"]


@thoroughly
@given(spoilt_facts())
def test_spoilt_facts_are_decided_or_refused(document: dict[str, Any]) -> None:
    decided_or_refused(document)


@thoroughly
@given(ANY_JSON)
def test_any_json_is_decided_or_refused(document: Any) -> None:
    decided_or_refused(document)


def through_the_command_line(lines: list[bytes]) -> tuple[int, list[Any]]:
    patch = pytest.MonkeyPatch()
    out = io.TextIOWrapper(io.BytesIO())
    with patch.context() as patched:
        patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines))))
        patched.setattr(sys, "stdout", out)
        status = main(["decide"])
    return status, [json.loads(line) for line in out.buffer.getvalue().splitlines()]


@thoroughly
@given(st.lists(st.one_of(spoilt_facts().map(lambda facts: json.dumps(facts).encode()), st.binary()), max_size=3))
def test_any_lines_are_decided_or_refused_one_by_one(lines: list[bytes]) -> None:
    lines = [part for line in lines for part in line.split(b"\n")]

    status, decisions = through_the_command_line(lines)

    assert len(decisions) == len([line for line in lines if line.strip()])
    assert status == (2 if any("error" in decision for decision in decisions) else 0)
    assert all(decision["error"]["message"] for decision in decisions if "error" in decision)
