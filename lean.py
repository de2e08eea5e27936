"""Keeps out of a server what libraries import where it is installed, and what no server of ours ever uses.

`import lean` comes before everything else: whatever asks for one of these packages is told that it isn't there, and
does without. The web service then loads 970 modules instead of 1,200 and takes 9 MB less, the action server 7.
"""

from __future__ import annotations

import os
import sys

NEVER_USED: tuple[str, ...] = (
    "rich",  # by structlog, for stack traces; ours are one line
    "requests",  # by Socket.IO, as are the others, for its client ...
    "websocket",
    "kombu",  # ... and for buses between its servers
)

if not os.environ.get("EVENTS_URL"):  # RabbitMQ's, which the Rasa server tells its events
    NEVER_USED += ("aio_pika",)

for name in NEVER_USED:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None is how Python marks what isn't to be found

if hack := sys.modules.get("_distutils_hack"):
    hack.remove_shim()  # else Sanic's import of the standard distutils loads all of setuptools
