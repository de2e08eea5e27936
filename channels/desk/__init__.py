"""What agents use: the JSON interface under /desk/api, its Socket.IO namespace /desk, and the page /desk."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError

from channels.audience import Audience
from channels.desk.access import Access
from channels.desk.calls import Calls
from channels.desk.errors import DeskError, say_refusal, say_what_is_malformed
from channels.desk.lead import LeadCalls
from channels.desk.live import Live
from channels.elsewhere import Elsewhere
from channels.limits import Limits
from channels.store import Store
from channels.turns import Turns
from channels.wire import Wire

__all__ = ["add_desk"]


def add_desk(
    web: FastAPI,
    store: Store,
    audience: Audience,
    turns: Turns,
    wire: Wire,
    elsewhere: Elsewhere,
    replies: str | None,
    limits: Limits,
) -> Live:
    """Add the JSON interface to `web`; gives the Socket.IO namespace, to be registered and kept present.

    `replies` names the file with the shop's prepared replies. Raises `RepliesError` where it can't be used.
    """
    access = Access(store, limits)
    web.state.desk_access = access
    live = Live(store, audience, access, wire, elsewhere)
    calls = Calls(store, audience, turns, replies)
    for router in (access.router(live.sign_out), calls.router(), LeadCalls(store).router()):
        web.router.routes.extend(router.routes)  # `include_router` would make each anew: a tenth of the service's start
    web.add_exception_handler(DeskError, say_refusal)
    web.add_exception_handler(RequestValidationError, say_what_is_malformed)
    return live
