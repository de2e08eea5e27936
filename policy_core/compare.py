"""What-if for staff: the same facts decided by two policies, and what that changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from policy_core.decide import decide
from policy_core.facts import BadFacts
from policy_core.forms import DecisionForm
from policy_core.lines import each_line
from policy_core.policy import Policy

# In the order of a reader's interest; words are compared only where nothing else differs.
COMPARED = ("outcome", "remedy", "missing", "refund", "deadline", "clauses", "next_steps", "per_item", "alternatives")


@dataclass
class Comparison:
    """Decides lines by policy A and by policy B, and counts."""

    a: Policy
    b: Policy
    decided: int = 0
    refused: int = 0
    changes: Counter[str] = field(default_factory=Counter)

    def report(self, lines: Iterable[bytes]) -> Iterator[str]:
        """A line of text for each change, as it is found, and how many there were."""
        for number, result in each_line(lines, self._both):
            if isinstance(result, BadFacts):
                self.refused += 1
                yield f"line {number}: can't be decided: {result}"
            else:
                self.decided += 1
                order, before, after = result
                yield from self._changes(f"line {number}, order {order or 'without a number'}", before, after)
        yield from self._summary()

    def _both(self, document: Any) -> tuple[str | None, DecisionForm, DecisionForm]:
        decision = decide(document, self.a)
        order = decision.judgements[0].case.order
        return order.number, decision.to_dict(), decide(document, self.b).to_dict()

    def _changes(self, where: str, before: DecisionForm, after: DecisionForm) -> Iterator[str]:
        changed = [name for name in COMPARED if _compared(before, name) != _compared(after, name)]
        if not changed and before["explanation"] != after["explanation"]:
            changed = ["explanation"]
        if not changed:
            return
        self.changes[_kind_of_change(before, after)] += 1
        yield f"{where}, {before['wants'] or 'wish not known'}:"
        for name in changed:
            yield f"  {name}: {_shown(before, name)} -> {_shown(after, name)}"

    def _summary(self) -> Iterator[str]:
        yield f"{sum(self.changes.values())} of {self.decided} decisions change."
        for kind, count in self.changes.most_common():
            yield f"  {count:6} {kind}"
        if self.refused:
            yield f"Lines that can't be decided: {self.refused}"


def _kind_of_change(before: DecisionForm, after: DecisionForm) -> str:
    if before["outcome"] == after["outcome"]:
        return f"stay {before['outcome']}, with a difference"
    return f"{before['outcome']} -> {after['outcome']}"


def _compared(form: Mapping[str, Any], name: str) -> Any:
    """What counts of a field: not the digest, the trace or the words, which always differ somewhere."""
    if name in ("per_item", "alternatives"):
        return [{part: _compared(inner, part) for part in ("wants", *COMPARED)} for inner in form[name]]
    return form[name]


def _shown(form: Mapping[str, Any], name: str) -> str:
    value = form[name]
    if name == "refund":
        return f"{value['total']} {value['currency']}" if value else "none"
    if name == "next_steps":
        return ", ".join(step["code"] for step in value) or "none"
    if name in ("per_item", "alternatives"):
        return ", ".join(map(_in_short, value)) or "none"
    return (", ".join(value) if isinstance(value, list) else value) or "none"


def _in_short(form: Mapping[str, Any]) -> str:
    said = [form["wants"], form["outcome"]]
    if form["refund"]:
        said.append(_shown(form, "refund"))
    if form["deadline"]:
        said.append(f"by {form['deadline']}")
    if form["per_item"]:
        said.append(f"({_shown(form, 'per_item')})")
    return " ".join(said)
