"""The site is built without a warning, and shows what the pages hold."""

from __future__ import annotations

import re

import pytest

from documentation.pages import ROOT
from tests import site

pytestmark = pytest.mark.npm


def test_every_page_is_built_and_in_the_search() -> None:
    index = (site.built() / "search" / "search_index.json").read_text(encoding="utf-8")

    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        address = "" if name == "index" else f"{name}/"
        assert (site.built() / address / "index.html").exists(), name
        assert f'"location":"{address}"' in index, name


def test_no_page_names_another_server_to_load_from() -> None:
    loads = re.compile(
        r'<(?:script|img|iframe)[^>]+src="?https?:|<link[^>]+rel="?(?:stylesheet|preconnect|preload)"?[^>]+https?:'
    )

    assert [page for page in site.built().rglob("*.html") if loads.search(page.read_text(encoding="utf-8"))] == []


def test_only_pages_with_drawings_load_the_renderer() -> None:
    pages = {page: page.read_text(encoding="utf-8") for page in site.built().rglob("index.html")}
    with_renderer = {page for page, text in pages.items() if "assets/mermaid.js" in text}

    assert with_renderer == {page for page, text in pages.items() if '<pre class="mermaid">' in text}
    assert 3 <= len(with_renderer) < len(pages)
