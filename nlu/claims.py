"""Finds what a customer says about the item in passing: reason, working, original packaging, tampered.

A wrong fact is far worse than a question asked. So words count only where they can be read in one way: nothing is
taken from suppositions, doubts and questions about the rules, nothing next to a negation, nothing where two readings
compete. `doesn't work` and `broken` say that something is wrong and not why, so they give no reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from nlu.identifiers import MONTH
from nlu.reading import Detail, any_of, pattern

ITEM = any_of(
    "items? products? ones? things? cameras? camras? cams? domes? bullets? nvrs? dvrs? recorders? lens(?:es)? models? "
    "colou?rs? sizes? disks? drives? hdds? cables? switch(?:es)? brackets? kits? doorbells? units? devices? systems? "
    "monitors? adapters? microphones? supply supplies goods equipment stuff sensors? mounts? hub"
)
KIND = r"(?:[\w-]+ ){0,3}?"  # 'night vision' in 'the night vision camera'
OUR = any_of("the my our this that these those an? both")
IT = rf"(?:it|them|this|that|these|those|{OUR} {KIND}{ITEM})"
ITSELF = rf"(?:it|they|{OUR} {KIND}{ITEM})"
PARCEL = any_of("parcel package delivery shipment order")
BOX = any_of("box(?:es)? packag(?:e|es|ing) packing cartons?")
OWN_BOX = rf"(?:the |its |it's |their |my |all the )?(?:original |cardboard |outer )?{BOX}"
WE = r"(?:i|we|someone|somebody|(?:my|our) \w+|i've|we've)(?: (?:have|has|had|just|also|accidentally|then))*"
NOT = r"(?:n'?t| not)"
DO_NOT = rf"do(?:es)?{NOT}"
NO_MORE = "(?:any ?more|any longer|now|at all|after all)"
CLAUSE_ENDS = r"(?= ?(?:$|[.,;!?]|and\b|so\b|but\b))"
WRONG = r"(?:the |an? )?(?:wrong|different)"
BAD = (
    r"(?:already |completely |totally )?"
    r"(?:broken(?! (?:open|into|up))|damaged|cracked|dead|defective|faulty|smashed|shattered|in pieces|not working)"
)
UNPACKED = (
    r"(?:(?:when|as|once|after|the moment) (?:i|we) (?:just |first |had )?"
    r"(?:unpacked|unboxed|took it out|opened (?:it|the (?:box|parcel|package)))"
    r"|(?:right |straight |directly )?(?:out of|from) the box|when it (?:arrived|came|got here)|(?:up)?on arrival)"
)
TIME_SPAN = (
    r"(?:\d|about|around|only|just|less|more|exactly|nearly|almost|several|some|half|few|(?:the )?(?:first|last)"
    r"|an?|one|two|three|four|five|six|seven|eight|nine|ten|yesterday|today|this"
    rf"|mon|tues|wednes|thurs|fri|satur|sun|{MONTH})"
)
# 'stopped working after two weeks' tells when; 'after the storm' tells why, and then it isn't its own fault
BY_ITSELF = (
    rf"\b(?! (?:after|since|when|because|once|as|due|from)\b(?! {TIME_SPAN}))"
    r"(?! (?:with|for me|on my|fine|well|properly)\b)"
)

UNWANTED = (
    r"(?:just |only |simply |that )*(?:i|we)(?:'ve| have)?(?: just| simply| really)? "
    rf"(?:changed (?:my|our) minds?\b|(?:do{NOT}|no longer) (?:really |actually |just )?(?:want|need|like) {IT}"
    rf"(?: {NO_MORE})?{CLAUSE_ENDS})"
)

CASE = any_of("case casing housing body cover device camera recorder nvr dvr")
OPENED_UP = (
    rf"(?:opened (?:it|them|{OUR} {KIND}{ITEM}) up|opened (?:up )?(?:the|its) {CASE}(?! box)"
    rf"|(?:took|taken|pulled) (?:it|them|{OUR} {KIND}{ITEM}) apart|unscrewed (?:it|the {CASE}))"
)
CHANGED = any_of("modified altered repaired fixed opened damaged")

REASONS = {
    "changed_mind": (
        r"\bchanged (?:my|our) minds?\b(?! about (?:the |my |a )?(?:refund|return|cancel|exchange|that))",
        rf"\bdo{NOT} (?:really |actually )?(?:want|need) {IT}(?: {NO_MORE})?{CLAUSE_ENDS}",
        rf"\bno longer (?:want|need) {IT}{CLAUSE_ENDS}",
        rf"\bdo{NOT} (?:really |actually )?like {IT}{CLAUSE_ENDS}",
    ),
    "ordered_by_mistake": (
        rf"\b(?:ordered|bought|purchased|picked|chose) (?:the |a )?wrong {KIND}{ITEM}\b",
        r"\b(?:ordered|bought) (?:[\w-]+ ){0,4}?(?:by mistake|by accident|accidentally|mistakenly)\b",
        r"\b(?:accidentally|mistakenly) (?:ordered|bought|purchased)\b",
    ),
    "wrong_item_delivered": (
        r"\b(?:received|recieved|sent me|delivered|shipped) something (?:else|different)\b",
        rf"\b(?:sent|shipped|delivered)(?: (?:me|us))? (?:{WRONG}|another|(?:the |an )other) {KIND}{ITEM}\b",
        rf"\b(?:received|recieved|was sent|been sent) {WRONG} {KIND}{ITEM}\b",
        rf"\b{WRONG} {KIND}{ITEM} (?:was |has been |were |got )?(?:delivered|sent|shipped|received|arrived|came)\b",
        rf"(?:\bnot|n'?t) (?:what|the {ITEM}(?: that)?) (?:i|we)(?:'ve| have| had)? ordered\b",
        rf"\b(?:got|received|sent|sent me|delivered) (?:an?|the) {KIND}{ITEM} instead of (?:an?|the|my) {KIND}{ITEM}\b",
    ),
    "damaged_on_arrival": (
        rf"\b(?:arrived|came|(?:was|were|got) delivered|reached (?:me|us)) {BAD}\b",
        r"\bdead on arrival\b|\bdoa\b",
        rf"\b{BAD} {UNPACKED}",
        rf"\bdid{NOT} (?:work|turn on|power on|start)(?: at all)? {UNPACKED}",
        rf"\b(?:when|as) (?:i|we) (?:unpacked|unboxed|opened) (?:it|the {BOX}|the {PARCEL}),? ?{ITSELF} was {BAD}\b",
        rf"\b{ITSELF} (?:has )?never worked\b(?! (?:\w+ )?since)",
        rf"\bdid{NOT} work (?:from the (?:start|beginning)|from day one|right away)\b",
        rf"\b(?:has|have){NOT} worked since (?:day one|the first day|it (?:came|arrived)|i got it)\b",
        rf"\b{ITSELF} (?:came|arrived) with an? (?:big |small |huge )?(?:crack|dent|hole)\b",
    ),
    "defective": (
        rf"\b(?:stopp?ed|quit|ceased) (?:working|functioning|recording){BY_ITSELF}",
        rf"\b(?:no longer works?|(?:is )?no longer working|{DO_NOT} work any ?more){BY_ITSELF}",
        r"\bno (?:picture|image|video|signal|sound|night vision)s? any ?more\b",
        rf"\b{ITSELF} (?:just |suddenly )?(?:went|turned) (?:black|blank|dark|dead)\b",
        r"\bworked (?:fine|well|perfectly|great|ok) (?:for|until) (?:\w+ ?){1,4}?,? ?(?:and|but)?,? ?(?:then|now)\b",
        rf"\b{ITSELF} (?:has |just )?died after {TIME_SPAN}",
    ),
    "damaged_by_user": (
        rf"(?:\b{WE} |^|[,;:.!?] ?|\band )dropped {IT}\b(?! (?:off|by|in the (?:mail|post)|at the))",
        rf"\b(?:{WE} or (?:somebody|someone) else|{WE}) damaged (?:it|them|{OUR} {KIND}{ITEM})\b",
        rf"\b{WE} (?:broke|smashed|cracked|stepped on|sat on|ran over|drowned) "
        rf"(?:it|{OUR} {KIND}(?:{ITEM}|glass|screen))\b",
        rf"\b(?:spilled|spilt|poured) (?:\w+ ){{1,3}}(?:on|over|into) {IT}\b",
        rf"\b(?:dog|cat|puppy|kids?|children|son|daughter|brother|sister|baby|toddler|horse) (?:has )?"
        rf"(?:chewed|bit|bitten|ate|eaten|dropped|broke) (?:on |up |through )?{IT}\b",
        r"\b(?:slipped|fell) (?:out of|from) my hands?\b",
    ),
    "modified": (
        rf"\b{WE} (?:changed or )?(?:modified|altered|rewired|hacked|soldered)(?: (?:on|at|around in))? "
        rf"(?:it|{OUR} {KIND}(?:{ITEM}|board|hardware))\b",
        r"\b(?:opened|took) (?:it|(?:the|my) \w+) (?:up |apart )?and (?:soldered|rewired|modified|drilled)\b",
        r"\b(?:flashed|installed) (?:an? |my )?(?:custom|third[ -]party|modified|modded|own|openwrt|openipc)"
        r"(?: \w+)? ?firmware\b",
        rf"\bdrilled (?:a |some |two |extra )*holes? (?:in|into|through) "
        rf"(?:it|the (?:case|casing|housing|body|{ITEM}))\b",
        rf"\b{ITSELF} (?:has been|was|is) modified\b",
    ),
    "repaired_without_consent": (
        rf"\b(?:had|got) {IT} (?:repaired|fixed|serviced) (?:by|at|in|from|elsewhere|somewhere|locally)\b(?! you)",
        rf"\b(?:shop|store|friend|electrician|technician|handyman|repairman|guy|brother|uncle|neighbou?r|nephew|cousin)"
        rf"(?: has| already)* (?:repaired|fixed|tried to (?:repair|fix)) {IT}\b",
        rf"\b(?:repaired|fixed|tried to (?:repair|fix)) {IT} (?:myself|ourselves|on my own)\b",
        rf"\b(?:somebody|someone) else (?:has )?(?:repaired|fixed|tried to (?:repair|fix)) {IT}\b",
        rf"\b{ITSELF} was repaired (?:by|at|in) (?:a|another|my|the local|some)\b",
    ),
    "lost": (
        rf"\b{WE} (?:lost|misplaced) (?:it|them|{OUR} {KIND}{ITEM})\b(?! number)",
        rf"\b{ITSELF} (?:was|were|got|has been|have been) (?:lost or )?stolen\b",
        rf"\b(?:someone|somebody|thieves|burglars|a thief) (?:has |have )?(?:stole|stolen|nicked) {IT}\b",
    ),
    "not_received": (
        rf"\b(?:it|they|{PARCEL}|{ITEM})(?: has| have|'s)? never "
        rf"(?:arrived|(?:came|come)(?! (?:up|on|back|off|out|through)\b)|showed up|shown up|turned up"
        r"|reached (?:me|us)|got here)\b",
        rf"\b(?:i|we|i've|we've)(?: have)? never (?:got|received|recieved) "
        rf"(?:it|them|{OUR} (?:{PARCEL}|{KIND}{ITEM}))\b(?! (?:number|confirmation|status))",
        rf"\b{PARCEL} (?:is|was|came|arrived) incomplete\b|\bincomplete {PARCEL}\b",
        rf"\bmissing (?:from|in) (?:the|my) (?:{PARCEL}|box)\b",
        rf"\b(?:box|{PARCEL}) (?:was|is|came|arrived) empty\b",
        rf"\bnothing (?:was )?(?:in|inside) (?:the|my) (?:box|{PARCEL})\b",
        rf"\bempty (?:box|{PARCEL}) (?:arrived|came|was delivered)\b",
    ),
}

CONDITIONS = {
    ("working", "true"): (
        rf"(?:\b(?:it|they|everything|{ITEM}|still|all)(?: still| all)? |^|, ?|\band )works? "
        r"(?:perfectly |absolutely )?"
        r"(?:fine|perfectly|well|great|ok|okay|flawlessly|like a charm|like new|as new|as it should)\b",
        rf"\b(?:it|they|{ITEM})(?: is| are)? still work(?:s|ing)?\b",
        r"\b(?:perfect|full|good|original|fine) working (?:order|condition)\b|\bfully functional\b",
        rf"\bnothing(?:'s| is)? wrong with {IT}\b",
    ),
    ("working", "false"): (
        rf"\b{ITSELF} (?:{DO_NOT}|wo{NOT}) work(?: {NO_MORE})?{CLAUSE_ENDS}",
        rf"\b{ITSELF}(?: has| have| just)? stopp?ed working\b(?! (?:with|for me|on my)\b)",
    ),
    ("original_packaging", "true"): (
        rf"\b(?:in|with|have|has|got|is|are)(?: all)?(?: its| it's| the| their| my)? original {BOX}\b",
        rf"\bstill (?:in|inside) (?:its|it's|the|their) (?:sealed |unopened |original )?{BOX}\b",
        rf"\bkept {OWN_BOX}(?! number)|\bkept everything\b|\bfound {OWN_BOX}(?! number)",
        rf"\boriginal {BOX} (?:is|are) (?:still )?(?:here|there)\b",
        r"(?:\b(?:is|are|still|all|it's|its|and)|^\W*|,) ?unopened\b(?! mail)",
        rf"\bnever (?:even )?opened the {BOX}\b|\bstill sealed\b|\b(?:sealed|unopened) (?:original )?{BOX}\b",
        rf"\b{BOX} (?:is|are) (?:still )?(?:unopened|sealed)\b|\bstill have (?:the|its) (?:original )?{BOX}\b",
    ),
    ("original_packaging", "false"): (
        rf"\b(?:threw|thrown|tossed|binned|recycled|chucked) (?:away |out )?{OWN_BOX}\b",
        rf"\b(?:{DO_NOT}|no longer) have {OWN_BOX}\b",
        rf"\b{BOX} went (?:to|in|into) (?:the )?(?:recycling|bin|trash|dump|garbage)\b",
        rf"\b{BOX} (?:is|was|are|has been) (?:already |long )?"
        r"(?:gone|in the (?:bin|trash|garbage|rubbish|dump)|thrown (?:away|out)|recycled|binned)\b",
        # 'it came without the original box' is the shop's doing
        rf"(?<!came\x20)(?<!arrived\x20)(?<!delivered\x20)(?<!sent\x20it\x20)"
        rf"\b(?:without|no) (?:the |its )?original {BOX}\b",
        rf"\b(?:i|we) lost {OWN_BOX}\b",
    ),
    ("tampered", "true"): (
        # 'I opened it up' may be the parcel
        rf"(?:\b{WE}|\b(?:he|she|they)|\b(?:my|our) \w+) (?!opened it up){OPENED_UP}",
        rf"\b(?:(?:my|our|a) \w+|someone|somebody|he|she)(?: has| had)? {OPENED_UP}",
    ),
    ("tampered", "false"): (
        rf"\b(?:nobody|no one|noone|never|(?:have|has|did){NOT})(?: has| have| ever)* "
        rf"(?:{OPENED_UP}|(?:{CHANGED}(?: or |, )){{1,3}}{CHANGED} {IT})",
        r"\b(?:nobody|no one|noone)(?: has)?(?: ever)? (?:tampered with|messed with|touched) (?:it|the inside)\b",
        rf"\b(?:(?:have|has|is|was){NOT}|never|not)(?: been)? tampered with\b",
        r"\b(?:is|was|are|were|been|wall) untouched\b",
    ),
}

# Named a fault: defective, unless another reading says how it came about.
FAULT_NAMED = pattern(
    r"(?:\b(?:is|are|was|has|have|became|an?|the|my|your|this)|'s)(?: (?:an?|some))? "
    r"(?:faulty|defective|defect|(?<!my\s)(?<!our\s)(?<!your\s)fault)\b"  # 'my fault' is none of the item
)
# Of an item with a fault it might mean its case.
NEVER_OPENED = pattern(
    rf"\b(?:never|(?:have|has|did){NOT})(?: even| been| yet| once)* open(?:ed)?(?: (?:it|them|this|these))?"
    rf"{CLAUSE_ENDS}|\b(?:never|(?:have|has){NOT}) (?:even )?opened (?:it|them)(?! up)\b"
)
# Something is wrong, nobody says why: competes with every reason by which the item is fine.
SOMETHING_WRONG = pattern(
    rf"\b(?:broken|broke|damaged|cracked|faulty|defective|(?:does|do|did){NOT} work|(?:is|are|was){NOT} working"
    rf"|not work|not working|wo{NOT} (?:turn|power|start|boot|work)|dead|black screen"
    r"|no (?:picture|signal|image|video))\b"
)
# Points to a cause from outside: competes with `defective`.
OUTSIDE_CAUSE = pattern(
    r"\b(?:drop(?:ped)?|fell|fallen|water|rain|wet|lightning|surge|thunder\w*|soldered|drilled|hammer|chewed)\b"
)
GOES_WITH_A_FAULT = {"damaged_on_arrival", "defective", "damaged_by_user", "modified", "repaired_without_consent"}
TAMPERED = {"damaged_by_user", "modified", "repaired_without_consent"}  # as the policy engine understands the word

SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]*")
NEGATED = pattern(
    r"\b(?:not|never|no(?! ?,)|nobody|nothing|none|without|neither|nor|hardly|\w+n't"
    r"|(?:did|do|does|have|has|is|was|were|are|wo|ca|could)nt)\b(?:[^\w,]+\w+){0,3}[^\w,]*$"
)
NEARLY = pattern(r"\b(?:almost|nearly)[^\w,]*$")  # 'I almost threw the box away'
SUPPOSED = pattern(
    r"(?:^\W*(?:just |let's |let us )?say|\beither)\b"
    r"|\b(?:if|whether|suppose|supposing|imagine|in case|unless|what happens|maybe|perhaps|might|may have|could have"
    r"|i think|i guess|probably|possibly|not sure|unsure|as if|looks like|seems?"
    r"|(?:you|they|he|she|people|reviews?|site|website|page|description) (?:say|says|said|claims?|claimed)"
    r"|(?:swears?|swore|claims?|claimed|insists?|believes?)(?: that)?|pretend(?:ing)?"
    r"|(?:was|were|been) told|told me|accus\w+|last time"
    r"|afraid of|was afraid|going to|will|would(?! like)|should|must(?! (?:admit|confess|say))"
    r"|have to(?! (?:correct|admit|confess|say))|has to|need to be|do i need|required?)\b"
)
DOUBTS = (NEGATED, NEARLY, SUPPOSED)
"""Before what is said, each of them makes that something else than a fact."""
TAKEN_BACK = pattern(
    r"^.*\b(?:no,? wait|wait,? no|no,? sorry|sorry,? no|sorry,? i mean|i meant?[,:]? no|actually,? no|no,? i meant?"
    r"|correction|scratch that)\b[\s,:.-]*(?=\S+ \S)"
)
ABOUT_THE_RULES = pattern(
    r"\b(?:cover(?:s|ed)?|polic(?:y|ies)|voids?|voided|in general|eligible|conditions? for|allowed)\b"
)
# 'can I return it without the box' says nothing of the box; 'can I return it, it has no box' does
PERMISSION = pattern(r"^\W*(?:(?:but|and|so|hi|hello|also|ok)\W+)*(?:can|could|may|am) (?:i|we)\b")
GOES_ON = pattern(r"[,;:]| (?:because|cause|since|as|that|which|but)\b")
OTHERS = pattern(
    r"\b(?:neighbou?r|friend|brother|sister|mother|mom|mum|father|dad|boss|colleague|cousin|uncle|nephew|niece)s?'s? "
    rf"{KIND}{ITEM}\b|\b(?:my|our|the|an) (?:old|last|previous|former) {KIND}{ITEM}\b"
    r"|\bfirst one you sent\b"
)
ASKED = pattern(r"^\W*(?:is|are|was|were|does|do|did|has|have|what|how|who|which|when) .*\?")
WORKS_NOT_QUITE = pattern(
    rf"\b(?:but(?! {UNWANTED})|until|except|only|sometimes|mostly|apart|used to|others?|rest|then|although|though"
    r"|barely|app|website|nobody ever|when(?:ever)? it works|not$|(?<!know\x20)(?<!me\x20)(?<!see\x20)(?:if|unless)"
    r"|as long as|provided|crash\w*|freez\w*|disconnect\w*|keeps? \w+ing)\b"
)
# 'it works' alone may go on with anything; 'it works, I just don't need it' is all there is to say
JUST_UNWANTED = pattern(
    rf"(?:^|[,;:.!?]\s*|\band )(?:(?:it|they|everything|{OUR} {KIND}{ITEM}) )?(?:still |all |does )?works?"
    rf" ?[,;:.!–-]* ?(?:but |and |so |it's |it is )*{UNWANTED}"
)
# 'nobody touched it, except my son'
BUT_SOMEBODY = pattern(r"\b(?:but|except|only|just|apart|besides|other than|unless|though|although)\b")
NOT_THE_GOODS = pattern(
    r"\b(?:refund|money|reply|answer|replacement|confirmation|e-?mail|invoice|tracking|label|code)\b"
)
DOUBTFUL_BESIDE = {
    "changed_mind": pattern(
        r"\b(?:leave it|forget|keep(?:ing)? (?:it|the)|never ?mind|stop(?! working)|drop (?:it|that))\b"
    ),
    "damaged_on_arrival": pattern(rf"\b{BOX}(?: has| have)? (?:arrived|came|was|were|got|reached)\b|\bseal\b"),
    "damaged_by_user": pattern(
        r"\b(?:courier|driver|postman|mailman|carrier|ups|fedex|dhl|usps|warehouse"
        r"|delivery (?:man|guy|person|service))\b"
    ),
    "defective": OUTSIDE_CAUSE,
    "lost": pattern(r"\b(?:parcel|package|shipment|delivery)\b"),
}
DOUBTFUL_BEFORE = {"not_received": NOT_THE_GOODS}  # 'you promised a refund, it never came'

READINGS = {reason: [pattern(words) for words in expressions] for reason, expressions in REASONS.items()}
STATES = {state: [pattern(words) for words in expressions] for state, expressions in CONDITIONS.items()}

Name = TypeVar("Name")


@dataclass(frozen=True)
class Told:
    """A text, and where the sentences in it are that state something: no questions, nothing about the rules."""

    text: str
    statements: Sequence[tuple[int, int]]

    @classmethod
    def by(cls, text: str) -> Told:
        spans = (sentence.span() for sentence in SENTENCE.finditer(text))
        return cls(text, [span for span in spans if not _asks_or_cites(text[slice(*span)])])

    def first_matches(self, readings: Mapping[Name, Sequence[re.Pattern[str]]]) -> dict[Name, re.Match[str]]:
        """Of each reading that is stated, where it is first."""
        found = {name: next(self.plain_matches(expressions), None) for name, expressions in readings.items()}
        return {name: match for name, match in found.items() if match}

    def plain_matches(self, expressions: Sequence[re.Pattern[str]]) -> Iterator[re.Match[str]]:
        """Matches with no doubt or negation shortly before."""
        for start, end in self.statements:
            for expression in expressions:
                for match in expression.finditer(self.text, start, end):
                    before = self.text[start : match.start()]
                    is_said = not any(doubt.search(before) for doubt in DOUBTS) and not _is_permission(before)
                    if is_said and not OTHERS.search(self.text, start, match.end()):
                        yield match


def claims(text: str) -> Iterator[Detail]:
    """Details named as the policy engine's facts: `reason`, `working`, `original_packaging`, `tampered`."""
    told = Told.by(_without_what_is_taken_back(text))
    faults = list(told.plain_matches([FAULT_NAMED, SOMETHING_WRONG]))
    reasons = _reasons(told)
    if len(reasons) == 1:
        ((reason, match),) = reasons.items()
        if reason in GOES_WITH_A_FAULT or not faults:
            yield Detail("reason", reason, *match.span())
    for reason, match in reasons.items():
        if reason in TAMPERED:
            yield Detail("tampered", "true", *match.span())

    is_fine = not faults and not reasons.keys() & GOES_WITH_A_FAULT
    if is_fine:
        for match in islice(told.plain_matches([NEVER_OPENED]), 1):
            yield Detail("original_packaging", "true", *match.span())
    is_wholly_fine = is_fine and not WORKS_NOT_QUITE.search(told.text)
    for (entity, value), match in told.first_matches(STATES).items():
        is_doubtful = (entity, value) == ("tampered", "false") and BUT_SOMEBODY.search(told.text, match.end())
        if not is_doubtful and ((entity, value) != ("working", "true") or is_wholly_fine):
            yield Detail(entity, value, *match.span())
    unwanted = JUST_UNWANTED.search(told.text) if is_wholly_fine else None
    if unwanted and not any(doubt.search(told.text[: unwanted.start()]) for doubt in DOUBTS):
        yield Detail("working", "true", *unwanted.span())


