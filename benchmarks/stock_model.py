"""Rasa's stock configuration, trained on our data and domain: `.venv-stock/bin/python -m benchmarks.stock_model`.

In the environment that `make stock` builds.

Training takes so long that its model is kept in `.venv-stock/model` for as long as what it is made from stays the same,
with how long it took, when, and what else the machine did meanwhile. With `--epochs 10` it takes a tenth of the time:
the model reads less well, but a turn takes as long.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import structlog
import yaml

ROOT = Path(__file__).parents[1]
CONFIG, DOMAIN, DATA = ROOT / "benchmarks" / "stock_config.yml", ROOT / "domain.yml", ROOT / "data"
MODEL = ROOT / ".venv-stock" / "model" / "model.tar.gz"
TRAINING = MODEL.with_name("training.json")
STOCK_EPOCHS = 100


@dataclass(frozen=True)
class Training:
    """How the kept model was made: seconds, the day, the machine's load average when it ended, and the epochs."""

    of: str
    seconds: float
    on: str
    load: float
    epochs: int


def kept() -> Training | None:
    """How the model for the data as they are now was made; None where there is none."""
    known = json.loads(TRAINING.read_text()) if TRAINING.exists() else {}
    return Training(**known) if known.get("of") == _fingerprint() else None


def trained(epochs: int = STOCK_EPOCHS) -> Training:
    """The model for the data as they are now, made if need be: an hour or more with stock's own number of epochs."""
    return kept() or _train(epochs)


def _train(epochs: int) -> Training:
    from rasa.model_training import train

    fingerprint = _fingerprint()
    began = time.perf_counter()
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as config:
        yaml.safe_dump(_config_with(epochs), config)
        config.flush()
        result = train(
            domain=str(DOMAIN),
            config=config.name,
            training_files=[str(DATA)],
            output=str(MODEL.parent),
            fixed_model_name=MODEL.name,
            force_training=True,
        )
    if result.code != 0:
        raise RuntimeError("Rasa could not train its stock configuration.")
    seconds, today = time.perf_counter() - began, datetime.now(timezone.utc).date().isoformat()
    training = Training(fingerprint, seconds, today, os.getloadavg()[0], epochs)
    TRAINING.write_text(json.dumps(asdict(training)))
    return training


def _config_with(epochs: int) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(CONFIG.read_text())
    for component in (*config["pipeline"], *config["policies"]):
        if "epochs" in component:
            component["epochs"] = epochs
    return config


def _fingerprint() -> str:
    contents = [
        _what_is_learned_of_the_domain(),
        *(path.read_bytes() for path in (CONFIG, *sorted(DATA.rglob("*.yml")))),
    ]
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def _what_is_learned_of_the_domain() -> bytes:
    """All of it but the responses' words: that there is such a response is learned, how it is said isn't."""
    domain = yaml.safe_load(DOMAIN.read_text())
    return json.dumps(domain | {"responses": sorted(domain["responses"])}, sort_keys=True).encode()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # texts stay out of logs
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=STOCK_EPOCHS)
    print(trained(parser.parse_args().epochs))
