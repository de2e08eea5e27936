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
    for and oh well hi your let's got kept already then"""
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
_CORRECTING_ONESELF = re.compile(
    r"^((no|oh|ah|oops),? )?(wait|hang on|hold on|sorry|actually|correction|i mean|i meant)[ ,:.-]+"
)
_WORD = re.compile(r"[\w']+|[👍👎✅]")


_ECHOES = {
    "working": ("works work working fine well perfectly order", "broken defective dead faulty work working"),
    "original_packaging": ("box boxes packaging package", "box boxes packaging package gone thrown threw away"),
    "tampered": (
        "modified opened repaired changed damaged did someone somebody",
        "modified opened repaired changed damaged tampered touched did anything something to has been ever or nor",
    ),
    "original_purchaser": ("bought myself ourselves", "bought gift present"),
    "confirm": ("send", "i'll i'd keep rather leave"),
    "confirm cancellation": ("cancel cancelled order", "cancel"),
    "confirm withdrawal": ("withdraw withdrawn", ""),
    "confirm refund": ("refund", ""),
    "confirm replacement": ("replace repair", ""),
}
"""By question, and by what would be filed: the words that a yes, and a no, may repeat of it."""


def read_yes_no(text: str, *questions: str) -> bool | None:
    """True, False, or None for whatever else was said: a condition, another question, an objection, another matter.

    `questions` name what was asked, whose words an answer may repeat: "yes, cancel it".
    """
    echoes = [_ECHOES.get(question, ("", "")) for question in questions]
    words_of_a_yes = _WORDS_OF_A_YES.union(*(yes.split() for yes, _ in echoes))
    words_of_a_no = _WORDS_OF_A_NO.union(*(no.split() for _, no in echoes))
    said = _CORRECTING_ONESELF.sub("", text.lower().replace("’", "'").replace("`", "'").strip())
    words = _WORD.findall(said)
    plain = " ".join(words)
    words = _WORD.findall(said.replace("of course", "yes"))
    if "?" in said or not words or len(words) > 9:
        return None
    if _SAYS_YES_BY_ITSELF.fullmatch(plain):
        return True
    if _SAYS_NO_BY_ITSELF.fullmatch(plain):
        return False
    if words[0] in _NO | _NEGATING | {"nobody", "not"} and set(words) <= _NO | words_of_a_no:
        return False
    if any(word in _YES for word in words) and set(words) <= _YES | words_of_a_yes:
        return True
    return _misspelt(words[0]) if len(words) == 1 else None


def names_question(text: str, question: str) -> bool:
    """Whether it has a word of its own that goes with this question, so that it is about that and nothing else."""
    own = {word for echo in _ECHOES[question] for word in echo.split()} - _WORDS_OF_A_YES - _WORDS_OF_A_NO - _YES - _NO
    return bool(own & set(_WORD.findall(text.lower())))


def _misspelt(word: str) -> bool | None:
    """A single word with a letter wrong."""
    close = get_close_matches(word, _LONG_ENOUGH_TO_MISSPELL, n=1, cutoff=0.8)
    return close[0] in _YES if close else None
