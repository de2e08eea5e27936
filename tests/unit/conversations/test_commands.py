from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from conversations.__main__ import main
from conversations.agents import check_password, find_agent
from database import connect, transaction
from tests.unit.conversations.people import PASSWORD


@pytest.fixture(autouse=True)
def _own_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ORDERS_DB_URL", f"sqlite:///{tmp_path / 'desk.db'}")


def run(*arguments: str, typed: str = "", monkeypatch: pytest.MonkeyPatch | None = None) -> int:
    if monkeypatch:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return main(list(arguments))


def may_sign_in(name: str, password: str) -> bool:
    with transaction(connect()) as session:
        return check_password(session, name, password) is not None


def test_an_agent_is_added_given_a_new_password_and_removed(monkeypatch, capsys) -> None:
    assert (
        run("add-agent", "Ann Lee", "--lead", "--password-stdin", typed=f"{PASSWORD}\n", monkeypatch=monkeypatch) == 0
    )
    assert "Ann Lee can sign in at /desk now, as lead." in capsys.readouterr().out
    assert may_sign_in("ann lee", PASSWORD)

    new = "another long password"
    assert run("set-password", "Ann Lee", "--password-stdin", typed=new, monkeypatch=monkeypatch) == 0
    assert may_sign_in("Ann Lee", new)

    assert run("remove-agent", "Ann Lee") == 0
    assert not may_sign_in("Ann Lee", new)


def test_who_is_there_is_listed_for_people_and_for_programs(monkeypatch, capsys) -> None:
    run("add-agent", "Ann [Lee]", "--password-stdin", typed=PASSWORD, monkeypatch=monkeypatch)
    capsys.readouterr()

    assert run("agents") == 0
    assert "Ann [Lee]" in capsys.readouterr().out
    assert run("agents", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [
        {"name": "Ann [Lee]", "role": "agent", "is_there": False, "holds": 0}
    ]
    assert run("audit") == 0


@pytest.mark.parametrize(
    ("arguments", "typed", "sentence"),
    [
        (("add-agent", "Ann", "--password-stdin"), "short", "A password needs 10 to 200 characters."),
        (("add-agent", "", "--password-stdin"), PASSWORD, "An agent needs a name"),
        (("add-agent", "Ann"), "", "--password-stdin"),
        (("set-password", "Nobody", "--password-stdin"), PASSWORD, "There is no agent named Nobody."),
        (("remove-agent", "Nobody"), "", "There is no agent named Nobody."),
    ],
)
def test_what_cannot_be_done_is_said(monkeypatch, capsys, arguments, typed, sentence) -> None:
    assert run(*arguments, typed=typed, monkeypatch=monkeypatch) == 1
    assert sentence in capsys.readouterr().err


def test_a_database_that_cannot_be_reached_is_said(monkeypatch, capsys) -> None:
    monkeypatch.setenv("ORDERS_DB_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert run("agents") == 1
    assert "can't be reached" in capsys.readouterr().err


def test_the_demo_agent_keeps_its_password_in_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "var" / "demo-agent"
    assert run("demo-agent", "--keep-in", str(file)) == 0
    name, password = file.read_text().split()
    assert may_sign_in(name, password)
    assert file.stat().st_mode & 0o077 == 0

    run("demo-agent", "--keep-in", str(file))
    assert file.read_text().split() == [name, password]

    file.unlink()
    run("demo-agent", "--keep-in", str(file))
    assert may_sign_in(name, file.read_text().split()[1])
    with transaction(connect()) as session:
        assert find_agent(session, name) is not None
