"""The rule that holds is the one that Rasa would find."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.graph import GraphNode
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from runtime import rules
from tests.assistant import Assistant

DIALOGUE = ("hi", "refund", "A7", "stop", "gibberish", "refund", "hi", "A7", "it broke", "spin", "hi")


@pytest.fixture(scope="module")
def shipped() -> ModuleType:
    """Rasa's module as it comes, whose policy finds rules in Rasa's own way. Loaded, it takes the other's name."""
    registered = dict(DefaultV1Recipe._registered_components)
    spec = importlib.util.find_spec("rasa.core.policies.rule_policy")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    DefaultV1Recipe._registered_components.update(registered)
    return module


@pytest.fixture(scope="module")
def policy(tiny: Assistant) -> RulePolicy:
    nodes: dict[str, GraphNode] = tiny._agent.processor.graph_runner._instantiated_nodes
    return next(node._component for node in nodes.values() if isinstance(node._component, RulePolicy))


@pytest.fixture(scope="module")
def points(tiny: Assistant) -> list[DialogueStateTracker]:
    """The dialogue as it stood after each of its events."""
    customer = tiny.customer()
    for text in DIALOGUE:
        customer.say(text)
    whole = tiny.tracker(customer.sender)
    events, slots = list(whole.events), list(whole.slots.values())
    return [DialogueStateTracker.from_events("x", events[:end], slots) for end in range(1, len(events) + 1)]


def test_the_latest_states_are_the_last_of_all(tiny: Assistant, points: list[DialogueStateTracker]):
    domain = tiny._agent.domain
    for point in points:
        for at_most in (1, 2, 5, 1000):
            assert rules.states_of(point, domain, at_most) == point.past_states(domain)[-at_most:]


@pytest.mark.parametrize("by_words", [False, True])
def test_the_same_action_is_found(
    tiny: Assistant, policy: RulePolicy, points: list[DialogueStateTracker], shipped: ModuleType, monkeypatch, by_words
):
    domain, found = tiny._agent.domain, []
    for point in points:
        ours = policy._find_action_from_rules(point, domain, by_words)
        with monkeypatch.context() as as_it_comes:
            for name in ("_find_action_from_rules", "_get_possible_keys"):
                as_it_comes.setattr(RulePolicy, name, getattr(shipped.RulePolicy, name))
            as_it_comes.delattr(RulePolicy, "_prediction_states")
            action, _source, is_taken_up_again = policy._find_action_from_rules(point, domain, by_words)
        assert (ours[0], ours[2]) == (action, is_taken_up_again)
        found.append(action)
    assert by_words or len({*found}) > 3


def test_rules_that_want_words_are_looked_for_by_words(policy: RulePolicy, monkeypatch):
    wanting_words = '[{"prev_action": {"action_name": "action_listen"}, "user": {"text": "hi"}}]'
    monkeypatch.setitem(policy.lookup[RULES], wanting_words, "utter_greet")
    assert rules._Rules(policy).may_hold_by_words
    assert not rules._known(policy).may_hold_by_words


def test_rasa_still_makes_a_state_of_everything(
    tiny: Assistant, policy: RulePolicy, points: list[DialogueStateTracker], monkeypatch
):
    ours = policy._prediction_states(points[-1], tiny._agent.domain)
    monkeypatch.delattr(RulePolicy, "_prediction_states")
    turns = sum(isinstance(event, UserUttered) for event in points[-1].events)
    assert len(policy._prediction_states(points[-1], tiny._agent.domain)) > turns > len(ours)
