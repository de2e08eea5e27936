"""Calls of every kind at the desk's JSON interface, by its OpenAPI document: answered as it says, never with a 500."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from conversations import Draft, Role, begin, store_message
from database import HOME, connect, migrate, transaction
from orders.samples import load_samples
from tests.fault.fuzz.service import Service, running, token_of
from tests.unit.channels.servers import FakeRasa
from tests.unit.orders.conftest import new_postgresql

API = schemathesis.openapi.from_path(HOME / "docs" / "desk-api.json")
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
OPERATIONS = [each.ok() for each in API.get_all_operations() if isinstance(each, Ok)]
FEW, MANY = 4, 300  # cases of each call by each of them
NUL = "%00"
"""An address with it is nobody's, whoever asks for it."""

WHO = [None, Role.AGENT, Role.LEAD]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    rasa, folder = FakeRasa().start(), tmp_path_factory.mktemp("desk")
    if request.param == "sqlite":
        with running(folder, rasa) as service:
            yield service
    else:
        with new_postgresql() as engine:
            migrate(engine)
            with running(folder, rasa, engine.url.render_as_string(hide_password=False)) as service:
                yield service
    rasa.stop()


@pytest.fixture(scope="module")
def ids(service: Service) -> list[str]:
    """Conversations in which something was said."""
    engine = connect(service.database)
    with transaction(engine) as session:
        load_samples(session, datetime.now(timezone.utc))
        found = []
        for _ in range(20):
            conversation, _secret = begin(session)
            store_message(session, conversation.id, Draft("customer", "Hi"))
            found.append(str(conversation.id))
    engine.dispose()
    return found


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)
@pytest.mark.parametrize("who", WHO, ids=str)
def test_a_call_is_answered_as_the_document_says(
    service: Service, ids: list[str], operation: Any, who: Role | None, at_full_size: bool
) -> None:
    token = token_of(service, who) if who else "nobody's"
    complaints = service.complaints
    chance = random.Random(5)
    statuses: set[int] = set()

    @settings(
        max_examples=MANY if at_full_size else FEW,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case: Case) -> None:
        if "id" in case.path_parameters and chance.random() < 0.7:
            case.path_parameters["id"] = chance.choice(ids)
        headers = {"Authorization": f"Bearer {token}"}
        response = case.call(base_url=service.url, headers=headers)
        if NUL not in str(response.request.url):
            statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS, headers=headers)

    call()
    assert service.complaints == complaints
    if who is None and not operation.path.endswith(("/login", "/logout")):
        assert statuses <= {401, 422}
