"""The client of several Rasa servers: who is asked, and who answers for one that is away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from channels.rasa import NoAnswerError, Rasa
from tests.unit.channels.servers import FakeRasa, slowly


@pytest.fixture
def servers() -> Iterator[list[FakeRasa]]:
    servers = [FakeRasa().start(), FakeRasa().start()]
    yield servers
    for server in servers:
        server.stop()


async def say(servers: list[FakeRasa], *texts: str, timeout: float = 5.0) -> list[str | None]:
    """What is answered to `texts`, all said at once."""
    async with Rasa([server.url for server in servers], timeout) as rasa:
        answers = await asyncio.gather(*(rasa.say("c", text, {}) for text in texts))
    return [answer[0].text for answer in answers]


def test_turns_at_once_are_shared_out(servers: list[FakeRasa]):
    for server in servers:
        server.answers = slowly(0.2)
    asyncio.run(say(servers, "one", "two", "three", "four"))
    assert [len(server.said) for server in servers] == [2, 2]


def test_another_server_answers_for_one_that_is_away(servers: list[FakeRasa]):
    for away in servers:
        away.stop()
        assert asyncio.run(say(servers, "still there?")) == ["You said: still there?"]
        away.start()


def test_and_for_one_that_says_it_cannot(servers: list[FakeRasa]):
    servers[0].answers = servers[1].answers = lambda _: 503
    with pytest.raises(NoAnswerError, match="down"):
        asyncio.run(say(servers, "anyone?"))
    assert [server.texts for server in servers] == [["anyone?"], ["anyone?"]]


def test_one_that_is_back_is_asked_again(servers: list[FakeRasa], monkeypatch):
    monkeypatch.setattr("channels.rasa.PASSED_OVER_FOR", 0.0)

    async def talk() -> None:
        async with Rasa([server.url for server in servers], 5.0) as rasa:
            servers[0].stop()
            await rasa.say("c", "one", {})
            await asyncio.to_thread(servers[0].start)
            await rasa.say("c", "two", {})

    asyncio.run(talk())
    assert (servers[0].texts, servers[1].texts) == (["two"], ["one"])


@pytest.mark.parametrize(("answers", "reason"), [(slowly(1.0), "slow"), (lambda _: 500, "silent")])
def test_what_a_server_may_still_be_working_on_is_not_asked_of_another(servers: list[FakeRasa], answers, reason):
    for server in servers:
        server.answers = answers
    with pytest.raises(NoAnswerError, match=reason):
        asyncio.run(say(servers, "once", timeout=0.3))
    assert sum(len(server.said) for server in servers) == 1


def test_it_is_as_well_as_the_best_of_them(servers: list[FakeRasa]):
    async def state() -> dict[str, str]:
        async with Rasa([server.url for server in servers], 5.0) as rasa:
            return await rasa.state()

    servers[0].stop()
    assert set(asyncio.run(state()).values()) == {"ok"}
    servers[1].stop()
    assert asyncio.run(state()) == {"rasa": "not reachable"}
