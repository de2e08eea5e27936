"""What the assistant runs on is listed, and under licences that a shop can live with."""

from __future__ import annotations

from database import HOME
from tests.licences import ALLOWED, EXCEPTIONS, licence_of, locked, page, parts_of


def test_the_list_is_that_of_the_lock_file() -> None:
    kept = (HOME / "docs" / "licences.md").read_text(encoding="utf-8")

    assert len(locked()) > 100
    assert kept == page(), "make it anew: make licences"


def test_every_licence_is_allowed_or_explained() -> None:
    others = {package for package, _ in locked() if not parts_of(licence_of(package)) <= ALLOWED}

    assert others == EXCEPTIONS.keys()
