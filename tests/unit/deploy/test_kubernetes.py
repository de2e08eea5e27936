"""deploy/kubernetes: by Kubernetes' own schemas, and by what must hold in a cluster."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

Manifest = dict[str, Any]
OURS = ("web", "rasa", "sender")


@pytest.fixture(scope="module")
def folder(deploy: Path) -> Path:
    return deploy / "kubernetes"


@pytest.fixture(scope="module")
def kustomization(folder: Path) -> Manifest:
    return dict(yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def manifests(folder: Path, kustomization: Manifest) -> list[Manifest]:
    texts = [(folder / name).read_text(encoding="utf-8") for name in kustomization["resources"]]
    return [manifest for text in texts for manifest in yaml.safe_load_all(text)]


def of_kind(manifests: list[Manifest], *kinds: str) -> dict[str, Manifest]:
    return {manifest["metadata"]["name"]: manifest for manifest in manifests if manifest["kind"] in kinds}


@pytest.fixture(scope="module")
def pods(manifests: list[Manifest]) -> dict[str, Manifest]:
    """What each Deployment or StatefulSet makes pods from."""
    return {
        name: manifest["spec"]["template"]["spec"]
        for name, manifest in of_kind(manifests, "Deployment", "StatefulSet").items()
    }


def containers(pod: Manifest) -> Iterator[Manifest]:
    yield from pod.get("initContainers", [])
    yield from pod["containers"]


def test_every_file_is_in_the_kustomization(folder: Path, kustomization: Manifest) -> None:
    files = {path.name for path in folder.glob("*.yaml")} - {"kustomization.yaml"}
    assert files == set(kustomization["resources"])


def test_the_schemas_of_kubernetes_allow_it(manifests: list[Manifest]) -> None:
    for manifest in manifests:
        kubernetes_validate.validate(manifest, desired_version="1.28", strict=True)


@pytest.mark.skipif(not shutil.which("kubectl"), reason="no kubectl is installed")
def test_what_kustomize_makes_of_it_is_allowed_too(folder: Path) -> None:
    made = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True, check=True).stdout
    for manifest in yaml.safe_load_all(made):
        kubernetes_validate.validate(manifest, desired_version="1.28", strict=True)
        assert manifest["kind"] == "Namespace" or manifest["metadata"]["namespace"] == "assistant"


def test_no_container_has_rights_that_it_does_not_need(pods: dict[str, Manifest]) -> None:
    for name, pod in pods.items():
        context = pod["securityContext"]
        assert context["runAsNonRoot"], name
        assert context["runAsUser"] > 0, name
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        for container in containers(pod):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
            assert "memory" in container["resources"]["limits"], name
            assert container["resources"]["requests"].keys() == {"cpu", "memory"}, name


def test_ours_run_as_the_images_own_user(pods: dict[str, Manifest], deploy: Path) -> None:
    user = re.search(r"^USER (\d+)$", (deploy / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert user
    assert {pods[name]["securityContext"]["runAsUser"] for name in OURS} == {int(user[1])}


def test_containers_run_what_those_of_compose_run(pods: dict[str, Manifest], deploy: Path) -> None:
    compose = yaml.safe_load((deploy / "compose.yml").read_text(encoding="utf-8"))["services"]
    for pod in map(pods.__getitem__, OURS):
        for container in containers(pod):
            assert container["image"] == "policy-assistant"
            assert container.get("command") == compose[container["name"]].get("command"), container["name"]


def test_rasa_and_its_actions_share_a_pod_and_a_loopback(pods: dict[str, Manifest]) -> None:
    rasa, actions = pods["rasa"]["containers"]
    assert {each["name"] for each in actions["env"]} & {"ACTIONS_HOST", "ACTIONS_PORT"} == set()
    assert {each["name"] for each in rasa["env"]} & {"ACTIONS_URL", "ACTIONS_PORT"} == set()
    assert "ports" not in actions
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert "http://127.0.0.1:5055/health" in actions[probe]["exec"]["command"][-1]
    asked = [rasa[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")]
    assert asked == ["/webhooks/rest/", "/webhooks/rest/", "/webhooks/rest/ready"]


def test_the_web_service_stays_in_service_while_rasa_is_away(pods: dict[str, Manifest]) -> None:
    (web,) = pods["web"]["containers"]
    asked = {web[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert asked == {"/healthz"}


def test_a_rolling_update_never_leaves_customers_without(manifests: list[Manifest], pods: dict[str, Manifest]) -> None:
    deployments = of_kind(manifests, "Deployment")
    scalers, budgets = (of_kind(manifests, kind) for kind in ("HorizontalPodAutoscaler", "PodDisruptionBudget"))
    for name in ("web", "rasa"):
        assert deployments[name]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
        assert "replicas" not in deployments[name]["spec"]  # an update would undo what the autoscaler chose
        assert scalers[name]["spec"]["minReplicas"] >= 2
        assert scalers[name]["spec"]["scaleTargetRef"]["name"] == name
        assert budgets[name]["spec"]["minAvailable"] >= 1
        sleeps = [int(each["lifecycle"]["preStop"]["exec"]["command"][1]) for each in pods[name]["containers"]]
        assert pods[name]["terminationGracePeriodSeconds"] > max(sleeps) + 30
    assert deployments["sender"]["spec"]["replicas"] == 1


def test_what_belongs_together_finds_each_other(manifests: list[Manifest], pods: dict[str, Manifest]) -> None:
    for kinds in (("Deployment", "StatefulSet"), ("PodDisruptionBudget",)):
        for name, manifest in of_kind(manifests, *kinds).items():
            assert manifest["spec"]["selector"]["matchLabels"] == {"app": name}
    for name, service in of_kind(manifests, "Service").items():
        for port in service["spec"]["ports"] if name != "nobody" else ():
            assert service["spec"]["selector"] == {"app": name}
            named = {
                each["name"]: each["containerPort"] for pod in pods[name]["containers"] for each in pod.get("ports", [])
            }
            assert named[port["targetPort"]] == port["port"]
    for route in of_kind(manifests, "Ingress")["web"]["spec"]["rules"][0]["http"]["paths"]:
        assert route["backend"]["service"]["name"] in of_kind(manifests, "Service")


def _let_in(policies: dict[str, Manifest], name: str) -> list[Manifest]:
    (rule,) = policies[name]["spec"]["ingress"]
    return list(rule["from"])


def test_only_who_must_reaches_rasa_and_the_databases(manifests: list[Manifest]) -> None:
    policies = of_kind(manifests, "NetworkPolicy")
    assert policies["nobody-reaches-anybody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert _let_in(policies, "rasa") == [{"podSelector": {"matchLabels": {"app": "web"}}}]
    for database, clients in (("postgresql", ["web", "rasa", "sender"]), ("redis", ["web", "rasa"])):
        (peer,) = _let_in(policies, database)
        assert peer == {"podSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": clients}]}}
    assert all("namespaceSelector" in peer for peer in _let_in(policies, "web"))
    for name, policy in policies.items():
        assert policy["spec"]["podSelector"] in ({}, {"matchLabels": {"app": name}})


def test_secrets_are_only_referred_to(manifests: list[Manifest], pods: dict[str, Manifest], folder: Path) -> None:
    assert of_kind(manifests, "Secret") == {}
    example = (folder / "example.env").read_text(encoding="utf-8")
    offered = set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    used = set()
    for pod in pods.values():
        for each in (each for container in containers(pod) for each in container.get("env", [])):
            if "valueFrom" in each:
                assert each["valueFrom"]["secretKeyRef"]["name"] == "assistant"
                assert each["valueFrom"]["secretKeyRef"]["key"] == each["name"]
                used.add(each["name"])
    assert used == offered
