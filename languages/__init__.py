"""What the assistant says, in the customer's language: English stands where it is said, `*.po` translate it.

`gettext` and `ngettext` are what the tools for translators know them as. The policy engine, which imports nothing of
ours, has its own catalogues. docs/languages.md says how it works and how a language is added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
LANGUAGES = frozenset(path.stem for path in FOLDER.glob("*.po"))
"""The languages besides English, by their codes (ISO 639-1)."""

LONGEST_ANSWER = 100
"""Characters of a title, so that nobody's long story is looked up."""

_ENGLISH = NullTranslations()


def gettext(words: str, locale: str | None) -> str:
    """The words in the language of a tag (BCP 47); in English where nobody has translated them."""
    return _translations(locale).gettext(words)


def ngettext(one: str, several: str, count: int, locale: str | None) -> str:
    """The words that go with this number."""
    return _translations(locale).ngettext(one, several, count)


def to_translate(words: str) -> str:
    """The words as they are: a mark, for the catalogues, of what is translated where it is said."""
    return words


BUTTONS = (
    to_translate("Yes"),
    to_translate("No"),
    to_translate("I want to talk to a person"),
    to_translate("I want to cancel my order instead"),
    to_translate("I want a refund instead"),
    to_translate("I want a replacement instead"),
    to_translate("Cancel my order"),
)
"""What the widget's own buttons say for the customer, besides the answers that the assistant offers."""


def in_all_languages(words: str) -> frozenset[str]:
    """The words in each language that we speak."""
    return frozenset(gettext(words, language) for language in ["en", *LANGUAGES])


def in_english(text: str, locale: str | None) -> str:
    """The English for words of ours that a customer sends back, as the title of an answer; other text as it is."""
    language = _language_of(locale)
    if language is None or len(text) > LONGEST_ANSWER:
        return text
    return _english_words(language).get(_plain(text), text)


def listed(names: Sequence[str], locale: str | None) -> str:
    """As a sentence lists them: "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return gettext("{names} and {last}", locale).format(names=", ".join(names[:-1]), last=names[-1])


@lru_cache(maxsize=64)
def locale_of(tag: str | None) -> Locale:
    """How days and money are written in sentences of this language tag: as its region does, or its language."""
    name = (tag or "").replace("-", "_")
    if _language_of(tag) or name.lower().startswith("en_"):
        for known in (name, name.partition("_")[0]):
            try:
                return Locale.parse(known)
            except (UnknownLocaleError, ValueError):
                continue
    return Locale("en", "US")


def written_moment(at: datetime, length: str, tag: str | None) -> str:
    """Day and time as sentences of this language tag have them; `length` is Babel's.

    With an ordinary space where CLDR has a narrow one: terminals and mail programs show that badly.
    """
    return str(format_datetime(at, length, locale=locale_of(tag))).replace("\u202f", " ")


def _translations(locale: str | None) -> NullTranslations:
    language = _language_of(locale)
    return _compiled(language) if language else _ENGLISH


def _language_of(locale: str | None) -> str | None:
    """The language of a tag; None for English, and for those that nobody has translated."""
    language = (locale or "en").replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else None


@cache
def _compiled(language: str) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, _catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _english_words(language: str) -> Mapping[str, str]:
    said = ((message.string, message.id) for message in _catalogue(language))
    return {_plain(words): english for words, english in said if isinstance(words, str) and isinstance(english, str)}


@cache
def _catalogue(language: str) -> Catalog:
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def _plain(text: str) -> str:
    """Its words in small letters, without signs."""
    return " ".join(re.findall(r"\w+", text.lower()))
