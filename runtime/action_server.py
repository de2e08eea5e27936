"""`python -m runtime.action_server`: our actions, on loopback unless ACTIONS_HOST says otherwise.

The SDK itself listens on every interface, without authentication.
"""

from __future__ import annotations

import lean  # isort: skip

from asyncio import AbstractEventLoop

import structlog
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from observability import metrics
from runtime import following, logs, settings

log = structlog.get_logger("runtime.action_server")

SECONDS_CONNECTED = 60
"""For which an unused connection is kept: longer than Rasa's client does, which takes 15."""


def main() -> None:
    """Serve the actions until stopped."""
    here = settings.load()
    logs.configure("actions")

    from rasa_sdk import endpoint, utils

    utils.update_sanic_log_level()
    following.follow_actions()
    endpoint.configure_cors = lambda *_: None  # no browser calls it, and each answer would be gone through
    app = endpoint.create_app("actions")
    app.add_route(figures, "/metrics")
    app.register_listener(started, "after_server_start")
    app.config.KEEP_ALIVE_TIMEOUT = SECONDS_CONNECTED
    log.info("starting", port=here.actions_port)
    app.run(here.actions_host, here.actions_port)
    log.info("stopped")


async def started(_app: Sanic, _loop: AbstractEventLoop) -> None:
    """Everything is loaded."""
    lean.keep_what_is_loaded()


async def figures(_request: Request) -> HTTPResponse:
    """What this process has counted, for Prometheus."""
    return response.raw(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


if __name__ == "__main__":
    main()
