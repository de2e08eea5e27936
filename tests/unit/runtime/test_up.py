from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
import uvicorn

from runtime import settings, up
from runtime.settings import Settings
from tests.ports import first_of_free_ports


@pytest.fixture
def here() -> Settings:
    web = first_of_free_ports(5)
    return Settings("127.0.0.1", web, web + 1, web + 3, trackers_db="trackers.db")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as listener:
        yield listener


@pytest.mark.parametrize("variable", ["WEB_PORT", "RASA_PORT", "ACTIONS_PORT"])
def test_a_taken_port_is_named_with_one_that_is_free(here, listener, variable):
    port = int(here.as_environment()[variable])
    listener.bind(("127.0.0.1", port))
    listener.listen()
    with pytest.raises(
        ValueError, match=rf"Port {port} on 127.0.0.1 is taken.*\n.*{variable}=(\d+) make run"
    ) as refusal:
        up.refuse_taken_ports(here)
    suggested = int(str(refusal.value).partition(f"{variable}=")[2].split()[0])
    listener_on_the_suggested = socket.socket()
    listener_on_the_suggested.bind(("127.0.0.1", suggested))
    listener_on_the_suggested.close()


def test_free_ports_are_fine(here):
    up.refuse_taken_ports(here)


def test_a_port_is_free_again_right_after_its_last_connection(here, listener):
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", here.web_port))
    listener.listen()
    with socket.create_connection(("127.0.0.1", here.web_port)):
        listener.accept()[0].close()  # this side now waits for a minute (TIME_WAIT)
    listener.close()
    up.refuse_taken_ports(here)


@pytest.mark.parametrize("host", ["203.0.113.1", "no such host"])
def test_an_address_that_is_not_this_machines_is_not_called_taken(here, host):
    with pytest.raises(ValueError, match=rf"can't listen on port {here.web_port} of {host} .*\n.*WEB_HOST"):
        up.refuse_taken_ports(replace(here, web_host=host))


def test_the_same_port_twice_is_refused():
    with pytest.raises(ValueError, match="different ports"):
        up.refuse_taken_ports(Settings("127.0.0.1", 8000, 8000, 5055, "trackers.db"))


def test_each_worker_has_ports_of_its_own_and_its_own_action_server(here):
    started = {process.name: process for process in up.the_assistant(replace(here, workers=2, redis_url="redis://r"))}
    assert list(started) == ["rasa-1", "actions-1", "rasa-2", "actions-2", "web"]
    second = started["rasa-2"]
    assert (second.port, second.environment["RASA_PORT"]) == (here.rasa_port + 1, str(here.rasa_port + 1))
    assert second.environment["ACTIONS_URL"] == f"http://127.0.0.1:{started['actions-2'].port}"
    assert started["web"].environment["RASA_URL"] == f"http://127.0.0.1:{here.rasa_port},http://127.0.0.1:{second.port}"
    assert list(started["web"].command)[-2:] == ["--workers", "2"]


def test_frames_to_browsers_are_not_packed(here):
    (web,) = [process for process in up.the_assistant(here) if process.name == "web"]
    options = uvicorn.main.make_context("uvicorn", list(web.command)[3:]).params
    assert options["ws_per_message_deflate"] is False


def test_a_port_that_a_second_worker_would_need_is_checked_too(here, listener):
    listener.bind(("127.0.0.1", here.rasa_port + 1))
    listener.listen()
    up.refuse_taken_ports(here)
    with pytest.raises(ValueError, match=f"Port {here.rasa_port + 1} on 127.0.0.1 is taken"):
        up.refuse_taken_ports(replace(here, workers=2))


@pytest.mark.parametrize("value", ["0", "33", "two", "-1", "1.5"])
def test_what_is_no_number_of_workers_is_refused_by_name(monkeypatch, value):
    monkeypatch.setenv("WORKERS", value)
    with pytest.raises(ValueError, match="WORKERS must be a number from 1 to 32"):
        settings.load()


def test_several_workers_without_redis_are_refused_with_what_to_set(monkeypatch):
    monkeypatch.setenv("WORKERS", "2")
    monkeypatch.delenv("REDIS_URL", raising=False)
    with pytest.raises(ValueError, match="REDIS_URL=redis://"):
        settings.load()


@pytest.mark.parametrize("value", ["abc", "0", "65536", "-1", "80.5", " 80"])
def test_what_is_no_port_is_refused_by_name(monkeypatch, value):
    monkeypatch.setenv("WEB_PORT", value)
    with pytest.raises(ValueError, match="WEB_PORT must be a port number"):
        settings.load()


def test_a_step_that_fails_says_what_it_said():
    step = up.Step("something", [sys.executable, "-c", "print('why not'); raise SystemExit(3)"])
    with pytest.raises(subprocess.CalledProcessError) as failure:
        step.finish()
    assert failure.value.output == "something\nwhy not\n"


def test_a_step_that_works_says_how_long_it_took(capsys):
    up.Step("something", [sys.executable, "-c", "print('unseen')"]).finish()
    assert capsys.readouterr().out.startswith("- something: done in 0.")


@pytest.mark.parametrize(
    ("module", "url"),
    [
        ("runtime.tables", "nonsense:hunter2"),
        ("runtime.tables", "postgresql://someone:hunter2@127.0.0.1:1/none"),
        ("channels.app", "nonsense:hunter2"),
        ("channels.app", "postgres://someone:hunter2@127.0.0.1:1/none"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_a_sentence_without_its_password(module, url):
    environment = os.environ | {"ORDERS_DB_URL": url}
    command = [sys.executable, "-m", module]
    done = subprocess.run(command, cwd=settings.ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "ORDERS_DB_URL" in done.stderr
    assert "hunter2" not in done.stderr


def test_sample_orders_stay_out_of_somebodys_own_database(monkeypatch):
    started = []

    class Step:
        child = SimpleNamespace(kill=lambda: None)

        def __init__(self, telling, _command):
            started.append(telling)

        def finish(self):
            pass

    monkeypatch.setattr(up, "Step", Step)
    monkeypatch.setattr(up.training, "current_model", lambda: "a model")
    monkeypatch.delenv("ORDERS_DB_URL", raising=False)
    up.prepare(is_demo=False)
    up.prepare(is_demo=True)
    assert started == ["database", "database with sample orders of today", "an agent for the desk"]


def test_the_address_to_open_is_one_a_browser_can_open(here):
    assert f"answers at http://127.0.0.1:{here.web_port}/\n" in up.where_to_go(here, is_demo=False)
    everywhere = Settings(up.WEB_ADDRESS_FOR_ANYONE, 8000, 5005, 5055, "trackers.db")
    assert "sign in at http://127.0.0.1:8000/desk" in up.where_to_go(everywhere, is_demo=False)


def test_the_demo_tells_how_its_agent_signs_in(here, monkeypatch, tmp_path):
    kept = tmp_path / "demo-agent"
    kept.write_text("Demo\nsesame-open\n")
    monkeypatch.setattr(up, "DEMO_AGENT", kept)
    assert "as Demo with the password sesame-open" in up.where_to_go(here, is_demo=True)
