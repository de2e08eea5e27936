"""`python -m languages` brings the catalogues to what is said now; `python -m languages fr` begins another language.

What is new, or said in other words, stands in the files with an empty translation; what nobody says any more is left
out.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from languages import LANGUAGES
from languages.extracting import CATALOGUES, template


def main() -> int:
    """Write them, and say how many sentences are untranslated."""
    parser = ArgumentParser(prog="python -m languages", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("language", nargs="*", help="codes of languages to begin, as fr (ISO 639-1)")
    wanted = parser.parse_args().language
    if unknown := [code for code in wanted if not _is_known(code)]:
        parser.error(f"{', '.join(unknown)}: no language that Babel knows. Write its code, as fr or pt.")
    for language in sorted(LANGUAGES.union(wanted)):
        for folder, said in CATALOGUES.items():
            path = folder / f"{language}.po"
            catalogue = updated(path, template(said()))
            with path.open("wb") as file:
                write_po(file, catalogue, width=120, include_lineno=False, ignore_obsolete=True)
            print(f"{path.relative_to(Path.cwd())}: {_untranslated(catalogue)} of {len(catalogue)} to translate")
    return 0


def updated(path: Path, template: Catalog) -> Catalog:
    """The catalogue of this file, with what is said now and nothing else; a new one where there is no file."""
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.stem)
    else:
        catalogue = Catalog(path.stem, project="Support assistant", version="1", fuzzy=False)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.header_comment = f"# What the assistant says, in {Locale(path.stem).english_name}."
    return catalogue


def _is_known(code: str) -> bool:
    try:
        return Locale.parse(code).language == code
    except (UnknownLocaleError, ValueError):
        return False


def _untranslated(catalogue: Catalog) -> int:
    return sum((bool(message.id) and not message.string) or message.string == ("", "") for message in catalogue)


if __name__ == "__main__":
    sys.exit(main())
