"""Rasa's own doors: only the channel is open, and its HTTP API to nobody without the token."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from runtime.settings import ROOT

API = [
    ("GET", "/conversations/somebody/tracker"),
    ("POST", "/conversations/somebody/tracker/events"),
    ("POST", "/conversations/somebody/trigger_intent"),
    ("GET", "/domain"),
    ("GET", "/status"),
    ("PUT", "/model"),
    ("DELETE", "/model"),
    ("POST", "/model/parse"),
    ("POST", "/model/train"),
]


@contextmanager
def rasa_server(model: Path, folder: Path, **environment: str) -> Iterator[httpx.Client]:
    """The Rasa server as it runs for customers, but with a model that loads at once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name != "RASA_TOKEN"}
    here = kept | {"RASA_PORT": str(port), "TRACKERS_DB": str(folder / "trackers.db")} | environment
    server = subprocess.Popen([sys.executable, "-m", "tests.serving", str(model)], cwd=ROOT, env=here)
    host = environment.get("RASA_HOST", "127.0.0.1")
    try:
        with httpx.Client(base_url=f"http://{host}:{port}", trust_env=False) as client:
            _wait_for(client, server)
            yield client
    finally:
        server.terminate()
        server.wait()


def _wait_for(client: httpx.Client, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            client.get("/webhooks/rest/")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the Rasa server didn't start")


@pytest.fixture(scope="module")
def closed(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with rasa_server(tiny_model, tmp_path_factory.mktemp("closed")) as client:
        yield client


@pytest.fixture(scope="module")
def with_a_token(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("token")
    with rasa_server(tiny_model, folder, RASA_TOKEN="open-sesame", RASA_HOST="127.0.0.2") as client:
        yield client


@pytest.mark.parametrize(("method", "path"), API)
def test_without_a_token_there_is_no_api(closed, method, path):
    assert closed.request(method, path, json={}).status_code == 404


@pytest.mark.parametrize(("method", "path"), API)
@pytest.mark.parametrize("token", ["", "?token=wrong", "?token="])
def test_a_wrong_token_opens_nothing(with_a_token, method, path, token):
    assert with_a_token.request(method, path + token, json={}).status_code == 401


def test_the_right_token_opens_the_api(with_a_token):
    read = with_a_token.post("/model/parse?token=open-sesame", json={"text": "hello"})
    assert read.json()["intent"]["name"] == "greet"


@pytest.mark.parametrize("server", ["closed", "with_a_token"])
def test_the_channel_answers_with_and_without_the_api(server, request):
    client = request.getfixturevalue(server)
    said = client.post("/webhooks/rest/webhook", json={"sender": "somebody", "message": "hello"}).json()
    assert [message["recipient_id"] for message in said] == ["somebody"]


@pytest.mark.parametrize("server", ["closed", "with_a_token"])
@pytest.mark.parametrize("path", ["/webhooks/rest/webhook", "/model/parse?token=open-sesame"])
def test_no_page_elsewhere_may_ask(server, path, request):
    client = request.getfixturevalue(server)
    origin = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    for answer in (client.options(path, headers=origin), client.post(path, json={}, headers=origin)):
        assert "access-control-allow-origin" not in answer.headers


def test_it_listens_where_it_is_told_and_nowhere_else(with_a_token):
    port = with_a_token.base_url.port
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_it_calls_the_actions_where_it_is_told(tiny_model, tmp_path):
    called = []

    class Actions(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            called.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"events": [], "responses": []}')

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.3", 0), Actions) as actions:
        Thread(target=actions.serve_forever, daemon=True).start()
        with rasa_server(tiny_model, tmp_path, ACTIONS_URL=f"http://127.0.0.3:{actions.server_port}/") as client:
            client.post("/webhooks/rest/webhook", json={"sender": "somebody", "message": "xyz"})
        actions.shutdown()
    assert set(called) == {"/webhook"}


def test_a_damaged_model_is_told_in_a_sentence(tiny_model: Path, tmp_path: Path):
    model = tmp_path / "assistant-damaged.tar.gz"
    model.write_bytes(tiny_model.read_bytes()[:-100])
    started = subprocess.run(
        [sys.executable, "-m", "tests.serving", str(model)], cwd=ROOT, capture_output=True, text=True
    )
    assert started.returncode == 1
    assert started.stderr.splitlines()[-1] == (
        "The trained model, models/assistant-damaged.tar.gz, is damaged. Run `make train` to make it anew."
    )


def test_with_a_model_that_does_not_load_it_says_so_and_takes_no_words(tmp_path: Path):
    model = tmp_path / "assistant-of-something-else.tar.gz"
    with tarfile.open(model, "w:gz") as archive:
        archive.add(__file__, "metadata.json")
    with rasa_server(model, tmp_path) as client:
        ready = client.get("/webhooks/rest/ready")
        answer = client.post("/webhooks/rest/webhook", json={"sender": "somebody", "message": "hello"})
    assert (ready.status_code, ready.json()) == (503, {"model": "not loaded"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no_model")
