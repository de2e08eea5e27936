"""`python -m documentation.commit_message FILE`: whether a commit's message begins as conventional commits do."""

from __future__ import annotations

import re
import sys
from pathlib import Path

KINDS = ("bench", "build", "ci", "docs", "feat", "fix", "perf", "refactor", "style", "test", "chore", "revert")
BEGINNING = re.compile(rf"({'|'.join(KINDS)})(\([a-z_, -]+\))?!?: \S")
MADE_BY_GIT = ("Merge ", "Revert ", "fixup! ", "squash! ")


def is_conventional(message: str) -> bool:
    """By its first line."""
    return bool(BEGINNING.match(message)) or message.startswith(MADE_BY_GIT)


def main() -> int:
    """0 if it is; else 1, and a sentence that says what it has to look like."""
    if is_conventional(Path(sys.argv[1]).read_text(encoding="utf-8")):
        return 0
    print(f"A message begins like `fix(orders): what and why`, with one of {', '.join(KINDS)}.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
