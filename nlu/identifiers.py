"""Finds order numbers and e-mail addresses, however they are written, and no other numbers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache

from nlu.reading import Detail, any_of, pattern

NAME, END = r"(?<![\w.%+@-])\w[\w.%+'-]{0,63}", r"[a-z]{2,24}(?![\w@-])"
LABEL = "[a-z0-9][a-z0-9-]{0,62}"
EMAIL = pattern(rf"{NAME}@(?:{LABEL}\.){{1,8}}{END}")
AT, DOT = r"(?: ?[(\[{] ?at ?[)\]}] ?| @ ?| ?@ )", r"(?:\.| ?[(\[{] ?dot ?[)\]}] ?| dot )"
A_PLACE = any_of("is was are am be it look looked bought ordered found sold seen cheaper shop site website page")
SPELLED_EMAILS = (  # 'sam at example.com' may be where something was bought
    pattern(rf"({NAME}){AT}({LABEL}(?:{DOT}{LABEL}){{0,7}}{DOT}{END})"),
    pattern(rf"(?!{A_PLACE}\b)({NAME}) at ({LABEL}(?: dot {LABEL}){{0,7}} dot {END})"),
)
SPELLED_DOT = pattern(r" ?[(\[{] ?dot ?[)\]}] ?| dot ")


def emails(text: str) -> Iterator[Detail]:
    """Addresses, also with `at` and `dot` in letters."""
    for match in EMAIL.finditer(text):
        yield Detail("email", match.group(), *match.span())
    for spelled in SPELLED_EMAILS:
        for match in spelled.finditer(text):
            name, domain = (SPELLED_DOT.sub(".", part) for part in match.groups())
            yield Detail("email", f"{name}@{domain}", *match.span())


CODE = r"(?:[a-z]{1,5}[-_]?)?\d{4,12}(?:-\d{1,6})?"
ENDS = r"(?![\w@%]|[-.,/:]\d|[-_][a-z])"
ORDER = r"\bor?de?rs?"
NUMBER = any_of("numbers? num nmbr nr no n[º°] id code ref reference")

HASH_NUMBER = pattern(rf"(?<![\w#])# ?(\d{{4,12}}){ENDS}")
ORDER_NUMBER_IS = pattern(
    rf"(?:{ORDER}|\bpurchase|\bconfirmation)[\s-]?{NUMBER}(?!\w)\.?(?: (?:is|was))? ?[:=#]{{0,2}} ?({CODE}){ENDS}"
)
ORDER_THEN_NUMBER = pattern(rf"(?:{ORDER}|\bpurchase)(?: (?:is|was))? ?[:=#]?\s*({CODE}){ENDS}")
NUMBER_IS = pattern(rf"\b(?:my|the|its?|it's) {NUMBER}\.? (?:is|was):? ?({CODE}){ENDS}")
BARE_NUMBER = pattern(rf"(?<![\w@#.,/-])({CODE}){ENDS}")

# Words that may stand around a bare number for it to be the answer to 'what is your order number?'.
FILLER = pattern(
    r"\b"
    + any_of(
        "hi hello hey ok okay yes sure sorry please pls thanks thank you here it's its it is that's this that the my "
        "number no nr id e-?mail mail address and with under for i think used go again one from order"
    )
    + r"\b|[^\w-]"
)

UNIT = any_of(
    "dollars? usd eur euros? bucks pounds? gbp percent "
    "cameras? cams? pieces? pcs units? items? times people users? channels? cables? "
    "days? weeks? months? years? hours? hrs? minutes? mins? seconds? km mm cm m meters? metres? feet ft inch(?:es)? "
    "[gtm]b gigs? [mk]bps fps mp megapixels? p w watts? v volts? lux rpm k"
)
MONTH = any_of("jan feb mar apr may june? july? aug sept? oct nov dec") + "[a-z]*"
OTHER_NUMBER = any_of(
    "phone tel telephone mobile cell call fax tracking serial s/n invoice ticket case claim request reference req "
    "model zip postcode postal sku article part product account customer card iban version firmware coupon pin "
    "password ean imei mac visa"
)
NO_NUMBERS_AT_ALL = (EMAIL, pattern(r"\b(?:https?://|www\.)\S+"))
NO_ORDER_NUMBERS = (
    *NO_NUMBERS_AT_ALL,
    pattern(r"[$€£] ?\d[\d.,]*|\d(?:[\d.,]*\d)? ?[$€£](?! ?\d)"),
    pattern(rf"\d[\d.,]* ?{UNIT}\b"),
    pattern(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b"),
    pattern(rf"\b{MONTH}\.? \d{{1,4}}(?:st|nd|rd|th)?(?:,? ?\d{{4}})?"),
    pattern(rf"\d{{1,2}}(?:st|nd|rd|th)?\.? {MONTH},?(?: \d{{4}})?"),
    pattern(r"\+\d[\d ()/.-]{5,18}\d|\(\d{2,5}\)[\d ./-]{4,14}\d|\b\d{2,5}(?:[ ./-]\d{2,5}){2,4}\b"),
    pattern(rf"\b{OTHER_NUMBER}\b[\s\w.:'-]{{0,20}}?#? ?[a-z]{{0,5}}-?\d(?:[\d ()/-]*\d)?"),
)
YEAR = re.compile(r"(?:19|20)\d\d")


def order_numbers(text: str) -> Iterator[Detail]:
    """Order numbers in capitals: `INO-10482` where the shop's letters are written, else as given (`10482`)."""
    letters = os.environ.get("ORDER_LETTERS", "INO")
    taken = [match.span() for other in NO_NUMBERS_AT_ALL for match in other.finditer(text)]

    def free(expression: re.Pattern[str]) -> Iterator[re.Match[str]]:
        for match in expression.finditer(text):
            start, end = match.span(1)
            if all(end <= other_start or other_end <= start for other_start, other_end in taken):
                taken.append((start, end))
                yield match

    # The shop's own letters leave no doubt, whatever stands around them.
    with_letters = [
        Detail("order_number", f"{letters}-{match.group(1)}", *match.span()) for match in free(_with_letters(letters))
    ]
    taken += [match.span() for other in NO_ORDER_NUMBERS for match in other.finditer(text)]
    found = [
        *with_letters,
        *(_as_given(match) for expression in (ORDER_NUMBER_IS, HASH_NUMBER) for match in free(expression)),
        *(
            _as_given(match)
            for expression in (ORDER_THEN_NUMBER, NUMBER_IS)
            for match in free(expression)
            if not YEAR.fullmatch(match.group(1))
        ),
    ]
    if not found and _is_nothing_but_a_number(text):
        found = [_as_given(match) for match in free(BARE_NUMBER) if not YEAR.fullmatch(match.group(1))]
    yield from found


@cache
def _with_letters(letters: str) -> re.Pattern[str]:
    """The shop's own numbers; nothing where they have no letters."""
    return pattern(rf"\b{re.escape(letters.lower())}[\s_#.:-]{{0,3}}(\d{{3,10}}){ENDS}" if letters else "(?!)()")


def _as_given(match: re.Match[str]) -> Detail:
    return Detail("order_number", match.group(1).upper(), *match.span(1))


def _is_nothing_but_a_number(text: str) -> bool:
    return bool(BARE_NUMBER.fullmatch(FILLER.sub(" ", EMAIL.sub(" ", text)).strip()))