def _without_what_is_taken_back(text: str) -> str:
    """What comes before "no wait", blanked out, so that all else stays in its place."""
    taken_back = TAKEN_BACK.match(text)
    return text if taken_back is None else " " * taken_back.end() + text[taken_back.end() :]


def _asks_or_cites(sentence: str) -> bool:
    return ABOUT_THE_RULES.search(sentence) is not None or ASKED.match(sentence) is not None


def _reasons(told: Told) -> dict[str, re.Match[str]]:
    """Every reason that can be read in the text; more than one means that they compete."""
    stated = {
        reason: match
        for reason, match in told.first_matches(READINGS).items()
        if reason not in DOUBTFUL_BESIDE or not _is_affirmed(told.text, DOUBTFUL_BESIDE[reason])
        if reason not in DOUBTFUL_BEFORE or not DOUBTFUL_BEFORE[reason].search(told.text, *_shortly_before(match))
    }
    if stated or _is_affirmed(told.text, OUTSIDE_CAUSE):
        return stated
    return told.first_matches({"defective": [FAULT_NAMED]})


def _shortly_before(match: re.Match[str]) -> tuple[int, int]:
    """Where what it is about was said, the match with it."""
    return max(0, match.start() - 30), match.end()


def _is_permission(before: str) -> bool:
    return PERMISSION.search(before) is not None and GOES_ON.search(before) is None


def _is_affirmed(text: str, expression: re.Pattern[str]) -> bool:
    """Whether it is said, be it as a supposition, and not only denied."""
    return any(not NEGATED.search(text[: match.start()]) for match in expression.finditer(text))
