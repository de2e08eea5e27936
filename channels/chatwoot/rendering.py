"""Our messages as Chatwoot shows them: text in its Markdown, and lists to choose from where its channel has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency

from channels.chatwoot import words
from conversations import Message
from languages import gettext, locale_of, written_moment
from policy_core import published

WITH_LISTS = ("Channel::WebWidget",)
"""The channels that show `input_select`; in all others people write what they choose."""


def message_body(text: str, options: Sequence[Mapping[str, str]], channel: str) -> dict[str, Any]:
    """What is said to the customer, as Chatwoot takes it."""
    if not options:
        return {"content": text, "message_type": "outgoing", "private": False}
    titles = [option["title"] for option in options]
    if channel not in WITH_LISTS:
        return message_body("\n".join([text, *(f"- {title}" for title in titles)]).strip(), (), channel)
    return {
        "content": text or " / ".join(titles),
        "message_type": "outgoing",
        "private": False,
        "content_type": "input_select",
        "content_attributes": {"items": [{"title": each["title"], "value": each["id"]} for each in options]},
    }


def options_in(message: Message) -> list[dict[str, str]]:
    """What it offers to choose from."""
    custom = message.custom or {}
    return list(custom.get("options") or []) if custom.get("type") == "ask" else []


def words_of(message: Message, locale: str) -> str:
    """All that it says, its card as text in the customer's language; the policy's sentences in its own."""
    return _paragraphs(message.text or "", _card(message.custom or {}, locale))


def quotations(ids: Sequence[str]) -> list[str]:
    """These clauses' sentences, as the policy in force today has them."""
    policy = published()
    clauses = policy.in_force(datetime.now(policy.settings.zone).date()).clauses
    return [" ".join(clauses[id].text.split()) for id in ids if id in clauses]


def day_or_moment(deadline: str, locale: str | None = None) -> str:
    """A deadline, which is a day or a moment, in words."""
    at = datetime.fromisoformat(deadline)
    return written_moment(at, "long", locale) if "T" in deadline else format_date(at, "full", locale_of(locale))


def _card(custom: Mapping[str, Any], locale: str) -> str:
    if custom.get("type") == "decision":
        return _decision(custom["decision"], locale)
    return _quoted(custom["quotes"]) if custom.get("type") == "clause" else ""


def _decision(decision: Mapping[str, Any], locale: str) -> str:
    steps = [step["text"] for step in decision.get("next_steps") or []]
    numbered = [f"{number}. {text}" for number, text in enumerate(steps, start=1)]
    quotes = quotations(decision.get("clauses") or [])
    deadline = decision.get("deadline")
    return _paragraphs(
        _money(decision.get("refund"), locale),
        f"**{gettext(words.LAST_DAY, locale)}:** {day_or_moment(deadline, locale)}" if deadline else "",
        "\n".join([f"**{gettext(words.STEPS, locale)}:**", *numbered]) if numbered else "",
        f"**{gettext(words.POLICY, locale)}:**\n{_quoted(quotes)}" if quotes else "",
    )


def _money(refund: Mapping[str, Any] | None, locale: str) -> str:
    if not refund:
        return ""

    def amount(written: str) -> str:
        return str(format_currency(Decimal(written), refund["currency"], locale=locale_of(locale)))

    lines = [f"{line['label']}: {amount(line['amount'])}" for line in refund["lines"]]
    return "\n".join([*lines, f"**{gettext(words.TOTAL, locale)}: {amount(refund['total'])}**"])


def _quoted(sentences: Sequence[str]) -> str:
    return "\n".join(f"> {' '.join(sentence.split())}" for sentence in sentences)


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
