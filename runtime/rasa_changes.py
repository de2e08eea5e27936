"""What we change in the behaviour of Rasa 3.6.21, each change with its reason and its effect.

Rasa 3.6.21 is the last of its line. tests/unit/runtime/test_rasa_changes.py fails when a change is no longer needed.
Times were measured on 2 shared cores.
"""

from __future__ import annotations

import copy
import functools
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from types import SimpleNamespace
from typing import Any

import orjson
import rasa.core.actions.action as rasa_action
import rasa.core.actions.forms as rasa_forms
import rasa.core.agent as rasa_agent
import rasa.core.policies.rule_policy as rasa_rules
import rasa.core.processor as rasa_processor
import rasa.server as rasa_server
import rasa.shared.core.trackers as rasa_trackers
import rasa.shared.utils.validation as rasa_validation
import structlog
from aiohttp import ClientSession
from rasa.core.actions.action import Action, ActionExecutionRejection, ActionExtractSlots, RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_VALIDATE_SLOT_MAPPINGS,
    DEFAULT_SLOT_NAMES,
    REQUESTED_SLOT,
    SlotMappingType,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    FollowupAction,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from languages import gettext, to_translate
from runtime import rules
from runtime.graph import InOrder
from runtime.locales import locale_of

log = structlog.get_logger(__name__)

ACTION_TIMEOUT = 8
"""Seconds. Longer than any action of ours takes, shorter than a customer's patience."""

KEPT, READ, FILLS, ITS_OWN = "kept_session", "kept_readings", "fills_slots", "its_own_actions"
"""What is remembered beside Rasa's own, in its objects."""

SHORT, SHORT_ONES_KEPT = 60, 500
"""Characters of a message that may well come again word for word, and how many of those are remembered."""

SOMEBODYS = re.compile(r"[@\d]")

OUTAGE = to_translate("Sorry, something on our side isn't working right now. Please send that again in a moment.")


def apply() -> None:
    """Make all changes, once; call after Rasa can be imported and before a model is loaded."""
    if getattr(RemoteAction.run, "answers_when_actions_fail", False):
        return
    check_action_answers_once()
    remember_event_types()
    wait_no_longer_than_the_customer()
    answer_when_actions_fail()
    listen_again_after_each_turn()
    fail_when_the_memory_fails()
    run_the_components_in_order()
    rules.put_in_place()
    copy_dialogues_as_they_are()
    make_its_own_actions_once()
    copy_nothing_for_the_log()
    describe_forms_as_they_are()
    know_that_the_domain_is_not_empty()
    fill_no_slots_where_none_can_be()
    stay_connected_to_the_actions()
    send_json_as_it_is_made_fastest()
    remember_what_was_read()
    send_no_headers_for_browsers()
    validate_on_a_copy()
    read_files_without_their_schema()


def check_action_answers_once() -> None:
    """Rasa checks the JSON Schema itself before it checks each answer of the action server with it, event by event.

    Each event is checked again when it is made from the answer, so here it is only its outer form. That makes a form's
    turn 14 ms instead of 114.
    """

    def _validate_action_result(_self: RemoteAction, result: dict[str, Any]) -> bool:
        events, responses = result.get("events", []), result.get("responses", [])
        if not isinstance(events, list) or not all(isinstance(response, dict) for response in responses):
            raise ValueError("That isn't what an action answers.")
        return True

    RemoteAction._validate_action_result = _validate_action_result


def remember_event_types() -> None:
    """Rasa looks through all event classes for each event of a conversation that it loads.

    Remembering them makes a turn 14 ms instead of 30 in a conversation's 20th turn, 60 instead of 90 in its 100th.
    """
    Event.resolve_by_type = staticmethod(functools.lru_cache(maxsize=None)(Event.resolve_by_type))


def wait_no_longer_than_the_customer() -> None:
    """Rasa waits five minutes for an action, the conversation is locked meanwhile, and there is no setting for it."""
    rasa_action.DEFAULT_REQUEST_TIMEOUT = ACTION_TIMEOUT


