"""The published policy: its clauses, values and settings, and which version of them is in force on a day.

A policy is a folder with `POLICY.txt` (the text), `clauses.yml` (its sentences), `values.yml` (its numbers),
`settings.yml` (how the shop settles what the text leaves open) and `shop.yml` (what it calls its things).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timezone, tzinfo
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.numbers import list_currencies
from dateutil.zoneinfo import get_zonefile_instance

from policy_core.statements import A_PERSON, INFORMATION, Statements, stated_as
from policy_core.yaml_files import PolicyError, read_yaml

HERE = Path(__file__).resolve().parent
PUBLISHED = HERE / "policy"
SOURCES_THAT_DECIDE = ("case.py", "decide.py", "judge.py", "money.py", "rules/*.py", "steps.py")

VALUES = {
    "cancellation_window": "cancellations.window",
    "refund_window": "refunds.window",
    "warranty_term": "warranty.term",
    "limited_warranty_term": "warranty.limited_term",
    "tracked_shipping_above": "shipping.tracked",
}
"""The statement that each number belongs to."""

VALUE_AT_MOST = 10_000  # hours, days, months or dollars: room for every deadline before the calendar ends
PLAIN_AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?")
ORDER_NUMBER = re.compile(r"[A-Za-z]{0,5}[-_]?[0-9]{3,12}")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")

T = TypeVar("T")


@dataclass(frozen=True)
class Clause:
    """One sentence of the policy, in its own words."""

    id: str
    section: str
    text: str


class Dated(Generic[T]):
    """What holds since ever, and since which days something else holds instead."""

    def __init__(self, ever: T, later: Mapping[date, T]) -> None:
        self.days = sorted(later)
        self.entries = [ever, *(later[day] for day in self.days)]

    def on(self, day: date) -> T:
        return self.entries[bisect_right(self.days, day)]


@dataclass(frozen=True)
class Sentence:
    """A clause through time, with what else its sentence states besides its id."""

    id: str
    section: str
    also: tuple[str, ...]
    holds: Dated[str]


@dataclass(frozen=True)
class Values:
    """The policy's numbers: hours, days, months and dollars as `values.yml` says; None where it states none.

    A policy with one length of warranty has it twice, so that the two agree.
    """

    cancellation_window: int | None
    refund_window: int | None
    warranty_term: int | None
    limited_warranty_term: int | None
    tracked_shipping_above: int | None


@dataclass(frozen=True)
class Settings:
    """The shop's choices where the text leaves one (rulings 1, 2, 9, 16, 17 and 22)."""

    shop: str
    contact: str
    warranty_conflict: str
    time_zone: str
    told_immediately_days: int
    shipping_deduction: str
    tracked_shipping_above: Mapping[str, Decimal]
    decided_by: str

    @cached_property
    def zone(self) -> tzinfo:
        zone: tzinfo = _zone(self.time_zone)
        return zone


@dataclass(frozen=True)
class Shop:
    """What the shop calls its things; `words` by language, `called` what customers call a kind of goods."""

    order_number: str
    answers: str
    called: Mapping[str, tuple[str, ...]]
    words: Mapping[str, Mapping[str, str]]

    @property
    def order_letters(self) -> str:
        """The letters with which an order number begins; none where it is digits alone."""
        return re.match(r"[A-Za-z]*", self.order_number)[0]  # type: ignore[index]  # it matches nothing, too

    def word(self, name: str, locale: str = "en") -> str:
        """Its word in the locale's language, where the shop gave it; else as `locale_with_words` says."""
        return self.words[_language_of(self.locale_with_words(locale))][name]

    def locale_with_words(self, locale: str) -> str:
        """The same, where the shop gave its words in that language; else English, or the first that it gave."""
        if _language_of(locale) in self.words:
            return locale
        return "en" if "en" in self.words else next(iter(self.words))


def _language_of(locale: str) -> str:
    return locale.replace("_", "-").split("-")[0].lower()


@dataclass(frozen=True)
class Version:
    """Everything that decides on one day: the sentences, values and settings in force, and their digest."""

    since: date | None
    clauses: Mapping[str, Clause]
    values: Values
    settings: Settings
    shop: Shop
    statements: Statements
    digest: str


