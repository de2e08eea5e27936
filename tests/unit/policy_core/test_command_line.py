"""`python -m policy_core`: one line in, one line out, and never a traceback."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from policy_core import TOPICS, answer, decide
from policy_core.command_line import main
from policy_core.policy import PUBLISHED
from tests.unit.policy_core.question import question

ROOT = Path(__file__).resolve().parents[3]
GOOD = json.dumps(question()).encode()


class Run:
    def __init__(self, status: int, out: bytes, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Any:
    def run(*arguments: str, stdin: bytes = b"") -> Run:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            status = main(arguments)
        except SystemExit as end:  # argparse's own
            status = int(end.code or 0)
        out, err = capfdbinary.readouterr()
        return Run(status, out, err.decode())

    return run


def started(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "policy_core", *arguments], cwd=ROOT, capture_output=True, check=False, **options
    )


# decide ---------------------------------------------------------------------------------------------------------------


def test_a_line_in_is_a_decision_out_in_the_same_order(run: Any) -> None:
    other = json.dumps(question({"items.0.pricing": "sale"})).encode()

    ran = run("decide", stdin=GOOD + b"\n" + other + b"\r\n" + GOOD)

    assert ran.status == 0
    assert [line["outcome"] for line in ran.lines] == ["eligible", "not_eligible", "eligible"]
    assert ran.lines[0] == decide(question()).to_dict()


def test_blank_lines_are_passed_over(run: Any) -> None:
    ran = run("decide", stdin=b"\n" + GOOD + b"\n  \t\r\n\n" + GOOD + b"\n\n")

    assert (ran.status, len(ran.lines)) == (0, 2)


def test_nothing_in_is_nothing_out(run: Any) -> None:
    ran = run("decide")

    assert (ran.status, ran.out) == (0, b"")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "not JSON"),
        (b"facts", "not JSON"),
        (b"{} {}", "not JSON"),
        (b"\x00", "not JSON"),
        (GOOD[:-1] + b"\x00}", "not JSON"),
        (b"\xff\xfe{}", "not text in UTF-8: byte 1"),
        (json.dumps(question()).encode("utf-16-le"), "not JSON"),
        (b"\xef\xbb\xbf" + GOOD, "byte order mark"),
        (b'{"as_of": NaN}', "a number that no fact can be"),
        (b'{"as_of": -Infinity}', "a number that no fact can be"),
        (b'{"as_of": ' + b"9" * 5000 + b"}", "a number that no fact can be"),
        (GOOD[:-1] + b', "wants": "cancellation"}', '"wants" twice'),
        (GOOD.replace(b'"kind"', b'"kind": "accessory", "kind"'), '"kind" twice'),
        (b'{"as_of": 1e999}', "time with its offset"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[1]", "JSON object"),
        (b"null", "JSON object"),
        (b'"\\ud800"', "JSON object"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_a_broken_line_is_an_error_object_and_the_others_are_decided(run: Any, line: bytes, words: str) -> None:
    ran = run("decide", stdin=GOOD + b"\n" + line + b"\n" + GOOD)

    assert ran.status == 2
    assert [line.get("outcome") for line in ran.lines] == ["eligible", None, "eligible"]
    assert words in ran.lines[1]["error"]["message"]
    assert ran.err == ""


def test_a_bad_fact_is_named(run: Any) -> None:
    ran = run("decide", stdin=json.dumps(question({"items.0.kind": "toy"})).encode())

    assert ran.status == 2
    assert ran.lines[0]["error"]["field"] == "items[0].kind"


def test_any_text_comes_back_as_it_is(run: Any) -> None:
    name = "Kamera “Nacht” \ud800 \x1b[31m \u2028 📷"

    ran = run("decide", stdin=json.dumps(question({"items.0.name": name, "items.0.sku": name})).encode())

    assert ran.status == 0
    assert ran.lines[0]["findings"][0]["sku"] == name
    assert ran.out.isascii()
    assert ran.out.count(b"\n") == 1


def test_an_unknown_field_of_odd_characters_is_named_too(run: Any) -> None:
    ran = run("decide", stdin=b'{"\\ud800\\u0000": 1}')

    assert ran.lines[0]["error"]["field"] == "\ud800\x00"


def test_answers_come_line_by_line() -> None:
    """A program that writes a line and waits gets its decision before it writes the next."""
    with subprocess.Popen(
        [sys.executable, "-m", "policy_core", "decide"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        for _ in range(2):
            process.stdin.write(GOOD + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["outcome"] == "eligible"
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def test_a_reader_who_has_had_enough_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "policy_core", "decide"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        process.stdin.write(GOOD + b"\n")
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == 0


def test_the_output_needs_no_locale() -> None:
    ran = started("explain", input=GOOD, env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"})

    assert ran.returncode == 0
    assert "“Camera”" in ran.stdout.decode("utf-8")
    assert ran.stderr == b""


# explain --------------------------------------------------------------------------------------------------------------


def test_explain_shows_money_steps_and_clauses(run: Any) -> None:
    ran = run("explain", stdin=GOOD)

    assert ran.status == 0
    assert "Order INO-1001\n  refund: eligible (refund)\n" in ran.text
    assert f"    {'Total':31}  {'130.00':>10} USD\n" in ran.text
    assert "    by: 2026-03-15\n" in ran.text
    assert "    1. Contact us, and we confirm the address to send it to. [refunds.window]\n" in ran.text
    assert "    refunds.promise: “We offer a 14-day, no-hassle refund policy.”\n" in ran.text
    assert "in force since ever" in ran.text
    assert "how it came about" not in ran.text


def test_explain_traces_how_it_came_about(run: Any) -> None:
    text = run("explain", "--trace", stdin=GOOD).text

    assert "CAM-1: sold_at_clearance does not apply (item.pricing regular) [sale.no_refunds, sale.regular_only]" in text
    assert "refundable applies (item.delivered_at 2026-03-01T09:00:00+00:00, claim.working true" in text
    assert "claim.sent_back_on unknown" in text


def test_explain_shows_parts_alternatives_and_what_is_needed(run: Any) -> None:
    mixed = question()
    mixed["items"].append({**mixed["items"][0], "pricing": "sale"})
    asking = question({"wants": None, "order.number": None})

    text = run("explain", stdin=json.dumps(mixed).encode() + b"\n" + json.dumps(asking).encode()).text

    assert text.count("  one of them,\n") == 2
    assert "Order without a number\n  wish not known: needs_facts\n" in text
    assert "    needs: wants\n" in text
    assert "  also open,\n  refund: eligible (refund)\n" in text


def test_explain_says_which_line_is_broken_and_keeps_terminals_safe(run: Any) -> None:
    evil = json.dumps(question({"items.0.name": "\x1b[2J\ud800"})).encode()

    ran = run("explain", stdin=b"\n{}\n" + evil)

    assert ran.status == 2
    assert "Line 2 can't be decided\n  as_of: This field is required.\n" in ran.text
    assert "\x1b" not in ran.text
    assert "\\x1b[2J\\xd800" in ran.text


def test_explain_writes_the_time_of_day_with_an_ordinary_space(run: Any) -> None:
    early = question({"wants": "cancellation", "order.delivered_at": None, "as_of": "2026-02-20T12:00:00Z"})

    text = run("explain", stdin=json.dumps(early).encode()).text

    assert re.search(r"\d:\d\d [AP]M", text)
    assert "\u202f" not in text


# clauses, answer, schema ----------------------------------------------------------------------------------------------


def test_clauses_are_those_of_the_policy(run: Any) -> None:
    clauses = json.loads(run("clauses").out)

    assert len(clauses) == 28
    assert clauses[0]["id"] == "warranty.term"
    assert {tuple(clause) for clause in clauses} == {("id", "section", "text")}


@pytest.mark.parametrize("topic", TOPICS)
def test_answer_is_the_answer(run: Any, topic: str) -> None:
    assert json.loads(run("answer", topic).out) == answer(topic).to_dict()


def test_an_unknown_topic_or_day_is_refused_with_what_there_is(run: Any) -> None:
    assert "refund_policy" in run("answer", "weather").err
    assert run("clauses", "--on", "tomorrow").status == 2


def test_clauses_and_answers_as_of_a_day(run: Any, tmp_path: Path) -> None:
    folder = shutil.copytree(PUBLISHED, tmp_path / "policy")
    path = folder / "values.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("ever: 14\n", "ever: 14\n    2027-01-01: 30\n"))

    assert "within 14 days" in run("answer", "refund_policy", "--policy", str(folder), "--on", "2026-12-31").text
    assert "within 30 days" in run("answer", "refund_policy", "--policy", str(folder)).text


@pytest.mark.parametrize("of", ["facts", "decision"])
def test_schema_is_the_file_in_the_package(run: Any, of: str) -> None:
    assert run("schema", of).out == (ROOT / "policy_core" / "schemas" / f"{of}.json").read_bytes()


# settings and help ----------------------------------------------------------------------------------------------------


def test_settings_of_a_file_decide(run: Any, tmp_path: Path) -> None:
    settings = tmp_path / "settings.yml"
    text = (PUBLISHED / "settings.yml").read_text(encoding="utf-8")
    settings.write_text(text.replace("the_charge\n", "off_the_goods\n").replace("  off_the_goods", "off_the_goods"))

    ran = run("decide", "--settings", str(settings), stdin=GOOD)

    assert ran.lines[0]["refund"]["total"] == "120.10"


@pytest.mark.parametrize("option", ["--policy", "--settings"])
def test_a_policy_that_cannot_be_used_is_said_in_one_sentence(run: Any, tmp_path: Path, option: str) -> None:
    ran = run("decide", option, str(tmp_path / "nowhere"), stdin=GOOD)

    assert ran.status == 2
    assert ran.out == b""
    assert ran.err.startswith("policy_core: ")
    assert "can't be read" in ran.err
    assert ran.err.count("\n") == 1


def test_help_teaches_by_an_example_that_works(run: Any) -> None:
    text = run("--help").text
    start, end = text.index("echo '") + 6, text.index("' | tr")

    assert run("decide", stdin=text[start:end].replace("\n", " ").encode()).lines[0]["missing"] == [
        "claim.original_packaging"
    ]
    for command in ("decide", "explain", "clauses", "answer", "compare", "schema"):
        assert f"    {command}" in text
        assert run(command, "--help").status == 0


def test_no_command_is_an_error_that_shows_the_usage(run: Any) -> None:
    ran = run()

    assert ran.status == 2
    assert "usage: python -m policy_core" in ran.err
