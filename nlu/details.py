"""Finds in a customer's sentence what would otherwise be asked: order number, e-mail, reason and condition of the item.

A wrong fact is far worse than a question asked. So words count only where they can be read in one way: nothing is
taken from suppositions, doubts and questions about the rules, nothing next to a negation, nothing where two readings
compete. `doesn't work` and `broken` say that something is wrong and not why, so they give no reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message


@dataclass(frozen=True)
class Detail:
    """A fact and where it stands in the text. `value` is text also for yes and no: `true`, `false`."""

    entity: str
    value: str
    start: int
    end: int


def find_details(text: str) -> list[Detail]:
    """All unmistakable facts in the text, in the order of their places; at most one an entity."""
    text = text.translate(APOSTROPHES)
    readings = [*emails(text), *order_numbers(text), *claims(text)]
    return sorted(_only_one_value_each(readings), key=lambda detail: detail.start)


def _only_one_value_each(readings: Iterable[Detail]) -> Iterator[Detail]:
    found: dict[str, list[Detail]] = {}
    for detail in readings:
        found.setdefault(detail.entity, []).append(detail)
    for details in found.values():
        if len({detail.value for detail in details}) == 1:
            yield details[0]


def _any(*words: str) -> str:
    return "(?:" + "|".join(words) + ")"


def _pattern(expression: str) -> re.Pattern[str]:
    """A space in the expression stands for any white space in the text."""
    return re.compile(expression.replace(" ", r"\s+"), re.IGNORECASE)


APOSTROPHES = str.maketrans("’‘`´", "''''")

# --- e-mail -----------------------------------------------------------------------------------------------------------

EMAIL = _pattern(r"(?<![\w.%+'@-])\w[\w.%+'-]{0,63}@(?:[a-z0-9][a-z0-9-]{0,62}\.){1,8}[a-z]{2,24}(?![\w@-])")


def emails(text: str) -> Iterator[Detail]:
    """Addresses, in lower case."""
    for match in EMAIL.finditer(text):
        yield Detail("email", match.group().lower(), *match.span())


# --- order number -----------------------------------------------------------------------------------------------------

CODE = r"(?:[a-z]{1,5}[-_]?)?\d{4,12}(?:-\d{1,6})?"
END = r"(?![\w@%]|[-.,/:]\d|[-_][a-z])"
NUMBER_WORD = _any("numbers?", "num", "nr", "no", "id", "code", "ref(?:erence)?")
IS = r"(?: (?:is|was))?"

SHOP_NUMBER = _pattern(rf"\bino[\s_#.:-]{{0,3}}(\d{{3,10}}){END}")
HASH_NUMBER = _pattern(rf"(?<![\w#])#\s?(\d{{4,12}}){END}")
ORDER_NUMBER_IS = _pattern(
    rf"\bor?de?rs?(?:[\s-]?{NUMBER_WORD}\b)\.?{IS}\s*[:=#]{{0,2}}\s*({CODE}){END}"  # order number, order no., order id
)
ORDER_THEN_NUMBER = _pattern(rf"\b(?:or?de?rs?|purchase){IS}\s*[:=#]?\s*({CODE}){END}")
NUMBER_IS = _pattern(rf"\b(?:my|the|its?|it's) {NUMBER_WORD}\.? is:?\s*({CODE}){END}")
BARE_NUMBER = _pattern(rf"(?<![\w@#.,/-])({CODE}){END}")

# Words that may stand around a bare number for it to be the answer to 'what is your order number?'.
FILLER = _pattern(
    r"\b(?:hi|hello|hey|ok|okay|yes|sure|sorry|please|pls|thanks|thank|you|here|it|it's|its|is|that's|this|that|the|my|"
    r"number|no|nr|id|e-?mail|mail|address|and|with|under|for|i|think|used|go|again|one|from)\b|[^\w]"
)

UNIT = _any(
    *"dollars? usd eur euros? bucks pounds? gbp percent".split(),
    *"cameras? cams? pieces? pcs units? items? times people users? channels? cables?".split(),
    *"days? weeks? months? years? hours? hrs? minutes? mins? seconds? km mm cm m meters? metres? feet ft inch(?:es)?".split(),
    *"[gtm]b gigs? [mk]bps fps mp megapixels? p w watts? v volts? lux rpm k".split(),
)
MONTH = _any(*"jan feb mar apr may june? july? aug sept? oct nov dec".split()) + r"[a-z]*"
NOT_A_NUMBER_OF_AN_ORDER = (
    EMAIL,
    _pattern(r"\b(?:https?://|www\.)\S+"),
    _pattern(r"[$€£]\s?\d[\d.,]*|\d[\d.,]*\s?[$€£]"),
    _pattern(rf"\d[\d.,]*\s?{UNIT}\b"),
    _pattern(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b"),
    _pattern(rf"\b{MONTH}\.? \d{{1,4}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)?\.? {MONTH},?(?: \d{{4}})?"),
    _pattern(r"\+\d[\d ()/.-]{5,18}\d|\(\d{2,5}\)[\d ./-]{4,14}\d|\b\d{2,5}(?:[ ./-]\d{2,5}){2,4}\b"),
    _pattern(  # a number of something else
        r"\b(?:phone|tel|telephone|mobile|cell|call|fax|tracking|serial|s/n|invoice|ticket|case|claim|request|reference|"
        r"req|model|zip|postcode|postal|sku|article|part|product|account|customer|card|iban|version|firmware|coupon|pin|"
        r"password|ean|imei|mac|visa)\b[\s\w.:'-]{0,20}?#?\s?[a-z]{0,5}-?\d[\d-]*"
    ),
)
YEAR = re.compile(r"(?:19|20)\d\d")


def order_numbers(text: str) -> Iterator[Detail]:
    """Order numbers in capitals: `INO-10482` where the shop's letters are written, else as given (`10482`)."""
    elsewhere = [match.span() for pattern in NOT_A_NUMBER_OF_AN_ORDER for match in pattern.finditer(text)]
    taken: list[tuple[int, int]] = []

    def numbers(pattern: re.Pattern[str], year_allowed: bool, prefix: str = "") -> Iterator[Detail]:
        for match in pattern.finditer(text):
            span = match.span(1)
            overlaps = any(start < span[1] and span[0] < end for start, end in (*elsewhere, *taken))
            if not overlaps and (year_allowed or not YEAR.fullmatch(match.group(1))):
                taken.append(span)
                yield Detail("order_number", prefix + match.group(1).upper(), *span)

    yield from numbers(SHOP_NUMBER, year_allowed=True, prefix="INO-")
    yield from numbers(ORDER_NUMBER_IS, year_allowed=True)
    yield from numbers(HASH_NUMBER, year_allowed=True)
    yield from numbers(ORDER_THEN_NUMBER, year_allowed=False)
    yield from numbers(NUMBER_IS, year_allowed=False)
    if not taken and BARE_NUMBER.fullmatch(FILLER.sub("", EMAIL.sub(" ", text))):
        yield from numbers(BARE_NUMBER, year_allowed=False)


