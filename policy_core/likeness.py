"""Which statements a sentence may be making: those whose known sentences share its telling words. Only a suggestion."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache

from policy_core.policy import PUBLISHED, read_clauses
from policy_core.statements import KNOWN

MOST = 3
_TOO_COMMON = frozenset(
    {"a", "an", "and", "are", "at", "be", "by", "for", "from", "in", "is", "it", "its", "of", "on", "or", "our", "that"}
    | {"the", "this", "to", "us", "we", "will", "with", "you", "your"}
)


def likely(sentence: str) -> list[str]:
    """The ids of the statements that it is most like, the likest first."""
    words = _words(sentence)
    scores = {id: sum(_weight(word) for word in words & known) / (4 + len(known)) for id, known in _known().items()}
    return [id for id, score in Counter(scores).most_common(MOST) if score > 0]


@cache
def _known() -> dict[str, frozenset[str]]:
    """The words of each statement: its meaning, its example and the published policy's sentence."""
    published = {clause.id: clause.holds.entries[0] for clause in read_clauses(PUBLISHED / "clauses.yml")}
    return {
        id: _words(" ".join([statement.means, statement.example, published[id], *statement.parts.values()]))
        for id, statement in KNOWN.items()
    }


@cache
def _weight(word: str) -> float:
    """The fewer statements have the word, the more it tells."""
    return math.log(len(_known()) / (1 + sum(word in known for known in _known().values()))) + 0.1


def _words(text: str) -> frozenset[str]:
    """Beginnings of words, so that "refund", "refunds" and "refunded" are one."""
    return frozenset(word[:6] for word in re.findall(r"[a-z]+|\d+", text.lower()) if word not in _TOO_COMMON)
