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
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timezone, tzinfo
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from babel.numbers import list_currencies
from dateutil.zoneinfo import get_zonefile_instance

HERE = Path(__file__).resolve().parent
PUBLISHED = HERE / "policy"
SOURCES_THAT_DECIDE = ("case.py", "decide.py", "judge.py", "money.py", "rules/*.py", "steps.py")

VALUE_AT_MOST = 10_000  # hours, days, months or dollars: room for every deadline before the calendar ends
PLAIN_AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?")
ORDER_NUMBER = re.compile(r"[A-Za-z]{0,5}[-_]?[0-9]{3,12}")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, where it is there

T = TypeVar("T")


class PolicyError(Exception):
    """A policy folder that can't be used; the message names the file, the key and what is expected."""


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
class Values:
    """The policy's numbers: hours, days, months and dollars as `values.yml` says."""

    cancellation_window: int
    refund_window: int
    warranty_term: int
    limited_warranty_term: int
    tracked_shipping_above: int


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
    called: Mapping[str, tuple[str, ...]]
    words: Mapping[str, Mapping[str, str]]

    @property
    def order_letters(self) -> str:
        """The letters with which an order number begins; none where it is digits alone."""
        return re.match(r"[A-Za-z]*", self.order_number)[0]  # type: ignore[index]  # it matches nothing, too

    def word(self, name: str, locale: str = "en") -> str:
        """Its word in the locale's language, else in the first language that the shop gave."""
        spoken = self.words.get(locale.replace("_", "-").split("-")[0].lower()) or next(iter(self.words.values()))
        return spoken[name]


@dataclass(frozen=True)
class Version:
    """Everything that decides on one day: the sentences, values and settings in force, and their digest."""

    since: date | None
    clauses: Mapping[str, Clause]
    values: Values
    settings: Settings
    shop: Shop
    digest: str


class Policy:
    """A shop's policy through time."""

    def __init__(
        self,
        clauses: list[tuple[str, str, Dated[str]]],
        values: Mapping[str, Dated[int]],
        settings: Settings,
        shop: Shop,
    ) -> None:
        self.settings = settings
        self.shop = shop
        self._clauses = clauses
        self._values = values
        texts: list[Dated[Any]] = [text for _, _, text in clauses]
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
        clauses = {id: Clause(id, section, text.on(day)) for id, section, text in self._clauses}
        values = Values(**{name: dated.on(day) for name, dated in self._values.items()})
        digest = _digest([list(map(asdict, clauses.values())), asdict(values), asdict(self.settings)])
        return Version(since, MappingProxyType(clauses), values, self.settings, self.shop, digest)


@cache
def published() -> Policy:
    """The shop's policy: the folder that `POLICY_DIR` names, else the one that this package carries.

    Raises PolicyError.
    """
    return load_policy(Path(os.environ.get("POLICY_DIR") or PUBLISHED))


def load_policy(folder: Path, settings: Path | None = None) -> Policy:
    """The policy in `folder`, with the settings of another file if one is given. Raises PolicyError.

    The rules cite the sentences of the published policy by their ids, so another one has to have them too.
    """
    clauses = read_clauses(folder / "clauses.yml")
    if folder != PUBLISHED:
        cited = {id for id, _, _ in read_clauses(PUBLISHED / "clauses.yml")}
        if missing := cited - {id for id, _, _ in clauses}:
            raise PolicyError(f"clauses.yml: {', '.join(sorted(missing))} is missing, which the rules rest on")
    return Policy(
        clauses,
        read_values(folder / "values.yml"),
        read_settings(settings or folder / "settings.yml"),
        read_shop(folder / "shop.yml"),
    )


def read_clauses(path: Path) -> list[tuple[str, str, Dated[str]]]:
    """Id, section and dated words of every sentence, in the order of the text."""
    entries = read_yaml(path, list)
    clauses = []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or set(entry) != {"id", "section", "holds"}:
            raise PolicyError(f"{path.name}: entry {number} needs id, section and holds, and nothing else")
        clauses.append((str(entry["id"]), str(entry["section"]), _dated(path, entry["id"], entry["holds"], str)))
    if len({id for id, _, _ in clauses}) < len(clauses):
        raise PolicyError(f"{path.name}: two clauses have the same id")
    return clauses


def read_values(path: Path) -> dict[str, Dated[int]]:
    """The dated numbers by name; exactly those of `Values`."""
    entries = read_yaml(path, dict)
    _expect_keys(path, entries, {field.name for field in fields(Values)})
    values = {}
    for name, entry in entries.items():
        if not isinstance(entry, dict) or set(entry) != {"means", "clause", "unit", "holds"}:
            raise PolicyError(f"{path.name}: {name} needs means, clause, unit and holds, and nothing else")
        values[name] = _dated(path, name, entry["holds"], int)
        if not all(0 <= value <= VALUE_AT_MOST for value in values[name].entries):
            raise PolicyError(f"{path.name}: {name} has to lie between 0 and {VALUE_AT_MOST}")
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
    return Shop(entries["order_number"], called, entries["words"])


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
    "called": (_are_names_of_goods, "a list of names each for equipment and accessory"),
    "words": (_are_words, f"a language, such as en, with its words for {', '.join(sorted(WORDS_OF_A_SHOP))}"),
}


def read_yaml(path: Path, kind: type) -> Any:
    """The list or mapping in a file of ours. Raises PolicyError."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), YAML)  # noqa: S506  # either one is safe
    except OSError as error:
        raise PolicyError(f"{path}: can't be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path.name}: is not YAML in UTF-8 ({error})") from error
    if not isinstance(content, kind):
        raise PolicyError(f"{path.name}: has to be a {'list' if kind is list else 'mapping'}")
    return content


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