class Policy:
    """A shop's policy through time."""

    def __init__(
        self,
        clauses: Sequence[Sentence],
        values: Mapping[str, Dated[int]],
        settings: Settings,
        shop: Shop,
    ) -> None:
        self.settings = settings
        self.shop = shop
        self.statements = Statements((clause.id, clause.also) for clause in clauses)
        self._clauses = clauses
        self._values = values
        texts: list[Dated[Any]] = [clause.holds for clause in clauses]
        self.days_of_change = sorted({day for dated in (*texts, *values.values()) for day in dated.days})
        self._versions: dict[date | None, Version] = {}

    def in_force(self, day: date) -> Version:
        """The version that holds on `day`."""
        past = bisect_right(self.days_of_change, day)
        since = self.days_of_change[past - 1] if past else None
        if since not in self._versions:
            self._versions[since] = self._version(since)
        return self._versions[since]

    def _version(self, since: date | None) -> Version:
        day = since or date.min
        clauses = {each.id: Clause(each.id, each.section, each.holds.on(day)) for each in self._clauses}
        values = self._values_on(day)
        also = {each.id: each.also for each in self._clauses if each.also}
        decisive = [list(map(asdict, clauses.values())), asdict(values), asdict(self.settings)]
        digest = _digest([*decisive, also] if also else decisive)
        return Version(since, MappingProxyType(clauses), values, self.settings, self.shop, self.statements, digest)

    def _values_on(self, day: date) -> Values:
        stated = {name: self._values[name].on(day) if name in self._values else None for name in VALUES}
        longer, shorter = stated["warranty_term"], stated["limited_warranty_term"]
        stated["warranty_term"] = shorter if longer is None else longer
        stated["limited_warranty_term"] = longer if shorter is None else shorter
        return Values(**stated)


@cache
def published() -> Policy:
    """The shop's policy: the folder that `POLICY_DIR` names, else the one that this package carries.

    Raises PolicyError.
    """
    return load_policy(Path(os.environ.get("POLICY_DIR") or PUBLISHED))


def load_policy(folder: Path, settings: Path | None = None) -> Policy:
    """The policy in `folder`, with the settings of another file if one is given. Raises PolicyError.

    It may lack sentences: rules that need them fall away (`rules.standing`). Only how to reach a person, who decides
    wherever it is silent, has to be stated.
    """
    clauses = read_clauses(folder / "clauses.yml")
    statements = Statements((clause.id, clause.also) for clause in clauses)
    if not statements.hold(A_PERSON):
        raise PolicyError(
            f"clauses.yml: {A_PERSON} is missing, the sentence that says how to reach a person. Where the policy is "
            "silent, the assistant points there"
        )
    return Policy(
        clauses,
        read_values(folder / "values.yml", statements),
        read_settings(settings or folder / "settings.yml"),
        read_shop(folder / "shop.yml"),
    )


def read_clauses(path: Path) -> list[Sentence]:
    """Every sentence, in the order of the text."""
    entries = read_yaml(path, list)
    clauses = []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or set(entry) - {"also"} != {"id", "section", "holds"}:
            raise PolicyError(
                f"{path.name}: entry {number} needs id, section and holds, perhaps also, and nothing else"
            )
        also = entry.get("also") or []
        if not isinstance(also, list):
            raise PolicyError(f"{path.name}: {entry['id']} has to list what it states also, as in [refunds.condition]")
        for id in (entry["id"], *also):
            if stated_as(str(id)) is None and not str(id).startswith(INFORMATION):
                raise PolicyError(
                    f"{path.name}: {id} is no id that the rules know; `python -m policy_core known` lists those, and "
                    f"{INFORMATION} begins that of a sentence that decides nothing"
                )
        holds = _dated(path, entry["id"], entry["holds"], str)
        clauses.append(Sentence(str(entry["id"]), str(entry["section"]), tuple(map(str, also)), holds))
    if len({clause.id for clause in clauses}) < len(clauses):
        raise PolicyError(
            f"{path.name}: two clauses have the same id; further sentences that state the same get a number, as in "
            "returns.request.2"
        )
    return clauses


def read_values(path: Path, statements: Statements) -> dict[str, Dated[int]]:
    """The dated numbers by name: one for each statement of `VALUES` that the policy makes."""
    entries = read_yaml(path, dict)
    for name in entries.keys() & VALUES:
        if not statements.hold(VALUES[name]):
            raise PolicyError(f"{path.name}: {name} has no sentence, as no clause states {VALUES[name]}")
    _expect_keys(path, entries, {name for name, statement in VALUES.items() if statements.hold(statement)})
    values = {}
    for name, entry in entries.items():
        if not isinstance(entry, dict) or set(entry) != {"means", "clause", "unit", "holds"}:
            raise PolicyError(f"{path.name}: {name} needs means, clause, unit and holds, and nothing else")
        values[name] = _dated(path, name, entry["holds"], int)
        if not all(0 <= value <= VALUE_AT_MOST for value in values[name].entries):
            raise PolicyError(f"{path.name}: {name} has to lie between 0 and {VALUE_AT_MOST}")
        if entry["clause"] not in (behind := statements.behind(VALUES[name])):
            raise PolicyError(f"{path.name}: {name} is stated by {' or '.join(behind)}, not by {entry['clause']!r}")
    return values


