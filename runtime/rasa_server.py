"""`python -m runtime.rasa_server`: understanding and dialogue, on loopback unless RASA_HOST says otherwise."""

from __future__ import annotations

import lean  # noqa: F401  # isort: skip

import os
import sys

import structlog
from sqlalchemy.exc import SQLAlchemyError

import database
from runtime import following, logs, settings, stand_ins, training

log = structlog.get_logger("runtime.rasa_server")

LARGEST_REQUEST = 1_000_000
"""Bytes. A customer's long message is cut, not refused (`words_only`); this only keeps memory safe."""


def main() -> None:
    """Serve the newest model until stopped."""
    here = settings.load()
    model = training.newest_model()
    if model is None:
        sys.exit("There is no trained model yet. Run `make train` first.")
    if not training.is_whole(model):
        sys.exit(f"The trained model, models/{model.name}, is damaged. Run `make train` to make it anew.")
    os.environ.update(here.as_environment() | {"TRACKERS_DB": here.trackers_db or database.dialogues_url()})
    os.environ.setdefault("EVENTS_URL", "")  # endpoints.yml names it
    os.environ.update(settings.of_the_policy())
    os.environ.update(SANIC_REQUEST_MAX_SIZE=str(LARGEST_REQUEST), SANIC_FALLBACK_ERROR_FORMAT="json")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one sentence is too little for several; they'd only spin
    logs.configure("rasa")
    stand_ins.install(for_answering_only=True)

    import rasa  # only now can it be imported

    from runtime import rasa_changes, trackers

    try:
        trackers.connect(os.environ["TRACKERS_DB"])
    except (SQLAlchemyError, ImportError, OSError):
        sys.exit(
            "The memory of the dialogues can't be reached. Does TRACKERS_DB, or ORDERS_DB_URL, name the right one?"
        )
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


if __name__ == "__main__":
    main()
