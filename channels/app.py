"""The application that `uvicorn channels.app:app --ws wsproto` serves, with the settings of the environment."""

from __future__ import annotations

import lean  # isort: skip

import os

from sqlalchemy.exc import ArgumentError

from channels.desk.replies import RepliesError
from channels.service import create_service
from channels.settings import SettingError, Settings
from database import connect
from observability import logs

logs.configure("web")  # here, as uvicorn has set up its own before

try:
    app = create_service(Settings.from_environment(os.environ), connect(), connect(waits_for_disk=False))
except (SettingError, RepliesError) as error:
    raise SystemExit(str(error)) from None  # a person reads this at the start; a stack trace wouldn't help
except (ArgumentError, ImportError):  # neither would the address, which may hold a password
    raise SystemExit("ORDERS_DB_URL can't be used; it must look like postgresql://user@host/name.") from None

lean.keep_what_is_loaded()
