"""What simulated customers were told, in words and payloads, against the engine's decision on what they said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from database import transaction
from orders import Order, facts_of, find_order, find_request, left_of
from orders.letters import letter
from orders.models import Item, OutboxEntry, Request
from orders.webhooks import event_of
from policy_core import decide, published
from tests.assistant import Said
from tests.conversation.shop import Ordered, span_of
from tests.conversation.simulation.goals import Goal
from tests.conversation.simulation.promises import AGREES, GRANTS, Founded, founded
from tests.conversation.talk import CONTACT, Talk, Turn

GRANTED = "eligible"
FILED = ("eligible", "needs_review")
EXAMPLES_OF_DAYS = "'5 March', 'last Tuesday' or '3 weeks ago'"
SENDER, SUPPORT = "shop@example.com", "support@example.com"
MAY_GRANT = ("utter_withdrawn", "utter_next_cancellation")
"""They speak of asking again, and of no approval, where a cancellation was granted."""


class WrongPromiseError(AssertionError):
    """More was promised than the policy gives."""


class WrongRefusalError(AssertionError):
    """Less was offered than the policy gives."""


@dataclass
class Known:
    """What a customer has clearly said so far, and what is true."""

    order: Ordered
    goal: Goal
    claim: Mapping[str, Any]
    """What was said last of each fact."""
    wish: str
    wishes: Sequence[str]
    others: Sequence[Ordered] = ()
    """Orders that were named by mistake."""


@dataclass
class Judge:
    """Listens to one conversation."""

    shop: Engine
    standing: list[Mapping[str, Any]] = field(default_factory=list)
    """The decisions that hold since the last one was said."""
    references: list[str] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)
    """By number, as they were before the turn: what was filed is not theirs to decide any more."""

    def look_up(self, known: Known) -> None:
        """Take note of the orders before the next thing is said."""
        with transaction(self.shop) as session:
            for ordered in (known.order, *known.others):
                found = find_order(session, ordered.number, ordered.email)
                assert found is not None
                self.orders[ordered.number] = found

    def truth(self, known: Known) -> dict[str, Any]:
        """The engine's facts of the goal's items, with all that is true of them."""
        return true_facts(self.orders[known.order.number], known.order, known.goal)

    def hear(self, turn: Turn, known: Known, *, is_leading: bool = False) -> None:
        """Raises AssertionError, or one of its kinds above, at the first thing said that isn't so."""
        with transaction(self.shop) as session:
            for payload in turn.payloads("decision"):
                self._judge_decision(payload, known)
            self.references += [payload["reference"] for payload in turn.payloads("request")]
            self._judge_words(turn, known, is_leading)
            for payload in turn.filed:
                self._judge_request(session, payload, known)

    def judge_withdrawal(self, talk: Talk, has_left: bool, takes_back: bool | None) -> tuple[str, str] | None:
        """The verdict on somebody who wanted nothing any more; None for whoever wants it still.

        Raises WrongPromiseError where something stands that was taken back, or was taken back without a yes.
        """
        if has_left:
            is_still_asked = talk.turns[-1].asked not in (None, "anything_else")
            return ("asked back", "it goes on with what was left") if is_still_asked else ("right", "")
        if not self.references:
            return None
        if takes_back is None:
            return "asked back", "nothing was withdrawn"
        with transaction(self.shop) as session:
            found = [find_request(session, reference) for reference in self.references]
            statuses = {request.status for request in found if request}
        if statuses != {"withdrawn" if takes_back else "filed"}:
            raise WrongPromiseError(f"{'a yes' if takes_back else 'a no'} to withdrawing left it {statuses}")
        return "right", ""

    def _judge_decision(self, payload: Mapping[str, Any], known: Known) -> None:
        shown = payload["decision"]
        assert shown["wants"] in known.wishes, f"decides on a {shown['wants']} that nobody wanted"
        holding = self._decisions_for(payload, payload["items"], known)
        compare(shown, holding)
        self.standing = [right for right in holding if gist_of(right) == gist_of(shown)]

    def _judge_words(self, turn: Turn, known: Known, is_leading: bool) -> None:
        truth = self.truth(known)
        holding = self.standing or [{**decide({**truth, "wants": wish}).to_dict()} for wish in known.wishes]
        names = [*self.references, *_names(known)]
        for text, payload in said_with(turn.answers):
            facts = truth if payload.get("type") != "decision" else self._facts_behind(payload)
            may = founded(holding, facts, names)
            if fault := next(may.faults_of(text), None):
                raise WrongPromiseError(fault)
            self._judge_outcome(text, payload, turn)
        if is_leading and AGREES.search(next(iter(turn.text.splitlines()), "").lower()):
            raise WrongPromiseError(f"it agrees: {turn.text.splitlines()[0]!r}")

    def _facts_behind(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        order = self.orders[payload["order_number"]]
        return facts_of(order, _items_of(order, payload["items"]))

    def _judge_outcome(self, text: str, payload: Mapping[str, Any], turn: Turn) -> None:
        is_granting = GRANTS.search(text)
        if payload.get("type") == "decision":
            is_granted = any(GRANTED in outcomes_of(decision) for decision in self.standing)
            if is_granting and not is_granted:
                raise WrongPromiseError(f"it says {is_granting[0]!r}")
            if is_granted and not is_granting:
                raise WrongRefusalError("its words grant nothing")
        elif is_granting and payload.get("type") != "clause" and not set(MAY_GRANT) & set(turn.responses):
            raise WrongPromiseError(f"it says {is_granting[0]!r}")

    def _judge_request(self, session: Session, payload: Mapping[str, Any], known: Known) -> None:
        request = find_request(session, payload["reference"])
        assert request is not None, "its request isn't stored"
        assert request.wants == known.wish, f"files a {request.wants} instead of a {known.wish}"
        items = {asked.item.sku: asked.quantity for asked in request.items}
        meant = {item["sku"]: item["quantity"] for item in self.truth(known)["items"]}
        if any(count > meant.get(sku, 0) for sku, count in items.items()):
            raise WrongPromiseError(f"files {items}, and {meant} was meant")
        about = [{"sku": sku} for sku in items]
        decided = {"order_number": payload["order_number"], "decision": request.decision}
        holding = self._decisions_for(decided, about, known, items)
        compare(request.decision, holding)
        if request.kind != "review" and request.decision["outcome"] != GRANTED:
            raise WrongPromiseError(f"files a {request.kind} that is {request.decision['outcome']}")
        claim = {name: value for name, value in request.facts["claim"].items() if name in known.goal.claim}
        false = [name for name, value in claim.items() if value not in (None, known.goal.claim[name])]
        false = [name for name in false if known.claim.get(name) != claim[name]]
        assert not false, f"files a false {', '.join(false)}"
        names = [request.reference, request.policy_version, *_names(known)]
        order = self.orders[payload["order_number"]]
        facts = facts_of(order, _items_of(order, about))
        filed_at = {"placed_at": request.filed_at.isoformat()}
        may = founded(holding, {**facts, "items": [*facts["items"], filed_at]}, names)
        for entry in session.execute(select(OutboxEntry).where(OutboxEntry.request_id == request.id)).scalars():
            self._judge_entry(entry, request, may)

    def _decisions_for(
        self,
        payload: Mapping[str, Any],
        about: Sequence[Mapping[str, Any]],
        known: Known,
        quantities: Mapping[str, int] | None = None,
    ) -> list[Mapping[str, Any]]:
        """What the engine decides on what was said, and on the truth, for the wish and the items of a payload."""
        order = self.orders[payload["order_number"]]
        items = _items_of(order, about)
        is_goal = order.number == known.order.number and {i.name for i in items} <= _names_meant(order, known.goal)
        claims = [known.claim, known.goal.claim] if is_goal else [known.claim]
        exact = {item.id: quantities[item.sku] for item in items} if quantities else None
        day = _day_of_their_word(known)
        days = [day, None] if day else [None]
        said = {"as_of": datetime.now(timezone.utc).isoformat(), "wants": payload["decision"]["wants"]}
        return [
            {
                **decide(
                    _with_day(facts_of(order, items, count), day)
                    | said
                    | {"claim": {"original_purchaser": True, **claim}}
                ).to_dict()
            }
            for claim in claims
            for day in days
            for count in ([exact] if exact else _counts(items, known.goal))
        ]

    def _judge_entry(self, entry: OutboxEntry, request: Request, may: Founded) -> None:
        if entry.recipient == "webhook":
            told = event_of(entry)["request"]["decision"]
            assert told == request.decision, "the webhook tells another decision"
            return
        message = letter(entry, sender=SENDER, support=SUPPORT)
        body = message.get_body(("plain",))
        assert body is not None, "an e-mail without words"
        if fault := next(may.faults_of(f"{message['Subject']}\n{body.get_content()}"), None):
            raise WrongPromiseError(f"its e-mail to the {entry.recipient}: {fault}")


def _names(known: Known) -> Iterator[str]:
    """What has digits in it without being a promise."""
    yield EXAMPLES_OF_DAYS
    yield published().shop.order_number  # the example of what one looks like
    for ordered in (known.order, *known.others):
        yield from (ordered.number, ordered.email)
        yield from (f"{count} more" for count in range(1, len(ordered.data.items)))
        for item in ordered.data.items:
            for count in range(1, item.quantity + 1):
                yield from (f"{count} × {item.name}", f"{count} × “{item.name}”", f"{count} x {item.name}")
            yield from (item.name, item.sku, *([item.tracking_number] if item.tracking_number else []))


def said_with(answers: Said) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each text with the payload that goes with it."""
    for answer, after in zip(answers, [*answers[1:], {}], strict=True):
        if text := answer.get("text"):
            is_apart = "custom" not in answer and "text" not in after
            yield text, (after if is_apart else answer).get("custom") or {}


def _counts(items: Sequence[Item], goal: Goal) -> list[dict[int, int] | None]:
    if goal.quantity is None or len(items) != 1 or goal.quantity > left_of(items[0]):
        return [None]
    return [None, {items[0].id: goal.quantity}]


def _items_of(order: Order, named: Sequence[Mapping[str, Any]]) -> list[Item]:
    skus = [item["sku"] for item in named]
    return [item for item in order.items if item.sku in skus]


def _names_meant(order: Order, goal: Goal) -> set[str]:
    return {item.name for item in order.items if not goal.items or item.name in goal.items}


def _day_of_their_word(known: Known) -> str | None:
    return (known.order.now - span_of(known.goal.delivered)).date().isoformat() if known.goal.delivered else None


def _with_day(facts: dict[str, Any], day: str | None) -> dict[str, Any]:
    """With the day of delivery in the customer's words, where the shop has none."""
    return {**facts, "order": {**facts["order"], "delivered_at": day}} if day else facts


def compare(shown: Mapping[str, Any], holding: Sequence[Mapping[str, Any]]) -> None:
    """Raises where a decision is none of those that hold."""
    if gist_of(shown) in [gist_of(right) for right in holding]:
        return
    why = f"decided {gist_of(shown)} instead of {gist_of(holding[0])}"
    if all(_gives_more(shown, right) for right in holding):
        raise WrongPromiseError(why)
    if not any(GRANTED in outcomes_of(shown) for _ in holding) and all(
        GRANTED in outcomes_of(right) or right["outcome"] == "needs_facts" for right in holding
    ):
        raise WrongRefusalError(why)
    raise AssertionError(why)


def outcomes_of(decision: Mapping[str, Any]) -> list[str]:
    """Item by item."""
    return [part["outcome"] for part in decision["per_item"]] or [decision["outcome"]]


def _gives_more(shown: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    """Whether something is granted that isn't right, or more money, or a later day."""
    outcomes, rights = outcomes_of(shown), outcomes_of(right)
    if len(outcomes) != len(rights):
        return GRANTED in outcomes
    if any(said == GRANTED != due for said, due in zip(outcomes, rights, strict=True)):
        return True
    return _total(shown) > _total(right) or (
        GRANTED in outcomes and shown["deadline"] is not None and (shown["deadline"] > (right["deadline"] or ""))
    )


def _total(decision: Mapping[str, Any]) -> Decimal:
    return Decimal(decision["refund"]["total"]) if decision["refund"] else Decimal(0)


def true_facts(stored: Order, order: Ordered, goal: Goal) -> dict[str, Any]:
    """The engine's facts of the goal's items, with all that is true of them."""
    items = [item for item in stored.items if not goal.items or item.name in goal.items]
    facts = facts_of(stored, items, {items[0].id: goal.quantity} if goal.quantity else None)
    if goal.delivered:
        facts["order"]["delivered_at"] = (order.now - span_of(goal.delivered)).date().isoformat()
    claim = {"original_purchaser": True, **goal.claim}
    return {**facts, "as_of": datetime.now(timezone.utc).isoformat(), "wants": goal.wants, "claim": claim}


def gist_of(decision: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a customer would be wronged by if it differed."""
    lines = decision["refund"] and [(line["label"], line["amount"]) for line in decision["refund"]["lines"]]
    total = decision["refund"] and decision["refund"]["total"]
    parts = tuple(gist_of(part) for part in decision["per_item"])
    return decision["wants"], decision["outcome"], decision["remedy"], total, lines, decision["deadline"], parts


def last_gist(talk: Talk) -> tuple[Any, ...] | None:
    decisions = [payload["decision"] for turn in talk.turns for payload in turn.payloads("decision")]
    return gist_of(decisions[-1]) if decisions else None


def judge(talk: Talk, truth: Mapping[str, Any]) -> tuple[str, str]:
    """The verdict on a conversation in which nothing wrong was said, and why."""
    right = decide(truth).to_dict()
    filed = [payload for turn in talk.turns for payload in turn.filed]
    decisions = [payload["decision"] for turn in talk.turns for payload in turn.payloads("decision")]
    if not decisions:
        last = talk.turns[-1]
        is_at_a_person = CONTACT in last.text and not last.ask
        return ("person", "") if is_at_a_person or last.payloads("handover") else ("asked back", f"at {last.asked}")
    if not filed and gist_of(decisions[-1]) != gist_of(right):
        return "wrong", f"decided {gist_of(decisions[-1])} at last instead of {gist_of(right)}"
    if filed or not set(FILED) & set(outcomes_of(right)):
        return "right", ""
    return "asked back", "nothing was filed"
