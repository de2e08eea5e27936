"""How Rasa's stock pipeline reads texts: `.venv-stock/bin/python -m benchmarks.stock_nlu FILE`.

In the environment that `make stock` builds. Reads texts, one JSON string a line; writes one JSON object into FILE:
seconds of training (policies included), answers, seconds. The model is that of `benchmarks.stock_model`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from pathlib import Path

import structlog
from rasa.core.agent import Agent

from benchmarks import stock_model

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # texts stay out of logs


async def main() -> None:
    """Train if need be, then parse each text alone, as a server would."""
    texts = [json.loads(line) for line in sys.stdin]
    training = stock_model.trained()
    agent = Agent.load(str(stock_model.MODEL))
    await agent.parse_message("hello")
    answers, seconds = [], []
    for text in texts:
        began = time.perf_counter()
        parsed = await agent.parse_message(text)
        seconds.append(time.perf_counter() - began)
        answers.append([parsed["intent"]["name"], parsed["intent"]["confidence"]])
    Path(sys.argv[1]).write_text(json.dumps({"trained_in": training.seconds, "answers": answers, "seconds": seconds}))


if __name__ == "__main__":
    asyncio.run(main())
