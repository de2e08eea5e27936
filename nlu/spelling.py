"""Mends slips of the finger: a word that isn't one, and is one letter away from a word, is read as that word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

VOCABULARY = Path(__file__).parents[1] / "models" / "encoder" / "vocab.txt"
SHOP_WORDS = Path(__file__).with_name("shop_words.txt")
OTHER_WORDS = Path(__file__).with_name("other_words.txt")  # right, too, and not in the vocabulary or late in it

KNOWN = 20000  # the encoder's vocabulary is in the order of how often words are used; these many are beyond doubt ...
COMMON = 9000  # ... and these many are what a slip is taken for
SHORTEST = 3  # letters; hardly any two letters are no word
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORD = re.compile(r"[a-z]+")


class Spelling:
    """Words that are right. Between two that would do, the shop's own win, then the one used more often."""

    def __init__(self, words: Iterable[str], shop_words: Iterable[str], other_words: Iterable[str] = ()) -> None:
        """The first two with the most frequent first."""
        self._rank = {word: rank for rank, word in enumerate(words) if WORD.fullmatch(word)}
        self._right = {word for word, rank in self._rank.items() if rank < KNOWN} | {*shop_words, *other_words}
        self._shop_rank = {word: rank for rank, word in enumerate(shop_words)}

    def mended(self, text: str) -> str:
        """The text, which is in lower case, with words mended where that is clear."""
        return WORD.sub(lambda word: self._mended_word(word.group()), text)

    def _mended_word(self, word: str) -> str:
        if len(word) < SHORTEST or len(word) > 20 or word in self._right:
            return word
        near = set(_one_letter_away(word))
        if of_the_shop := near & self._shop_rank.keys():
            return min(of_the_shop, key=self._shop_rank.__getitem__)
        common = [other for other in near if self._rank.get(other, COMMON) < COMMON and len(other) > 2]
        return word if word in self._rank or not common else min(common, key=self._rank.__getitem__)


def _one_letter_away(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in LETTERS:
            yield before + letter + after
            yield before + letter + after[1:]


@lru_cache(maxsize=1)
def mend() -> Callable[[str], str]:
    """Mends texts by the words of the language and of the shop."""
    words = VOCABULARY.read_text(encoding="utf-8").split("\n")
    shop_words, other_words = (path.read_text(encoding="utf-8").split() for path in (SHOP_WORDS, OTHER_WORDS))
    return Spelling(words, shop_words, other_words).mended
