"""Rasa's stock pipeline on our examples: `.venv-stock/bin/python -m benchmarks.stock_nlu`, in the environment that
`make stock` builds. Reads texts, one JSON string a line; writes one JSON object: seconds of training, answers, seconds.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import tempfile
import time
from pathlib import Path

import structlog
from rasa.core.agent import Agent
from rasa.model_training import train_nlu

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # texts stay out of logs

ROOT = Path(__file__).parents[1]


async def main() -> None:
    """Train, then parse each text alone, as a server would."""
    texts = [json.loads(line) for line in sys.stdin]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        model = train_nlu(str(ROOT / "benchmarks" / "stock_config.yml"), str(ROOT / "data" / "nlu"), folder)
        trained_in = time.perf_counter() - began
        agent = Agent.load(str(model))
    await agent.parse_message("hello")
    answers, seconds = [], []
    for text in texts:
        began = time.perf_counter()
        parsed = await agent.parse_message(text)
        seconds.append(time.perf_counter() - began)
        answers.append([parsed["intent"]["name"], parsed["intent"]["confidence"]])
    Path(sys.argv[1]).write_text(json.dumps({"trained_in": trained_in, "answers": answers, "seconds": seconds}))


if __name__ == "__main__":
    asyncio.run(main())
