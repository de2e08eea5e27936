"""Our Markdown, read as Markdown: the pages with their headings, links and blocks of code."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[1]
READER = MarkdownIt("commonmark").enable("table")
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
NOT_RUN = re.compile(r"<!-- not run here: (.+?) -->", re.DOTALL)


@dataclass(frozen=True)
class Link:
    """Where a link, or a picture, leads; `anchor` without its #."""

    path: str
    anchor: str
    line: int


@dataclass(frozen=True)
class Block:
    """A block of code. `not_run` is the reason given in a comment right above it."""

    language: str
    text: str
    line: int
    not_run: str | None


@dataclass(frozen=True)
class MarkdownPage:
    """A file of ours; lines count from 1."""

    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def _tokens(self) -> list[Token]:
        return READER.parse(FRONT_MATTER.sub(lambda head: "\n" * head[0].count("\n"), self.text))

    @cached_property
    def anchors(self) -> list[str]:
        """Of its headings, as GitHub names them."""
        following = zip(self._tokens, self._tokens[1:], strict=False)
        return [_anchor(inline) for opening, inline in following if opening.type == "heading_open"]

    @cached_property
    def inline_code(self) -> list[str]:
        """What stands between backticks in its text."""
        return [
            child.content for token in self._tokens for child in token.children or () if child.type == "code_inline"
        ]

    @cached_property
    def links(self) -> list[Link]:
        return [
            Link(*_parted(str(child.attrs.get("href") or child.attrs.get("src"))), _line(token))
            for token in self._tokens
            for child in token.children or ()
            if child.type in ("link_open", "image")
        ]

    @cached_property
    def blocks(self) -> list[Block]:
        """Every block of code, with and without a language."""
        return list(self._blocks())

    def _blocks(self) -> Iterator[Block]:
        before: Token | None = None
        for token in self._tokens:
            if token.type in ("fence", "code_block"):
                reason = NOT_RUN.search(before.content) if before and before.type == "html_block" else None
                yield Block(token.info.split(" ")[0], token.content, _line(token), reason[1] if reason else None)
            before = token


@functools.cache
def page_at(path: Path) -> MarkdownPage:
    """The same page for the same file, so that it is read once."""
    return MarkdownPage(path)


def all_pages() -> list[MarkdownPage]:
    """The documentation's, and those in the root."""
    return [page_at(path) for path in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))]


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _parted(address: str) -> tuple[str, str]:
    path, _, anchor = address.partition("#")
    return path, anchor


def _anchor(heading: Token) -> str:
    text = "".join(child.content for child in heading.children or () if child.type in ("text", "code_inline"))
    return re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-")