# --- reason and condition ---------------------------------------------------------------------------------------------

ITEM = _any(
    *"items? products? ones? things? cameras? camras? cams? domes? bullets? nvrs? dvrs? recorders? lens(?:es)? models?".split(),
    *"colou?rs? sizes? disks? drives? hdds? cables? switch(?:es)? brackets? kits? doorbells? units? devices? systems?".split(),
    *"monitors? adapters? microphones? supply supplies goods equipment stuff sensors? mounts? hub".split(),
)
KIND = r"(?:[\w-]+ ){0,3}?"  # 'night vision' in 'the night vision camera'
THE = _any("the", "my", "our", "this", "that", "these", "those", "an?", "one of (?:the|my|our)", "both")
IT = _any("it", "them", "this", "that", "these", "those", rf"{THE} {KIND}{ITEM}")
BOX = _any("box(?:es)?", "packag(?:e|es|ing)", "packing", "cartons?")
SOMEBODY = (
    r"(?:i|we|someone|somebody|(?:my|our) (?:\w+ )?(?!courier|driver|post|mail|delivery|carrier)\w+)"
    r"(?: (?:have|has|had|'ve|then|just|also|accidentally|unfortunately|stupidly|clumsily|already))*"
    r"|i've|we've|i had|^|[,;:.!?] ?|\band"
)
NOT = r"(?:n'?t|not|never)"
NO_MORE = r"(?: (?:any ?more|any longer|now|at all|after all))"
SPAN = _any(
    r"\d", "about", "around", "only", "just", "less", "more", "exactly", "nearly", "almost", "several", "some", "half",
    "an?", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "few", "(?:the )?first",
    "(?:the )?last", "yesterday", "today", "this", "mon", "tues", "wednes", "thurs", "fri", "satur", "sun", MONTH,
)  # fmt: skip
SHOWED_LATER = rf"(?! (?:after|since|when|because|once|as|due|from)\b(?! {SPAN}))(?! (?:with|for me|on my)\b)"
BAD = r"(?:broken(?! (?:open|into|up))|damaged|cracked|dead|defective|faulty|smashed|shattered|in pieces|not working)"
UNPACKED = (
    r"(?:when|as|once|after|the moment) (?:i|we) (?:just |first |had )?"
    r"(?:unpacked|unboxed|took it out|opened (?:it|the (?:box|parcel|package)))"
    r"|(?:right |straight |directly )?(?:out of|from) the box|when it (?:arrived|came|got here)|on arrival|upon arrival"
)

