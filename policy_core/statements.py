"""What policies state: the ids that the rules know, and the sentences of one policy that state them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from policy_core.yaml_files import read_yaml

INFORMATION = "info."
"""Begins the id of a sentence that decides nothing and answers nothing."""

A_PERSON = "contact.form"
"""What every policy states: wherever it is silent, people are pointed to a person."""

_FURTHER = re.compile(r"\.[0-9]+$")


@dataclass(frozen=True)
class Statement:
    """Something that a policy may state: its meaning, how a shop might put it, and its parts where it has several."""

    means: str
    example: str
    parts: Mapping[str, str] = field(default_factory=dict)


KNOWN: Mapping[str, Statement] = {
    id: Statement(**entry) for id, entry in read_yaml(Path(__file__).parent / "statements.yml", dict).items()
}
PARTS: Mapping[str, str] = {
    f"{id}.{part}": means for id, statement in KNOWN.items() for part, means in statement.parts.items()
}


def stated_as(id: str) -> str | None:
    """The statement, or the part of one, that a clause's id stands for; None where the rules know none.

    Several sentences that state the same are told apart by a number: `returns.request`, `returns.request.2`.
    """
    statement = _FURTHER.sub("", id)
    return statement if statement in KNOWN or statement in PARTS else None


class Statements:
    """What one policy states, and by which of its sentences."""

    def __init__(self, clauses: Iterable[tuple[str, Iterable[str]]]) -> None:
        """`clauses`: ids in the order of the text, each with what else its sentence states."""
        self._behind: dict[str, list[str]] = {}
        for id, also in clauses:
            for stated in filter(None, map(stated_as, (id, *also))):
                for part in KNOWN[stated].parts if stated in KNOWN else ():
                    self._behind.setdefault(f"{stated}.{part}", []).append(id)
                self._behind.setdefault(stated, []).append(id)
        for id, statement in KNOWN.items():
            said = [self._behind.get(f"{id}.{part}") for part in statement.parts]
            if said and all(said):
                self._behind.setdefault(id, list(dict.fromkeys(clause for ids in said for clause in ids or ())))

    def behind(self, statement: str) -> tuple[str, ...]:
        """The ids of the clauses that state it; none where the policy doesn't, or only a part of it."""
        return tuple(self._behind.get(statement, ()))

    def behind_any_part(self, statement: str) -> tuple[str, ...]:
        """The ids of the clauses that state it, or a part of it."""
        parts = KNOWN[statement].parts if statement in KNOWN else ()
        every = [*self.behind(statement), *(id for part in parts for id in self.behind(f"{statement}.{part}"))]
        return tuple(dict.fromkeys(every))

    def hold(self, needs: str) -> bool:
        """Whether the policy states all of `needs`: statements between blanks, alternatives between bars."""
        return all(any(each in self._behind for each in need.split("|")) for need in needs.split())
