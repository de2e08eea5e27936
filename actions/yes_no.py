"""Whether an answer is a plain yes or a plain no. Money hangs on it, so anything more is read as neither."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

MOST_WORDS = 16


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _any(*expressions: str) -> re.Pattern[str]:
    return re.compile("|".join(expressions))


_YES = _words(
    """yes yeah yea yep yup yess ye y aye sure certainly definitely absolutely correct right exactly indeed ok okay okey
    fine agreed affirmative confirm confirmed proceed true alright 👍 ✅"""
)
_NO = _words("no nope nah noo n nay never none neither negative not false 👎")
_POLITE = _words(
    """please thanks thank you thx sir madam oh well hi so very much then now mate guys afraid sorry really quite just
    indeed unfortunately sadly"""
)
_SMALL = _words(
    """it that that's its it's is does did was were are am has have had i i've i'm we we've they they're he she a an the
    this these my our your me them all both still there one to of"""
)
_WORDS_OF_A_YES = (
    _POLITE | _SMALL | _words("everything by means quite yours for and let's got kept already in with do go ahead")
) - _words("unfortunately sadly afraid just")
_WORDS_OF_A_NO = (_POLITE | _SMALL) - _words("and") | _words(
    """don't doesn't didn't isn't wasn't aren't weren't hasn't haven't hadn't won't at any more anymore longer nobody
    anybody anyone nothing know think do way"""
)
_LONG_ENOUGH_TO_MISSPELL = [word for word in _YES | _NO if len(word) > 3] + ["yes"]
_NEGATING = {word for word in _WORDS_OF_A_NO if word.endswith("n't")} | _words("nobody nothing")
_SAYS_YES_BY_ITSELF = _any(
    r"(please )?(do|do it|do that|do so|go for it|of course|sure thing|sure does|for sure)( please| then)?",
    r"(it|that|they|i|we|he|she|everything) (still )?(does|do|did|is|are|was|were|have|has)",
    r"that('s| is) (me|so|it|correct|right|true)|so it is",
)
_SAYS_NO_BY_ITSELF = _any(
    r"(no )?(unfortunately|sadly|regrettably|i'm afraid|i am afraid|of course|absolutely|definitely|certainly"
    r"|really) (not|no)",
    r"(no )?(not really|no way|not at all)",
    r"(it|that|they|i|we|he|she) (does|do|did|is|are|was|were|have|has)(n't| not)",
    r"(nobody|no one) (did|has)",
)
_HARDLY_A_NO = re.compile(r"(no )?not (very |so |that |too )?(much|many|all|everything)|nobody you know|hardly( any)?")
_IRONICAL = {"yeah right", "yeah sure", "oh sure", "oh yeah", "sure thing mate", "yeah yeah"}
_CORRECTING_ONESELF = re.compile(
    r"^((no|oh|ah|oops),? )?(wait|hang on|hold on|sorry|actually|correction|i mean|i meant)[ ,:.-]+"
)
_TAKING_BACK = re.compile(r"\w.*\b(no wait|wait,? no|no,? sorry|sorry,? no|actually,? no|i mean|i meant|correction)\b")
_CORRECTING = re.compile(
    r"\b(correct(ion)?( myself)?|was(n'?t| not)? (wrong|right|true|so)|to be honest|(must|have to) (admit|confess)"
    r"|lied|mistaken|my mistake|take (it|that) back|mixed (it|that|this)? ?up|not (quite )?(right|true))\b"
    r"|^\W*(actually|sorry)\b"
)
_ACKNOWLEDGING = {
    "ok",
    "okay",
    "okey",
    "k",
    "fine",
    "alright",
    "all right",
    "i see",
    "understood",
    "ok fine",
    "ok then",
}
_WORD = re.compile(r"[\w']+|[👍👎✅]")
_NEVER = re.compile("(?!)")


@dataclass(frozen=True)
class _Echo:
    """What an answer may repeat of its question."""

    about: str = ""
    """Words that are about this and nothing else."""
    yes: str = ""
    no: str = ""
    """Words that may stand beside a yes, and beside a no."""
    says_yes: re.Pattern[str] = _NEVER
    says_no: re.Pattern[str] = _NEVER
    """Whole answers that have neither of the two."""
    is_no_favour: bool = False
    """Whether a "yes, please" hasn't understood the question."""
    reads_as: tuple[tuple[str, str], ...] = ()
    """Phrases that would mislead word for word, and what they come to."""


