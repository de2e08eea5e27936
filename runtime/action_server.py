"""`python -m runtime.action_server`: our actions, on loopback unless ACTIONS_HOST says otherwise.

The SDK itself listens on every interface, without authentication.
"""

from __future__ import annotations

import os

import structlog

from runtime import following, logs, settings

log = structlog.get_logger("runtime.action_server")


def main() -> None:
    """Serve the actions until stopped."""
    here = settings.load()
    os.environ["SANIC_HOST"] = here.actions_host
    logs.configure("actions")

    from rasa_sdk import utils
    from rasa_sdk.endpoint import run

    utils.update_sanic_log_level()
    following.follow_actions()
    log.info("starting", port=here.actions_port)
    run("actions", port=here.actions_port, cors_origins=[])
    log.info("stopped")


if __name__ == "__main__":
    main()
