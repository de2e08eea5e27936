from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.engine import Engine

from conversations import Role, to_be_answered
from database import connect, transaction
from tests.unit.channels.agents import AgentPage
from tests.unit.channels.servers import Customer, FakeRasa, WebService, echo, running, until


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('web') / 'web.db'}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def one_rasa() -> Iterator[FakeRasa]:
    rasa = FakeRasa().start()
    yield rasa
    rasa.stop()


@pytest.fixture(scope="module")
def service(engine: Engine, one_rasa: FakeRasa) -> Iterator[WebService]:
    with running(engine, one_rasa, patience=0.5, timeout=1.5) as service:
        yield service


@pytest.fixture
def rasa(one_rasa: FakeRasa) -> FakeRasa:
    """The Rasa behind the service, running and answering with an echo, whatever the test before did to it."""
    one_rasa.start()
    one_rasa.answers = echo
    one_rasa.said = []
    return one_rasa


@pytest.fixture
def customer(service: WebService, rasa: FakeRasa, engine: Engine) -> Iterator[Callable[[], Customer]]:
    """Opens a tab; at the end all of them are closed, and no turn is left that the next test's Rasa would get."""
    tabs: list[Customer] = []

    def open_tab() -> Customer:
        tabs.append(Customer(service.url))
        return tabs[-1]

    def is_all_answered() -> bool:
        with transaction(engine) as session:
            return not to_be_answered(session)

    yield open_tab
    rasa.start()
    until(is_all_answered, 20)
    for tab in tabs:
        tab.leave()


@pytest.fixture
def agent(service: WebService, engine: Engine) -> Iterator[Callable[..., AgentPage]]:
    """Signs an agent in; at the end all of them leave."""
    pages: list[AgentPage] = []

    def open_desk(role: Role = Role.AGENT) -> AgentPage:
        pages.append(AgentPage(service, engine, role))
        return pages[-1]

    yield open_desk
    for page in pages:
        page.leave()
