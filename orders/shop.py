"""The shop's name and address for its letters, out of the policy's folder (`POLICY_DIR`); orders know no more of it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

PUBLISHED = Path(__file__).resolve().parent.parent / "policy_core" / "policy"


class Shop(NamedTuple):
    """Who writes, and where answers go."""

    name: str
    contact: str


@cache
def the_shop() -> Shop:
    """As `settings.yml` has it; that file is checked where the policy is loaded."""
    folder = Path(os.environ.get("POLICY_DIR") or PUBLISHED)
    settings = yaml.safe_load((folder / "settings.yml").read_text(encoding="utf-8"))
    return Shop(settings["shop"], settings["contact"])
