"""A whole conversation in Chatwoot with the real assistant: asked, decided, handed over, handed back, filed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from conversations import messages_after
from conversations.chatwoot import find
from database import transaction
from orders import find_order, requests_of
from tests.assistant import Assistant, Customer
from tests.unit.channels.chatwoot import ACCOUNT, TEAM, Chatwoot, all_is_told, hurry
from tests.unit.channels.servers import FakeRasa, running, until

ORDER, EMAIL = "INO-10482", "ana.torres@example.com"


@pytest.fixture
def chatwoot(
    customer: Customer, shop: Engine, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Chatwoot]:
    """One whose bot is the trained assistant, with its actions, behind a web service. The shop is as new."""

    def answers(message: dict[str, Any]) -> Any:
        return assistant.say(message["message"], message["sender"], message["metadata"])

    hurry(monkeypatch)
    chatwoot, rasa = Chatwoot().start(), FakeRasa(answers).start()
    rasa.goes_on = lambda message: assistant.hand_back(message["sender"], message["corrections"])
    with running(shop, rasa, chatwoot=chatwoot.settings(team=TEAM)) as service:
        chatwoot.deliver_to = service.url
        yield chatwoot
    rasa.stop()
    chatwoot.stop()
    assert chatwoot.violations == []


def test_a_refund_with_a_person_in_between(chatwoot: Chatwoot, shop: Engine) -> None:
    there = chatwoot.conversation()

    def answers_to(words: str) -> list[str]:
        before = len(chatwoot.said(there))
        assert chatwoot.customer_writes(there, words).status_code == 200
        all_is_told(shop, there, 30)
        return chatwoot.said(there)[before:]

    def questions() -> list[dict[str, Any]]:
        with transaction(shop) as session:
            held_there = find(session, ACCOUNT, there.id)
            assert held_there
            said = [each.custom or {} for each in messages_after(session, held_there.conversation_id, 0)]
        return [custom for custom in said if custom.get("type") == "ask"]

    answers_to(f"Hi, I want my money back for order {ORDER}, {EMAIL}")
    assert questions()[-1]["fact"] == "claim.working"
    answers_to("yes")
    assert questions()[-1]["fact"] == "claim.original_packaging"
    decided = answers_to("yes")

    card = next(words for words in decided if "**Total:" in words)
    assert "> Please note that the product must be received in original working condition" in card
    assert questions()[-1]["fact"] == "confirm"

    told = answers_to("I'd rather talk to a person")
    assert "join you here" in told[-1]
    assert [call.what for call in chatwoot.told(there)[-3:]] == ["messages", "assignments", "toggle_status"]
    assert there.status == "open"
    (note,) = chatwoot.notes(there)
    for known in (ORDER, EMAIL, "original packaging: yes (customer's word)", "**Decision:** refund: eligible"):
        assert known in note
    assert "**Amount:** 139.64 USD" in note
    assert "- refunds.condition: Please note that the product must be" in note

    chatwoot.person_writes(there, "Jane", "Hello, what can I do for you?")
    assert answers_to("yes, file it, please") == []  # said to Jane
    before = len(chatwoot.said(there))
    chatwoot.set_status(there, "pending")
    until(lambda: len(chatwoot.said(there)) > before, 30)
    all_is_told(shop, there, 30)
    assert questions()[-1]["fact"] == "confirm"
    with transaction(shop) as session:
        order = find_order(session, ORDER, EMAIL)
        assert order
        assert requests_of(order) == []

    filed = answers_to("yes")

    with transaction(shop) as session:
        order = find_order(session, ORDER, EMAIL)
        assert order
        (request,) = requests_of(order)
        assert request.kind == "refund"
        assert any(request.reference in words for words in filed)