_IT = r"(it|that|this|they|everything|all|the \w+)"
_BOX = r"(the |its |their )?(original )?(box|boxes|packaging|package)"
_DONE_TO_IT = r"(modified|opened|repaired|changed|damaged|touched|altered|tampered with|tampered)"
_OTHERS = (
    r"(my )?(wife|husband|partner|son|daughter|brother|sister|friend|father|mother|boss|company|somebody|someone)"
    r"( else)?"
)
_KEEPING_IT = (
    r"((i|we)('ve| have)? changed (my|our) minds? )?((i|we) (think|guess) )?"
    r"((i|we)('ll| will)( just)? keep|(i|we)('d| would) (rather|like to|prefer to) keep|(i|we) want to keep"
    r"|(i'm|i am|we're|we are) (keeping|going to keep)) (it|them)( after all| instead| anyway)?"
)
_THE_CASE = r"(it|that|this|the request|the refund request|my request|the claim)"

_ECHOES = {
    "working": _Echo(
        about="works work working broken defective dead faulty damaged",
        yes="""works work working fine well perfectly order condition original perfect good great ok new brand unused
        function functions functioning like as flawlessly charm functional fully normally item used can""",
        no="broken defective dead faulty damaged work working turn on start stopped fault completely",
        says_yes=_any(
            rf"({_IT} )?(still |all |just )?(works|work|is working|are working|functions)"
            r"( (just |perfectly |all )?(fine|perfectly|well|great|ok|okay|flawlessly|normally|as it should"
            r"|like new|like a charm))?",
            r"(it's|it is|they're|they are|everything's|everything is) (still )?(working|fine|in (perfect|full"
            r"|good|original)"
            r"( working)? (condition|order)|like new|as new|fully functional)( fine| perfectly| well)?",
            r"(all|everything) (is )?(good|fine|ok|works|in order)",
        ),
        says_no=_any(
            rf"({_IT} )?(just )?(doesn't|does not|don't|do not|won't) (work|turn on|start)( any ?more)?",
            rf"({_IT}('s| is| are) )?(completely |totally |just )?(not working|broken|dead|defective|faulty"
            rf"|damaged)( any ?more)?",
            r"not any ?more",
        ),
        reads_as=(
            (r"\bno (problems?|issues?|complaints|faults?)( at all| whatsoever)?\b", "fine"),
            (r"\bnever (been )?used\b", "unused"),
            (r"\bnothing works\b", "broken"),
            (r"\b(nobody|no one|noone)\b.*", ""),  # 'nobody damaged it' is about what was done to it
        ),
    ),
    "original_packaging": _Echo(
        about="box boxes packaging package",
        yes="box boxes packaging package original complete sealed unopened here everything keep included having",
        no="""box boxes packaging package original gone thrown threw away recycled binned lost trash bin have longer
        just camera only out it's in""",
        says_yes=_any(
            r"(yes |and )?((i|we)( still| do|'ve| have| also)*|still)? ?(have|got|kept|keep)"
            rf"( it| that| them| everything| {_BOX})?( all| here| still)*",
            rf"(it|they|{_BOX}|everything)('s| is| are) (still |all )?(here|there|complete|sealed|unopened)",
        ),
        says_no=_any(
            rf"(i|we) (don't|do not|no longer) have (it|that|them|one|{_BOX})?( any ?more)?",
            rf"((i|we)('ve| have)? )?(already )?(threw|thrown|binned|recycled|tossed|lost)( it| them"
            rf"| {_BOX})?( away| out)?",
            rf"(it|they|{_BOX})('s| is| are| was| were| got| has been)( already)? (gone|recycled|binned|lost"
            rf"|thrown (away|out)"
            r"|in the (bin|trash))",
            r"not any ?more|no longer",
        ),
    ),
    "tampered": _Echo(
        about="modified opened repaired changed damaged touched tampered",
        is_no_favour=True,
        yes="modified opened repaired changed damaged did someone somebody friend brother shop unfortunately sadly",
        no="did anything something has been ever or nor like that by original its it's state in modifications repairs",
        says_yes=_any(r"(i|we) (did|have)( that| it)?"),
        says_no=_any(
            r"(no )?(not|none) (by|of) (me|us|that)|(no )?not (that i know( of)?|to my knowledge)",
            r"(no )?(i|we) (didn't|did not|haven't|have not) (do|done) (anything|that)( to it)?",
        ),
        reads_as=(
            (
                rf"\b(not|never|nor|neither|n't|hasn't|haven't|wasn't|didn't|isn't|nobody|no one|none)"
                rf"( (has|have|had|been|ever|was|i|we|it))* {_DONE_TO_IT}(,? (or|nor|and"
                rf"|,) {_DONE_TO_IT})*( anything)?\b",
                "nothing",
            ),
            (r"\b(all original|untouched)\b", "nothing"),
            (r"\bjust stopped( working)?\b", ""),
        ),
    ),
    "original_purchaser": _Echo(
        yes="bought myself ourselves buyer purchaser it's from",
        no="bought gift present second hand used got as else somebody someone wife husband did",
        says_yes=_any(
            r"(i|we) (bought|ordered|purchased) (it|this|that|them)( myself| ourselves)?|myself|ourselves",
            r"it (was|is) (me|us)|i('m| am) the (original )?(buyer|purchaser)",
        ),
        says_no=_any(
            r"(no )?((it|that|this) ?('s|is|was) )?(a )?(gift|present)( from .+)?|second ?hand|used",
            rf"(no )?{_OTHERS} (did|bought it|gave it to me|ordered it)|(i|we) (bought|got) it (used"
            rf"|second ?hand|as a (gift|present))",
        ),
    ),
    "confirm": _Echo(
        yes="""file filing submit send go ahead on request correct good great perfect want like i'd would be you can may
        that'd do""",
        no="""i'll i'd keep rather leave would that'd thanks lot moment yet today changed mind want file need cancel
        everything as be all""",
        says_yes=_any(
            r"please|(please )?(go on|go ahead|proceed|submit|file|send)",
            rf"(please )?(file|submit|send|proceed with) {_THE_CASE}( please)?",
            r"(that |it )?(sounds|looks|seems|is|'s) (good|great|fine|perfect|right)( to me)?( go ahead| do it)?",
            r"(that|it)('d| would) be (great|good|nice|fine|perfect|lovely)|i('d| would) (like|love"
            r"|appreciate) (that|it)",
            r"i agree|works for me|(fine|ok|good) (by|with|for) me|by all means|let's (do|go)( it| that"
            r"| for it)?|very well",
        ),
        says_no=_any(
            r"(please |no )*(rather not|better not|i'd rather not|don't|do not|leave it|no need|not now|not yet"
            r"|not today|hold off|keep it)"
            r"( please| thanks)*",
            rf"(please )?(don't|do not) (do|file|submit|send)( {_THE_CASE}| anything)?( please| yet)*",
        ),
    ),
    "confirm cancellation": _Echo(
        yes="cancel cancelled cancellation order",
        no="cancel cancelling order keep",
        says_yes=_any(
            r"(please )?(file (the|my) cancellation|go ahead and cancel|cancel (it|that|this|the order|my order)"
            r"|please cancel)"
            r"( please| then| now)*"
        ),
        says_no=_any(
            r"(no )?(please )?(don't|do not) cancel( it| that| the order| my order)?",
            r"((i'll|i will|let me) )?keep (it|the order|my order)",
        ),
    ),
    "confirm withdrawal": _Echo(
        yes="withdraw withdrawn take back",
        says_yes=_any(rf"(please )?(withdraw {_THE_CASE}|take {_THE_CASE} back)( please)?"),
    ),
    "confirm refund": _Echo(yes="refund", says_no=_any(r"cancel( it| that| this| please)*", _KEEPING_IT)),
    "confirm replacement": _Echo(
        yes="replace repair replacement replaced repaired or",
        says_yes=_any(r"(please )?(replace|repair|exchange) (it|that|this|them)( please)?|a replacement please"),
        says_no=_any(r"cancel( it| that| this| please)*"),
    ),
    "confirm review": _Echo(
        yes="review colleague pass look at let person forward hand on over",
        says_yes=_any(
            r"(please )?(pass|hand|forward) (it|that|this) (on|over)?( ?to (a|your) (colleague|person))?( please)?",
            r"(please )?(let|have) (a colleague|someone|somebody|them) look (at|into) (it|that|this)|a review please",
        ),
        says_no=_any(r"cancel( it| that| this| please)*"),
    ),
}
"""By question, and by what would be filed."""