def answer_when_actions_fail() -> None:
    """When the action server is down or an action raises, Rasa says nothing and keeps what was never validated.

    At a form's start it even runs the action that submits. With this change the customer is told once, slots of this
    turn that could not be validated are taken back, and the same question stays open, also where what failed is what
    the form's last answer leads to; it recovers by itself.
    """
    RemoteAction.run = _telling_the_customer(RemoteAction.run)


def listen_again_after_each_turn() -> None:
    """After ten actions in one turn Rasa stops without listening, and never answers this customer again."""
    run_turn = MessageProcessor._run_prediction_loop

    @functools.wraps(run_turn)
    async def run_turn_and_listen(self: MessageProcessor, output_channel: Any, tracker: DialogueStateTracker) -> None:
        await run_turn(self, output_channel, tracker)
        if tracker.latest_action_name != ACTION_LISTEN_NAME and not tracker.is_paused():
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME), self.domain)

    MessageProcessor._run_prediction_loop = run_turn_and_listen


def fail_when_the_memory_fails() -> None:
    """When its store fails, Rasa goes on without: who is in the middle of a case is answered as a stranger."""
    rasa_agent.FailSafeTrackerStore = lambda store: store


def run_the_components_in_order() -> None:
    """Rasa plans each run of its components anew, three times a turn (`runtime.graph`)."""
    rasa_processor.DaskGraphRunner = InOrder


def copy_dialogues_as_they_are() -> None:
    """Rasa copies a dialogue for each action that it runs: all slots by pickling, then event after event once more.

    The copy is the same either way, but for what Rasa leaves out: which model it is, and that a wish for a certain next
    action has been met.
    """

    def copied(self: DialogueStateTracker) -> DialogueStateTracker:
        duplicate = DialogueStateTracker(self.sender_id, (), self._max_event_history)
        duplicate.__dict__.update(self.__dict__)
        duplicate.events, duplicate.active_loop = self.events.copy(), copy.copy(self.active_loop)
        duplicate.slots = type(self.slots)((name, slot_copied(slot)) for name, slot in self.slots.items())
        duplicate.model_id = duplicate.assistant_id = None
        return duplicate

    def slot_copied(self: Slot) -> Slot:
        duplicate: Slot = object.__new__(type(self))
        duplicate.__dict__.update(self.__dict__)
        return duplicate

    DialogueStateTracker.copy = copied
    Slot.__copy__ = slot_copied


def validate_on_a_copy() -> None:
    """For each look of a form at its slots Rasa plays the whole dialogue again, only to add a few events at its end.

    After a restart it is still Rasa that does it, as what was before the restart has no part in it.
    """
    play_again = FormAction._temporary_tracker

    @functools.wraps(play_again)
    def copy_and_add(
        self: FormAction, tracker: DialogueStateTracker, more: list[Event], domain: Domain
    ) -> DialogueStateTracker:
        if tracker.idx_after_latest_restart():
            played: DialogueStateTracker = play_again(self, tracker, more, domain)
            return played
        requested = SlotSet(REQUESTED_SLOT, self.get_slot_to_fill(tracker))
        duplicate = tracker.copy()
        for event in (requested, ActionExecuted(self.name()), *more):
            duplicate.update(event)
        return duplicate

    FormAction._temporary_tracker = copy_and_add


def make_its_own_actions_once() -> None:
    """Rasa makes its own twelve actions anew each time that it looks for one. They remember nothing of a turn."""
    make = rasa_action.default_actions

    @functools.wraps(make)
    def made_once(action_endpoint: EndpointConfig | None = None) -> list[Action]:
        kept: dict[str, Any] = {} if action_endpoint is None else action_endpoint.__dict__
        actions: list[Action] = kept.get(ITS_OWN) or make(action_endpoint)
        kept[ITS_OWN] = actions
        return actions

    rasa_action.default_actions = made_once


def copy_nothing_for_the_log() -> None:
    """Rasa makes deep copies of events and states for lines of its debug log, which are dropped then."""
    for module in (rasa_processor, rasa_rules, rasa_forms):
        module.copy = SimpleNamespace(deepcopy=lambda given: given)


