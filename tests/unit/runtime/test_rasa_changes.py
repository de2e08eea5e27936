"""Each change works, and Rasa still needs it: `test_rasa_still_...` fails when it doesn't any more."""

from __future__ import annotations

import ast
import asyncio
import copy
import importlib
import importlib.util
import inspect
import json
from pathlib import Path
from types import ModuleType, SimpleNamespace

import jsonschema
import pytest
import rasa.core.actions.action as rasa_action
import rasa.core.policies.rule_policy as rasa_rules
import rasa.core.processor as rasa_processor
import rasa.shared.utils.common
import rasa.shared.utils.io
from aiohttp import web
from aiohttp.test_utils import TestServer
from rasa.core.actions.action import ActionExtractSlots, RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.run import _create_app_without_api
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, Event, Restarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

from runtime import rasa_changes
from tests.assistant import Assistant

GOOD_ANSWER = {"events": [{"event": "slot", "name": "reason", "value": "broken"}], "responses": []}
OUTAGE = {"text": rasa_changes.OUTAGE}
BAD_ANSWERS = [{"events": "none", "responses": []}, {"events": [], "responses": ["hello"]}]


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
            for answer in BAD_ANSWERS:
                with pytest.raises((ValueError, jsonschema.ValidationError)):
                    action("a", None)._validate_action_result(answer)


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

    @pytest.mark.parametrize("again", [{"seq": 3}, {"seq": 4}], ids=["the same message", "another one"])
    def test_what_fails_after_a_form_is_done_when_it_is_answered_again(self, tiny: Assistant, monkeypatch, again):
        customer = tiny.customer()
        customer.say("refund")
        customer.say("A7")
        request = tiny.endpoint.request

        async def without_submitting(**call):
            if call["json"]["next_action"] == "action_submit":
                raise ConnectionError
            return await request(**call)

        with monkeypatch.context() as broken:
            broken.setattr(tiny.endpoint, "request", without_submitting)
            assert tiny.say("it broke", customer.sender, {"seq": 3}) == [OUTAGE]
        assert tiny.say("it broke", customer.sender, again) == [{"text": "Filed A7: it broke."}]

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


class TestCopies:
    def test_a_copy_is_the_one_that_rasa_makes(self, tiny: Assistant):
        customer = tiny.customer()
        for text in ("refund", "A7", "hi"):
            customer.say(text)
            tracker = tiny.tracker(customer.sender)
            ours, theirs = tracker.copy(), tracker.travel_back_in_time(float("inf"))
            assert described(ours) == described(theirs)

    def test_what_happens_to_it_does_not_happen_to_the_dialogue(self, tiny: Assistant):
        customer = tiny.customer()
        customer.say("refund")
        tracker = tiny.tracker(customer.sender)
        before = described(tracker)
        duplicate = tracker.copy()
        duplicate.update_with_events([SlotSet("reason", "x"), ActiveLoop(None)], None)
        duplicate.copy().interrupt_loop(True)
        assert described(tracker) == before

    def test_rasa_still_runs_through_all_events(self, monkeypatch):
        shipped = as_shipped("rasa.shared.core.trackers").DialogueStateTracker
        tracker = shipped.from_events("a", [SlotSet("b", 1), SlotSet("b", 2)])
        applied = []
        monkeypatch.setattr(SlotSet, "apply_to", lambda event, _: applied.append(event))
        tracker.copy()
        assert len(applied) == 2

    def test_rasa_still_copies_slots_by_pickling(self):
        assert "__copy__" not in vars(as_shipped("rasa.shared.core.slots").Slot)


def described(tracker: DialogueStateTracker) -> dict:
    have_been_set = [name for name, slot in tracker.slots.items() if slot.has_been_set]
    return copy.deepcopy(tracker.current_state(EventVerbosity.ALL) | {"have_been_set": have_been_set})


class TestLogOfRasa:
    @pytest.mark.parametrize(
        "name", ["rasa.core.processor", "rasa.core.policies.rule_policy", "rasa.core.actions.forms"]
    )
    def test_rasa_still_copies_for_its_log_and_for_nothing_else(self, name: str):
        tree = ast.parse(inspect.getsource(importlib.import_module(name)))
        lines = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and is_a_debug_line(node)]
        in_lines = {id(part) for line in lines for part in ast.walk(line) if is_named(part, "copy")}
        everywhere = {id(part) for part in ast.walk(tree) if is_named(part, "copy")}
        assert in_lines == everywhere != set()

    def test_nothing_is_copied(self):
        given = ["a"]
        assert rasa_processor.copy.deepcopy(given) is rasa_rules.copy.deepcopy(given) is given


def is_a_debug_line(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute) and call.func.attr == "debug" and is_named(call.func.value, "structlogger")
    )


