"""The instructions of a Dockerfile."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path


def instructions(path: Path) -> dict[str, list[str]]:
    """What each instruction (`FROM`, `COPY` ...) is given, in the order of the file."""
    text = re.sub(r"^#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    found: dict[str, list[str]] = defaultdict(list)
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, given = line.partition(" ")
        found[name].append(given.strip())
    return found
