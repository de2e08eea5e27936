"""Policies that state less than the published one, or put it into other sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policy_core.policy import (
    PUBLISHED,
    VALUES,
    Dated,
    Policy,
    Sentence,
    read_clauses,
    read_settings,
    read_shop,
    read_values,
)
from policy_core.statements import Statements

CLAUSES = read_clauses(PUBLISHED / "clauses.yml")
NUMBERS = read_values(PUBLISHED / "values.yml", Statements((each.id, each.also) for each in CLAUSES))


def policy_of(sentences: Iterable[tuple[str, Iterable[str]]]) -> Policy:
    """A policy with these sentences, each by its id and with what else it states; its numbers are the published."""
    clauses = [Sentence(id, "Terms", tuple(also), Dated(f"This states {id}.", {})) for id, also in sentences]
    stated = Statements((each.id, each.also) for each in clauses)
    numbers: Mapping[str, Dated[int]] = {name: number for name, number in NUMBERS.items() if stated.hold(VALUES[name])}
    settings, shop = read_settings(PUBLISHED / "settings.yml"), read_shop(PUBLISHED / "shop.yml")
    return Policy(clauses, numbers, settings, shop)


def policy_without(*ids: str, instead: Iterable[str] = ()) -> Policy:
    """The published policy without some sentences, and with others instead."""
    kept = [each.id for each in CLAUSES if each.id not in ids]
    return policy_of((id, ()) for id in [*kept, *instead])
