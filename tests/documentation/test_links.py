"""No link is dead, no anchor is gone, and nothing names a place that only one machine has."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import pytest

from documentation.pages import ROOT, Link, MarkdownPage, all_pages, page_at

PAGES = all_pages()
OUTSIDE = ("http", "https", "mailto")
MACHINE = re.compile(r"(?<![\w/.:~}-])/(?:work|home|root|Users|mnt|opt)/\w+")


def leads_nowhere(page: MarkdownPage, link: Link) -> str | None:
    address = urlsplit(link.path)
    if address.scheme in OUTSIDE:
        is_whole = address.scheme == "mailto" or (address.netloc and " " not in link.path)
        return None if is_whole else f"{page.name}:{link.line} is no address: {link.path}"
    target = (page.path.parent / unquote(address.path)).resolve() if link.path else page.path
    if not target.is_relative_to(ROOT) or not target.exists():
        return f"{page.name}:{link.line} leads nowhere: {link.path}"
    if link.anchor and target.suffix == ".md" and link.anchor not in page_at(target).anchors:
        return f"{page.name}:{link.line} has no such heading: {link.path}#{link.anchor}"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: MarkdownPage) -> None:
    assert [fault for link in page.links if (fault := leads_nowhere(page, link))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_place_of_one_machine(page: MarkdownPage) -> None:
    assert MACHINE.findall(page.text) == []


def test_every_folder_that_is_described_is_there() -> None:
    page = MarkdownPage(ROOT / "docs/architecture.md")
    described = re.findall(r"^\| ((?:`[\w./]+/?`(?:, )?)+) \|", page.text, re.MULTILINE)
    named = [name for row in described for name in re.findall(r"`([\w./]+)`", row)]

    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_check_finds_what_is_dead() -> None:
    page = MarkdownPage(ROOT / "README.md")

    assert leads_nowhere(page, Link("docs/nowhere.md", "", 1))
    assert leads_nowhere(page, Link("docs/widget.md", "no-such-heading", 1))
    assert leads_nowhere(page, Link("https:///nobody", "", 1))
    assert not leads_nowhere(page, Link("docs/widget.md", "options", 1))
