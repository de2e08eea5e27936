"""The e-mails about requests: to support what it has to act on, to the customer what happens with it.

The customer's are in the language in which the request was filed; support reads English, and what the customer was
told as it was told.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime

from babel.dates import format_date
from babel.numbers import format_currency

from languages import gettext, locale_of, to_translate, written_moment
from orders import words
from orders.calendar_file import deadline_file
from orders.facts import claim_in_words
from orders.models import OutboxEntry, Request
from orders.money import to_text
from orders.shop import the_shop

KINDS = {
    "cancellation": to_translate("Cancellation"),
    "refund": to_translate("Refund"),
    "replacement": to_translate("Replacement"),
    "review": to_translate("Review"),
}

# What a status means to the customer, and what to do.
NEWS = {
    "filed": to_translate("We have your request. A person at our support looks at it next and answers by e-mail."),
    "approved": to_translate("Your request is approved."),
    "rejected": to_translate(
        "Our support couldn't approve your request. If you think that is wrong, please answer this e-mail."
    ),
    "received": to_translate(
        "What you sent back has arrived, and we are looking at it. There is nothing for you to do."
    ),
    "refunded": to_translate("Your refund is on its way. How long it takes to arrive depends on your bank."),
    "replaced": to_translate("Your replacement is on its way."),
    "cancelled": to_translate("Your order, or the part of it that you asked for, is cancelled."),
    "withdrawn": to_translate(
        "You have taken your request back, so nothing more happens. You can always ask again in the chat."
    ),
    "closed": to_translate("Your request is closed. If something is still open, please answer this e-mail."),
}

STATUSES = {
    "filed": to_translate("filed"),
    "approved": to_translate("approved"),
    "rejected": to_translate("rejected"),
    "received": to_translate("received"),
    "refunded": to_translate("refunded"),
    "replaced": to_translate("replaced"),
    "cancelled": to_translate("cancelled"),
    "withdrawn": to_translate("withdrawn"),
    "closed": to_translate("closed"),
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
            title=gettext("Last day: {request}", _locale(request)).format(request=_about(request, _locale(request))),
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
    if entry.recipient == "customer":
        status = gettext(STATUSES[change.status], _locale(request))
        return f"{_about(request, _locale(request))}: {status}"
    if change.note:
        return f"{_about(request, None)}: a question from the customer"
    return f"{_about(request, None)}: {change.status} (order {request.order.number})"


def _to_support(entry: OutboxEntry) -> str:
    request, order = entry.request, entry.request.order
    what = {"filed": "A customer filed this request.", "withdrawn": "The customer has withdrawn this request."}
    said = [f"The customer asks:\n\n{entry.change.note}"] if entry.change.note else [what[entry.change.status]]
    refunded = f"{to_text(order.refunded, order.currency)} {order.currency}"
    claim = claim_in_words(request.facts)
    explanation = request.decision.get("explanation")
    return _paragraphs(
        *said,
        f"{_facts(request, None)}\nWanted: {request.wants}",
        f"Order {order.number}, {order.customer.name} <{order.customer.email}>",
        f"Already refunded on this order, outside of our requests: {refunded}." if order.refunded else "",
        _items(request),
        "\n".join(["What the customer said:", *(f"  {said}" for said in claim)]) if claim else "",
        f"Decision: {request.decision.get('outcome', '')}"
        + (f", {request.decision['remedy']}" if request.decision.get("remedy") else "")
        + f" (policy version {request.policy_version})",
        "Clauses: " + ", ".join(request.decision.get("clauses") or ["none"]),
        _money(request, None),
        _deadline(request, None),
        f"What the customer was told:\n{explanation}" if explanation else "",
        f"To see it: python -m orders request {request.reference}\n"
        f"To move it: python -m orders move {request.reference} STATUS --by YOUR-NAME",
    )


def _to_customer(entry: OutboxEntry) -> str:
    request, change = entry.request, entry.change
    locale, name = _locale(request), request.order.customer.name
    explanation = request.decision.get("explanation") if change.status == "filed" else None
    may_act, steps = change.status in DONE, _steps(entry)
    nothing_to_do = gettext("There is nothing for you to do now.", locale)
    return _paragraphs(
        gettext("Hello {name},", locale).format(name=name) if name else gettext("Hello,", locale),
        gettext(NEWS[change.status], locale),
        f"{gettext('From our support:', locale)} {change.note}" if change.note and change.by != words.CUSTOMER else "",
        _facts(request, locale),
        gettext("Order {number}", locale).format(number=request.order.number),
        _items(request),
        f"{gettext('What the chat told you before it was filed:', locale)}\n{explanation}" if explanation else "",
        _money(request, locale) if may_act else "",
        _deadline(request, locale) if steps else "",
        f"{gettext('What to do:', locale)}\n{steps}" if steps else nothing_to_do if may_act else "",
        gettext(
            "Please keep the reference: with it you can see in the chat how your request stands. To change or withdraw "
            "it, answer this e-mail.",
            locale,
        ),
        the_shop().name,
    )


def _locale(request: Request) -> str | None:
    """The customer's: in it the request was filed."""
    return request.facts.get("locale")


def _about(request: Request, locale: str | None) -> str:
    return f"{gettext(KINDS[request.kind], locale)} {request.reference}"


def _facts(request: Request, locale: str | None) -> str:
    filed = gettext("Reference: {reference}\nKind: {kind}\nFiled: {moment}", locale)
    return filed.format(
        reference=request.reference,
        kind=gettext(KINDS[request.kind], locale),
        moment=written_moment(request.filed_at, "long", locale),
    )


def _items(request: Request) -> str:
    return "\n".join(f"  {asked.quantity} x {asked.item.name} ({asked.item.sku})" for asked in request.items)


def _money(request: Request, locale: str | None) -> str:
    refund = request.decision.get("refund")
    if not refund:
        return ""
    total = {"label": gettext("Total", locale), "amount": refund["total"]}
    lines = [
        f"  {line['label']}: {format_currency(Decimal(line['amount']), refund['currency'], locale=locale_of(locale))}"
        for line in [*refund["lines"], total]
    ]
    return "\n".join([gettext("The money:", locale), *lines])


def _deadline(request: Request, locale: str | None) -> str:
    deadline = request.decision.get("deadline")
    if not deadline:
        return ""
    moment = datetime.fromisoformat(deadline)
    if "T" in deadline:
        written = written_moment(moment, "long", locale)
        return gettext("Please act before {moment}.", locale).format(moment=written)
    written = format_date(moment, "full", locale=locale_of(locale))
    return gettext("The last day to act is {day}.", locale).format(day=written)


def _steps(entry: OutboxEntry) -> str:
    """What the customer still has to do: the decision's steps without those that are behind them."""
    done = DONE.get(entry.change.status)
    if done is None:
        return ""
    steps = [step for step in entry.request.decision.get("next_steps") or [] if step["code"] not in done]
    return "\n".join(f"{number}. {step['text']}" for number, step in enumerate(steps, start=1))


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"
