"""What runs elsewhere, on GitHub or before a commit, is whole."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys

import pytest
import yaml

from documentation.commit_message import is_conventional
from documentation.pages import ROOT
from documentation.release import ReleaseError, notes

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def test_the_workflows_keep_to_their_schema() -> None:
    schema = ("--builtin-schema", "vendor.github-workflows")
    command = [sys.executable, "-m", "check_jsonschema", *schema, *map(str, WORKFLOWS)]
    done = subprocess.run(command, capture_output=True, text=True)

    assert len(WORKFLOWS) >= 2
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_job_has_an_end_and_may_do_only_what_it_needs(path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))

    assert workflow["permissions"] == {"contents": "read"}
    assert [name for name, job in workflow["jobs"].items() if "uses" not in job and "timeout-minutes" not in job] == []


def test_what_they_run_of_ours_is_there() -> None:
    run = "\n".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)

    assert all((ROOT / script).exists() for script in re.findall(r"bash (\S+)", run))
    assert all(importlib.util.find_spec(module) for module in re.findall(r"python -m ([\w.]+)", run))
    assert all(f"\n{target}:" in (ROOT / "Makefile").read_text() for target in re.findall(r"run: make (\S+)", run))


def test_each_hook_runs_what_the_environment_has() -> None:
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]

    for hook in local["hooks"]:
        module = re.match(r"\.venv/bin/python -m ([\w.]+)", hook["entry"])
        assert module, hook["id"]
        assert importlib.util.find_spec(module[1]), hook["id"]


CHANGELOG = """\
# Changelog

## Unreleased

- more

## 1.2.0 - 2026-11-25

- this

## 1.1.0 - 2026-01-01

- that
"""


def test_a_release_says_what_the_changelog_says() -> None:
    assert notes("v1.2.0", CHANGELOG, '\nversion = "1.2.0"\n') == "- this\n"
    assert notes("v1.1.0", CHANGELOG, '\nversion = "1.1.0"\n') == "- that\n"


def test_no_release_without_notes_or_of_another_version() -> None:
    with pytest.raises(ReleaseError, match="another version"):
        notes("v1.2.0", CHANGELOG, '\nversion = "1.1.0"\n')
    with pytest.raises(ReleaseError, match=r"CHANGELOG\.md says nothing of 2\.0\.0"):
        notes("v2.0.0", CHANGELOG, '\nversion = "2.0.0"\n')


def test_the_version_as_it_is_now_has_its_notes() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"$', project, re.MULTILINE)

    assert version
    assert "policy engine" in notes(f"v{version[1]}", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), project)


@pytest.mark.parametrize(
    ("message", "is_one"),
    [
        ("fix(orders): a row without a price is told", True),
        ("feat!: another contract", True),
        ("fix(nlu, actions): two parts at once", True),
        ("Merge branch 'main'", True),
        ("fixed a bug", False),
        ("fix:", False),
        ("oops(orders): x", False),
    ],
)
def test_a_message_begins_as_conventional_commits_do(message: str, is_one: bool) -> None:
    assert is_conventional(message) is is_one