REASONS: dict[str, tuple[str, ...]] = {
    "changed_mind": (
        r"\b(?:changed|change) (?:my|our) minds?\b(?! about (?:the |my |a )?(?:refund|return|cancel|exchange|that))",
        rf"\bdo{NOT} (?:really |actually )?(?:want|need) {IT}{NO_MORE}?(?=\s*(?:$|[.,;!?]|and\b|so\b|because i\b|but\b))",
        rf"\bdo not (?:want|need) {IT}{NO_MORE}?(?=\s*(?:$|[.,;!?]|and\b|so\b|but\b))",
        rf"\bno longer (?:want|need) {IT}(?! (?:to|repaired|replaced|fixed))",
    ),
    "ordered_by_mistake": (
        rf"\b(?:i|we|i've|we've)(?: (?:have|had|just|accidentally))* (?:ordered|bought|purchased|picked|chose) "
        rf"(?:the |a )?wrong {KIND}{ITEM}\b",
        rf"\b(?:ordered|bought) the wrong {KIND}{ITEM}\b",
        r"\b(?:ordered|bought) (?:[\w-]+ ){0,4}?(?:by mistake|by accident|accidentally|mistakenly)\b",
        r"\b(?:accidentally|mistakenly) (?:ordered|bought|purchased)\b",
        rf"\bordering mistake on my side\b|\bmy mistake,? i ordered the wrong {ITEM}\b",
    ),
    "wrong_item_delivered": (
        rf"\b(?:sent|shipped|delivered|gave)(?: (?:me|us))? (?:the |an? )?(?:wrong|different|another|other) {KIND}{ITEM}\b",
        rf"\b(?:received|recieved|was sent|been sent) (?:the |an? )?(?:wrong|different) {KIND}{ITEM}\b",
        rf"\b(?:wrong|different) {KIND}{ITEM} (?:was |has been |were |got )?(?:delivered|sent|shipped|received|arrived|came)\b",
        r"\bnot (?:what|the (?:one|model|item|product|camera)(?: that)?) (?:i|we)(?:'ve| have| had)? ordered\b",
        r"n'?t (?:what|the (?:one|model|item|product|camera)(?: that)?) (?:i|we) ordered\b",
        rf"\b(?:got|received|sent me|delivered) (?!\d|one |two |three |four |only )(?:an? |the )?{KIND}{ITEM} "
        rf"instead of (?!\d|one |two |three |four )(?:an? |the |my )?{KIND}{ITEM}\b",
    ),
    "damaged_on_arrival": (
        rf"\b(?:arrived|came|was delivered|were delivered|got delivered|reached (?:me|us)) (?:already |completely )?{BAD}\b",
        r"\bdead on arrival\b|\bDOA\b",
        rf"\b{BAD} (?:{UNPACKED})\b",
        rf"\b(?:did{NOT}|did not) (?:work|turn on|power on|start)(?: at all)? (?:{UNPACKED})\b",
        rf"\b(?:when|as) (?:i|we) (?:unpacked|unboxed|opened) (?:it|the (?:box|parcel|package)),? it was (?:already )?{BAD}\b",
        rf"\b(?:it|{ITEM}) never worked\b|\bhas never worked\b",
        rf"\bdid{NOT} work (?:from the (?:start|beginning)|from day one|right away)\b",
    ),
    "defective": (
        rf"\b(?:stopped|quit|ceased) (?:working|functioning|recording){SHOWED_LATER}",
        rf"\b(?:no longer works?|does{NOT} work any ?more|does not work any ?more){SHOWED_LATER}",
        r"\bno (?:picture|image|video|signal|sound|night vision)s? any ?more\b",
        r"\bworked (?:fine|well|perfectly|great|ok) (?:for|until) (?:[\w]+ ){1,4}?(?:and|but|,)? ?(?:then|now)\b",
        rf"\b(?:it|{ITEM}) (?:has |just )?died after {SPAN}",
    ),
    "damaged_by_user": (
        rf"(?:\b|(?<=\s)|^)(?:{SOMEBODY}) ?dropped {IT}(?! (?:off|by|in the (?:mail|post)|at the))\b",
        rf"\b(?:i|we|my \w+|our \w+|someone|somebody) (?:have |has |accidentally )*(?:broke|smashed|cracked|stepped on|sat on|"
        rf"ran over|drowned) (?:it|{THE} {KIND}(?:{ITEM}|glass|screen))\b",
        rf"\b(?:spilled|spilt|poured) (?:\w+ ){{1,3}}(?:on|over|into) {IT}\b",
        rf"\b(?:dog|cat|puppy|kid|son|daughter|baby|toddler|horse) (?:has )?(?:chewed|bit|bitten|ate|eaten) "
        rf"(?:on |up |through )?{IT}\b",
        r"\b(?:slipped|fell) (?:out of|from) my hands?\b",
    ),
    "modified": (
        rf"\b(?:i|we|i've|we've|my \w+|our \w+|someone|somebody)(?: (?:have|has|had))? "
        rf"(?:modified|altered|rewired|hacked|soldered)(?: (?:on|at|around in))? (?:it|{THE} {KIND}(?:{ITEM}|board|hardware))\b",
        r"\b(?:opened|took) (?:it|the \w+) (?:up|apart) and (?:soldered|rewired|modified|drilled)\b",
        rf"\b(?:flashed|installed) (?:an? |my )?(?:custom|third[ -]party|modified|modded|own|openwrt|openipc)"
        rf"(?: \w+)? ?firmware\b",
        rf"\bdrilled (?:a |some |two )?(?:extra )?holes? (?:in|into|through) (?:it|the (?:case|casing|housing|body|{ITEM}))\b",
        rf"\b(?:it|{ITEM}) (?:has been|was|is) modified\b",
    ),
    "repaired_without_consent": (
        rf"\b(?:had|got) {IT} (?:repaired|fixed|serviced) (?:by|at|in|from|elsewhere|somewhere|locally)\b(?! you)",
        rf"\b(?:shop|store|friend|electrician|technician|handyman|repairman|guy|brother|uncle|neighbou?r|nephew|cousin) "
        rf"(?:has |already )*(?:repaired|fixed|tried to (?:repair|fix)) {IT}\b",
        rf"\b(?:repaired|fixed|tried to (?:repair|fix)) {IT} (?:myself|ourselves|on my own)\b",
        rf"\b{ITEM} was repaired (?:by|at|in) (?:a|another|my|the local|some)\b",
    ),
    "lost": (
        rf"\b(?:i|we|i've|we've)(?: (?:have|had|just))? (?:lost|misplaced) (?:it|them|{THE} {KIND}{ITEM})\b(?! number)",
        rf"\b(?:it|{ITEM}) (?:was|were|got|has been|have been) stolen\b",
        rf"\b(?:someone|somebody|thieves|burglars|a thief) (?:has |have )?(?:stole|stolen|nicked) {IT}\b",
    ),
    "not_received": (
        rf"\b(?:it|they|order|parcel|package|delivery|shipment|{ITEM}) (?:has |have |'s )?never "
        rf"(?:arrived|came|come|showed up|shown up|turned up|reached (?:me|us)|got here)\b",
        rf"\b(?:i|we|i've|we've)(?: have)? never (?:got|received|recieved) (?:it|them|{THE} (?:order|parcel|package|{KIND}{ITEM}))\b"
        r"(?! (?:number|confirmation|status))",
        r"\b(?:parcel|package|delivery|shipment|order) (?:is|was|came|arrived) incomplete\b|\bincomplete (?:parcel|package|delivery)\b",
        r"\bmissing (?:from|in) (?:the|my) (?:parcel|package|box|delivery|shipment)\b",
        r"\b(?:box|parcel|package) (?:was|is|came|arrived) empty\b|\bempty (?:box|parcel|package) (?:arrived|came|was delivered)\b",
    ),
}  # fmt: skip