def read_yes_no(text: str, *questions: str) -> bool | None:
    """True, False, or None for whatever else was said: a condition, another question, an objection, another matter.

    `questions` name what was asked, whose words an answer may repeat: "yes, cancel it".
    """
    echoes = [_ECHOES[question] for question in questions if question in _ECHOES]
    said = _CORRECTING_ONESELF.sub("", text.lower().replace("’", "'").replace("`", "'").strip())
    for phrase, meaning in (pair for echo in echoes for pair in echo.reads_as):
        said = re.sub(phrase, meaning, said)
    plain = " ".join(_WORD.findall(said))
    words = _WORD.findall(said.replace("of course", "yes"))
    if "?" in said or not words or len(words) > MOST_WORDS:
        return None
    says_no = _is_one_of(plain, "no|nope", [_SAYS_NO_BY_ITSELF, *(echo.says_no for echo in echoes)])
    says_yes = _is_one_of(plain, "yes|yeah|yep", [_SAYS_YES_BY_ITSELF, *(echo.says_yes for echo in echoes)])
    if says_no or says_yes:
        return None if says_no and says_yes else says_yes
    words_of_a_no = _WORDS_OF_A_NO.union(*(echo.no.split() for echo in echoes))
    if words[0] in _NO | _NEGATING and set(words) <= _NO | words_of_a_no and not _HARDLY_A_NO.fullmatch(plain):
        return False
    if "please" in words and any(echo.is_no_favour for echo in echoes):
        return None
    words_of_a_yes = _WORDS_OF_A_YES.union(*(echo.yes.split() for echo in echoes))
    if plain in _IRONICAL:
        return None
    if any(word in _YES for word in words) and set(words) <= _YES | words_of_a_yes:
        return True
    return _misspelt(words[0]) if len(words) == 1 else None


