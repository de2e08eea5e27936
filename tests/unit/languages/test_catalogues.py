"""Every sentence of ours stands in every language's catalogues, whole, and nothing else does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from languages import LANGUAGES
from languages.extracting import CATALOGUES, assistant_words, template
from policy_core.translation import LANGUAGES as LANGUAGES_OF_THE_ENGINE
from tests.german import english_in

FILES = [(folder, language) for folder in CATALOGUES for language in sorted(LANGUAGES)]
each_catalogue = pytest.mark.parametrize(("folder", "language"), FILES, ids=[f"{f.parent.name} {n}" for f, n in FILES])
BY_HAND = {"{which_is_which}", "{name}"}


def in_file(folder: Path, language: str) -> Catalog:
    with (folder / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(words: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (words or "",) if words is None or isinstance(words, str) else tuple(words)


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def placeholders(words: str) -> list[str]:
    return sorted(set(re.findall(r"\{\w*\}", words)))


def test_the_engine_speaks_what_the_assistant_speaks():
    assert LANGUAGES == LANGUAGES_OF_THE_ENGINE
    assert "de" in LANGUAGES


@each_catalogue
def test_a_catalogue_has_what_is_said_and_nothing_else(folder: Path, language: str):
    catalogue = in_file(folder, language)
    said = {message.id for message in messages(template(CATALOGUES[folder]()))}

    assert {message.id for message in messages(catalogue)} == said, "run `make words`"
    assert not catalogue.obsolete, "run `make words`"


@each_catalogue
def test_every_sentence_is_translated(folder: Path, language: str):
    untranslated = [
        message.id
        for message in messages(in_file(folder, language))
        if message.fuzzy or not all(forms(message.string)) or len(forms(message.string)) < len(forms(message.id))
    ]

    assert untranslated == []


@each_catalogue
def test_a_translation_mentions_what_its_sentence_mentions(folder: Path, language: str):
    for message in messages(in_file(folder, language)):
        for words in forms(message.string):
            assert placeholders(words) in [placeholders(source) for source in forms(message.id)], message.id


@pytest.mark.parametrize("folder", CATALOGUES, ids=lambda folder: folder.parent.name)
def test_no_english_is_left_in_german(folder: Path):
    for message in messages(in_file(folder, "de")):
        for words in forms(message.string):
            filled = re.sub(r"\{\w*\}", "…", words)
            assert not english_in(filled), words
            assert words != message.id or words in BY_HAND or len(words.split()) == 1, words


def test_words_are_found_wherever_they_are_said():
    said = {source.words for source in assistant_words()}

    assert "Is there anything else I can do for you?" in said  # a response
    assert "My money back" in said  # the title of an answer, marked where it stands
    assert "What to do:" in said  # within an f-string
    assert "{name} has ended this conversation. Write again whenever you like." in said
    assert not any("Leider verstehe ich nur Englisch" in str(words) for words in said)  # which is no English
