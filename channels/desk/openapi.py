"""`python -m channels.desk.openapi > docs/desk-api.json`: the JSON interface, described for other programs."""

from __future__ import annotations

import json
from typing import Any

import socketio
from fastapi import FastAPI

from channels.audience import Audience
from channels.desk import add_desk
from channels.elsewhere import Elsewhere
from channels.limits import Limits
from channels.rasa import Rasa
from channels.store import Store
from channels.turns import Turns
from channels.wire import Wire
from database import connect

ABOUT = (
    "What the desk's own page uses, for a shop's own help desk. Sign in with `token: true` for a bearer token that "
    'expires. Every refusal is `{"error": {"code", "message"}}`.'
)


def document() -> dict[str, Any]:
    """The OpenAPI document; nothing is connected to for it."""
    store = Store(connect("sqlite://"))
    wire = Wire()
    elsewhere = Elsewhere(wire)
    audience = Audience(socketio.AsyncServer(async_mode="asgi"), store, lambda _: False, wire, elsewhere)
    turns = Turns(store, Rasa("http://127.0.0.1", 1.0), audience, 1.0, lambda _: False)
    web = FastAPI(title="The agents' desk", version="1", description=ABOUT)
    add_desk(web, store, audience, turns, wire, elsewhere, None, Limits())
    return web.openapi()


if __name__ == "__main__":
    print(json.dumps(document(), indent=1, ensure_ascii=False))
