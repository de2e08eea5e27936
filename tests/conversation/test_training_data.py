"""What `rasa data validate` checks: domain, examples and rules fit together, and no two rules contradict each other."""

from __future__ import annotations

import warnings

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.validator import Validator

from runtime.settings import ROOT


@pytest.fixture(scope="module")
def validator() -> Validator:
    return Validator.from_importer(
        TrainingDataImporter.load_from_config(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")])
    )


@pytest.mark.parametrize("check", ["verify_intents", "verify_example_repetition_in_intents", "verify_story_structure"])
def test_nothing_is_complained_of(validator: Validator, check: str) -> None:
    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        passes = getattr(validator, check)(ignore_warnings=False)
    assert passes, [str(complaint.message) for complaint in complaints]


@pytest.mark.parametrize(
    "check",
    ["verify_domain_validity", "verify_actions_in_stories_rules", "verify_form_slots", "verify_forms_in_stories_rules"],
)
def test_domain_and_rules_fit_together(validator: Validator, check: str) -> None:
    assert getattr(validator, check)()
