"""From a policy's text to its folder: what each sentence states, and the shop's numbers and names, asked one by one.

Every answer is kept at once, so that whoever is interrupted goes on where they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from policy_core.check import TO_FILL_IN, read_text
from policy_core.likeness import likely
from policy_core.policy import ADDRESS, PUBLISHED, VALUES, WORDS_OF_A_SHOP
from policy_core.rules import RULES
from policy_core.sentences import Written, numbers_in, same_words, sentences_of
from policy_core.statements import INFORMATION, KNOWN, PARTS, Statements
from policy_core.yaml_files import read_yaml

Say = Callable[[str], None]
Ask = Callable[[str], str]

NUMBERS: dict[str, tuple[str, str]] = {
    name: (entry["means"], entry["unit"]) for name, entry in read_yaml(PUBLISHED / "values.yml", dict).items()
}
QUESTIONS = {
    "equipment": "What do you call the goods that your warranty covers? (as in: All our ... comes with a warranty)",
    "warehouse": "Where are returns sent to? (as in: they ask you to send it to our ...)",
    "a_piece_of_equipment": "Name some of those goods, as a choice in the chat (as in: A camera or other equipment)",
    "an_accessory": "And some accessories, which it doesn't cover (as in: A cable or another accessory)",
    "which_is_which": "How can a customer tell the two apart? (a sentence or two)",
}


def interview(folder: Path, ask: Ask, say: Say) -> None:
    """Ask for what isn't known yet, and write the folder's files. Raises PolicyError, and EOFError where `ask` does."""
    text = read_text(folder)
    sentences = sentences_of(text)
    clauses = _known_clauses(folder, sentences)
    for number, sentence in enumerate(sentences, 1):
        if _clause_of(sentence, clauses) is None:
            say(f"\n{number} of {len(sentences)}{f' · {sentence.section}' if sentence.section else ''}")
            clauses.append(_asked_clause(sentence, clauses, ask, say))
            in_order = [clause for each in sentences if (clause := _clause_of(each, clauses))]
            _write(folder / "clauses.yml", in_order)
    _ask_values(folder, clauses, ask, say)
    _ask_names(folder, text, ask, say)


def _known_clauses(folder: Path, sentences: list[Written]) -> list[dict[str, Any]]:
    """Those that were answered before, as far as the text still has their sentences."""
    path = folder / "clauses.yml"
    known = read_yaml(path, list) if path.exists() else []
    return [clause for clause in known if any(_clause_of(sentence, [clause]) for sentence in sentences)]


def _clause_of(sentence: Written, clauses: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((each for each in clauses if same_words(list(each["holds"].values())[-1], sentence.text)), None)


def _asked_clause(sentence: Written, clauses: list[dict[str, Any]], ask: Ask, say: Say) -> dict[str, Any]:
    say(f"  “{' '.join(sentence.text.split())}”\n")
    suggested = likely(sentence.text)
    for number, id in enumerate(suggested, 1):
        say(f"    {number}  {id:26} {KNOWN[id].means}")
        for part, means in KNOWN[id].parts.items():
            say(f"         {f'{id}.{part}':32} only: {means}")
    while True:
        answer = ask("  What does it state? A number or an id (several with +), or nothing for information only: ")
        ids = [_id_of(each, suggested) for each in answer.replace("+", " ").split()]
        if unknown := [word for word, id in zip(answer.replace("+", " ").split(), ids, strict=True) if id is None]:
            say(f"  {' and '.join(unknown)} isn't known here; `python -m policy_core known` lists the ids.")
            continue
        taken = {clause["id"] for clause in clauses}
        stated = [id for id in ids if id]
        section = re.sub(r"\W+", "_", sentence.section.lower()).strip("_") or "text"
        first = stated[0] if stated else f"{INFORMATION}{section}"
        clause: dict[str, Any] = {"id": _free(first, taken, is_counted=not stated)}
        if len(stated) > 1:
            clause["also"] = stated[1:]
        return clause | {"section": sentence.section or "Policy", "holds": {"ever": sentence.text}}


def _id_of(answer: str, suggested: list[str]) -> str | None:
    if answer.isdecimal():
        return suggested[int(answer) - 1] if 0 < int(answer) <= len(suggested) else None
    return answer if answer in KNOWN or answer in PARTS else None


def _free(id: str, taken: set[str], *, is_counted: bool) -> str:
    """The id, or the next one with a number where another sentence has it."""
    if not is_counted and id not in taken:
        return id
    return next(new for number in range(1 if is_counted else 2, 1000) if (new := f"{id}.{number}") not in taken)


def _ask_values(folder: Path, clauses: list[dict[str, Any]], ask: Ask, say: Say) -> None:
    path = folder / "values.yml"
    values: dict[str, Any] = read_yaml(path, dict) if path.exists() else {}
    statements = Statements((clause["id"], clause.get("also", ())) for clause in clauses)
    values = {name: entry for name, entry in values.items() if statements.behind(VALUES[name])}
    for name, statement in VALUES.items():
        behind = statements.behind(statement)
        if not behind or name in values:
            continue
        sentence = next(clause["holds"]["ever"] for clause in clauses if clause["id"] == behind[0])
        means, unit = NUMBERS[name]
        found = sorted(numbers_in(sentence, unit))
        say(f"\n  “{' '.join(sentence.split())}”")
        offered = str(found[0]) if len(found) == 1 else ""
        number = _number(f"  How many {unit} {means}?", offered, ask, say)
        values[name] = {"means": means, "clause": behind[0], "unit": unit, "holds": {"ever": number}}
        _write(path, values)
    _write(path, values)


def _number(question: str, offered: str, ask: Ask, say: Say) -> int:
    while True:
        answer = ask(f"{question} {f'[{offered}] ' if offered else ''}").strip() or offered
        if answer.isdecimal():
            return int(answer)
        say("  Please write a whole number.")


def _ask_names(folder: Path, text: str, ask: Ask, say: Say) -> None:
    settings, shop = folder / "settings.yml", folder / "shop.yml"
    addresses = [address.rstrip(".,;") for address in re.findall(ADDRESS.pattern, text)]
    if not settings.exists():
        say("\nYour shop")
        name = _text("  Its name: ", "", ask, say)
        address = addresses[0] if addresses else ""
        contact = _text("  The e-mail address that customers are pointed to:", address, ask, say)
        zone = _text("  Its time zone, a name like Europe/Berlin:", "UTC", ask, say)
        told = _number("  Within how many days of receipt is a defect told “at once”?", "14", ask, say)
        settings.write_text(_settings(name, contact, zone, told), encoding="utf-8")
    if not shop.exists():
        number = _text("  An order number, as an example:", "", ask, say)
        words = {name: _text(f"  {QUESTIONS[name]}:", "", ask, say) for name in QUESTIONS if name in WORDS_OF_A_SHOP}
        called = {
            kind: [name.strip() for name in _text(question, "", ask, say).split(",")]
            for kind, question in (
                ("equipment", "  What do customers call those goods? One of each, with commas (lamp, battery):"),
                ("accessory", "  And the accessories? (strap, mount):"),
            )
        }
        _write(shop, {"order_number": number, "answers": "quoted", "called": called, "words": {"en": words}})


def _text(question: str, offered: str, ask: Ask, say: Say) -> str:
    while True:
        answer = ask(f"{question} {f'[{offered}] ' if offered else ''}").strip() or offered
        if answer:
            return answer
        say(f"  Please write something; {TO_FILL_IN} will do for now.")


def _settings(name: str, contact: str, zone: str, told: int) -> str:
    """The published settings with their comments, in which the shop's own stand."""
    own = {"shop": name, "contact": contact, "time_zone": zone, "told_immediately_days": told}
    lines = (PUBLISHED / "settings.yml").read_text(encoding="utf-8").splitlines()
    return "\n".join(_own_line(line, own) for line in lines) + "\n"


def _own_line(line: str, own: dict[str, Any]) -> str:
    key = line.partition(":")[0]
    return yaml.safe_dump({key: own[key]}, allow_unicode=True).rstrip() if key in own else line


def _write(path: Path, content: Any) -> None:
    """As YAML that people can read, whole or not at all."""
    unfinished = path.with_suffix(".new")
    unfinished.write_text(
        yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=None),
        encoding="utf-8",
    )
    unfinished.replace(path)


def known() -> Iterator[str]:
    """The ids that the rules know, each with its meaning, how a shop might put it, and the rules that need it."""
    for id, statement in KNOWN.items():
        needing = sorted(
            {
                f"{rule.name.replace('_', ' ')} ({wish.value})" if wish else rule.name
                for wish, rules in RULES.items()
                for rule in rules
                if any(each == id or each.startswith(f"{id}.") for each in re.split(r"[ |]", rule.needs))
            }
        )
        lines = [id, f"  {statement.means}", f"  “{statement.example}”"]
        lines += [f"  {id}.{part}: only {means}" for part, means in statement.parts.items()]
        lines += [f"  decides: {', '.join(needing)}" if needing else "  is cited and quoted in answers"]
        yield "\n".join(lines)
