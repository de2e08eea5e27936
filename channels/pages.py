"""The pages and files that customers' browsers load, and the headers that keep them safe."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy_core import load_policy, published
from policy_core.policy import PUBLISHED

STATIC = Path(__file__).resolve().parent / "static"

# Ours need no inline script or style, nothing from elsewhere, and no frame around them.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

router = APIRouter()
files = GZipMiddleware(StaticFiles(directory=STATIC))


# The widget's files belong on the shop's pages, also on those that take only what says so itself (COEP).
RESOURCE_POLICY = "Cross-Origin-Resource-Policy"


class SecurityHeaders:
    """Adds `HEADERS` to every answer; `no-cache` lets browsers keep files, but ask whether they are still right."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers[RESOURCE_POLICY] = "cross-origin" if scope["path"].startswith("/static/") else "same-origin"
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


@router.get("/", include_in_schema=False)
def page() -> HTMLResponse:
    """The shop's page with the chat."""
    return HTMLResponse(_with_the_shop("index.html"))


@router.get("/desk", include_in_schema=False)
def desk() -> HTMLResponse:
    """The agents' page. Nothing of it is secret; what it shows is asked for after signing in."""
    return HTMLResponse(_with_the_shop("desk.html"))


@cache
def _with_the_shop(name: str) -> str:
    """A page that is made for the published shop, with the name and the address of the one whose policy is in force."""
    ours, theirs = load_policy(PUBLISHED).settings, published().settings
    text = (STATIC / name).read_text(encoding="utf-8")
    return text.replace(ours.shop, escape(theirs.shop)).replace(ours.contact, escape(theirs.contact))


@router.get("/policy/clauses")
def clauses() -> list[dict[str, str]]:
    """Every sentence of the policy in force today, with its id and section, in the order of the text."""
    policy = published()
    today = datetime.now(policy.settings.zone).date()
    return [asdict(clause) for clause in policy.in_force(today).clauses.values()]
