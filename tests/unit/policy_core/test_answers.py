from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from policy_core import TOPICS, answer, load_policy, published
from policy_core.policy import PUBLISHED, Policy

BEHIND_INTENTS = {"refund_policy", "return_policy", "warranty", "cancellation_policy", "shipping_costs", "sale_items"}
CLAUSES = published().in_force(date.max).clauses


def policy_with(folder: Path, **settings: str) -> Policy:
    shutil.copytree(PUBLISHED, folder)
    content = yaml.safe_load((folder / "settings.yml").read_text(encoding="utf-8"))
    (folder / "settings.yml").write_text(yaml.safe_dump({**content, **settings}), encoding="utf-8")
    return load_policy(folder)


def test_there_is_a_topic_for_each_question_about_the_policy() -> None:
    assert {*BEHIND_INTENTS, "contact"} == set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_an_answer_quotes_the_clauses_behind_its_words(topic: str) -> None:
    about = answer(topic)

    assert about.ids
    assert about.quotes == tuple(CLAUSES[id].text for id in about.ids)
    assert len(set(about.ids)) == len(about.ids)
    assert 2 <= about.text.count(". ") + 1 <= 6
    assert "{" not in about.text
    assert about.to_dict() == {
        "topic": topic, "ids": list(about.ids), "quotes": list(about.quotes), "text": about.text,
    }  # fmt: skip


def test_the_warranty_names_its_contradiction() -> None:
    about = answer("warranty")

    assert {"warranty.term", "warranty.limited_term"} <= set(about.ids)
    assert "contradicts itself" in about.text
    assert "24 months" in about.text
    assert "one year" in about.text
    assert "a colleague has to look at" in about.text


@pytest.mark.parametrize(("choice", "words"), [("24_months", "We go by the 24 months"), ("12_months", "by the latter")])
def test_the_warranty_as_the_shop_has_settled_it(tmp_path: Path, choice: str, words: str) -> None:
    about = answer("warranty", policy=policy_with(tmp_path / "policy", warranty_conflict=choice))

    assert words in about.text
    assert "24 months" in about.text
    assert "one year" in about.text


def test_the_warranty_once_both_sentences_agree(tmp_path: Path) -> None:
    policy_with(tmp_path / "policy")
    values = yaml.safe_load((tmp_path / "policy" / "values.yml").read_text(encoding="utf-8"))
    values["limited_warranty_term"]["holds"][date(2026, 3, 1)] = 24
    (tmp_path / "policy" / "values.yml").write_text(yaml.safe_dump(values), encoding="utf-8")
    policy = load_policy(tmp_path / "policy")

    assert "contradicts itself" in answer("warranty", date(2026, 2, 28), policy).text
    assert "comes with a warranty of 24 months" in answer("warranty", date(2026, 3, 1), policy).text
    assert answer("warranty", policy=policy) == answer("warranty", date(2026, 3, 1), policy)


def test_numbers_and_the_address_are_the_policys_own(tmp_path: Path) -> None:
    policy = policy_with(tmp_path / "policy", contact="help@example.com")

    assert "help@example.com" in answer("cancellation_policy", policy=policy).text
    assert "within 24 hours" in answer("sale_items").text
    assert "over $75 we" in answer("shipping_costs").text
    assert "over 75\N{NO-BREAK SPACE}$ we" not in answer("shipping_costs", locale="en-US").text


def test_an_unknown_topic_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        answer("weather")
