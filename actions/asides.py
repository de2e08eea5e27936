"""What people say about the conversation itself in the middle of a case: why, how long, are you sure, say it again."""

from __future__ import annotations

import re
from enum import Enum

LONGEST = 12  # words; whoever says more says something else, too


class Aside(Enum):
    """What kind of remark it is."""

    HOW_LONG = "how_long"
    WHY = "why"
    DOUBT = "doubt"
    AGAIN = "again"
    UNFAIR = "unfair"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_SOUNDS_LIKE = {
    Aside.HOW_LONG: _any(
        r"\bhow long (does|will|would|is|until|till|before)\b|\bhow long it (takes|will take|would take)\b",
        r"\bwhen (do|will|would|can) i (get|have|see|receive)\b|\bhow (soon|fast|quickly)\b",
    ),
    Aside.WHY: _any(
        r"^(but |and |ok |hm+ )?(why|what for|how come)\b",
        r"\bwhy (do|are|would|does|must|should) (you|i|we|that|it)\b",
        r"does (that|it|this) matter|what has that to do",
        r"is (that|this) (relevant|important|necessary)",
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
        r"\b(robbery|scandal(ous)?|too little|disappointed|disappointing|disgrace(ful)?|a joke|shameful)\b",
    ),
}


def read_aside(text: str) -> Aside | None:
    """The remark that a few words make; None for anything else."""
    words = text.lower().replace("’", "'").strip()
    if len(words.split()) > LONGEST:
        return None
    return next((aside for aside, pattern in _SOUNDS_LIKE.items() if pattern.search(words)), None)
