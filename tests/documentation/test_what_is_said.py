"""What the documentation promises is so."""

from __future__ import annotations

import subprocess

from documentation.pages import ROOT, MarkdownPage
from orders.samples import try_this


def test_the_orders_to_try_are_those_that_are_loaded() -> None:
    page = (ROOT / "docs/try-it.md").read_text(encoding="utf-8")

    for sample in try_this():
        assert f"| {sample['what']} | {sample['say']} | {sample['outcome']} |" in page


def test_the_example_of_the_engine_shows_what_it_gives() -> None:
    blocks = MarkdownPage(ROOT / "docs/how-it-decides.md").blocks
    (command,) = (block.text for block in blocks if block.language == "sh")
    (shown,) = (block.text for block in blocks if block.language == "text")

    given = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    given = " ".join(given.split())
    place = 0
    for part in " ".join(shown.split()).split(" ... "):
        place = given.index(part, place) + len(part)
