"""The policy engine: facts in, a decision by the published policy out, with the sentences that it rests on.

from policy_core import decide
decide({"wants": "refund", "as_of": "2026-03-05T12:00:00+00:00", "order": {...}, "items": [...]}).outcome
"""

from policy_core.answers import TOPICS, Answer, answer
from policy_core.decide import decide
from policy_core.decision import Decision
from policy_core.facts import BadFacts, Facts, Wish, read_facts
from policy_core.policy import Clause, Policy, load_policy, published
from policy_core.rules import Outcome, Remedy
from policy_core.wording import of_the_shop
from policy_core.yaml_files import PolicyError

__all__ = [
    "TOPICS",
    "Answer",
    "BadFacts",
    "Clause",
    "Decision",
    "Facts",
    "Outcome",
    "Policy",
    "PolicyError",
    "Remedy",
    "Wish",
    "answer",
    "decide",
    "load_policy",
    "of_the_shop",
    "published",
    "read_facts",
]
