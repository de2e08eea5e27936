from __future__ import annotations

from pathlib import Path

import pytest

from database import HOME


@pytest.fixture(scope="session")
def deploy() -> Path:
    """The folder of what the assistant is run with for real."""
    return HOME / "deploy"
