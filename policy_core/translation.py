"""The engine's words in the customer's language: `languages/*.po`, whose source is the English of `wording.yml`.

`languages/__init__.py` reads the rest of the assistant's catalogues in the same way; this package imports nothing of
ours. docs/languages.md says how a language is added.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "languages"
LANGUAGES = frozenset(path.stem for path in FOLDER.glob("*.po"))


def translations(locale: str) -> NullTranslations:
    """The catalogue for a language tag; for a language that has none, one that leaves the English words as they are."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return _catalogue(language) if language in LANGUAGES else _ENGLISH


_ENGLISH = NullTranslations()


@cache
def _catalogue(language: str) -> GNUTranslations:
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