def is_named(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


class TestForms:
    def test_a_form_is_described_as_by_rasa_and_not_copied(self):
        began = {"text": "refund", "entities": [{"entity": "a"}]}
        states = []
        for trackers in (importlib.import_module("rasa.shared.core.trackers"), as_shipped("rasa.shared.core.trackers")):
            tracker = trackers.DialogueStateTracker.from_events("a", [])
            tracker.active_loop = trackers.TrackerActiveLoop("form", False, False, began)
            states.append(tracker.current_state()["active_loop"])
        ours, theirs = states
        assert ours == theirs
        assert ours["trigger_message"] is began
        assert theirs["trigger_message"] is not began, "rasa still makes a deep copy"


class TestDomain:
    def test_that_it_is_not_empty_is_seen_at_once(self, tiny: Assistant, monkeypatch):
        monkeypatch.setattr(Domain, "as_dict", None)
        assert not tiny._agent.domain.is_empty()

    def test_an_empty_one_is_empty(self):
        assert Domain.empty().is_empty()

    def test_rasa_still_describes_both(self, monkeypatch):
        domain = as_shipped("rasa.shared.core.domain").Domain
        described = []
        as_dict = domain.as_dict

        def counting(self: Domain) -> dict:
            described.append(self)
            return as_dict(self)

        monkeypatch.setattr(domain, "as_dict", counting)
        domain.from_dict({"intents": ["greet"]}).is_empty()
        assert len(described) == 2


class TestSlots:
    def test_nothing_is_looked_for_where_only_actions_fill_them(self, tiny: Assistant, monkeypatch):
        ours = Domain.load(Path(__file__).parents[3] / "domain.yml")
        tracker = DialogueStateTracker.from_events("a", [])
        monkeypatch.setattr(tiny._agent.processor, "domain", ours)
        monkeypatch.setattr("rasa.core.actions.action.SlotMapping.check_mapping_validity", None)
        assert asyncio.run(tiny._agent.processor.run_action_extract_slots(None, tracker)) is tracker
        assert asyncio.run(ActionExtractSlots(None).run(None, None, tracker, ours)) == []

    def test_what_the_domain_fills_is_filled(self, tiny: Assistant):
        customer = tiny.customer()
        customer.say("refund")
        customer.say("A7")
        assert tiny.tracker(customer.sender).get_slot("order_number") == "A7"

    @pytest.mark.parametrize(
        "domain",
        [
            {"slots": {"a": {"type": "any", "mappings": [{"type": "custom", "action": "action_a"}]}}},
            {"slots": {"a": {"type": "any", "mappings": [{"type": "from_entity", "entity": "a"}]}}, "entities": ["a"]},
            {"actions": ["action_validate_slot_mappings"]},
        ],
    )
    def test_each_way_of_filling_them_is_known(self, domain: dict):
        assert rasa_changes._fills_slots(Domain.from_dict(domain))

    def test_rasa_still_looks_at_each(self, monkeypatch, shipped_action):
        looked_at = []
        monkeypatch.setattr(shipped_action.SlotMapping, "check_mapping_validity", lambda **slot: looked_at.append(slot))
        domain = Domain.from_dict({"slots": {"a": {"type": "any", "mappings": [{"type": "custom"}]}}})
        tracker = DialogueStateTracker.from_events("a", [])
        asyncio.run(shipped_action.ActionExtractSlots(None).run(None, None, tracker, domain))
        assert len(looked_at) == 1


class TestConnection:
    def test_calls_go_over_one_connection(self):
        assert asyncio.run(connections_for_two_calls(EndpointConfig)) == 1

    def test_rasa_still_opens_one_for_each(self):
        assert asyncio.run(connections_for_two_calls(as_shipped("rasa.utils.endpoints").EndpointConfig)) == 2


async def connections_for_two_calls(config: type[EndpointConfig]) -> int:
    opened = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(writer)
        while await reader.readline():
            await reader.readuntil(b"{}")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    endpoint = config(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    for _ in range(2):
        assert await endpoint.request(json={}) == {}
    await rasa_changes.end_connections(endpoint)
    server.close()
    return len(opened)


class TestCalls:
    def test_the_body_is_the_one_that_rasa_sends(self):
        call = {"next_action": "a", "tracker": {"slots": {"b": None, "c": [1, 2.5, "ü"]}, "events": []}}
        ours, theirs = (
            asyncio.run(body_of(config, call))
            for config in (EndpointConfig, as_shipped("rasa.utils.endpoints").EndpointConfig)
        )
        assert ours[0] == theirs[0] == "application/json"
        assert json.loads(ours[1]) == json.loads(theirs[1]) == call

    def test_rasa_still_leaves_it_to_aiohttp(self):
        assert "json" not in inspect.signature(as_shipped("rasa.utils.endpoints").EndpointConfig.request).parameters


async def body_of(config: type[EndpointConfig], call: dict) -> tuple[str, bytes]:
    came = []

    async def answer(request: web.Request) -> web.Response:
        came.append((request.content_type, await request.read()))
        return web.json_response({})

    app = web.Application()
    app.router.add_post("/", answer)
    async with TestServer(app) as server:
        endpoint = config(str(server.make_url("/")))
        await endpoint.request(json=call)
        await rasa_changes.end_connections(endpoint)
    return came[0]


class TestItsOwnActions:
    def test_they_are_made_once_for_an_action_server(self, shipped_action):
        here, there = EndpointConfig("http://here"), EndpointConfig("http://there")
        first, again, other = (rasa_action.default_actions(each) for each in (here, here, there))
        assert first is again
        assert first is not other
        assert [action.name() for action in first] == [action.name() for action in shipped_action.default_actions(here)]

    def test_without_one_they_are_made_anew(self):
        assert rasa_action.default_actions() is not rasa_action.default_actions()

    def test_rasa_still_makes_them_each_time(self, shipped_action):
        here = EndpointConfig("http://here")
        assert shipped_action.default_actions(here) is not shipped_action.default_actions(here)


class TestReadings:
    def test_the_same_words_are_read_once_and_alike(self, tiny: Assistant, monkeypatch):
        first = read(tiny, "refund, please")
        monkeypatch.setattr(tiny._agent.processor.graph_runner, "run", None)
        assert read(tiny, "refund, please") == first

    def test_what_is_done_to_a_reading_does_not_happen_to_the_next(self, tiny: Assistant):
        first, second = read(tiny, "hi there"), read(tiny, "hi there")
        second["entities"].append("x")
        assert read(tiny, "hi there") == first

    def test_only_short_ones_are_remembered_and_the_oldest_forgotten(self, tiny: Assistant, monkeypatch):
        monkeypatch.setattr(rasa_changes, "SHORT_ONES_KEPT", 2)
        for text in ("one", "two", "one", "three", "x" * (rasa_changes.SHORT + 1), "kim@example.com", "order A7"):
            read(tiny, text)
        assert [*tiny._agent.processor.__dict__[rasa_changes.READ]][-2:] == ["one", "three"]

    def test_rasa_still_reads_each_anew(self):
        assert "graph_runner.run" in inspect.getsource(
            as_shipped("rasa.core.processor").MessageProcessor._parse_message_with_graph
        )


def read(tiny: Assistant, text: str) -> dict:
    return asyncio.run(tiny._agent.processor.parse_message(UserMessage(text)))


class TestValidation:
    @pytest.mark.parametrize("before", [[], [Restarted()]])
    def test_a_form_validates_what_it_would_by_rasa(self, tiny: Assistant, before: list[Event]):
        customer = tiny.customer()
        for text in ("refund", "A7", "hi"):
            customer.say(text)
        tracker = tiny.tracker(customer.sender)
        for event in before:
            tracker.update(event)
        ours, theirs = (
            form("refund_form", None)._temporary_tracker(tracker, [SlotSet("reason", "x")], tiny._agent.domain)
            for form in (FormAction, as_shipped("rasa.core.actions.forms").FormAction)
        )
        assert without_times(described(ours)) == without_times(described(theirs))

    def test_rasa_still_plays_the_dialogue_again(self):
        assert "from_events" in inspect.getsource(as_shipped("rasa.core.actions.forms").FormAction._temporary_tracker)


def without_times(state: dict) -> dict:
    for event in state["events"]:
        del event["timestamp"]
    return state | {"latest_event_time": None}


class TestSchemas:
    def test_a_file_is_read_once(self, tmp_path: Path, monkeypatch):
        assert readings_of_a_file(tmp_path, monkeypatch) == 1

    def test_rasa_still_reads_it_again_with_its_schema(self, tmp_path: Path, monkeypatch):
        shipped = as_shipped("rasa.shared.utils.validation")
        monkeypatch.setattr("rasa.shared.utils.validation.validate_yaml_schema", shipped.validate_yaml_schema)
        assert readings_of_a_file(tmp_path, monkeypatch) > 2


def readings_of_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    file, read, readings = folder / "config.yml", rasa.shared.utils.io.read_yaml, []

    def counting(*given: object, **more: object) -> object:
        readings.append(given)
        return read(*given, **more)

    file.write_text("language: en")
    monkeypatch.setattr(rasa.shared.utils.io, "read_yaml", counting)
    assert rasa.shared.utils.io.read_config_file(file) == {"language": "en"}
    return len(readings)


class TestHeadersForBrowsers:
    def test_answers_are_not_gone_through(self, monkeypatch):
        monkeypatch.setattr("rasa.server.CORS", None)
        assert _create_app_without_api()

    def test_rasa_still_goes_through_each(self, monkeypatch):
        shipped, looking = as_shipped("rasa.server"), []
        monkeypatch.setattr(shipped, "CORS", lambda app, **_: looking.append(app))
        shipped.configure_cors(SimpleNamespace(config=SimpleNamespace()))
        assert len(looking) == 1


class Gone(InMemoryTrackerStore):
    async def retrieve(self, sender_id: str) -> None:
        raise OSError("gone")


def test_changes_are_made_once():
    once = RemoteAction.run
    rasa_changes.apply()
    assert RemoteAction.run is once
