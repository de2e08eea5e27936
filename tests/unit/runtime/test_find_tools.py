"""Finding Python 3.10 and uv on machines that differ."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from runtime.settings import ROOT

FAILING_SHIM = "#!/bin/sh\necho 'pyenv: python3.10: command not found' >&2\nexit 127\n"
OLD_PYTHON = "#!/bin/sh\nexit 1\n"  # every question about its version is answered with no
PYTHON_310 = f'#!/bin/sh\nexec {sys.executable} "$@"\n'
UV = "#!/bin/sh\necho uv 1.0\n"


class Machine:
    """A machine with nothing but /bin and what a test puts there."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def has(self, path: str, program: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(program)
        file.chmod(0o755)
        return file

    def find(self) -> subprocess.CompletedProcess[str]:
        (self.root / "bin").mkdir(exist_ok=True)
        return subprocess.run(
            ["/bin/sh", "-eu", "-c", f'. {ROOT}/runtime/find_tools.sh; echo "$python310|$uv"'],
            env={"PATH": str(self.root / "bin"), "HOME": str(self.root / "home")},
            cwd=self.root,
            capture_output=True,
            text=True,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_one_on_the_path_is_taken(machine):
    machine.has("bin/uv", UV)
    machine.has("bin/python3", PYTHON_310)
    assert machine.find().stdout == "python3|uv\n"


def test_a_shim_that_fails_is_no_python_but_pyenvs_own_is(machine):
    machine.has("bin/uv", UV)
    machine.has("bin/python3.10", FAILING_SHIM)
    machine.has("bin/python3", OLD_PYTHON)
    pyenvs = machine.has("home/.pyenv/versions/3.10.13/bin/python", PYTHON_310)
    assert machine.find().stdout == f"{pyenvs}|uv\n"


def test_without_python_310_uv_is_left_to_fetch_it(machine):
    machine.has("bin/uv", UV)
    machine.has("bin/python3", OLD_PYTHON)
    assert machine.find().stdout == "|uv\n"


def test_uv_that_was_installed_before_is_found(machine):
    machine.has("bin/python3.10", PYTHON_310)
    machine.has(".tools/bin/uv", UV)
    assert machine.find().stdout == "python3.10|.tools/bin/uv\n"


def test_with_neither_the_person_is_told_what_to_install(machine):
    machine.has("bin/python3", OLD_PYTHON)
    found = machine.find()
    assert found.returncode == 1
    assert "Install one of them" in found.stderr
    assert found.stdout == ""


def test_when_uv_cannot_be_installed_the_person_is_told(machine):
    machine.has("bin/python3.10", '#!/bin/sh\ncase "$*" in *pip*) exit 1;; esac\n')
    found = machine.find()
    assert found.returncode == 1
    assert "uv could not be installed" in found.stderr
