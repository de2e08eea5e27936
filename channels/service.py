"""The web service, put together: pages, health and the customers' Socket.IO."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

import socketio
import structlog
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from channels import packets, pages
from channels.audience import Audience
from channels.chatwoot.bridge import Bridge
from channels.demo import sample_orders
from channels.desk import add_desk
from channels.elsewhere import Elsewhere
from channels.gate import Gate
from channels.mailing import Mailing
from channels.metrics import figures
from channels.opening_hours import OpeningHours
from channels.photos import photos
from channels.rasa import Rasa
from channels.readiness import Readiness
from channels.settings import Settings
from channels.store import Store
from channels.turns import Turns
from channels.website import Website
from channels.wire import Wire
from conversations.agents import is_anyone_there
from database import migrate

log = structlog.get_logger(__name__)

LARGEST_FRAME = 64 * 1024  # bytes; the longest message takes a tenth of it


def create_service(settings: Settings, engine: Engine, engine_for_notes: Engine | None = None) -> ASGIApp:
    """The ASGI application; at its start it brings the database to the newest form.

    `engine_for_notes` leads to the same database and doesn't wait for the disk.
    """
    sio = socketio.AsyncServer(
        async_mode="asgi",
        transports=["websocket"],
        cors_allowed_origins=_is_allowed(settings.allowed_origins),
        max_http_buffer_size=LARGEST_FRAME,
        json=packets,
        serializer=packets.TextPacket,
        async_handlers=False,  # a customer's messages are stored in the order in which they were sent
    )
    store = Store(engine, engine_for_notes)
    rasa = Rasa(settings.rasa_urls, settings.timeout)
    is_somebody_there = _presence(settings.hours)
    mailing = Mailing(store, settings.mail)
    wire = Wire(settings.redis_url)
    elsewhere = Elsewhere(wire)
    audience = Audience(sio, store, is_somebody_there, wire, elsewhere, can_mail=mailing.can_mail)
    turns = Turns(store, rasa, audience, settings.patience, is_somebody_there)
    elsewhere.when_lost(turns.take_up)
    bridge = Bridge(settings.chatwoot, store, audience, turns, settings.limits) if settings.chatwoot else None
    website = Website(store, audience, turns, wire, settings.limits)
    sio.register_namespace(website)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(migrate, engine)
        async with rasa:
            await turns.take_up()
            lasting = [desk.keep_present(), mailing.run(), elsewhere.forget_the_silent(), wire.run()]
            lasting += [bridge.run()] if bridge else []
            beside = [asyncio.create_task(work) for work in lasting]
            log.info("started", database=engine.dialect.name, mails=mailing.can_mail, **settings.in_force)
            yield
            log.info("stopping")
            await turns.stop()
            if bridge:
                await bridge.stop()
            await wire.say_goodbye()
            for work in beside:
                work.cancel()

    web = FastAPI(title="Support assistant", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    desk = add_desk(web, store, audience, turns, wire, elsewhere, settings.replies, settings.limits)
    sio.register_namespace(desk)
    web.include_router(pages.router)
    _add_health(web, engine, rasa, wire)
    web.include_router(figures(engine, settings.metrics_token))
    web.include_router(sample_orders(settings.is_demo))
    web.include_router(photos(store, audience, turns, settings.limits, website.go_on_after))
    if bridge:
        web.include_router(bridge.router())
    web.mount("/static", pages.files)
    web.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization"],
    )
    return pages.SecurityHeaders(Gate(socketio.ASGIApp(sio, other_asgi_app=web), settings.limits))


def _presence(hours: OpeningHours) -> Callable[[Session], bool]:
    """Whether a person could answer now: within the opening hours, and at the desk."""
    return lambda session: hours.is_open(datetime.now(timezone.utc)) and is_anyone_there(session)


def _is_allowed(others: Collection[str]) -> Callable[[str, dict[str, Any]], bool]:
    """Whether a page may connect: our own pages always, and those of `others`."""
    return lambda origin, environ: urlsplit(origin).netloc == environ.get("HTTP_HOST") or origin in others


def _add_health(web: FastAPI, engine: Engine, rasa: Rasa, wire: Wire) -> None:
    readiness = Readiness(engine, rasa, wire)

    @web.get("/healthz")
    async def is_alive() -> dict[str, str]:
        """Say that this process runs."""
        return {"status": "ok"}

    @web.get("/readyz")
    async def is_ready() -> JSONResponse:
        """Whether a customer would be answered: all that this takes is there. 503 names what is missing."""
        parts, is_all_there = await readiness.now()
        return JSONResponse(parts, status_code=200 if is_all_there else 503)
