"""Each change works, and Rasa still needs it: `test_rasa_still_...` fails when it doesn't any more."""

from __future__ import annotations

import asyncio
import importlib.util
from types import ModuleType, SimpleNamespace

import jsonschema
import pytest
import rasa.shared.utils.common
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from runtime import rasa_changes
from tests.assistant import Assistant

GOOD_ANSWER = {"events": [{"event": "slot", "name": "reason", "value": "broken"}], "responses": []}
OUTAGE = {"text": rasa_changes.OUTAGE}
BAD_ANSWER = {"events": "none", "responses": []}


@pytest.fixture(autouse=True)
def _changed():
    rasa_changes.apply()


def as_shipped(name: str) -> ModuleType:
    """A second copy of a module of Rasa's, without our changes."""
    spec = importlib.util.find_spec(name)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def shipped_action() -> ModuleType:
    return as_shipped("rasa.core.actions.action")


class TestActionAnswers:
    def test_the_schema_is_not_checked_each_time(self, monkeypatch):
        checked = count_schema_checks(monkeypatch)
        assert RemoteAction("a", None)._validate_action_result(GOOD_ANSWER)
        assert checked == []

    def test_rasa_still_checks_the_schema_each_time(self, monkeypatch, shipped_action):
        checked = count_schema_checks(monkeypatch)
        shipped_action.RemoteAction("a", None)._validate_action_result(GOOD_ANSWER)
        assert len(checked) == 1

    def test_a_bad_answer_is_refused_as_by_rasa(self, shipped_action):
        for action in (RemoteAction, shipped_action.RemoteAction):
            with pytest.raises(jsonschema.ValidationError):
                action("a", None)._validate_action_result(BAD_ANSWER)


def count_schema_checks(monkeypatch: pytest.MonkeyPatch) -> list:
    checked: list = []
    monkeypatch.setattr(jsonschema.Draft202012Validator, "check_schema", checked.append)
    return checked


class TestEventTypes:
    def test_each_is_looked_up_once(self, monkeypatch):
        assert Event.resolve_by_type("slot") is SlotSet
        looked_up = count_look_ups(monkeypatch)
        assert Event.resolve_by_type("slot") is SlotSet
        assert looked_up == []

    def test_rasa_still_looks_them_up_each_time(self, monkeypatch):
        events = as_shipped("rasa.shared.core.events")
        looked_up = count_look_ups(monkeypatch)
        for _ in range(2):
            events.Event.resolve_by_type("slot")
        assert [cls.__name__ for cls in looked_up].count("Event") == 2

    def test_an_unknown_type_is_refused_each_time(self):
        for _ in range(2):
            with pytest.raises(ValueError, match="Unknown event name"):
                Event.resolve_by_type("no such type")


def count_look_ups(monkeypatch: pytest.MonkeyPatch) -> list:
    looked_up: list = []
    all_subclasses = rasa.shared.utils.common.all_subclasses

    def counting(cls: type) -> list:
        looked_up.append(cls)
        return all_subclasses(cls)

    monkeypatch.setattr(rasa.shared.utils.common, "all_subclasses", counting)
    return looked_up


class TestTimeout:
    def test_an_action_has_eight_seconds(self):
        asked = asyncio.run(timeout_of(RemoteAction))
        assert asked == rasa_changes.ACTION_TIMEOUT == 8

    def test_rasa_still_waits_longer(self, shipped_action):
        assert asyncio.run(timeout_of(shipped_action.RemoteAction)) > rasa_changes.ACTION_TIMEOUT


async def timeout_of(action: type) -> float:
    asked = []

    class Endpoint(SimpleNamespace):
        async def request(self, timeout, **_):
            asked.append(timeout)
            return {"events": [], "responses": []}

    tracker = DialogueStateTracker.from_events("a", [])
    await action("action_x", Endpoint(kwargs={})).run(None, None, tracker, Domain.empty())
    return asked[0]