def takes_something_back(text: str) -> bool:
    """Whether one half of it corrects the other: "it isn't working, no sorry, it works"."""
    return bool(_TAKING_BACK.search(text.lower()))


def corrects_something(text: str) -> bool:
    """Whether it announces that something said before isn't so."""
    return bool(_CORRECTING.search(text.lower()))


def only_acknowledges(text: str) -> bool:
    """Whether it may mean "I see" as well as yes."""
    return " ".join(_WORD.findall(text.lower())) in _ACKNOWLEDGING


def names_question(text: str, question: str) -> bool:
    """Whether it has a word of its own that goes with this question, so that it is about that and nothing else."""
    return bool(_words(_ECHOES[question].about) & set(_WORD.findall(text.lower())))


def _is_one_of(plain: str, may_begin: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    """Whether it is such an answer, as it stands or in polite words."""
    before = rf"^((well|oh|ok|great|good|very good|perfect|{may_begin}) )+"
    after = r"( please| thanks| thank you| then| sir| actually| though)+$"
    bare = re.sub(f"{before}|{after}", "", plain)
    return any(pattern.fullmatch(plain) or pattern.fullmatch(bare) for pattern in patterns)


def _misspelt(word: str) -> bool | None:
    """A single word with a letter wrong."""
    close = get_close_matches(word, _LONG_ENOUGH_TO_MISSPELL, n=1, cutoff=0.8)
    return close[0] in _YES if close else None
