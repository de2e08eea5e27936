"""What docs/operations.md and the rules for Prometheus name is what there is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import yaml
from prometheus_client import REGISTRY

from channels.metrics import Standing
from conversations.answering import CHANGES
from database import connect, migrate
from observability.logs import OURS, ROOT

GUIDE = (ROOT / "docs" / "operations.md").read_text()
RULES = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())


def figures() -> set[str]:
    """Their names, as a rule writes them."""
    engine = connect("sqlite://")
    migrate(engine)
    told = [*REGISTRY.collect(), *Standing(engine).collect()]
    engine.dispose()
    names = {family.name + ("_total" if family.type == "counter" else "") for family in told}
    return {name for name in names if name.startswith("assistant_")}


def events() -> Iterator[str]:
    """What our code logs from INFO to WARNING on."""
    yield from CHANGES.values()
    for path in (file for part in OURS for file in (ROOT / part).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("log.info", "log.warning", "log.critical"):
                yield from (str(words.value) for words in node.args[:1] if isinstance(words, ast.Constant))


def test_every_figure_is_explained_and_no_other() -> None:
    assert set(re.findall(r"`(assistant_\w+)`", GUIDE)) == figures()


def test_every_event_is_explained() -> None:
    said = set(events())
    assert len(said) > 15
    assert [event for event in said if event not in GUIDE] == []


def test_the_rules_ask_for_figures_that_there_are() -> None:
    known = figures()
    for rule in RULES["groups"][0]["rules"]:
        asked = {name.removesuffix("_bucket") for name in re.findall(r"assistant_\w+", rule["expr"])}
        assert asked <= known, rule["alert"]
        assert rule["annotations"]["summary"].endswith((".", "`."))
