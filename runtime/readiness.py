"""Whether Rasa could answer a customer now: its model, its actions and its memory of the dialogues are there."""

from __future__ import annotations

import time
from typing import Any

import httpx
from rasa.core.agent import Agent

LASTS = 1.0
"""Seconds for which an answer counts, however many ask."""

PATIENCE = 1.5
NOBODY = "nobody"
"""A dialogue that there never is: asking for it shows that the memory can be read."""

Parts = dict[str, str]


class Readiness:
    """Looks at each part when it is asked, at most once in `LASTS` seconds."""

    def __init__(self) -> None:
        self._known: Parts = {}
        self._until = 0.0

    async def of(self, agent: Agent | None) -> Parts:
        """`model`, `actions` and `memory`, each `ok` or what is wrong with it."""
        if time.monotonic() >= self._until:
            self._known = await look_at(agent)
            self._until = time.monotonic() + LASTS
        return self._known


async def look_at(agent: Agent | None) -> Parts:
    """Each part as it is now."""
    if agent is None or not agent.is_ready():
        return {"model": "not loaded"}
    return {
        "model": "ok",
        "actions": "ok" if await _answers(agent.action_endpoint) else "not reachable",
        "memory": "ok" if await _can_be_read(agent) else "not reachable",
    }


async def _answers(actions: Any) -> bool:
    address = str(actions.url).removesuffix("/webhook") if actions else ""
    try:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            return (await client.get(f"{address}/health")).is_success
    except (httpx.HTTPError, httpx.InvalidURL):
        return False


async def _can_be_read(agent: Agent) -> bool:
    """The memory, and the locks that keep its dialogues from two turns at once."""
    try:
        async with agent.lock_store.lock(NOBODY):
            await agent.tracker_store.retrieve(NOBODY)
    except Exception:
        return False
    return True
