"""Deciding a request again from its stored facts, to see whether today's decision is the one that was filed.

The engine is asked through its command line: orders know nothing of the policy, and its contract is all that this
needs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from database import HOME
from orders.models import Request


class ReplayError(Exception):
    """The engine couldn't decide on the stored facts; the text says why."""


def replay(request: Request) -> list[tuple[str, Any, Any]]:
    """Where the two decisions differ: the dotted name, the value filed, today's. Raises ReplayError."""
    engine = subprocess.run(
        [sys.executable, "-m", "policy_core", "decide"],
        cwd=HOME,
        input=json.dumps(request.facts),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    try:
        today = json.loads(engine.stdout)
    except ValueError as error:
        raise ReplayError("the policy engine gave no decision") from error
    if "error" in today:
        raise ReplayError(f"the policy engine can't use the stored facts: {today['error']['message']}")
    return list(_differences(request.decision, today))


def _differences(filed: Any, today: Any, name: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(filed, dict) and isinstance(today, dict):
        for key in [*filed, *(key for key in today if key not in filed)]:
            yield from _differences(filed.get(key), today.get(key), f"{name}.{key}".lstrip("."))
    elif isinstance(filed, list) and isinstance(today, list) and len(filed) == len(today):
        for place, (one, other) in enumerate(zip(filed, today, strict=True)):
            yield from _differences(one, other, f"{name}[{place}]")
    elif filed != today:
        yield name, filed, today
