"""The README's moving pictures can be filmed anew at any time; and those that it shows are light."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import Browser

from database import connect, transaction
from documentation.pages import ROOT
from documentation.pictures import AGENT, FILMS, Order
from tests.browser.agent import employ
from tests.browser.workday import BULLET, NOW
from tests.running import Running
from tests.unit.orders.builders import stored

SMALL = 240  # pixels wide


@pytest.fixture
def order(running: Running) -> Order:
    engine = connect(running.database)
    with transaction(engine) as session:
        order = stored(session, "INO-70001", BULLET, placed_at=NOW - timedelta(days=9))
        of = Order(order.number, order.customer.email)
    engine.dispose()
    return of


def test_both_are_filmed_from_the_assistant_as_it_is(
    running: Running, browser: Browser, order: Order, tmp_path: Path
) -> None:
    engine = connect(running.database)
    employ(engine, AGENT)
    engine.dispose()
    for name, film in FILMS.items():
        film(browser, running, order, SMALL).save(tmp_path / f"{name}.gif")
        with Image.open(tmp_path / f"{name}.gif") as filmed:
            assert filmed.width == SMALL
            assert len(list(ImageSequence.Iterator(filmed))) >= 10


@pytest.mark.parametrize("name", FILMS)
def test_those_that_are_shown_are_light(name: str) -> None:
    path = ROOT / "docs" / "images" / f"{name}.gif"

    assert path.stat().st_size < 1_000_000
    with Image.open(path) as shown:
        assert len(list(ImageSequence.Iterator(shown))) >= 10
