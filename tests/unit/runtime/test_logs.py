from __future__ import annotations

import subprocess
import sys

from runtime.settings import ROOT

CODE = """
import logging, structlog
from runtime import logs
logs.configure()
log, events = logging.getLogger("rasa.x"), structlog.get_logger("rasa.y")
log.info("INFO-OF-RASA")
events.info("info.of.rasa", text="SECRET")
events.warning("warning.of.rasa", text="SECRET", tracker={"text": "SECRET"})
logging.getLogger("runtime.x").info("INFO-OF-OURS")
try:
    raise ValueError("about SECRET")
except ValueError:
    log.exception("ERROR-OF-RASA")
    events.exception("exception.of.rasa", text="SECRET")
try:
    import no_such_module
except ImportError:
    log.exception("ERROR-OF-THE-PROGRAM")
"""


def test_what_happened_and_where_is_logged_but_no_words():
    shown = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, check=True, capture_output=True, text=True).stderr
    for expected in (
        "warning.of.rasa",
        "INFO-OF-OURS",
        "ERROR-OF-RASA",
        "exception.of.rasa",
        "ValueError",
        "line 11",
        "no_such_module",
    ):
        assert expected in shown
    for hidden in ("SECRET", "INFO-OF-RASA", "info.of.rasa"):
        assert hidden not in shown
