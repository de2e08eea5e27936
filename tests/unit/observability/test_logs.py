"""What a process logs: everything through one pipe, and nothing that anybody wrote."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from observability.logs import ROOT

CODE = """
import asyncio, logging, threading
import structlog
from observability import logs
logs.configure("web")
library, event_of_rasa = logging.getLogger("sanic.x"), structlog.get_logger("rasa.y")
ours = structlog.get_logger("runtime.z")
word = "SECRET"
library.info("INFO-OF-A-LIBRARY")
library.warning("a constant of %s", word)
library.warning(f"put together with {word}")
library.error(ValueError(word))
library.warning("one %d too few", word)
event_of_rasa.info("info.of.rasa", text=word)
event_of_rasa.warning("warning.of.rasa", text=word, tracker={"text": word})
structlog.contextvars.bind_contextvars(conversation="c1", turn=7)
ours.info("INFO-OF-OURS", reference="R-1")
library.warning("of the same turn")
def fail():
    try:
        {}[word]
    except KeyError as error:
        raise ValueError(f"about {word}") from error
for log in (library, event_of_rasa, ours):
    try:
        fail()
    except ValueError:
        log.exception("it failed")
try:
    import no_such_module
except ImportError:
    ours.exception("a mistake in the program")
thread = threading.Thread(target=fail); thread.start(); thread.join()
async def forgotten():
    task = asyncio.create_task(asyncio.to_thread(fail)); await asyncio.sleep(0.1); del task
asyncio.run(forgotten())
fail()
"""


def logged_by(code: str, **environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True
    ).stderr


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in logged_by(CODE, LOG_FORMAT="json").splitlines()]


def events(lines: list[dict[str, Any]], **like: Any) -> list[str]:
    return [line["event"] for line in lines if like.items() <= line.items()]


def test_each_line_says_when_how_grave_where_and_what(lines: list[dict[str, Any]]):
    for line in lines:
        assert line.keys() >= {"timestamp", "level", "process", "logger", "event"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line["timestamp"])
        assert line["process"] == "web"


def test_nothing_that_anybody_wrote_is_logged(lines: list[dict[str, Any]]):
    assert "SECRET" not in json.dumps(lines)
    assert "SECRET" not in logged_by(CODE)


def test_of_libraries_only_constants_of_their_code_are_shown(lines: list[dict[str, Any]]):
    assert events(lines, logger="sanic.x") == [
        "a constant of %s",
        "(words that may quote somebody are left out)",
        "(words that may quote somebody are left out)",
        "one %d too few",
        "of the same turn",
        "it failed",
    ]
    assert events(lines, logger="rasa.y") == ["warning.of.rasa", "it failed"]
    assert events(lines, logger="asyncio") == ["(words that may quote somebody are left out)"]


def test_what_is_logged_within_a_turn_says_which(lines: list[dict[str, Any]]):
    assert events(lines, conversation="c1", turn=7)[:2] == ["INFO-OF-OURS", "of the same turn"]
    assert "conversation" not in lines[0]


def test_an_exception_is_told_by_its_kind_and_place(lines: list[dict[str, Any]]):
    told = [line for line in lines if line.get("error") == "ValueError"]
    assert [line["event"] for line in told] == [
        *["it failed"] * 3,
        "what nobody has caught ends the process or thread",
        "(words that may quote somebody are left out)",
        "what nobody has caught ends the process or thread",
    ]
    assert all(line["because_of"] == "KeyError" and line["raised_at"].endswith("fail") for line in told)


def test_a_mistake_in_the_program_is_told_in_full(lines: list[dict[str, Any]]):
    (told,) = [line for line in lines if line["event"] == "a mistake in the program"]
    assert "no_such_module" in told["to_mend"]


def test_on_a_terminal_it_is_a_line_to_read():
    read = next(line for line in logged_by(CODE).splitlines() if "INFO-OF-OURS" in line)
    assert "info" in read
    assert "reference=R-1" in read


def test_another_format_is_refused_with_a_sentence():
    assert logged_by(CODE, LOG_FORMAT="xml").strip() == "LOG_FORMAT is 'xml'; it must be text or json."


def test_a_place_is_told_without_what_is_different_on_each_machine(lines: list[dict[str, Any]]):
    assert str(Path.home()) not in json.dumps(lines)
    assert str(ROOT) not in json.dumps(lines)


SERVERS = """
import logging
from observability import logs
logs.configure("web")
import socketio, uvicorn
socketio.AsyncServer(async_mode="asgi")
from runtime import logs
logs.configure("rasa")
from sanic import Sanic
Sanic("another")
loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
ways = [(logger.name, handler) for logger in loggers for handler in getattr(logger, "handlers", [])]
print([name for name, handler in ways if not isinstance(handler, logging.NullHandler)])
"""


def test_no_library_has_a_way_out_of_its_own():
    shown = subprocess.run([sys.executable, "-c", SERVERS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
