"""What is said in which language."""

from __future__ import annotations

import re
from datetime import datetime, timezone

import pytest
from babel.numbers import format_currency

from actions.questions import FROM_OTHERS, NOTHING_MORE, REASONS, WISHES
from actions.unclear import READINGS
from languages import BUTTONS, gettext, in_all_languages, in_english, listed, locale_of, written_moment
from runtime.settings import ROOT

WORDS = "No, thank you"
ANSWERS = [*BUTTONS, *WISHES.values(), *REASONS.values(), *READINGS.values(), FROM_OTHERS, NOTHING_MORE]


@pytest.mark.parametrize("locale", ["de", "de-DE", "DE-at", "de_CH", "de-Latn-DE-x-y"])
def test_german_is_spoken_wherever_it_is(locale: str):
    assert gettext(WORDS, locale) == "Nein, danke"


@pytest.mark.parametrize(
    "locale", [None, "", "en", "en-GB", "fr-FR", "xx", "../de", "d", "-", "de/../en", "\0", "x" * 99]
)
def test_whoever_speaks_anything_else_is_answered_in_english(locale: str | None):
    assert gettext(WORDS, locale) == WORDS
    assert in_english("Nein, danke", locale) == "Nein, danke"


def test_words_that_nobody_has_translated_stay_english():
    assert gettext("There are no such words.", "de-DE") == "There are no such words."


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_is_chosen_by_its_title_is_read_as_its_english(answer: str):
    title = gettext(answer, "de-DE")

    assert title != answer
    for typed in (title, title.upper(), f" {title.lower()}! "):
        assert in_english(typed, "de-DE") == answer


@pytest.mark.parametrize("text", ["", "?!", "/restart", "Nein, danke, lieber nicht", "yes", "INO-10482", "ja bitte"])
def test_other_words_are_read_as_they_are(text: str):
    assert in_english(text, "de-DE") == text


def test_a_sentence_lists_things_as_its_language_does():
    assert listed(["A", "B", "C"], "en-US") == "A, B and C"
    assert listed(["A", "B"], "de-DE") == "A und B"
    assert [listed(names, "de-DE") for names in (["A"], [])] == ["A", ""]


def test_a_moment_has_no_space_that_a_mail_program_would_show_badly():
    at = datetime(2026, 3, 5, 15, 4, tzinfo=timezone.utc)

    assert written_moment(at, "long", "en-US") == "March 5, 2026, 3:04:00 PM UTC"
    assert written_moment(at, "medium", "de-DE") == "05.03.2026, 15:04:00"


def test_the_same_words_are_known_in_all_languages():
    assert in_all_languages(WORDS) == {WORDS, "Nein, danke"}


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("de-DE", "1.299,00\N{NO-BREAK SPACE}€"),
        ("de-CH", "EUR\N{NO-BREAK SPACE}1’299.00"),
        ("de-XX", "1.299,00\N{NO-BREAK SPACE}€"),
        ("en-GB", "€1,299.00"),
        ("fr-FR", "€1,299.00"),  # as the sentence around it is English
        ("nonsense", "€1,299.00"),
        (None, "€1,299.00"),
    ],
)
def test_money_is_written_as_the_sentence_and_its_region_do(locale: str | None, written: str):
    assert format_currency(1299, "EUR", locale=locale_of(locale)) == written


@pytest.mark.parametrize("language", ["de"])
def test_what_the_widgets_buttons_say_is_read(language: str):
    """Each widget says its own words; the assistant knows what they are in English."""
    own, english = (_said_in(code) for code in (language, "en"))

    assert own.keys() == english.keys()
    assert {name: in_english(words, language) for name, words in own.items()} == english


def _said_in(language: str) -> dict[str, str]:
    source = (ROOT / f"web/src/languages/{language}.ts").read_text(encoding="utf-8")
    block = re.search(r"  said: \{\n(.*?)\n  \},", source, re.DOTALL)
    assert block
    return dict(re.findall(r"^    (\w+): '([^']*)',$", block[1], re.MULTILINE))
