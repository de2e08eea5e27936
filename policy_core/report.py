"""A decision as text that staff can read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from policy_core.decision import Decision
from policy_core.forms import DecisionForm, FindingForm, RefundForm
from policy_core.policy import Clause


def as_text(decision: Decision, trace: bool = False) -> str:
    """The decision with its money, steps and clauses; with `trace`, also what each rule found."""
    case = decision.judgements[0].case
    form = decision.to_dict()
    return "\n".join(
        [
            f"Order {case.order.number or 'without a number'}",
            *_decision(form, case.version.clauses, trace),
            f"  Policy {form['policy_version']}, in force since {form['version_since'] or 'ever'}",
        ]
    )


def _decision(form: DecisionForm, clauses: Mapping[str, Clause], trace: bool) -> Iterator[str]:
    remedy = f" ({form['remedy']})" if form["remedy"] else ""
    yield f"  {form['wants'] or 'wish not known'}: {form['outcome']}{remedy}"
    yield f"    {form['explanation']}"
    if form["missing"]:
        yield f"    needs: {', '.join(form['missing'])}"
    if form["refund"]:
        yield from _refund(form["refund"])
    if form["deadline"]:
        yield f"    by: {form['deadline']}"
    for number, step in enumerate(form["next_steps"], 1):
        yield f"    {number}. {step['text']} [{step['clause']}]"
    for id in form["clauses"]:
        yield f"    {id}: “{' '.join(clauses[id].text.split())}”"
    if trace:
        yield "    how it came about:"
        yield from map(_finding, form["findings"])
    for part in form["per_item"]:
        yield "  one of them,"
        yield from _decision(part, clauses, trace=False)
    for alternative in form["alternatives"]:
        yield "  also open,"
        yield from _decision(alternative, clauses, trace)


def _refund(refund: RefundForm) -> Iterator[str]:
    lines = [*((line["label"], line["amount"]) for line in refund["lines"]), ("Total", refund["total"])]
    width = max(len(label) for label, _ in lines)
    for label, amount in lines:
        yield f"    {label:{width}}  {amount:>10} {refund['currency']}"


def _finding(finding: FindingForm) -> str:
    facts = ", ".join(f"{name} {_shown(fact)}" for name, fact in finding["facts"].items())
    found = "applies" if finding["applies"] else "does not apply"
    return f"      {finding['sku']}: {finding['rule']} {found} ({facts}) [{', '.join(finding['clauses'])}]"


def _shown(fact: bool | str | None) -> str:
    return "unknown" if fact is None else json.dumps(fact).strip('"')
