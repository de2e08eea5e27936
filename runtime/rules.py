"""Which of Rasa's rules holds now, found in what was said last instead of in the whole dialogue.

For each action Rasa plays the dialogue through twice, to have a state for everything that ever happened, and compares
all rules with all states. No rule of ours looks back further than three states.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

Lookup = Mapping[str, str]
"""Rules, and what each of them leads to."""

Found = tuple[str | None, str | None, bool]
"""The action, the rule that leads to it, and whether a form is taken up again."""

NOTHING: Found = (None, None, False)

_possible_keys = RulePolicy._get_possible_keys
_find_action = RulePolicy._find_action_from_rules


def put_in_place() -> None:
    """Let Rasa's policy find its rules like this."""
    RulePolicy._prediction_states = latest_states
    RulePolicy._get_possible_keys = possible_keys
    RulePolicy._find_action_from_rules = find_action


def latest_states(
    self: RulePolicy,
    tracker: DialogueStateTracker,
    domain: Domain,
    use_text_for_last_user_input: bool = False,
    rule_only_data: dict[str, Any] | None = None,
) -> list[State]:
    """The dialogue's newest states, as many as the longest rule has."""
    states = states_of(tracker, domain, _known(self).longest)
    self.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
    return states


def states_of(tracker: DialogueStateTracker, domain: Domain, at_most: int) -> list[State]:
    """The last of Rasa's `past_states`. Only slots that are features of a state are filled for it."""
    slots = [slot for slot in tracker.slots.values() if slot.has_features()]
    played = DialogueStateTracker(tracker.sender_id, slots)
    events = [
        event for event in tracker.applied_events() if not isinstance(event, SlotSet) or event.key in played.slots
    ]
    actions = [place for place, event in enumerate(events) if isinstance(event, ActionExecuted)]
    wanted = set(actions[len(actions) - (at_most - 1) :] if at_most <= len(actions) else actions)
    states: list[State] = []
    for place, event in enumerate(events):
        if place in wanted:
            states.append(domain.get_active_state(played))
        event.apply_to(played)
    return [*states, domain.get_active_state(played)]


def possible_keys(self: RulePolicy, lookup: Lookup, states: list[State]) -> set[str]:
    """Rasa's own comparison, with those rules whose newest state asks for what there is."""
    return set(_possible_keys(self, _known(self).rules_for(lookup, states[-1]), states))


def find_action(
    self: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
) -> Found:
    """Rasa's own way, first by the customer's words and then by the intent; the first only where a rule has words."""
    if use_text_for_last_user_input and not _known(self).may_hold_by_words:
        return NOTHING
    found: Found = _find_action(self, tracker, domain, use_text_for_last_user_input)
    return found


class _Rules:
    """What there is to know about a policy's rules before any dialogue."""

    def __init__(self, policy: RulePolicy) -> None:
        lookups: list[Lookup] = [policy.lookup[RULES], policy.lookup[RULES_FOR_LOOP_UNHAPPY_PATH]]
        keys = [key for lookup in lookups for key in lookup]
        rules = [policy._rule_key_to_state(key) for key in keys]
        self.longest = max((len(states) for states in rules), default=1)
        self.may_hold_by_words = any(_may_hold_by_words(states[-1]) for states in rules)
        self._newest = {key: states[-1] for key, states in zip(keys, rules, strict=True)}
        self._narrowed: dict[tuple[int, str | None, str | None], Lookup] = {}

    def rules_for(self, lookup: Lookup, state: State) -> Lookup:
        """Those whose newest state asks for no other action or intent than this state's."""
        action, intent = _action_in(state), state.get(USER, {}).get(INTENT)
        place = (id(lookup), action, intent)
        if place not in self._narrowed:
            self._narrowed[place] = {
                key: leads_to for key, leads_to in lookup.items() if _may_hold(self._newest[key], action, intent)
            }
        return self._narrowed[place]


def _known(policy: RulePolicy) -> _Rules:
    rules: _Rules | None = policy.__dict__.get("_known_rules")
    if rules is None:
        rules = policy._known_rules = _Rules(policy)
    return rules


def _action_in(state: State) -> str | None:
    name: str | None = state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME)
    return name


def _may_hold(newest: State, action: str | None, intent: str | None) -> bool:
    wants = newest.get(USER, {}).get(INTENT)
    return not newest.get(PREVIOUS_ACTION) or (_action_in(newest) == action and wants in (None, intent))


def _may_hold_by_words(newest: State) -> bool:
    """By words a rule is only looked for when the customer has just spoken, and then there is no intent."""
    return _action_in(newest) in (None, ACTION_LISTEN_NAME) and INTENT not in newest.get(USER, {})
