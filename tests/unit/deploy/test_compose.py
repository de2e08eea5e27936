"""deploy/compose.yml, as Docker's own program reads it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orders.__main__ import main as orders_command
from runtime import settings

NEEDED = ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "ADDRESS_SALT", "CERTIFICATES")
OURS = ("web", "rasa", "actions", "sender", "tables")


def config(deploy: Path, tmp_path: Path, **values: str) -> subprocess.CompletedProcess[str]:
    """What `docker compose config` makes of the file with these values in deploy/.env."""
    example = (deploy / "example.env").read_text(encoding="utf-8")
    for name, value in values.items():
        assert f"\n{name}=\n" in example
        example = example.replace(f"\n{name}=\n", f"\n{name}={value}\n")
    (tmp_path / "filled.env").write_text(example, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("docker-compose")), "--file", str(deploy / "compose.yml")]
    options = ["--env-file", str(tmp_path / "filled.env"), "config", "--format", "json"]
    return subprocess.run([*command, *options], capture_output=True, text=True, env={})


@pytest.fixture(scope="module")
def services(deploy: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return dict(_whole(deploy, tmp_path_factory)["services"])


@pytest.fixture(scope="module")
def networks(deploy: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return dict(_whole(deploy, tmp_path_factory)["networks"])


def _whole(deploy: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    said = config(deploy, tmp_path_factory.mktemp("compose"), **dict.fromkeys(NEEDED, "/filled"))
    assert said.stderr == ""
    return dict(json.loads(said.stdout))


@pytest.mark.parametrize("name", NEEDED)
def test_without_a_secret_nothing_starts_and_it_says_which(deploy: Path, tmp_path: Path, name: str) -> None:
    said = config(deploy, tmp_path, **{each: "/filled" for each in NEEDED if each != name})
    assert said.stdout == ""
    assert f"{name} is missing a value: Set it in deploy/.env" in said.stderr


def test_only_the_proxy_is_reachable(services: dict[str, Any], networks: dict[str, Any]) -> None:
    published = {
        name: [port["published"] for port in each["ports"]] for name, each in services.items() if "ports" in each
    }
    assert published == {"proxy": ["80", "443"]}
    beside_it = {name for name, each in services.items() if "front" in each["networks"]}
    assert beside_it == {"proxy", "web"}
    assert networks["inside"]["internal"]
    inside_alone = {name for name, each in services.items() if set(each["networks"]) == {"inside"}}
    assert inside_alone == {"rasa", "actions", "tables", "postgresql", "redis"}


def test_every_service_is_held_tight(services: dict[str, Any]) -> None:
    for name, each in services.items():
        assert each["read_only"], name
        assert "no-new-privileges:true" in each["security_opt"], name
        assert each.get("cap_drop") == ["ALL"] or name == "postgresql", name  # it starts as root, and then isn't
        assert each["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name
        assert each["restart"] == ("no" if name == "tables" else "unless-stopped"), name
        assert each.get("privileged") is None, name


def test_each_is_asked_for_its_health_where_it_answers(services: dict[str, Any]) -> None:
    here = settings.load()
    for name, address in (
        ("rasa", f"http://127.0.0.1:{here.rasa_port}/webhooks/rest/ready"),
        ("actions", f"http://127.0.0.1:{here.actions_port}/health"),
    ):
        assert f"urlopen('{address}'" in services[name]["healthcheck"]["test"][-1]
    silent = {name for name, each in services.items() if each.get("healthcheck", {}).get("disable")}
    assert silent == {"sender", "tables"}
    assert {name for name, each in services.items() if "healthcheck" not in each} == {"web"}  # the image's own


def test_each_waits_for_what_it_needs(services: dict[str, Any]) -> None:
    waits = {
        name: {other: how["condition"] for other, how in each.get("depends_on", {}).items()}
        for name, each in services.items()
    }
    assert waits["proxy"] == {"web": "service_healthy"}
    assert waits["tables"] == {"postgresql": "service_healthy"}
    for name in ("web", "rasa", "actions", "sender"):
        assert waits[name]["tables"] == "service_completed_successfully"
    for name in ("web", "rasa"):
        assert waits[name]["redis"] == "service_healthy"
    assert waits["rasa"]["actions"] == "service_healthy"


def test_each_of_ours_runs_the_one_image_with_a_command_that_is_there(services: dict[str, Any]) -> None:
    assert {services[name]["image"] for name in OURS} == {"policy-assistant:latest"}
    for name in set(OURS) - {"web"}:
        assert services[name]["command"][:2] == ["python", "-m"]
        assert importlib.util.find_spec(services[name]["command"][2])
    assert services["sender"]["command"][2:] == ["orders", "send"]
    with pytest.raises(SystemExit, match="0"):
        orders_command(["send", "--help"])


def test_what_must_last_is_on_volumes(services: dict[str, Any]) -> None:
    volumes = {name: [each["target"] for each in service.get("volumes", [])] for name, service in services.items()}
    assert volumes["postgresql"] == ["/var/lib/postgresql/data"]
    assert volumes["web"] == ["/var/lib/assistant/photos"]