FAULTY = rf"\b(?:is|are|was|has|have|'s|became|a|the|my|your|this)(?: (?:an?|some))? (?:faulty|defective|defect|fault)\b(?! in your)"
"""Named a fault, so defective unless a better reading says how it came about."""

WRONG_SOMEHOW = (
    rf"\b(?:broken|broke|damaged|cracked|faulty|defective|does{NOT} work|does not work|did{NOT} work|(?:is|are)(?:n'?t| not) working|"
    rf"not working|not work|wo{NOT} (?:turn|power|start|boot|work)|dead|black screen|no (?:picture|signal|image|video)|malfunction)\b"
)
"""Something is wrong, nobody says why: competes with every reason by which the item is fine."""

NOT_BY_ITSELF = r"\b(?:drop(?:ped)?|fell|fallen|water|rain|wet|lightning|surge|thunder\w*|soldered|drilled|hammer|chewed)\b"
"""Points to a cause from outside: competes with `defective`."""

GOES_WITH_A_FAULT = {
    "damaged_on_arrival", "defective", "damaged_by_user", "modified", "repaired_without_consent",
}  # fmt: skip
TAMPERED = {"damaged_by_user", "modified", "repaired_without_consent"}

WORKING = {
    "true": (
        rf"\b(?:it|they|{ITEM}|still|all) (?:still |all )?works? (?:perfectly |absolutely )?(?:fine|perfectly|well|great|ok|okay|flawlessly)\b",
        rf"\b(?:it|they|{ITEM}) (?:is |are )?still works?(?:ing)?\b",
        r"\b(?:perfect|full|good|original|fine) working (?:order|condition)\b|\bfully functional\b",
        rf"\bnothing(?:'s| is)? wrong with {IT}\b",
    ),
    "false": (
        rf"\b(?:it|they|{THE} {KIND}{ITEM}) (?:does{NOT}|do{NOT}|does not|do not|wo{NOT}) work(?: (?:at all|any ?more))?"
        r"(?=\s*(?:$|[.,;!?]|and\b|so\b))",
        rf"\b(?:it|they|{THE} {KIND}{ITEM}) (?:has |have |just )?stopped working\b(?! (?:with|for me|on my)\b)",
    ),
}  # fmt: skip
WORKS_NOT_QUITE = _pattern(
    r"\b(?:but|until|except|only|sometimes|mostly|apart|used to|other|others|rest|then|although|though|barely|app|website)\b"
)

