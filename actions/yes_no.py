"""Whether an answer is a plain yes or a plain no. Money hangs on it, so anything more is read as neither."""

from __future__ import annotations

import re
from difflib import get_close_matches


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_YES = _words(
    """yes yeah yea yep yup yess ye y aye sure certainly definitely absolutely correct right exactly indeed ok okay okey
    fine agreed affirmative confirm confirmed proceed true 👍 ✅"""
)
_NO = _words("no nope nah noo n nay never none neither negative not false 👎")
_WORDS_OF_A_YES = _words(
    """please thanks thank you go ahead do it that that's its it's is does did was are were am has have had i we they
    everything all both still the a an so very much by means file them this sir madam quite yours there he she with me
    for and oh well hi your let's got kept already"""
)
_WORDS_OF_A_NO = _WORDS_OF_A_YES - _words("go ahead file and") | _words(
    """don't doesn't didn't isn't wasn't aren't weren't hasn't haven't hadn't won't at any more anymore longer nobody
    one anybody anyone nothing sorry afraid really now thx mate think know of to"""
)
_LONG_ENOUGH_TO_MISSPELL = [word for word in _YES | _NO if len(word) > 3] + ["yes"]
_NEGATING = {word for word in _WORDS_OF_A_NO if word.endswith("n't")} | _words("nobody nothing")
_SAYS_YES_BY_ITSELF = re.compile(
    r"(please )?(do|file|go ahead|do it|file it|do that|do so|go for it|of course|alright|sure thing)( please| then)?"
    r"|(it|that|they|i|we|he|she|everything) (still )?(does|do|did|is|are|was|were|have|has)"
)
_SAYS_NO_BY_ITSELF = re.compile(
    r"(please )?(rather not|better not|don't|do not|leave it|no need|don't do (it|that)|don't file (it|that))"
    r"|(it|that|they|i|we|he|she) (does|do|did|is|are|was|were|have|has)(n't| not)"
    r"|(nobody|no one) (did|has)"
)
_WORD = re.compile(r"[\w']+|[👍👎✅]")


def read_yes_no(text: str) -> bool | None:
    """True, False, or None for whatever else was said: a condition, a question, an objection, another matter."""
    said = text.lower().replace("’", "'").replace("`", "'").strip()
    words = _WORD.findall(said)
    plain = " ".join(words)
    words = _WORD.findall(said.replace("of course", "yes"))
    if "?" in said or not words or len(words) > 9:
        return None
    if _SAYS_YES_BY_ITSELF.fullmatch(plain):
        return True
    if _SAYS_NO_BY_ITSELF.fullmatch(plain):
        return False
    if words[0] in _NO | _NEGATING and set(words) <= _NO | _WORDS_OF_A_NO:
        return False
    if any(word in _YES for word in words) and set(words) <= _YES | _WORDS_OF_A_YES:
        return True
    return _misspelt(words[0]) if len(words) == 1 else None


def _misspelt(word: str) -> bool | None:
    """A single word with a letter wrong."""
    close = get_close_matches(word, _LONG_ENOUGH_TO_MISSPELL, n=1, cutoff=0.8)
    return close[0] in _YES if close else None