def read_settings(path: Path) -> Settings:
    """The shop's settings, each checked."""
    entries = read_yaml(path, dict)
    _expect_keys(path, entries, set(SETTINGS))
    for name, (is_right, expected) in SETTINGS.items():
        if not is_right(entries[name]):
            raise PolicyError(f"{path.name}: {name} has to be {expected}, not {entries[name]!r}")
    thresholds = {code: Decimal(amount) for code, amount in entries["tracked_shipping_above"].items()}
    return Settings(**{**entries, "tracked_shipping_above": thresholds})


def read_shop(path: Path) -> Shop:
    """What the shop calls its things, each checked."""
    entries = read_yaml(path, dict)
    _expect_keys(path, entries, set(SHOP))
    for name, (is_right, expected) in SHOP.items():
        if not is_right(entries[name]):
            raise PolicyError(f"{path.name}: {name} has to be {expected}")
    called = {kind: tuple(words) for kind, words in entries["called"].items()}
    return Shop(entries["order_number"], entries["answers"], called, entries["words"])


def _one_of(*choices: str) -> tuple[Callable[[Any], bool], str]:
    return lambda value: value in choices, " or ".join(choices)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and ADDRESS.fullmatch(value) is not None


def _is_day_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 3650


def _are_thresholds(value: Any) -> bool:
    return (
        isinstance(value, dict) and set(value) <= list_currencies() - {"USD"} and all(map(_is_amount, value.values()))
    )


def _is_amount(value: Any) -> bool:
    return isinstance(value, str) and PLAIN_AMOUNT.fullmatch(value) is not None


def _is_zone(value: Any) -> bool:
    return _is_text(value) and _zone(value) is not None


def _zone(name: str) -> Any:
    """The time zone of that name, or None; UTC needs no list of zones and is read fastest without."""
    if name == "UTC":
        return timezone.utc
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return get_zonefile_instance().get(name)  # for systems without a list; it has no summer time after 2037


SETTINGS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "shop": (_is_text, "the shop's name"),
    "contact": (_is_address, "an e-mail address"),
    "warranty_conflict": _one_of("refer", "24_months", "12_months"),
    "time_zone": (_is_zone, "a time zone such as Europe/Berlin"),
    "told_immediately_days": (_is_day_count, "a number of days"),
    "shipping_deduction": _one_of("the_charge", "off_the_goods"),
    "tracked_shipping_above": (_are_thresholds, 'lines of ISO CODE: "amount", without USD, which values.yml has'),
    "decided_by": _one_of("order_day", "question_day"),
}


KINDS = {"equipment", "accessory"}
WORDS_OF_A_SHOP = {"equipment", "warehouse", "a_piece_of_equipment", "an_accessory", "which_is_which"}


def _is_order_number(value: Any) -> bool:
    return isinstance(value, str) and ORDER_NUMBER.fullmatch(value) is not None


def _are_names_of_goods(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == KINDS
        and all(isinstance(names, list) and names and all(map(_is_text, names)) for names in value.values())
    )


def _are_words(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(
            isinstance(words, dict) and set(words) == WORDS_OF_A_SHOP and all(map(_is_text, words.values()))
            for words in value.values()
        )
    )


SHOP: dict[str, tuple[Callable[[Any], bool], str]] = {
    "order_number": (_is_order_number, "like INO-12345: letters, if any, and three or more digits"),
    "answers": _one_of("plain", "quoted"),
    "called": (_are_names_of_goods, "a list of names each for equipment and accessory"),
    "words": (_are_words, f"a language, such as en, with its words for {', '.join(sorted(WORDS_OF_A_SHOP))}"),
}


def _expect_keys(path: Path, entries: Mapping[str, Any], expected: set[str]) -> None:
    if missing := expected - set(entries):
        raise PolicyError(f"{path.name}: {', '.join(sorted(missing))} is missing")
    if unknown := set(map(str, entries)) - expected:
        raise PolicyError(f"{path.name}: {', '.join(sorted(unknown))} is not known")


def _dated(path: Path, name: str, holds: Any, kind: type[T]) -> Dated[T]:
    if not isinstance(holds, dict) or "ever" not in holds:
        raise PolicyError(f"{path.name}: {name} needs `holds` with an entry for `ever`")
    later = {day: entry for day, entry in holds.items() if day != "ever"}
    for day in later:
        if type(day) is not date:
            raise PolicyError(f"{path.name}: {name} holds since {day!r}, which is not a day like 2027-01-01")
    for entry in holds.values():
        if type(entry) is not kind:
            raise PolicyError(
                f"{path.name}: {name} has {entry!r}, which is not {'text' if kind is str else 'a number'}"
            )
    return Dated(holds["ever"], later)


@cache
def _rules_in_bytes() -> bytes:
    paths = sorted(path for pattern in SOURCES_THAT_DECIDE for path in HERE.glob(pattern))
    return b"".join(path.read_bytes() for path in paths)


def _digest(content: Any) -> str:
    words = json.dumps(content, sort_keys=True, default=str).encode()
    return hashlib.sha256(words + _rules_in_bytes()).hexdigest()[:16]
