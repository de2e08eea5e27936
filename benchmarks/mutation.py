"""Mutation testing of the policy's rules: small mistakes are put into them one by one, and the tests have to notice.

    uv run --no-project --python 3.10 --with 'mutmut<3' --with pytest --with PyYAML --with Babel \
        --with 'python-dateutil<3' python benchmarks/mutation.py

mutmut 2 makes the mistakes. Running the tests on them is ours: mutmut 3 passes over decorated functions, which is what
every rule is, and mutmut 2 starts pytest anew for each mutant and writes into the checkout. Here each mutant gets a
fork of one warm process, which imports the changed source from memory. `docs/mutation.md` keeps the last figures. Paths
as arguments limit the run to these files.
"""

from __future__ import annotations

import ast
import difflib
import importlib.abc
import importlib.util
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import babel.dates
import babel.numbers
import dateutil.parser
import dateutil.relativedelta
import dateutil.zoneinfo
import pytest
import yaml
from mutmut import Context, list_mutations, mutate

ROOT = Path(__file__).resolve().parents[1]
# Imported once for all forks.
WARM = (babel.dates, babel.numbers, dateutil.parser, dateutil.relativedelta, dateutil.zoneinfo, yaml)
MUTATED = [
    *sorted(ROOT.glob("policy_core/rules/*.py")),
    *(ROOT / "policy_core" / f"{name}.py" for name in ("case", "decide", "judge", "money", "steps")),
]
TESTS = [f"tests/unit/policy_core/test_{name}.py" for name in ("cases", "decision", "clauses", "wording")]
SECONDS_AT_MOST = 60


class Mutant(NamedTuple):
    """A module's source with one mistake in it."""

    path: Path
    source: str
    mistaken: str

    @property
    def module(self) -> str:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(part for part in parts if part != "__init__")

    def difference(self) -> str:
        lines = difflib.unified_diff(self.source.splitlines(), self.mistaken.splitlines(), lineterm="", n=0)
        return "\n".join([self.module, *list(lines)[2:]])


class FromMemory(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports a mutant in place of its module."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: object, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.mutant.module:
            return None
        is_package = self.mutant.path.name == "__init__.py"
        spec = importlib.util.spec_from_loader(name, self, origin=str(self.mutant.path), is_package=is_package)
        if spec and is_package:
            spec.submodule_search_locations = [str(self.mutant.path.parent)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.mutant.mistaken, str(self.mutant.path), "exec"), module.__dict__)  # noqa: S102


def mutants(paths: Sequence[Path]) -> Iterator[Mutant]:
    for path in paths:
        source = path.read_text(encoding="utf-8")
        for id in list_mutations(Context(source=source, filename=str(path))):
            mistaken, _ = mutate(Context(source=source, filename=str(path), mutation_id=id))
            if runs(mistaken) not in ("", runs(source)):
                yield Mutant(path, source, mistaken)


def runs(source: str) -> str:
    """The part of a source that runs: annotations don't, nor does what isn't Python."""
    try:
        return ast.dump(WithoutAnnotations().visit(ast.parse(source)))
    except SyntaxError:
        return ""


class WithoutAnnotations(ast.NodeTransformer):
    """Takes the annotations off arguments, results and names."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def outcome(mutant: Mutant) -> str:
    """Whether the tests notice: killed, survived, or too slow to say."""
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS_AT_MOST)
        sys.meta_path.insert(0, FromMemory(mutant))
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os._exit(run_tests())
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "too slow"
    return "survived" if os.WEXITSTATUS(status) == 0 else "killed"


def run_tests() -> int:
    options = ["-x", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", "--noconftest", "-c", os.devnull]
    return int(pytest.main([*options, f"--rootdir={ROOT}", *TESTS]))


def main() -> int:
    """Runs all mutants and gives 1 if fewer than 95% were noticed."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    sys.dont_write_bytecode = True
    if outcome(Mutant(MUTATED[0], "", MUTATED[0].read_text(encoding="utf-8"))) != "survived":
        print("The tests have to pass before mistakes are put in.")
        return 2
    counted: Counter[str] = Counter()
    for mutant in mutants([Path(name).resolve() for name in sys.argv[1:]] or MUTATED):
        counted[result := outcome(mutant)] += 1
        if result != "killed":
            print(f"{result}: {mutant.difference()}\n", flush=True)
    noticed = 1 - counted["survived"] / counted.total()
    print(f"{counted.total()} mutants, {noticed:.1%} noticed: {dict(counted)}")
    return 0 if noticed > 0.95 else 1


if __name__ == "__main__":
    sys.exit(main())