PACKAGING = {
    "true": (
        rf"\b(?:in|with|have|has|got|is|are) (?:all )?(?:its|it's|the|their|my)? ?original {BOX}\b",
        rf"\bstill (?:in|inside) (?:its|it's|the|their) (?:sealed |unopened |original )?{BOX}\b",
        rf"\bnever (?:even )?opened the {BOX}\b|\bstill sealed\b|\b(?:sealed|unopened) (?:original )?{BOX}\b",
        rf"\b{BOX} (?:is|are) (?:still )?(?:unopened|sealed)\b|\bstill have (?:the|its) (?:original )?{BOX}\b",
    ),
    "false": (
        rf"\b(?:threw|thrown|tossed|binned|recycled|chucked) (?:away |out )?(?:the |its |all the |my )?(?:original )?{BOX}\b",
        rf"\b(?:threw|thrown) (?:the |its )(?:original )?{BOX} (?:away|out)\b",
        rf"\b(?:do{NOT}|do not|no longer) have (?:the |its |an |a )?(?:original )?{BOX}\b",
        rf"\b{BOX} (?:is|was|are|has been) (?:already |long )?(?:gone|in the (?:bin|trash)|thrown (?:away|out)|recycled|binned)\b",
        rf"\b(?:without|no) (?:the |its )?original {BOX}\b|\b(?:i|we) lost the (?:original )?{BOX}\b",
    ),
}  # fmt: skip

