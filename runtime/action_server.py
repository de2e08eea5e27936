"""`python -m runtime.action_server`: our actions, on loopback unless ACTIONS_HOST says otherwise.

The SDK itself listens on every interface, without authentication.
"""

from __future__ import annotations

import os

from runtime import logs, settings


def main() -> None:
    """Serve the actions until stopped."""
    here = settings.load()
    os.environ["SANIC_HOST"] = here.actions_host
    logs.configure()

    from rasa_sdk import utils
    from rasa_sdk.endpoint import run

    utils.update_sanic_log_level()
    run("actions", port=here.actions_port, cors_origins=[])


if __name__ == "__main__":
    main()
