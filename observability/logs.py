"""One log for each process: what happened, when and in which conversation, and never what anybody wrote.

Libraries log through it too. What they say may quote a customer, so of theirs only words are shown that stand in
their code; of an exception, its kind and where it was raised, but not its message.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from observability import metrics

ROOT = Path(__file__).resolve().parent.parent
OURS = frozenset(path.parent.name for path in ROOT.glob("*/__init__.py")) | {"database"}
"""Whose words are chosen with care: nobody's but an operator's business is in them."""

FORMATS = ("text", "json")
FRAMES = 8
"""Calls that are shown of the way to an exception, the innermost ones."""

LEFT_OUT = "(words that may quote somebody are left out)"

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(process: str, level: int = logging.INFO) -> None:
    """From now on this process, called `process`, logs one line for each event to standard error.

    Ours from `level` on, libraries' from WARNING on; JSON where LOG_FORMAT=json. Ends the process with a sentence where
    LOG_FORMAT is something else.
    """
    in_the_end = [_named(process), _where_and_of_what_kind, _counted, _without_insides, _renderer(os.environ)]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            use_get_message=False,
            foreign_pre_chain=[structlog.stdlib.add_logger_name, _only_what_stands_in_the_code, *_CONTEXT],
            processors=in_the_end,
        )
    )
    logging.raiseExceptions = False  # a line that can't be written would be shown with all that was put into it
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for part in OURS:
        logging.getLogger(part).setLevel(level)
    _take_over_what_logs_by_itself()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            only_the_event,
            *_CONTEXT,
            *in_the_end,
            _write,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,  # else one is made for each line, even for the many of Rasa's that are dropped
    )
    sys.excepthook = _log_the_end
    threading.excepthook = lambda thread: _log_the_end(
        thread.exc_type, thread.exc_value or thread.exc_type(), thread.exc_traceback
    )


def _write(_logger: Any, _method: str, line: Any) -> EventDict:
    """Half of the way that lines of libraries take, through records and handlers."""
    with suppress(Exception):  # nothing fails because nobody reads any more
        sys.stderr.write(f"{line}\n")
    raise structlog.DropEvent


def only_the_event(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Rasa's structured events carry texts, slots and whole trackers beside their name."""
    if event.get("logger", "").partition(".")[0] in OURS:
        return event
    return {key: value for key, value in event.items() if key in ("event", "logger", "exc_info")}


_CONTEXT: list[Processor] = [
    structlog.contextvars.merge_contextvars,  # which conversation, which turn
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _take_over_what_logs_by_itself() -> None:
    logging.captureWarnings(True)  # the insides of Rasa 3.6 are full of deprecations that nobody can act on
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):  # with handlers of their own
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate, logger.level = True, logging.WARNING
    for name in ("engineio.server", "socketio.server"):  # without a level, each would add a handler of its own
        logging.getLogger(name).setLevel(logging.ERROR)


def _renderer(environ: Mapping[str, str]) -> Processor:
    chosen = environ.get("LOG_FORMAT") or "text"
    if chosen not in FORMATS:
        raise SystemExit(f"LOG_FORMAT is '{chosen}'; it must be text or json.")
    if chosen == "json":
        return structlog.processors.JSONRenderer(default=lambda value: type(value).__name__)
    return structlog.dev.ConsoleRenderer(pad_event=0) if sys.stderr.isatty() else _as_text


def _as_text(_logger: Any, _method: str, event: EventDict) -> str:
    """As structlog shows it, without colours and in less than half of the time."""
    more = {**event}
    when, level, said, logger = (more.pop(part, "") for part in ("timestamp", "level", "event", "logger"))
    return " ".join([f"{when} [{level:<9}] {said} [{logger}]", *(f"{name}={more[name]}" for name in sorted(more))])


def _named(process: str) -> Processor:
    return lambda _logger, _method, event: {**event, "process": process}


def _without_insides(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if not key.startswith("_")}


def _only_what_stands_in_the_code(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """A message that is a constant of the code that logs it quotes nobody; what is put into it might."""
    record: logging.LogRecord = event["_record"]
    place = f"{_short(record.pathname)}:{record.lineno} {record.funcName}"
    known = record.msg if _is_constant(record) else LEFT_OUT
    return {**event, "event": known, "logged_at": place}


def _is_constant(record: logging.LogRecord) -> bool:
    frame: FrameType | None = sys._getframe()
    while frame and (frame.f_code.co_filename, frame.f_lineno) != (record.pathname, record.lineno):
        frame = frame.f_back
    return isinstance(record.msg, str) and frame is not None and record.msg in frame.f_code.co_consts


def _where_and_of_what_kind(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """An exception about the program itself quotes nobody, and says what to mend."""
    known = _exception_in(event.pop("exc_info", None))
    if known is None:
        return event
    kind, exception, trace = known
    is_about_the_program = isinstance(exception, (ImportError, SyntaxError, NameError))
    frames = traceback.extract_tb(trace)[-FRAMES:]
    event["error"] = kind.__name__
    if is_about_the_program:
        event["to_mend"] = str(exception)
    if exception.__cause__ is not None:
        event["because_of"] = type(exception.__cause__).__name__
    event["raised_at"] = " > ".join(f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames)
    return event


def _counted(_logger: Any, _method: str, event: EventDict) -> EventDict:
    if event["level"] != "info":
        metrics.ERRORS.labels(event["level"], event["logger"], event.get("error", "")).inc()
    return event


def _exception_in(told: Any) -> ExceptionInfo | None:
    if isinstance(told, BaseException):
        return type(told), told, told.__traceback__
    kind, exception, trace = told if isinstance(told, tuple) else sys.exc_info() if told else (None, None, None)
    return (kind, exception, trace) if kind and exception else None


def _short(path: str) -> str:
    """Without what is different on each machine."""
    for folder in ("site-packages/", f"{ROOT}/", f"python{sys.version_info.major}.{sys.version_info.minor}/"):
        _machine, found, rest = path.rpartition(folder)
        if found:
            return rest
    return path.rpartition("/")[2]


def _log_the_end(kind: type[BaseException], exception: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        log = structlog.get_logger(__name__)
        log.critical("what nobody has caught ends the process or thread", exc_info=(kind, exception, trace))
