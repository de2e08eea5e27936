"""What no server of ours uses isn't loaded by any; what a library would do without it is what we want."""

from __future__ import annotations

import subprocess
import sys

import pytest

import lean
from database import HOME

SERVERS = {
    "web service": "import channels.app",
    "action server": "import runtime.action_server; from rasa_sdk.endpoint import create_app; create_app('actions')",
    "Rasa server": (
        "import runtime.rasa_server; runtime.stand_ins.install(for_answering_only=True); import rasa.core.run"
    ),
}


def loaded_by(program: str) -> set[str]:
    """The packages, with what they are made of."""
    told = f"{program}; import sys; print(*[name for name, module in sys.modules.items() if module is not None])"
    done = subprocess.run([sys.executable, "-c", told], cwd=HOME, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.fixture(scope="module", autouse=True)
def _no_database(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ORDERS_DB_URL", f"sqlite:///{tmp_path_factory.mktemp('lean') / 'orders.db'}")
        environment.delenv("EVENTS_URL", raising=False)
        yield


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_loads_none_of_it(server: str):
    loaded = loaded_by(SERVERS[server])
    assert "rich" not in loaded
    assert "setuptools" not in loaded
    assert server == "Rasa server" or loaded & {*lean.NEVER_USED} == set()


@pytest.mark.parametrize(
    ("library", "unused"),
    [("structlog", {"rich"}), ("socketio", {"requests", "websocket", "aio_pika"}), ("distutils", {"setuptools"})],
)
def test_the_libraries_still_load_it_where_they_can(library: str, unused: set[str]):
    assert loaded_by(f"import {library}") >= unused
    assert loaded_by(f"import lean, {library}") & unused == set()


def test_what_is_loaded_is_looked_through_seldom_and_then_not_again():
    told = "import gc, lean; print(gc.get_threshold()[0]); lean.keep_what_is_loaded(); print(gc.get_freeze_count())"
    done = subprocess.run([sys.executable, "-c", told], cwd=HOME, capture_output=True, text=True, check=True)
    young, kept = map(int, done.stdout.split())
    assert young == lean.OBJECTS_BEFORE_A_LOOK
    assert kept > 0


def test_a_start_leaves_hardly_any_garbage():
    """So that nothing is lost by keeping all that is there at its end."""
    told = (
        "import gc, lean; gc.disable(); import channels.app; gc.unfreeze(); print(gc.collect(), len(gc.get_objects()))"
    )
    done = subprocess.run([sys.executable, "-c", told], cwd=HOME, capture_output=True, text=True, check=True)
    garbage, kept = map(int, done.stdout.split())
    assert garbage < kept / 50
