"""`python -m runtime.rasa_server`: understanding and dialogue, on loopback unless RASA_HOST says otherwise."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

import structlog

from runtime import following, logs, settings, tensorflow_standin, training

log = structlog.get_logger("runtime.rasa_server")

LARGEST_REQUEST = 1_000_000
"""Bytes. A customer's long message is cut, not refused (`words_only`); this only keeps memory safe."""


def main() -> None:
    """Serve the newest model until stopped."""
    here = settings.load()
    model = training.newest_model()
    if model is None:
        sys.exit("There is no trained model yet. Run `make train` first.")
    os.environ.update(here.as_environment() | {"ACTIONS_URL": here.actions_url})
    os.environ.setdefault("EVENTS_URL", "")  # endpoints.yml names it
    os.environ.update(SANIC_REQUEST_MAX_SIZE=str(LARGEST_REQUEST), SANIC_FALLBACK_ERROR_FORMAT="json")
    logs.configure("rasa")
    prepare_trackers(Path(here.trackers_db))
    tensorflow_standin.install()

    import rasa  # only now can it be imported

    from runtime import rasa_changes

    rasa_changes.apply()
    following.follow_reading()
    log.info("starting", model=model.name, port=here.rasa_port)
    rasa.run(
        model=str(model),
        endpoints=str(settings.ROOT / "endpoints.yml"),
        credentials=str(settings.ROOT / "credentials.yml"),
        # Who reaches Rasa's API reads every conversation and sets any slot. Nothing that customers use needs it.
        enable_api=here.rasa_token is not None,
        auth_token=here.rasa_token,
        cors=[],
        interface=here.rasa_host,
        port=here.rasa_port,
    )
    log.info("stopped")


def prepare_trackers(path: Path) -> None:
    """Let the file that keeps the trackers be written with one sync to disk a turn instead of several.

    SQLite remembers the mode in the file itself.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


if __name__ == "__main__":
    main()
