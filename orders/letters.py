"""The e-mails about requests: to support what it has to act on, to the customer what happens with it."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from babel.dates import format_date
from babel.dates import format_datetime as format_moment

from orders import words
from orders.calendar_file import deadline_file
from orders.facts import claim_in_words
from orders.models import OutboxEntry, Request
from orders.money import to_text
from orders.shop import the_shop

KINDS = {"cancellation": "Cancellation", "refund": "Refund", "replacement": "Replacement", "review": "Review"}

# What a status means to the customer, and what to do.
NEWS = {
    "filed": "We have your request. A person at our support looks at it next and answers by e-mail.",
    "approved": "Your request is approved.",
    "rejected": "Our support couldn't approve your request. If you think that is wrong, please answer this e-mail.",
    "received": "What you sent back has arrived, and we are looking at it. There is nothing for you to do.",
    "refunded": "Your refund is on its way. How long it takes to arrive depends on your bank.",
    "replaced": "Your replacement is on its way.",
    "cancelled": "Your order, or the part of it that you asked for, is cancelled.",
    "withdrawn": "You have taken your request back, so nothing more happens. You can always ask again in the chat.",
    "closed": "Your request is closed. If something is still open, please answer this e-mail.",
}
DONE = {
    "filed": {"email_support", "ask_agent"},
    "approved": {"email_support", "ask_agent", "wait_for_approval"},
}
"""The statuses in which the customer may still have something to do; and the policy's steps that are behind them."""


def letter(entry: OutboxEntry, *, sender: str, support: str) -> EmailMessage:
    """The e-mail that this entry of the outbox stands for. ValueError if no e-mail can bear the customer's address."""
    request = entry.request
    customer = request.order.customer.email
    message = EmailMessage()
    is_to_support = entry.recipient == "support"
    message["From"] = sender
    message["To"] = support if is_to_support else customer
    if not is_to_support and [address.addr_spec for address in message["To"].addresses] != [customer]:
        raise ValueError("an e-mail would go to another address than the customer's")
    message["Reply-To"] = customer if is_to_support else support
    message["Subject"] = _subject(entry)
    message["Date"] = format_datetime(entry.created_at)
    message["Message-ID"] = f"<{entry.key}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_to_support(entry) if is_to_support else _to_customer(entry))
    deadline, steps = request.decision.get("deadline"), _steps(entry)
    if not is_to_support and deadline and steps:
        calendar = deadline_file(
            uid=f"{request.reference}@{sender.rpartition('@')[2].rstrip('>')}",
            title=f"Last day for your {request.kind} {request.reference}",
            description=steps,
            deadline=str(deadline),
            made_at=request.filed_at,
        )
        message.add_attachment(
            calendar.encode(), maintype="text", subtype="calendar", filename=f"{request.reference}.ics",
            params={"charset": "utf-8"},
        )  # fmt: skip
    return message


def _subject(entry: OutboxEntry) -> str:
    request, change = entry.request, entry.change
    about = f"{KINDS[request.kind]} {request.reference}"
    if entry.recipient == "customer":
        return f"{about}: {change.status}"
    if change.note:
        return f"{about}: a question from the customer"
    return f"{about}: {change.status} (order {request.order.number})"


def _to_support(entry: OutboxEntry) -> str:
    request, order = entry.request, entry.request.order
    what = {"filed": "A customer filed this request.", "withdrawn": "The customer has withdrawn this request."}
    said = [f"The customer asks:\n\n{entry.change.note}"] if entry.change.note else [what[entry.change.status]]
    refunded = f"{to_text(order.refunded, order.currency)} {order.currency}"
    claim = claim_in_words(request.facts)
    return _paragraphs(
        *said,
        f"{_facts(request)}\nWanted: {request.wants}",
        f"Order {order.number}, {order.customer.name} <{order.customer.email}>",
        f"Already refunded on this order, outside of our requests: {refunded}." if order.refunded else "",
        _items(request),
        "\n".join(["What the customer said:", *(f"  {said}" for said in claim)]) if claim else "",
        f"Decision: {request.decision.get('outcome', '')}"
        + (f", {request.decision['remedy']}" if request.decision.get("remedy") else "")
        + f" (policy version {request.policy_version})",
        "Clauses: " + ", ".join(request.decision.get("clauses") or ["none"]),
        _money(request),
        _deadline(request),
        str(request.decision.get("explanation") or ""),
        f"To see it: python -m orders request {request.reference}\n"
        f"To move it: python -m orders move {request.reference} STATUS --by YOUR-NAME",
    )


def _to_customer(entry: OutboxEntry) -> str:
    request, change = entry.request, entry.change
    name = request.order.customer.name
    explanation = request.decision.get("explanation") if change.status == "filed" else None
    may_act, steps = change.status in DONE, _steps(entry)
    return _paragraphs(
        f"Hello {name}," if name else "Hello,",
        NEWS[change.status],
        f"From our support: {change.note}" if change.note and change.by != words.CUSTOMER else "",
        _facts(request),
        f"Order {request.order.number}",
        _items(request),
        f"What the chat told you before it was filed:\n{explanation}" if explanation else "",
        _money(request) if may_act else "",
        _deadline(request) if steps else "",
        f"What to do:\n{steps}" if steps else "There is nothing for you to do now." if may_act else "",
        "Please keep the reference: with it you can see in the chat how your request stands. To change or withdraw it, "
        "answer this e-mail.",
        the_shop().name,
    )


def _facts(request: Request) -> str:
    return (
        f"Reference: {request.reference}\nKind: {KINDS[request.kind]}\n"
        f"Filed: {format_moment(request.filed_at, 'long', locale='en_US')}"
    )


def _items(request: Request) -> str:
    return "\n".join(f"  {asked.quantity} x {asked.item.name} ({asked.item.sku})" for asked in request.items)


def _money(request: Request) -> str:
    refund = request.decision.get("refund")
    if not refund:
        return ""
    lines = [f"  {line['label']}: {line['amount']} {refund['currency']}" for line in refund["lines"]]
    return "\n".join(["The money:", *lines, f"  Total: {refund['total']} {refund['currency']}"])


def _deadline(request: Request) -> str:
    deadline = request.decision.get("deadline")
    if not deadline:
        return ""
    if "T" in deadline:
        return f"Please act before {format_moment(datetime.fromisoformat(deadline), 'long', locale='en_US')}."
    return f"The last day to act is {format_date(datetime.fromisoformat(deadline), 'full', locale='en_US')}."


def _steps(entry: OutboxEntry) -> str:
    """What the customer still has to do: the decision's steps without those that are behind them."""
    done = DONE.get(entry.change.status)
    if done is None:
        return ""
    steps = [step for step in entry.request.decision.get("next_steps") or [] if step["code"] not in done]
    return "\n".join(f"{number}. {step['text']}" for number, step in enumerate(steps, start=1))


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"