UNTAMPERED = (
    r"\b(?:nobody|no one|noone)(?: has)?(?: ever)? (?:tampered with|messed with|touched) (?:it|the inside)\b",
    r"\b(?:have|has)(?:n'?t| not| never)(?: been)? tampered with\b|\bnever (?:been )?tampered with\b|\bnot (?:been )?tampered with\b",
)

SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]*")
NEGATION_NEAR = _pattern(
    r"(?:\b(?:not|never|no|nobody|nothing|none|without|neither|nor|hardly|\w+n't|(?:did|do|does|have|has|is|was|were|are|wo|ca|could)nt)\b"
    r"(?:\W+\w+){0,3}\W*)$"
)
SUPPOSED = _pattern(
    r"\b(?:if|whether|suppose|supposing|imagine|in case|unless|what happens|maybe|perhaps|might|may have|could have|i think|"
    r"i guess|probably|possibly|not sure|unsure|as if|looks like|seems?|you (?:say|said|claim)|accus\w+|afraid of|going to|"
    r"will|would (?!like)|should|must|have to|has to|need to be|do i need|required?)\b"
)
ABOUT_THE_RULES = _pattern(r"\b(?:cover(?:s|ed)?|polic(?:y|ies)|voids?|voided|in general|eligible|conditions? for|allowed)\b")
ASKED = _pattern(r"^\W*(?:is|are|was|were|does|do|did|has|have|what|how|who|which|when) .*\?")
SOMEBODY_ELSES_DOING = _pattern(
    r"\b(?:courier|driver|postman|mailman|carrier|ups|fedex|dhl|usps|delivery (?:man|guy|person|service)|warehouse)\b"
)
NOT_THE_ITEM = _pattern(r"\b(?:box|parcel|package|carton|packaging)\W*$")
OF_SOMETHING_ELSE = _pattern(r"\b(?:refund|money|reply|answer|replacement|confirmation|e-?mail|invoice|tracking|label|porch|code)\b")
KEEPS_IT = _pattern(r"\b(?:leave it|forget|keep(?:ing)? it|never ?mind|keep the)\b")

