"""The policy's rules, by wish; in each, the first that applies decides."""

from collections.abc import Mapping

from policy_core.facts import Wish
from policy_core.rules.any_wish import wish_unknown
from policy_core.rules.cancellation import CANCELLATION
from policy_core.rules.refund import REFUND
from policy_core.rules.replacement import REPLACEMENT
from policy_core.rules.rule import Outcome, Remedy, Rule, Verdict

RULES: Mapping[Wish | None, tuple[Rule, ...]] = {
    None: (wish_unknown,),
    Wish.CANCELLATION: CANCELLATION,
    Wish.REFUND: REFUND,
    Wish.REPLACEMENT: REPLACEMENT,
}

__all__ = ["RULES", "Outcome", "Remedy", "Rule", "Verdict"]