def describe_forms_as_they_are() -> None:
    """For each call of an action Rasa makes a deep copy of what began the form, which is only written out then."""
    rasa_trackers.dataclasses = SimpleNamespace(asdict=vars)


def know_that_the_domain_is_not_empty() -> None:
    """Rasa asks that of each message, makes an empty domain to compare with, and a description of both."""
    is_empty = Domain.is_empty
    Domain.is_empty = lambda self: not self.responses and is_empty(self)


def fill_no_slots_where_none_can_be() -> None:
    """Rasa goes through all slots and their mappings in each turn and as a form begins. Ours our actions alone fill."""
    fill, find = MessageProcessor.run_action_extract_slots, ActionExtractSlots.run

    @functools.wraps(fill)
    async def fill_if_any(
        self: MessageProcessor, output_channel: Any, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        return await fill(self, output_channel, tracker) if _fills_slots(self.domain) else tracker

    @functools.wraps(find)
    async def find_if_any(
        self: ActionExtractSlots, output_channel: Any, nlg: Any, tracker: DialogueStateTracker, domain: Domain
    ) -> list[Event]:
        return await find(self, output_channel, nlg, tracker, domain) if _fills_slots(domain) else []

    MessageProcessor.run_action_extract_slots = fill_if_any
    ActionExtractSlots.run = find_if_any


def _fills_slots(domain: Domain) -> bool:
    known: bool | None = domain.__dict__.get(FILLS)
    if known is None:
        ours = (slot for slot in domain.slots if slot.name not in DEFAULT_SLOT_NAMES)
        mappings = [mapping for slot in ours for mapping in slot.mappings]
        by_rasa = any(mapping["type"] != str(SlotMappingType.CUSTOM) or mapping.get("action") for mapping in mappings)
        known = domain.__dict__[FILLS] = by_rasa or ACTION_VALIDATE_SLOT_MAPPINGS in domain.user_actions
    return known


def stay_connected_to_the_actions() -> None:
    """Rasa makes a client, and opens a connection, for each call of an action.

    The action server keeps an unused one for longer than the client does (`action_server`), so that it never closes
    one that is about to be used.
    """
    begin = EndpointConfig.session

    def session(self: EndpointConfig) -> AbstractAsyncContextManager[ClientSession]:
        kept: ClientSession | None = self.__dict__.get(KEPT)
        if kept is None or kept.closed:
            kept = self.__dict__[KEPT] = begin(self)
        return nullcontext(kept)

    EndpointConfig.session = session


def send_json_as_it_is_made_fastest() -> None:
    """Each call of an action carries the whole dialogue, which takes Python's own encoder half a millisecond."""
    send = EndpointConfig.request

    @functools.wraps(send)
    async def request(self: EndpointConfig, method: str = "post", json: Any = None, **more: Any) -> Any:
        body = {} if json is None else {"data": orjson.dumps(json, option=orjson.OPT_NON_STR_KEYS)}
        return await send(self, method, **body, **more)

    EndpointConfig.request = request


def remember_what_was_read() -> None:
    """A yes, a no or an option's title comes again and again, and the same words are always read alike.

    What has a number or an address in it is somebody's, and isn't remembered.
    """
    read = MessageProcessor._parse_message_with_graph

    @functools.wraps(read)
    def read_or_remember(
        self: MessageProcessor, message: UserMessage, tracker: DialogueStateTracker, only_output_properties: bool = True
    ) -> dict[str, Any]:
        text = message.text
        if not text or len(text) > SHORT or SOMEBODYS.search(text) or not only_output_properties:
            reading: dict[str, Any] = read(self, message, tracker, only_output_properties)
        else:
            known: OrderedDict[str, bytes] = self.__dict__.setdefault(READ, OrderedDict())
            kept = known.pop(text, None) or orjson.dumps(read(self, message, tracker))
            known[text] = kept  # the latest stands last
            if len(known) > SHORT_ONES_KEPT:
                known.popitem(last=False)
            reading = orjson.loads(kept)
        return reading

    MessageProcessor._parse_message_with_graph = read_or_remember


def send_no_headers_for_browsers() -> None:
    """Rasa looks at each answer for headers that would let other sites' pages read it. No page calls it."""
    rasa_server.configure_cors = lambda *_: None


def read_files_without_their_schema() -> None:
    """Rasa checks the model's domain, which was checked in training, and endpoints.yml, which is ours, seven times.

    For that it reads each again, with its schema, by a slow reader: a third of the server's start.
    """
    rasa_validation.validate_yaml_schema = lambda *_, **__: None


async def end_connections(endpoint: EndpointConfig | None) -> None:
    """Where a server stops, what `stay_connected_to_the_actions` has kept open."""
    kept: ClientSession | None = endpoint.__dict__.pop(KEPT, None) if endpoint else None
    if kept:
        await kept.close()


Run = Callable[..., Awaitable[list[Event]]]


def _telling_the_customer(run: Run) -> Run:
    @functools.wraps(run)
    async def run_or_tell(
        self: RemoteAction, output_channel: Any, nlg: Any, tracker: DialogueStateTracker, domain: Domain
    ) -> list[Event]:
        if _told_in_this_turn(tracker):  # don't let the customer wait for each action that a turn still has
            return _after_failure(self.name(), tracker, domain)
        try:
            return await run(self, output_channel, nlg, tracker, domain)
        except ActionExecutionRejection:
            raise  # a form's own way to leave the turn to others
        except Exception:
            log.exception("an action failed", action=self.name())
            return _after_failure(self.name(), tracker, domain)

    run_or_tell.answers_when_actions_fail = True  # type: ignore[attr-defined]
    return run_or_tell


def _after_failure(action: str, tracker: DialogueStateTracker, domain: Domain) -> list[Event]:
    outage = BotUttered(gettext(OUTAGE, locale_of(tracker)), metadata={"outage": True})
    told: list[Event] = [] if _told_in_this_turn(tracker) else [outage]
    if action.startswith("action_ask_"):
        return told
    if not action.startswith("validate_"):  # end the turn, or the same action would be chosen again and again
        next_action = FollowupAction(tracker.active_loop_name or ACTION_LISTEN_NAME)
        return [*told, *_opening_the_form_again(tracker, domain), next_action]
    filled, question = _filled_in_this_turn(tracker), tracker.get_slot(REQUESTED_SLOT)
    if question is None:  # set to that, it would end the form and submit it
        return [*told, *(SlotSet(slot, None) for slot in filled)]
    # Where no slot is set, Rasa takes the turn for one that the form didn't understand, and tries the next action.
    taken_back = [SlotSet(slot, None) for slot in dict.fromkeys([question, *filled])]
    return [*told, *taken_back, SlotSet(REQUESTED_SLOT, question)]


def _opening_the_form_again(tracker: DialogueStateTracker, domain: Domain) -> list[Event]:
    """Where a form has ended in this turn: as it was before, for what its last answer led to hasn't happened."""
    if tracker.active_loop_name:
        return []
    of_this_turn = len(_events_of_this_turn(tracker)) + 1
    before = DialogueStateTracker.from_events(tracker.sender_id, list(tracker.events)[:-of_this_turn], domain.slots)
    if not before.active_loop_name:
        return []
    changed = [*_filled_in_this_turn(tracker), REQUESTED_SLOT]
    return [ActiveLoop(before.active_loop_name), *(SlotSet(slot, before.get_slot(slot)) for slot in changed)]


def _events_of_this_turn(tracker: DialogueStateTracker) -> list[Event]:
    events: list[Event] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        events.append(event)
    return events


def _told_in_this_turn(tracker: DialogueStateTracker) -> bool:
    return any(is_outage(event) for event in _events_of_this_turn(tracker))


def is_outage(event: Event) -> bool:
    """Whether the customer was told with this that something of ours failed."""
    return isinstance(event, BotUttered) and bool(event.metadata.get("outage"))


def _filled_in_this_turn(tracker: DialogueStateTracker) -> list[str]:
    return [
        event.key
        for event in _events_of_this_turn(tracker)
        if isinstance(event, SlotSet) and event.key != REQUESTED_SLOT
    ]
