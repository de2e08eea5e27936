"""Chatwoot's API, with the bot's token."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from channels.chatwoot.settings import ChatwootSettings

PATIENCE = aiohttp.ClientTimeout(total=10.0, sock_connect=3.0)
REFUSALS = (400, 404, 405, 410, 413, 422)  # it would be the same in every try


class NotTakenError(Exception):
    """Chatwoot can't take it now, or isn't sure to have taken it; the text says why, without anybody's words."""


class RefusedError(Exception):
    """Chatwoot won't take it, however often it is tried."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class Client:
    """Makes one call at a time for each conversation; keeps its connections."""

    def __init__(self, settings: ChatwootSettings) -> None:
        self._url = f"{settings.url}/api/v1/accounts/{settings.account}/conversations"
        self._headers = {"api_access_token": settings.token}
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """No more calls."""
        if self._session:
            await self._session.close()

    async def call(self, chatwoot_id: int, path: str, body: dict[str, Any]) -> None:
        """Raises NotTakenError and RefusedError."""
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers)
        address = f"{self._url}/{chatwoot_id}/{path}"
        try:
            async with self._session.post(address, json=body, allow_redirects=False, timeout=PATIENCE) as answer:
                await answer.read()
        except (aiohttp.ClientError, OSError, asyncio.TimeoutError) as error:
            raise NotTakenError(type(error).__name__) from error
        if answer.status in REFUSALS:
            raise RefusedError(answer.status)
        if not 200 <= answer.status < 300:
            raise NotTakenError(f"HTTP {answer.status}")