CLAIMS = {reason: [_pattern(words) for words in patterns] for reason, patterns in REASONS.items()}
CONDITIONS = {
    (entity, value): [_pattern(words) for words in patterns]
    for entity, values in (("working", WORKING), ("original_packaging", PACKAGING), ("tampered", {"false": UNTAMPERED}))
    for value, patterns in values.items()
}
FAULT_NAMED, SOMETHING_WRONG, OUTSIDE_CAUSE = _pattern(FAULTY), _pattern(WRONG_SOMEHOW), _pattern(NOT_BY_ITSELF)
DOUBTED_BY = {
    "damaged_by_user": SOMEBODY_ELSES_DOING,
    "not_received": OF_SOMETHING_ELSE,
    "lost": _pattern(rf"{OF_SOMETHING_ELSE.pattern}|\b(?:parcel|package|order|shipment|delivery)\b"),
    "changed_mind": KEEPS_IT,
    "defective": OUTSIDE_CAUSE,
}


def claims(text: str) -> Iterator[Detail]:
    """Reason (`claim.reason` of the policy engine), `working`, `original_packaging` and `tampered` where said plainly."""
    stated = {reason: match for reason, match in _stated(text, CLAIMS) if not _doubted(reason, match, text)}
    faults = list(_plain_matches(text, [FAULT_NAMED, SOMETHING_WRONG]))
    if not stated and not OUTSIDE_CAUSE.search(text):
        stated = {"defective": match for match in _plain_matches(text, [FAULT_NAMED])}
    if len(stated) == 1:
        ((reason, match),) = stated.items()
        if reason in GOES_WITH_A_FAULT or not faults:
            yield Detail("reason", reason, *match.span())
    for reason in stated.keys() & TAMPERED:
        yield Detail("tampered", "true", *stated[reason].span())

    for (entity, value), match in _stated(text, CONDITIONS):
        if (entity, value) == ("working", "true") and (
            faults or stated.keys() & GOES_WITH_A_FAULT or WORKS_NOT_QUITE.search(text)
        ):
            continue
        yield Detail(entity, value, *match.span())


def _stated(text: str, patterns: dict[Any, list[re.Pattern[str]]]) -> Iterator[tuple[Any, re.Match[str]]]:
    for name, expressions in patterns.items():
        for match in _plain_matches(text, expressions):
            yield name, match
            break


def _plain_matches(text: str, patterns: Iterable[re.Pattern[str]]) -> Iterator[re.Match[str]]:
    """Matches in sentences that state something, with no negation shortly before."""
    for sentence in SENTENCE.finditer(text):
        start, end = sentence.span()
        if ABOUT_THE_RULES.search(text, start, end) or ASKED.match(sentence.group()):
            continue
        for pattern in patterns:
            for match in pattern.finditer(text, start, end):
                before = text[start : match.start()]
                if not NEGATION_NEAR.search(before) and not SUPPOSED.search(before):
                    yield match


def _doubted(reason: str, match: re.Match[str], text: str) -> bool:
    """Other words in the text put another reading beside this one."""
    if reason == "damaged_on_arrival" and NOT_THE_ITEM.search(text[: match.start()]):
        return True
    doubt = DOUBTED_BY.get(reason)
    return bool(doubt and doubt.search(text))


# --- the component ----------------------------------------------------------------------------------------------------


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DetailsExtractor(EntityExtractorMixin, GraphComponent):
    """Adds the details of each message to its entities."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings, with what they mean."""
        return {"longest_text": 2000}  # characters that are read

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> DetailsExtractor:
        """Called by Rasa, in training and when a model is loaded."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds `entities` to each message."""
        for message in messages:
            text = (message.get(TEXT) or "")[: self._config["longest_text"]]
            found = [
                {"entity": detail.entity, "value": detail.value, "start": detail.start, "end": detail.end}
                for detail in find_details(text)
            ]
            known = message.get(ENTITIES, [])
            message.set(ENTITIES, known + self.add_extractor_name(found), add_to_output=True)
        return messages
