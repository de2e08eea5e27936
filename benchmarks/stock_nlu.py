"""Rasa's stock pipeline on our examples: `.venv-stock/bin/python -m benchmarks.stock_nlu`, in the environment that
`make stock` builds. Reads texts, one JSON string a line; writes one JSON object: seconds of training, answers, seconds.

Training takes so long that its model is kept, in `.venv-stock/nlu`, for as long as the examples stay the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import sys
import time
from pathlib import Path

import structlog
from rasa.core.agent import Agent
from rasa.model_training import train_nlu

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # texts stay out of logs

ROOT = Path(__file__).parents[1]
CONFIG, EXAMPLES = ROOT / "benchmarks" / "stock_config.yml", ROOT / "data" / "nlu"
MODEL = ROOT / ".venv-stock" / "nlu" / "model.tar.gz"
TRAINING = MODEL.with_name("training.json")


def trained_in() -> float:
    """Seconds that the training took, now or when the model of these examples was made."""
    contents = [path.read_bytes() for path in (CONFIG, *sorted(EXAMPLES.glob("*.yml")))]
    fingerprint = hashlib.sha256(b"".join(contents)).hexdigest()
    training = json.loads(TRAINING.read_text()) if TRAINING.exists() else {}
    if training.get("of") != fingerprint:
        began = time.perf_counter()
        train_nlu(str(CONFIG), str(EXAMPLES), str(MODEL.parent), fixed_model_name=MODEL.name)
        training = {"of": fingerprint, "seconds": time.perf_counter() - began}
        TRAINING.write_text(json.dumps(training))
    return float(training["seconds"])


async def main() -> None:
    """Train, then parse each text alone, as a server would."""
    texts = [json.loads(line) for line in sys.stdin]
    training_seconds = trained_in()
    agent = Agent.load(str(MODEL))
    await agent.parse_message("hello")
    answers, seconds = [], []
    for text in texts:
        began = time.perf_counter()
        parsed = await agent.parse_message(text)
        seconds.append(time.perf_counter() - began)
        answers.append([parsed["intent"]["name"], parsed["intent"]["confidence"]])
    Path(sys.argv[1]).write_text(json.dumps({"trained_in": training_seconds, "answers": answers, "seconds": seconds}))


if __name__ == "__main__":
    asyncio.run(main())
