"""deploy/proxy/assistant.conf, in a real nginx, in front of the web service as the image starts it."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from database import HOME
from tests.photos import photo
from tests.ports import free_port
from tests.unit.channels.servers import Customer, FakeRasa, until
from tests.unit.deploy.dockerfile import instructions

pytestmark = pytest.mark.nginx

NAME = "localhost"
NGINX = """
user root;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    include {folder}/assistant.conf;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
}}
"""


@pytest.fixture(scope="module")
def rasa() -> Iterator[FakeRasa]:
    rasa = FakeRasa().start()
    yield rasa
    rasa.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("proxy")


@pytest.fixture(scope="module")
def web(folder: Path, rasa: FakeRasa, deploy: Path) -> Iterator[int]:
    """The port of the web service, which runs with the image's own options."""
    port = free_port()
    command = json.loads(instructions(deploy / "Dockerfile")["CMD"][-1])
    options = [*command[1:], "--host", "127.0.0.1", "--port", str(port)]  # the last ones count
    environment = os.environ | {
        "ORDERS_DB_URL": f"sqlite:///{folder / 'web.db'}",
        "PHOTOS_DIR": str(folder / "photos"),
        "RASA_URL": rasa.url,
        "FORWARDED_ALLOW_IPS": "127.0.0.1",
    }
    service = subprocess.Popen([sys.executable, *options], cwd=HOME, env=environment)
    try:
        until(lambda: _answers(port), 60)
        yield port
    finally:
        service.terminate()
        service.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def certificate(folder: Path) -> Path:
    certificate = folder / "fullchain.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(certificate)]
    subprocess.run([*made, *names, *files], check=True, capture_output=True)
    return certificate


@pytest.fixture(scope="module")
def proxy(folder: Path, web: int, certificate: Path, deploy: Path) -> Iterator[dict[str, int]]:
    """nginx with the file as it is but for name, ports, certificate and the address of the web service."""
    ports = {"http": free_port(), "https": free_port()}
    kept = (deploy / "proxy" / "assistant.conf").read_text(encoding="utf-8")
    changes = {
        "chat.shop.example": NAME,
        " 80 ": f" {ports['http']} ",
        ":80 ": f":{ports['http']} ",
        " 443 ": f" {ports['https']} ",
        ":443 ": f":{ports['https']} ",
        "/etc/nginx/certificates": str(folder),
        "http://web:8000": f"http://127.0.0.1:{web}",
    }
    for old, new in changes.items():
        assert old in kept
        kept = kept.replace(old, new)
    (folder / "assistant.conf").write_text(kept, encoding="utf-8")
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder), encoding="utf-8")
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    subprocess.run([*command, "-t"], check=True)
    server = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        until(lambda: _answers(ports["https"]))
        yield ports
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def browser(proxy: dict[str, int], certificate: Path) -> Iterator[httpx.Client]:
    trust = ssl.create_default_context(cafile=str(certificate))
    with httpx.Client(base_url=f"https://{NAME}:{proxy['https']}", verify=trust, trust_env=False) as browser:
        yield browser


@pytest.fixture
def customer(proxy: dict[str, int], certificate: Path) -> Iterator[Callable[..., Customer]]:
    """Opens a chat through the proxy from an address of this machine."""
    tabs: list[Customer] = []
    secured: list[subprocess.Popen[bytes]] = []

    def secure_connection(address: str) -> socket.socket:
        """Spoken by OpenSSL's own client: Python's TLS breaks where two threads read and write, as Socket.IO's do."""
        ours, its = socket.socketpair()
        ends = ["-connect", f"127.0.0.1:{proxy['https']}", "-bind", address]
        trust = ["-CAfile", str(certificate), "-servername", NAME, "-verify_hostname", NAME, "-verify_return_error"]
        command = ["openssl", "s_client", "-quiet", *ends, *trust]
        with its:
            secured.append(
                subprocess.Popen(command, stdin=its.fileno(), stdout=its.fileno(), stderr=subprocess.DEVNULL)
            )
        return ours

    def open_chat(address: str, headers: dict[str, str] | None = None) -> Customer:
        tab = Customer(f"https://{NAME}:{proxy['https']}")
        tab.socket.eio.websocket_extra_options = {"socket": secure_connection(address), "header": headers or {}}
        tabs.append(tab)
        return tab.connect()

    yield open_chat
    for tab in tabs:
        tab.leave()
    for connection in secured:
        connection.terminate()
        connection.wait()