class TestOutage:
    def test_the_customer_is_told_once_and_the_question_stays_open(self, tiny: Assistant):
        customer = tiny.customer()
        customer.say("refund")
        assert customer.say("A7") == [{"text": "Why?"}]
        with tiny.without_actions():
            assert customer.say("it broke") == [OUTAGE]
            assert tiny.tracker(customer.sender).get_slot("reason") is None
        assert customer.say("it broke") == [{"text": "Filed A7: it broke."}]

    def test_a_turn_waits_for_actions_that_hang_only_once(self, tiny: Assistant, monkeypatch):
        called = []

        async def hang(**_):
            called.append(1)
            raise asyncio.TimeoutError

        customer = tiny.customer()
        customer.say("refund")
        customer.say("A7")
        monkeypatch.setattr(tiny.endpoint, "request", hang)
        assert customer.say("it broke") == [OUTAGE]
        assert called == [1]

    def test_a_form_that_starts_meanwhile_is_not_submitted(self, tiny: Assistant):
        customer = tiny.customer()
        with tiny.without_actions():
            assert customer.say("refund") == [OUTAGE]
        assert customer.say("X1") == [{"text": "No such order."}, {"text": "Which order?"}]

    def test_a_failing_fallback_is_not_tried_again_and_again(self, tiny: Assistant):
        customer = tiny.customer()
        before = len(tiny.endpoint.called)
        with tiny.without_actions():
            assert customer.say("gibberish") == [OUTAGE]
            assert customer.say("hi") == [{"text": "Hello."}]
        assert len(tiny.endpoint.called) == before
        assert customer.say("gibberish") == [{"text": "Sorry?"}]

    def test_the_log_says_which_action_and_not_what_was_written(self, tiny: Assistant, logged):
        with tiny.without_actions():
            tiny.customer().say("my secret words")
        assert [entry["action"] for entry in logged if entry["event"] == "an action failed"] == ["action_fallback"]
        assert "secret" not in str(logged)

    def test_rasa_still_lets_the_failure_through(self, shipped_action):
        class Endpoint(SimpleNamespace):
            async def request(self, **_):
                raise ConnectionError

        action = shipped_action.RemoteAction("action_x", Endpoint(kwargs={}))
        tracker = DialogueStateTracker.from_events("a", [])
        with pytest.raises(ConnectionError):
            asyncio.run(action.run(None, None, tracker, Domain.empty()))


class TestListening:
    def test_a_turn_without_end_does_not_silence_the_conversation(self, tiny: Assistant):
        customer = tiny.customer()
        assert customer.say("spin") == []
        assert customer.say("hi") == [{"text": "Hello."}]

    def test_rasa_still_falls_silent(self, tiny: Assistant, monkeypatch):
        processor = as_shipped("rasa.core.processor")
        monkeypatch.setattr(
            type(tiny._agent.processor), "_run_prediction_loop", processor.MessageProcessor._run_prediction_loop
        )
        monkeypatch.setitem(
            processor.MessageProcessor._run_prediction_loop.__globals__,
            "ActionLimitReached",
            type(tiny._agent.processor).predict_next_with_tracker_if_should.__globals__["ActionLimitReached"],
        )
        customer = tiny.customer()
        assert customer.say("spin") == []
        assert customer.say("hi") == []


class TestMemory:
    def test_a_memory_that_fails_is_not_replaced_by_an_empty_one(self):
        with pytest.raises(OSError, match="gone"):
            asyncio.run(Agent._create_tracker_store(Gone(None), Domain.empty()).retrieve("a"))

    def test_rasa_still_replaces_it(self):
        shipped = as_shipped("rasa.core.agent").Agent
        assert asyncio.run(shipped._create_tracker_store(Gone(None), Domain.empty()).retrieve("a")) is None


class TestGraph:
    INPUTS = {"__message__": [UserMessage("refund")]}  # noqa: RUF012

    def test_each_run_gives_what_it_would_with_dask(self, tiny: Assistant):
        runner, targets = tiny._agent.processor.graph_runner, [tiny._agent.processor.model_metadata.nlu_target]
        (ours,) = runner.run(self.INPUTS, targets).values()
        (with_dask,) = DaskGraphRunner.run(runner, self.INPUTS, targets).values()
        assert [message.as_dict() for message in ours] == [message.as_dict() for message in with_dask]

    def test_nothing_is_planned_anew(self, tiny: Assistant, monkeypatch):
        monkeypatch.setattr("rasa.engine.runner.dask.dask.get", None)
        assert tiny.customer().say("hi") == [{"text": "Hello."}]

    def test_rasa_still_runs_it_with_dask(self):
        assert as_shipped("rasa.core.processor").DaskGraphRunner is DaskGraphRunner


class Gone(InMemoryTrackerStore):
    async def retrieve(self, sender_id: str) -> None:
        raise OSError("gone")


def test_changes_are_made_once():
    once = RemoteAction.run
    rasa_changes.apply()
    assert RemoteAction.run is once
