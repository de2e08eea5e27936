"""Is a policy's folder ready? Everything that is wrong with it, and what it comes to, in sentences to act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policy_core.policy import ADDRESS, VALUES, Policy, load_policy
from policy_core.rules.standing import Fallen, fallen
from policy_core.sentences import numbers_in, sentences_of
from policy_core.statements import INFORMATION
from policy_core.yaml_files import PolicyError, read_yaml

NEWEST = date.max
TO_FILL_IN = "TO BE FILLED IN"
"""What `new` writes where it doesn't know; nothing of it may be left."""


@dataclass(frozen=True)
class Checked:
    """What was found: `complaints` have to be settled, `fallen` are rules that the policy has no sentence for."""

    policy: Policy
    complaints: list[str]
    fallen: list[Fallen]

    @property
    def information(self) -> list[str]:
        """The clauses that decide and answer nothing."""
        return [id for id in self.policy.in_force(NEWEST).clauses if id.startswith(INFORMATION)]


def check(folder: Path) -> Checked:
    """Everything about the policy in a folder. Raises PolicyError where it can't be read at all."""
    policy = load_policy(folder)
    text = read_text(folder)
    complaints = [*_text_against_clauses(text, policy), *_values(folder, policy), *_names(text, policy)]
    return Checked(policy, complaints, list(fallen(policy.statements)))


def read_text(folder: Path) -> str:
    """The policy's text. Raises PolicyError."""
    try:
        return (folder / "POLICY.txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{folder / 'POLICY.txt'}: put the policy's text there, in UTF-8 ({error})") from error


def _text_against_clauses(text: str, policy: Policy) -> Iterator[str]:
    clauses = policy.in_force(NEWEST).clauses
    rest = " ".join(text.split())
    for clause in clauses.values():
        words = " ".join(clause.text.split())
        before, found, after = rest.partition(words)
        if found:
            rest = f"{before} | {after}"
        else:
            yield (
                f"clauses.yml, {clause.id}: the text has no such sentence: {_short(words)}\n"
                "  Copy it from POLICY.txt word for word, or take the clause out."
            )
    for sentence in sentences_of(text):
        if " ".join(sentence.text.split()) in rest:
            yield (
                f"POLICY.txt, line {sentence.line}: no clause has this sentence: {_short(sentence.text)}\n"
                "  Run `python -m policy_core new` on the folder again: it asks for what is missing."
            )


def _values(folder: Path, policy: Policy) -> Iterator[str]:
    """Each number against the sentence that states it, as it reads now."""
    version = policy.in_force(NEWEST)
    for name, entry in read_yaml(folder / "values.yml", dict).items():
        sentence, value = version.clauses[entry["clause"]].text, getattr(version.values, name)
        written = numbers_in(sentence, entry["unit"])
        if value not in written:
            told = " or ".join(map(str, sorted(written))) or f"no number of {entry['unit']}"
            yield (
                f"values.yml, {name}: {value} {entry['unit']}, but {entry['clause']} says {told}: {_short(sentence)}\n"
                "  Put the sentence's own number into values.yml, or correct the sentence."
            )
    unstated = [name for name, statement in VALUES.items() if len(policy.statements.behind(statement)) > 1]
    for name in unstated:
        ids = ", ".join(policy.statements.behind(VALUES[name]))
        yield (
            f"clauses.yml: {ids} all state {VALUES[name]}, which has one number.\n"
            "  Keep the id for the sentence with the number, and make the others information (info...)."
        )


def _names(text: str, policy: Policy) -> Iterator[str]:
    addresses = {address.rstrip(".,;") for address in re.findall(ADDRESS.pattern, text)}
    if addresses and policy.settings.contact not in addresses:
        yield (
            f"settings.yml, contact: {policy.settings.contact}, but the text says {' and '.join(sorted(addresses))}.\n"
            "  Customers are pointed to the address in settings.yml; make them the same."
        )
    told = [policy.settings.shop, *(word for words in policy.shop.words.values() for word in words.values())]
    if any(TO_FILL_IN in word for word in told):
        yield f"settings.yml or shop.yml: something is left {TO_FILL_IN}.\n  Look for these words and put yours."


def _short(sentence: str) -> str:
    words = " ".join(sentence.split())
    return f"“{words[:87]}...”" if len(words) > 90 else f"“{words}”"


def report(checked: Checked) -> Iterator[str]:
    """The findings for a reader, a paragraph each."""
    policy = checked.policy
    clauses = policy.in_force(NEWEST).clauses
    at_work = len(clauses) - len(checked.information)
    yield f"{policy.settings.shop}: {len(clauses)} sentences, {at_work} of them at work."
    for complaint in checked.complaints:
        yield f"✗ {complaint}"
    if checked.information:
        yield "Information only: they decide and answer nothing, and agents can quote them.\n" + "\n".join(
            f"  {id:24} {_short(clauses[id].text)}" for id in checked.information
        )
    if checked.fallen:
        yield "Rules that this policy has no sentence for:\n" + "\n".join(
            f"  {each.wish.value if each.wish else 'any wish'}: {each.rule.name.replace('_', ' ')}"
            f" (needs {', '.join(each.lacks).replace('|', ' or ')}): {each.then}"
            for each in checked.fallen
        )
    number = len(checked.complaints)
    if number:
        yield f"{number} {'thing' if number == 1 else 'things'} to settle before it can go live."
    else:
        yield "✓ Ready: every sentence has its place, and every number is the one in the text."
