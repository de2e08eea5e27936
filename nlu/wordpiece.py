"""WordPiece: cuts a text into the pieces of words that the sentence encoder knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

UNKNOWN, START, END = "[UNK]", "[CLS]", "[SEP]"
LONGEST_WORD = 100  # characters; the encoder was trained to take a longer word for unknown

CHINESE = re.compile("[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff]")


class WordPiece:
    """The pieces of one vocabulary, as numbers; lower case and without accents, as the encoder was trained."""

    def __init__(self, vocabulary: Path) -> None:
        pieces = vocabulary.read_text(encoding="utf-8").splitlines()
        self._number = {piece: number for number, piece in enumerate(pieces)}

    def numbers(self, text: str, longest: int) -> list[int]:
        """The numbers of the first pieces, with the marks for start and end, `longest` of them at most."""
        pieces = [self._number[piece] for word in words(text) for piece in self._pieces(word)]
        return [self._number[START], *pieces[: longest - 2], self._number[END]]

    def _pieces(self, word: str) -> list[str]:
        """The longest piece that is known, and again for the rest; a word that can't be cut up so is unknown."""
        pieces: list[str] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            end = next((end for end in range(len(word), start, -1) if prefix + word[start:end] in self._number), None)
            if end is None:
                return [UNKNOWN]
            pieces.append(prefix + word[start:end])
            start = end
        return pieces


def words(text: str) -> Iterator[str]:
    """The text in lower case, without accents and what can't be seen, word by word; every sign is a word of its own."""
    spaced = "".join(_spaced(character) for character in unicodedata.normalize("NFD", text.lower()))
    for word in spaced.split():
        yield word if len(word) <= LONGEST_WORD else UNKNOWN


def _spaced(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace():
        return " "
    if category == "Mn" or category.startswith("C"):
        return ""
    is_sign = category.startswith("P") or (character.isascii() and not character.isalnum())
    return f" {character} " if is_sign or CHINESE.match(character) else character
