"""What docs/security.md claims is shown by tests that exist."""

from __future__ import annotations

import ast
import re

import pytest

from database import HOME
from tests.licences import locked

PAGE = (HOME / "docs" / "security.md").read_text(encoding="utf-8")
CLAIMS = [
    line.strip("| ").split(" | ") for line in PAGE.partition("## Found")[0].splitlines() if line.startswith("| ")
][1:]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def names_in(path: str) -> set[str]:
    tree = ast.parse((HOME / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim[0][:50])
def test_every_claim_names_tests_that_exist(claim: list[str]) -> None:
    who, stops, shown = claim
    named = NAMED.findall(shown)

    assert who
    assert stops
    assert named
    assert re.sub(r"[,\s]", "", NAMED.sub("", shown)) == ""
    for path, test in named:
        assert names_in(path), path
        assert not test or test in names_in(path), test


def test_there_are_claims_to_check() -> None:
    assert len(CLAIMS) >= 15


def test_every_version_it_names_is_the_locked_one() -> None:
    weaknesses = PAGE.partition("## Known weaknesses")[2]
    versions = {name: version for name, version in locked()}  # noqa: C416 - a list of pairs
    for line in weaknesses.splitlines():
        for name, version in re.findall(
            r"([\w-]+) (\d+\.\d+\.\d+|\d+\.\d+)\b", line.split("|")[1] if "|" in line else ""
        ):
            assert versions[name.lower()] == version, name


def test_every_locked_package_has_a_hash() -> None:
    for file in ("run.txt", "dev.txt", "uv.txt"):
        packages = re.split(r"\n(?=[a-z0-9])", (HOME / "locks" / file).read_text(encoding="utf-8").strip())
        assert packages
        assert [package for package in packages if "--hash=sha256:" not in package] == []
