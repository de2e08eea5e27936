"""What deploy/ sets is read by somebody, and no secret stands in it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from database import HOME

OF_OTHERS = {
    *("POSTGRES_PASSWORD", "POSTGRES_USER", "PGDATA"),  # PostgreSQL's image
    "FORWARDED_ALLOW_IPS",  # uvicorn's
    "MPLCONFIGDIR",  # matplotlib's, which Rasa imports
    *("REDIS_PASSWORD", "CERTIFICATES", "VERSION", "PATH"),  # used in deploy/ itself
}
PATTERNS = {
    "compose.yml": r"^\s+([A-Z][A-Z0-9_]+):|\$\{([A-Z][A-Z0-9_]+)",
    "example.env": r"^([A-Z][A-Z0-9_]+)=",
    "Dockerfile": r"^(?:ENV|   ) ([A-Z][A-Z0-9_]+)=",
    "systemd/assistant.service": r"^Environment=([A-Z][A-Z0-9_]+)=",
    "kubernetes/example.env": r"^([A-Z][A-Z0-9_]+)=",
    "kubernetes/kustomization.yaml": r"^\s+- ([A-Z][A-Z0-9_]+)=",
    "kubernetes/web.yaml": r"name: ([A-Z][A-Z0-9_]+)",
    "kubernetes/rasa.yaml": r"name: ([A-Z][A-Z0-9_]+)",
    "kubernetes/sender.yaml": r"name: ([A-Z][A-Z0-9_]+)",
}


SECRET = r"^[ \t]*[\w-]*(?:PASSWORD|SECRET|TOKEN|SALT)[ \t]*[:=][ \t]*([^\s$]\S*)"
PASSWORD_IN_AN_ADDRESS = r"://[^:/\s]*:([^@/\s]+)@"


@pytest.fixture(scope="module")
def read_by_the_code() -> set[str]:
    packages = [path.parent for path in HOME.glob("*/__init__.py") if path.parent.name != "tests"]
    sources = [HOME / "database.py", *(path for package in packages for path in package.rglob("*.py"))]
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    return set(re.findall(r'"([A-Z][A-Z0-9_]+)"', code))


@pytest.mark.parametrize("file", PATTERNS)
def test_every_variable_is_one_that_is_read(file: str, deploy: Path, read_by_the_code: set[str]) -> None:
    text = (deploy / file).read_text(encoding="utf-8")
    named = {found[found.lastindex or 0] for found in re.finditer(PATTERNS[file], text, re.MULTILINE)}
    assert named, "the pattern finds none"
    assert named - OF_OTHERS - read_by_the_code == set()


def test_no_secret_stands_in_the_files(deploy: Path) -> None:
    for path in (path for path in deploy.rglob("*") if path.is_file() and path.name not in (".env", "secrets.env")):
        text = path.read_text(encoding="utf-8")
        assert re.findall(SECRET, text, re.MULTILINE) == [], path
        in_addresses = {found for found in re.findall(PASSWORD_IN_AN_ADDRESS, text) if not found.startswith("${")}
        assert in_addresses <= {"PASSWORD"}, path


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd is installed")
def test_systemd_understands_the_unit(deploy: Path, tmp_path: Path) -> None:
    unit = (deploy / "systemd" / "assistant.service").read_text(encoding="utf-8")
    (tmp_path / "assistant.service").write_text(unit.replace("/srv/assistant/.venv/bin/python", sys.executable))
    said = subprocess.run(["systemd-analyze", "verify", tmp_path / "assistant.service"], capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
