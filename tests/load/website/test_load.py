from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from database import connect
from runtime.rasa_changes import OUTAGE as SAID_AT_AN_OUTAGE
from tests.load.website import customer
from tests.load.website.load import ALL_FROM_ONE_ADDRESS, Load
from tests.ports import free_port
from tests.running import ROOT, start
from tests.unit.channels.servers import FakeRasa, running


@pytest.mark.timeout(600)
def test_every_customer_is_answered_once_and_in_order(tmp_path: Path, at_full_size: bool) -> None:
    with start(tmp_path, **ALL_FROM_ONE_ADDRESS) as assistant:
        small = Load(assistant.web, customers=50, rate=5, seconds=3, ramp=1)
        report = (Load(assistant.web) if at_full_size else small).run()
    print(report)
    assert report.is_faultless, report
    assert report.dropped_connections == report.resent == 0
    assert report.turns > 5
    if at_full_size:
        assert report.turns > 1000
        assert report.answer.p99 < 1000  # milliseconds


def test_an_outage_is_recognised_by_what_the_assistant_says_then() -> None:
    assert customer.OUTAGE in SAID_AT_AN_OUTAGE


def test_where_nobody_answers_it_ends_with_a_sentence() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "tests.load.website", url, "--customers", "2", "--ramp", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == f"Nobody could connect to {url}. Does the assistant run there (`make run`)?\n"


def test_it_reports_for_people_and_as_json(tmp_path: Path) -> None:
    rasa, engine = FakeRasa().start(), connect(f"sqlite:///{tmp_path / 'web.db'}")
    with running(engine, rasa) as service:
        command = [sys.executable, "-m", "tests.load.website", service.url, "--json", str(tmp_path / "figures.json")]
        size = ["--customers", "5", "--rate", "20", "--seconds", "1", "--ramp", "0"]
        done = subprocess.run([*command, *size], cwd=ROOT, capture_output=True, text=True, timeout=60)
    rasa.stop()
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert done.returncode == 0, done.stderr
    assert f"turns            {figures['turns']} in" in done.stdout
    assert figures["customers"] == 5
    assert 0 < figures["acknowledgement"]["p50"] <= figures["answer"]["p50"] <= figures["answer"]["p99"]
