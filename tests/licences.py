"""`python -m tests.licences > docs/licences.md` (make licences): what the assistant runs on, under which licences."""

from __future__ import annotations

import re
from email.message import Message
from importlib import metadata
from typing import cast

from database import HOME

LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)

# How packages write it, and what it is by SPDX.
SPDX = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-or-later",
}

# Nothing in them asks more of a shop that runs the assistant than to keep the notice.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "TCL",
    "Unlicense", "Zlib",
}  # fmt: skip

EXCEPTIONS = {
    "bidict": "MPL-2.0 (python-socketio brings it): as certifi",
    "certifi": "MPL-2.0: only changes to its own files would have to be published, and we make none",
    "orjson": "MPL-2.0 and Apache-2.0 or MIT: as certifi",
    "tqdm": "MPL-2.0 and MIT: as certifi",
    "psycopg2-binary": "LGPL with an exception: used as a library, unchanged, and replaceable",
}

HEAD = """\
# Licences

What `make run` installs (`locks/run.txt`), by what each package says of itself. Made by `make licences`; a test holds
it to the lock file, and every licence to a short list: {allowed}.
The rest, and why it may stay:

{exceptions}

Those that name a family without a version ("BSD License") count as its usual form.

| package | version | licence |
|---|---|---|
"""


def locked() -> list[tuple[str, str]]:
    """Name and version of every package that the assistant runs on."""
    return LOCKED.findall((HOME / "locks" / "run.txt").read_text(encoding="utf-8"))


def licence_of(package: str) -> str:
    """What the installed package says of its licence, by SPDX."""
    about = cast(Message, metadata.metadata(package))  # which is what it is in Python 3.10
    named = [line.split(" :: ")[-1] for line in about.get_all("Classifier", []) if line.startswith("License ::")]
    told = [name for name in named if name != "OSI Approved"]
    written = about.get("License-Expression") or " OR ".join(SPDX.get(each, each) for each in sorted(told))
    written = written or (about.get("License") or "").partition("\n")[0].strip()
    return SPDX.get(written, written)


def parts_of(licence: str) -> set[str]:
    """The licences that an expression is made of."""
    return set(re.split(r" (?:AND|OR) ", licence.translate(dict.fromkeys(map(ord, "()")))))


def page() -> str:
    """docs/licences.md."""
    exceptions = "\n".join(f"- {package}: {why}" for package, why in EXCEPTIONS.items())
    rows = "".join(f"| {package} | {version} | {licence_of(package)} |\n" for package, version in locked())
    return HEAD.format(allowed=", ".join(sorted(ALLOWED)), exceptions=exceptions) + rows


if __name__ == "__main__":
    print(page(), end="")
