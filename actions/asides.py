"""What people say about the conversation itself in the middle of a case: why, how long, are you sure, say it again."""

from __future__ import annotations

import re
from enum import Enum

LONGEST = 14  # words; whoever says more says something else, too


class Aside(Enum):
    """What kind of remark it is."""

    UNSURE = "unsure"
    UNTIL_WHEN = "until_when"
    HOW_LONG = "how_long"
    WHAT_NEXT = "what_next"
    WHY_ASK = "why_ask"
    WHY = "why"
    LEADING = "leading"
    """Asks to agree to something, which a "yes" would promise."""
    DOUBT = "doubt"
    MEANING = "meaning"
    """What a word of the question means."""
    AGAIN = "again"
    UNFAIR = "unfair"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_OF_THE_QUESTIONS = r"(the |an? |your )?((original|working|good|order|e-?mail) )*"
_SOUNDS_LIKE = {
    Aside.MEANING: _any(
        rf"\bwhat (counts as|is meant by|do you mean (by|with)|does) {_OF_THE_QUESTIONS}"
        r"(packaging|package|box|condition|number|address|e-?mail)( mean)?\W*$",
    ),
    Aside.UNSURE: _any(
        r"^(well |hm+ |uh+ |um+ |i'm |i am )*(maybe|perhaps|probably|possibly|likely|kind of|sort of|kinda|sorta"
        r"|hard to say"
        r"|i (think|guess|suppose|hope|believe) so|not (really |quite |entirely |100% |too |so )?(sure"
        r"|certain)( (about|of) that)?"
        r"|it depends|depends)( yet| really)?\W*$",
        r"\bhow (do|can|could|should|would) i (find (that |it |this )?out|know|tell|check|see)\b",
        r"\bwhere (do|can|could|should|would) i (find|see|look)\b|\bi('d| would| will|'ll)? (have|need) to (look"
        r"|check)\b"
        r"|\blet me (look|check)\b",
    ),
    Aside.UNTIL_WHEN: _any(
        r"\bhow (long|much time|many( more)? days) (do|have) (i|we) (still )?(have|got|left)\b"
        r"|\bhow much (more )?time\b|\b(by"
        r"|until|till) when\b",
        r"\bwhat('s| is) (the|my) (deadline|last day)\b|\bwhen (do|must|should) (i|we) (have to )?(send|ship"
        r"|return|post)\b",
    ),
    Aside.HOW_LONG: _any(
        r"\bhow long (does|will|would) (it|that|this|(the |my |a |your )?(whole thing|refund|money|replacement|repair"
        r"|exchange|return|process|approval))( all| usually| normally)* (take|be|last)\b",
        r"\bhow long (is it going to|until|till|before)\b|\bhow long it (takes|will take|would take)\b",
        r"\bwhen (do|will|would|can) i (get|have|see|receive|hear)\b|\bhow (soon|fast|quickly)\b",
    ),
    Aside.WHAT_NEXT: _any(
        r"\bwhat('s| is| are| happens| comes| will happen) (the )?(next|then|after( that)?|now)\b|^(and |so "
        r"|ok )*(what|and) (now|then)\W*$",
        r"\bwhat (do|should|must|shall) i (have to |need to )?do( now| next| then)?\W*$",
        r"\b(do|must|should|shall|where do|where should|how do|how should) i (need to |have to )?"
        r"(send|ship|mail|post|return) (it|that|them|this|the \w+)\b",
        r"\bnext steps?\b|\bhow does (it|that|this) (work|go)\b",
    ),
    Aside.WHY_ASK: _any(
        r"\bwhy (do|are|would|does|must|should) you (ask|need|want|have|require)\b|^(but |and )*(what for"
        r"|why that question)\b",
        r"\bwhy (do|should|must|would) i (have to |need to )?(tell|say|give|answer)\b|\bwhy (is|would"
        r"|does) (that|it|this) "
        r"(important|relevant|necessary|matter|needed)\b",
        r"\bwhat (do|would|should) you (need|want|ask|require) (that|it|this|them|(my|the) [\w -]+) for\b",
        r"\bwhat (happens )?if (not\b|(i|we) (say|said|answer(ed)?) (yes|no)\b"
        r"|(i|we) (don'?t|do not|no longer) have (the |its )?(original )?(box|packaging|package)\b"
        r"|(it|that|they) (isn'?t|is not|aren'?t|doesn'?t|does not|don'?t) work(ing)?\b)",
        r"\b(does|do) (that|it|this|they) matter|what has that to do|is (that|this) (relevant|important|necessary)",
    ),
    Aside.WHY: _any(
        r"^(but |and |ok |so |hm+ )?(why|how come)\b",
        r"\bwhy (do|are|would|does|must|should|is|isn'?t|can'?t|cannot|won'?t|not|only)\b",
    ),
    Aside.DOUBT: _any(
        r"\bare you (really |quite |absolutely )?(sure|certain|serious|kidding)\b",
        r"\bis (that|this|it) (really |actually )?(so|right|correct|true|sure|legal)\b",
        r"can'?t be (right|true|correct)|^really\b",
        r"\bsays who\b|\bprove it\b|\bwhich (rule|clause|sentence)\b",
        r"where (does|do|is) (it|that|you|they) (say|written)",
    ),
    Aside.AGAIN: _any(
        r"\bwhat did you (say|ask|mean)\b|\bwhat do you mean\b",
        r"\b(say|repeat|ask|explain) (that|it|this)( please)?( again)?$|\b(come|once) again\b",
        r"\b(didn'?t|don'?t) (get|understand|catch|follow) (that|it|you|this|the question)\b",
        r"^(pardon|sorry|what|huh)\W*$",
    ),
    Aside.UNFAIR: _any(
        r"\b(unfair|not fair|isn'?t fair|ridiculous|rip ?-?off|outrageous|unacceptable|nonsense|rubbish|absurd)\b",
        r"\b(robbery|scandal(ous)?|too little|disappointed|disappointing|disgrace(ful)?|shameful)\b"
        r"|\b(is|it'?s|that'?s|what|such) a (bad )?joke\b|\b(make|grant) (me )?an exception\b",
    ),
    Aside.LEADING: _any(
        r"^\W*(please |just |can you |could you )*(say|confirm|promise|agree|admit)( to)?( me)? (yes|that|it)\b",
        r"\b(right|correct|true|isn'?t it|won'?t you|don'?t you|aren'?t you|do(es)?n'?t it)\s*\?",
        r"\bpromised me\b",
        r"^((and|ok|okay|great|good|well|but|thanks) |\W)*so,? (you|i|we|it|they|the|there|sale|all)\b.*\?",
    ),
}


_BARE_DOUBT = re.compile(
    r"^\W*((but|and|oh|ok|well|hm+|sorry|really|seriously|no|wait)\W+)*"
    r"(are you (\w+ )?\w+( about (that|this|it))?|is (that|this|it) (really |actually )?\w+"
    r"|(that|this|it) can'?t be \w+|really|says who|prove it|which (rule|clause|sentence)( \w+){0,3}"
    r"|where (does|do|is) (it|that|you|they) (say|written)( (that|this|it|so))?)\W*$"
)
"""Doubts what was said, and adds nothing of its own."""


def read_aside(text: str) -> Aside | None:
    """The remark that a few words make; None for anything else."""
    words = text.lower().replace("’", "'").strip()
    if len(words.split()) > LONGEST:
        return None
    aside = next((aside for aside, pattern in _SOUNDS_LIKE.items() if pattern.search(words)), None)
    return Aside.LEADING if aside is Aside.DOUBT and not _BARE_DOUBT.match(words) else aside
