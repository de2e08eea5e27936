"""docs/reference/commands.md: what each command line says of itself."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import subprocess
from collections.abc import Iterator
from unittest import mock

from documentation.pages import ROOT

LINES = ("policy_core", "orders", "conversations", "privacy")
COMMAND = re.compile(r"^    ([a-z][a-z-]*)(?:  |$)", re.MULTILINE)
WIDTH = "100"

HEAD = """\
# Commands

Every command runs from the project's folder. `python` is the one of the environment, `.venv/bin/python`; in the image
it is on the path.

## make

```text
{targets}
```
"""


def page() -> str:
    """The whole page."""
    told = subprocess.run(["make", "--silent", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    sections = [HEAD.format(targets="\n".join(line.strip() for line in told.splitlines()))]
    for name in LINES:
        said = help_of(name)
        sections.append(f"## {name}\n\n```text\n{said}\n```\n")
        sections += [
            f"### {name} {command}\n\n```text\n{help_of(name, command)}\n```\n" for command in commands_of(said)
        ]
    return "\n".join(sections)


def commands_of(help_text: str) -> Iterator[str]:
    """The commands that a command line's help lists."""
    _, _, listed = help_text.partition("\ncommands:\n")
    yield from COMMAND.findall(listed.partition("\n\n")[0])


def help_of(name: str, *command: str) -> str:
    """What `--help` prints, without starting a process for each."""
    main = importlib.import_module(f"{name}.command_line" if name == "policy_core" else f"{name}.__main__").main
    said = io.StringIO()
    with mock.patch.dict(os.environ, COLUMNS=WIDTH), contextlib.redirect_stdout(said):
        with contextlib.suppress(SystemExit):
            main([*command, "--help"])
    return said.getvalue().strip()
