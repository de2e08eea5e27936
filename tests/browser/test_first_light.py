"""The whole assistant as `make run` starts it: three processes, a database of its own, a customer in a real browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import customer_at
from tests.browser.customer import choose, click, hears, launcher, screenshot, transcript, write

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 120  # training included, on a busy machine


@dataclass(frozen=True)
class Running:
    """The addresses of an assistant that runs."""

    web: str
    rasa: str

    def hears(self, sender: str, message: str) -> list[dict[str, Any]]:
        """What Rasa's REST channel answers."""
        said = {"sender": sender, "message": message}
        answer = httpx.post(f"{self.rasa}/webhooks/rest/webhook", json=said, timeout=20)
        return list(answer.raise_for_status().json())

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.web}/readyz", timeout=2).is_success
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("running")
    web, rasa, actions = (_free_port() for _ in range(3))
    environment = os.environ | {
        "WEB_PORT": str(web),
        "RASA_PORT": str(rasa),
        "ACTIONS_PORT": str(actions),
        "ORDERS_DB_URL": f"sqlite:///{home / 'assistant.db'}",
        "TRACKERS_DB": str(home / "trackers.db"),
        "ASSISTANT_DEMO": "1",
    }
    subprocess.run([sys.executable, "-m", "orders", "samples"], cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "runtime.up"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as assistant:
        running = Running(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{rasa}")
        try:
            _wait_until_ready(running, assistant)
            yield running
        finally:
            assistant.send_signal(signal.SIGINT)
            assistant.communicate(timeout=30)


def test_a_customer_gets_a_decision_and_files_it_by_typing(running: Running, browser: Browser) -> None:
    with customer_at(browser, running.web) as page:
        write(page, "hi, I want my money back for order INO-10482, ana.torres@example.com")
        choose(page, "Yes")
        hears(page, "packag")
        write(page, "sure, I still have the box")
        card = transcript(page).get_by_label("Decision: Eligible")
        expect(card.get_by_role("heading", name="Refund")).to_be_attached()
        expect(card.get_by_text("$139.64").last).to_be_attached()
        card.evaluate("card => card.scrollIntoView()")
        screenshot(page, "whole-decision")
        write(page, "yes please")
        hears(page, "Your refund request is filed")
        page.reload()
        hears(page, "Your refund request is filed")
        screenshot(page, "whole-filed")


def test_another_one_by_tapping_on_a_phone(running: Running, browser: Browser) -> None:
    with customer_at(browser, running.web, is_phone=True, color_scheme="dark") as page:
        launcher(page).click()
        page.get_by_role("button", name="I want my money back").click()
        page.get_by_label("Your order number").fill("INO-10412")
        click(page, "Answer")
        page.get_by_label("Your e-mail address").fill("ben.okafor@example.com")
        click(page, "Answer")
        hears(page, "work")
        choose(page, "Yes")
        hears(page, "packag")
        choose(page, "Yes")
        card = transcript(page).get_by_label("Decision: Eligible")
        expect(card.get_by_text("today is the last day")).to_be_attached()
        screenshot(page, "whole-decision")
        card.get_by_role("button", name="File this refund").click()
        hears(page, "Your refund request is filed")


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        (["I want to cancel order INO-10517, deepak.rao@example.com"], "eligible"),
        (["my camera stopped working, INO-10231 noah.fischer@example.com", "no"], "eligible"),
        (["the dvr of INO-10118 stopped working olga.petrova@example.com", "no"], "needs_review"),
        (["NVR stopped working INO-10007 paul.dubois@example.com"], "not_eligible"),
        (["can I get a refund for INO-10406? grace.lim@example.com"], "not_eligible"),
        (
            ["the cable in INO-10456 doesn't work jonas.weber@example.com", "It was broken when I unpacked it"],
            "eligible",
        ),
    ],
    ids=["cancellation", "month 5", "month 18", "month 30", "clearance", "cable"],
)
def test_free_words_over_rest_end_in_the_right_decision(running: Running, words: list[str], outcome: str) -> None:
    sender = f"customer-{time.monotonic_ns()}"
    answers = [answer for message in words for answer in running.hears(sender, message)]
    decisions = [answer["custom"] for answer in answers if answer.get("custom", {}).get("type") == "decision"]
    assert [payload["decision"]["outcome"] for payload in decisions] == [outcome]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(running: Running, assistant: subprocess.Popen[str]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if assistant.poll() is not None:
            pytest.fail(f"the assistant ended: {assistant.communicate()[0]}")
        if running.is_ready():
            return
        time.sleep(0.3)
    pytest.fail("the assistant didn't answer in time")