def test_the_page_loads_over_https_with_the_services_own_headers(browser: httpx.Client) -> None:
    page = browser.get("/")
    assert page.status_code == 200
    assert "/static/widget.js" in page.text
    assert page.headers["strict-transport-security"].startswith("max-age=")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["server"] == "nginx"  # and not which version


def test_http_leads_to_https(proxy: dict[str, int]) -> None:
    answer = httpx.get(f"http://127.0.0.1:{proxy['http']}/desk?a=b", trust_env=False)
    assert (answer.status_code, answer.headers["location"]) == (308, f"https://{NAME}/desk?a=b")


def test_browsers_get_http_2(proxy: dict[str, int], certificate: Path) -> None:
    trust = ssl.create_default_context(cafile=str(certificate))
    trust.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("127.0.0.1", proxy["https"])) as plain:
        with trust.wrap_socket(plain, server_hostname=NAME) as secure:
            assert secure.selected_alpn_protocol() == "h2"


def test_another_name_gets_no_answer(proxy: dict[str, int]) -> None:
    anything = ssl.create_default_context()
    anything.check_hostname = False
    anything.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", proxy["https"])) as plain, pytest.raises(ssl.SSLError):
        anything.wrap_socket(plain, server_hostname="elsewhere.example")


def test_a_customer_chats_through_it(customer: Callable[..., Customer]) -> None:
    tab = customer("127.0.0.1")
    assert tab.say("Is anybody there?", client_id="1")["ok"]
    assert tab.hears("You said: Is anybody there?")


def test_a_photo_comes_through_and_one_that_is_too_large_does_not(
    browser: httpx.Client, customer: Callable[..., Customer]
) -> None:
    tab = customer("127.0.0.1")
    owner = {"Authorization": f"Bearer {tab.session['session_id']}.{tab.session['secret']}"}
    assert browser.post("/photos?client_id=p", content=photo(), headers=owner).status_code == 201
    assert browser.post("/photos?client_id=q", content=bytes(10_000_000), headers=owner).status_code == 413


def test_the_clients_address_reaches_the_service_and_cannot_be_forged(
    customer: Callable[..., Customer], rasa: FakeRasa
) -> None:
    def address_of(text: str, *connection: Any) -> str:
        customer(*connection).say(text, client_id="1")
        said = until(lambda: next((said for said in rasa.said if said["message"] == text), None))
        return str(said["metadata"]["address"])

    here, again, elsewhere = (
        address_of(text, address)
        for text, address in [("here", "127.0.0.9"), ("again", "127.0.0.9"), ("elsewhere", "127.0.0.10")]
    )
    forged = address_of("forged", "127.0.0.9", {"X-Forwarded-For": "127.0.0.10"})
    assert here == again == forged
    assert here != elsewhere


@pytest.mark.parametrize(
    "path", ["/webhooks/rest/", "/webhooks/rest/webhook", "/model/parse", "/conversations/a/tracker", "/domain"]
)
def test_rasa_is_not_reachable(browser: httpx.Client, path: str, rasa: FakeRasa) -> None:
    before = len(rasa.said)
    assert browser.get(path).status_code == 404
    assert browser.post(path, json={"sender": "a", "message": "hi"}).status_code in (404, 405)
    assert len(rasa.said) == before


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_is_for_operators_is_reachable_only_behind_it(browser: httpx.Client, web: int, path: str) -> None:
    assert httpx.get(f"http://127.0.0.1:{web}{path}", trust_env=False).status_code == 200
    assert browser.get(path).status_code == 404


def test_too_many_requests_at_once_are_refused_to_their_address_alone(
    proxy: dict[str, int], certificate: Path, browser: httpx.Client
) -> None:
    trust = ssl.create_default_context(cafile=str(certificate))
    transport = httpx.HTTPTransport(verify=trust, local_address="127.0.0.20")
    with httpx.Client(transport=transport, base_url=f"https://127.0.0.1:{proxy['https']}") as flood:
        named = {"Host": f"{NAME}:{proxy['https']}"}
        asked = {"sni_hostname": NAME}
        statuses = [flood.get("/static/icon.svg", headers=named, extensions=asked).status_code for _ in range(300)]
    assert statuses[:100] == [200] * 100
    assert 429 in statuses
    assert browser.get("/static/icon.svg").status_code == 200
