"""From a text to a policy's folder: sentences, suggestions, the interview, and what `check` finds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from policy_core import PolicyError, answer, load_policy
from policy_core.check import check, report
from policy_core.interview import interview
from policy_core.likeness import likely
from policy_core.policy import PUBLISHED
from policy_core.sentences import numbers_in, sentences_of

TEXT = """\
Terms

Refunds
Send it back within 30 days, e.g. by post. We then refund
your money.

- It must work.
- Write to help@shop.example.
"""
NAMES = ["A Shop", "", "", "", "A-123", "tools", "barn", "A tool", "A strap", "Tools cut.", "saw, axe", "strap"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "POLICY.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def answering(*answers: str) -> Callable[[str], str]:
    """Somebody who says these, one after the other, and then leaves."""
    left = list(answers)

    def ask(_question: str) -> str:
        if not left:
            raise EOFError
        return left.pop(0)

    return ask


def quietly(_words: str) -> None:
    pass


def answered(folder: Path, *answers: str) -> list[str]:
    """The ids that the sentences got."""
    interview(folder, answering(*answers), quietly)
    return [clause["id"] for clause in yaml.safe_load((folder / "clauses.yml").read_text(encoding="utf-8"))]


def complaints(folder: Path) -> str:
    return "\n".join(check(folder).complaints)


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_text_is_taken_apart_into_sections_and_sentences() -> None:
    found = sentences_of(TEXT)

    assert [(each.line, each.section, each.text) for each in found] == [
        (4, "Refunds", "Send it back within 30 days, e.g. by post."),
        (4, "Refunds", "We then refund\nyour money."),
        (7, "Refunds", "It must work."),
        (8, "Refunds", "Write to help@shop.example."),
    ]


def test_the_published_text_is_taken_apart_as_it_was_by_hand() -> None:
    clauses = load_policy(PUBLISHED).in_force(date.max).clauses
    found = sentences_of((PUBLISHED / "POLICY.txt").read_text(encoding="utf-8"))

    assert [(each.section, each.text.split()) for each in found] == [
        (clause.section, clause.text.split()) for clause in clauses.values()
    ]


@pytest.mark.parametrize(
    ("sentence", "unit", "numbers"),
    [
        ("within 30 days", "days", {30}),
        ("a 14-day policy", "days", {14}),
        ("within two weeks", "days", {14}),
        ("for one (1) year", "months", {12}),
        ("a year from the purchase", "months", {12}),
        ("within 24-hours", "hours", {24}),
        ("within a day", "hours", {24}),
        ("over $1,250", "USD", {1250}),
        ("30 days", "months", set()),
        ("soon", "days", set()),
    ],
)
def test_the_numbers_of_a_sentence_in_a_unit(sentence: str, unit: str, numbers: set[int]) -> None:
    assert numbers_in(sentence, unit) == numbers


def test_a_sentence_is_most_like_what_it_states() -> None:
    assert likely("You can send back anything within 60 days and get a refund.")[0] == "refunds.window"
    assert likely("Xyzzy.") == []


def test_the_interview_writes_what_was_answered(folder: Path) -> None:
    ids = answered(folder, "refunds.window", "refunds.window", "refunds.condition.working", "contact.form", "", *NAMES)
    policy = load_policy(folder)

    assert ids == ["refunds.window", "refunds.window.2", "refunds.condition.working", "contact.form"]
    assert policy.in_force(date.max).values.refund_window == 30
    assert (policy.settings.contact, policy.shop.order_letters) == ("help@shop.example", "A")
    assert policy.shop.called["equipment"] == ("saw", "axe")


def test_an_answer_that_is_no_id_is_asked_again_and_none_is_information(folder: Path) -> None:
    ids = answered(folder, "refund", "9", "refunds.window", "", "refunds.condition+refunds.promise", "contact.form",
                   "thirty", "30", *NAMES)  # fmt: skip
    clauses = yaml.safe_load((folder / "clauses.yml").read_text(encoding="utf-8"))

    assert ids == ["refunds.window", "info.refunds.1", "refunds.condition", "contact.form"]
    assert clauses[2]["also"] == ["refunds.promise"]


def test_who_is_interrupted_goes_on_where_they_were(folder: Path) -> None:
    with pytest.raises(EOFError):
        interview(folder, answering("refunds.window", ""), quietly)

    assert answered(folder, "", "contact.form", "", *NAMES)[2:] == ["info.refunds.2", "contact.form"]
    assert len(answered(folder)) == 4  # nothing is left to ask


def test_a_sentence_that_has_changed_is_asked_for_again(folder: Path) -> None:
    answered(folder, "refunds.window", "", "", "contact.form", "", *NAMES)
    rewrite(folder / "POLICY.txt", "It must work.", "It has to work.")

    assert "POLICY.txt, line 7: no clause has this sentence: “It has to work.”" in complaints(folder)
    assert "the text has no such sentence: “It must work.”" in complaints(folder)
    assert answered(folder, "refunds.condition.working")[2] == "refunds.condition.working"
    assert complaints(folder) == ""


def test_what_check_finds(folder: Path) -> None:
    answered(folder, "refunds.window", "refunds.window", "", "contact.form", "", *NAMES)
    rewrite(folder / "values.yml", "ever: 30", "ever: 14")
    rewrite(folder / "settings.yml", "help@shop.example", "hello@shop.example")
    rewrite(folder / "shop.yml", "barn", "TO BE FILLED IN")
    told = complaints(folder)

    assert "values.yml, refund_window: 14 days, but refunds.window says 30: “Send it back" in told
    assert "refunds.window, refunds.window.2 all state refunds.window, which has one number" in told
    assert "contact: hello@shop.example, but the text says help@shop.example" in told
    assert "something is left TO BE FILLED IN" in told
    assert "4 things to settle" in "\n".join(report(check(folder)))


def test_the_published_policy_is_ready() -> None:
    told = list(report(check(PUBLISHED)))

    assert told == [
        "INOMEGA Solutions: 28 sentences, 28 of them at work.",
        "✓ Ready: every sentence has its place, and every number is the one in the text.",
    ]


def test_a_folder_without_a_text_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="put the policy's text there"):
        interview(tmp_path, answering(), quietly)
    shutil.copytree(PUBLISHED, tmp_path / "policy")
    (tmp_path / "policy" / "POLICY.txt").unlink()
    with pytest.raises(PolicyError, match=r"POLICY\.txt"):
        check(tmp_path / "policy")


def test_words_that_a_shop_gave_in_no_german_stand_in_english_sentences(tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    shutil.copytree(PUBLISHED, folder)
    shop = yaml.safe_load((folder / "shop.yml").read_text(encoding="utf-8"))
    english = {**shop, "words": {"fr": dict.fromkeys(shop["words"]["en"], "mot"), "en": shop["words"]["en"]}}
    (folder / "shop.yml").write_text(yaml.safe_dump(english, sort_keys=False), encoding="utf-8")

    with_german, without = (answer("warranty", None, policy, "de-DE").text for policy in (None, load_policy(folder)))

    assert "unsere gesamte Überwachungstechnik" in with_german
    assert "one sentence gives all our surveillance equipment 24 months" in without
    assert "Die Garantie gilt nicht für" in without  # what names nothing of the shop's is said in German
    assert "unsere gesamte" not in without
