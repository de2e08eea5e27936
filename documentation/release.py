"""`python -m documentation.release v1.2.3`: what CHANGELOG.md says of a version, for its release.

Needs nothing but Python, as the release's machine has no environment of ours.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class ReleaseError(Exception):
    """The tag can't be released; the text says what is to be put right."""


def notes(tag: str, changelog: str, project: str) -> str:
    """The version's section. Raises ReleaseError if it is missing, empty, or not the version of pyproject.toml."""
    version = tag.removeprefix("v")
    if f'\nversion = "{version}"\n' not in project:
        raise ReleaseError(f"pyproject.toml names another version than {version}.")
    found = re.search(rf"^## {re.escape(version)} - \d{{4}}-\d\d-\d\d\n(.*?)(?=^## |\Z)", changelog, re.M | re.S)
    if not found or not found[1].strip():
        raise ReleaseError(f"CHANGELOG.md says nothing of {version}: it needs a section `## {version} - YYYY-MM-DD`.")
    return found[1].strip() + "\n"


def main() -> int:
    """Print the notes; 1 and a sentence where there are none."""
    try:
        changelog, project = ((ROOT / name).read_text(encoding="utf-8") for name in ("CHANGELOG.md", "pyproject.toml"))
        sys.stdout.write(notes(sys.argv[1], changelog, project))
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
