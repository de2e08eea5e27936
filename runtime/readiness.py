"""Whether Rasa could answer a customer now: its model, its actions and its memory of the dialogues are there."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import structlog
from rasa.core.agent import Agent

log = structlog.get_logger("runtime.readiness")

LASTS = 1.0
"""Seconds for which an answer counts, however many ask."""

PATIENCE = 1.5
NOBODY = "nobody"
"""A dialogue in which nothing is ever said: remembering it shows that the memory can be read and written."""

Parts = dict[str, str]


class Readiness:
    """Looks at each part when it is asked, at most once in `LASTS` seconds."""

    def __init__(self) -> None:
        self._known: Parts = {}
        self._until = 0.0
        self._trial: asyncio.Task[bool] | None = None
        self._has_told = False

    async def of(self, agent: Agent | None) -> Parts:
        """`model`, `actions` and `memory`, each `ok` or what is wrong with it."""
        if time.monotonic() >= self._until:
            self._known = await self._look_at(agent)
            self._until = time.monotonic() + LASTS
        return self._known

    async def _look_at(self, agent: Agent | None) -> Parts:
        if agent is None or not agent.is_ready():
            if not self._has_told:
                log.error("the model doesn't load: train it anew with `make train`, and start again")
                self._has_told = True
            return {"model": "not loaded"}
        actions, memory = await asyncio.gather(_answers(agent.action_endpoint), self._remembers(agent))
        return {
            "model": "ok",
            "actions": "ok" if actions else "not reachable",
            "memory": "ok" if memory else "not reachable",
        }

    async def _remembers(self, agent: Agent) -> bool:
        """A memory that is locked keeps whoever tries it waiting, so there is one trial at a time."""
        self._trial = self._trial or asyncio.create_task(_can_remember(agent))
        done, _ = await asyncio.wait({self._trial}, timeout=PATIENCE)
        if not done:
            return False
        remembers, self._trial = self._trial.result(), None
        return remembers


async def _answers(actions: Any) -> bool:
    address = str(actions.url).removesuffix("/webhook") if actions else ""
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as client:
            async with client.get(f"{address}/health") as answer:
                return answer.ok
    except (aiohttp.ClientError, OSError, asyncio.TimeoutError, ValueError):
        return False


async def _can_remember(agent: Agent) -> bool:
    """The memory, and the locks that keep its dialogues from two turns at once."""
    try:
        async with agent.lock_store.lock(NOBODY):
            await agent.tracker_store.retrieve(NOBODY)
            await agent.tracker_store.save(agent.tracker_store.init_tracker(NOBODY))
    except Exception:
        return False
    return True
