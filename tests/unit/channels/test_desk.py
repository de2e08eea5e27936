"""The agents' doors and calls, over HTTP: who gets in, what they see, what they may do."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
import socketio
from sqlalchemy.engine import Engine

from channels.desk.openapi import document
from channels.desk.replies import RepliesError, quotations, replies_in
from conversations import Draft, Reason, Role, begin, call_a_person, keep_case, store_message
from conversations.agents import MOST_FAILURES
from database import transaction
from orders import facts_of, find_request
from orders.finding import find_by_number
from policy_core import published
from tests.unit.channels.agents import PASSWORD, AgentPage, refusal
from tests.unit.channels.servers import Customer, WebService, until
from tests.unit.orders.builders import CAMERA, stored

Desk = Callable[..., AgentPage]
CALLS = sorted(
    (method.upper(), path)
    for path, calls in document()["paths"].items()
    for method in calls
    if not path.endswith(("/login", "/logout"))
)


def waiting(engine: Engine, *said: str) -> str:
    with transaction(engine) as session:
        conversation, _ = begin(session)
        for text in said or ("Please, a person",):
            last = store_message(session, conversation.id, Draft("customer", text))
        call_a_person(session, conversation.id, Reason.ASKED, last.seq)
    return conversation.id


def with_case(engine: Engine, **claim: Any) -> tuple[str, str]:
    """A waiting conversation about an order that came three days ago: its id and the order's number."""
    conversation_id, number = waiting(engine), f"INO-{uuid.uuid4().hex[:8].upper()}"
    came = datetime.now(timezone.utc) - timedelta(days=3)
    with transaction(engine) as session:
        camera = replace(CAMERA, delivered_at=came)
        bought = stored(session, number, camera, placed_at=came - timedelta(days=3))
        facts = facts_of(bought, bought.items) | {
            "as_of": datetime.now(timezone.utc).isoformat(),
            "wants": "refund",
            "claim": {"original_purchaser": True, **claim},
        }
        keep_case(
            session,
            conversation_id,
            {
                "order_number": number,
                "email": bought.customer.email,
                "items": [{"sku": bought.items[0].sku, "name": bought.items[0].name}],
                "facts": facts,
                "said": ["wants", *(f"claim.{name}" for name in claim)],
            },
        )
    return conversation_id, number


# Who gets in ----------------------------------------------------------------------------------------------------------


def test_without_signing_in_nothing_answers(service: WebService) -> None:
    assert len(CALLS) >= 15
    for method, path in CALLS:
        answer = httpx.request(method, f"{service.url}{path}", json={}, trust_env=False)
        assert refusal(answer) == (401, "not_signed_in"), (method, path)


def test_without_signing_in_the_socket_refuses(service: WebService, agent: Desk) -> None:
    for auth in (None, {}, {"token": "guess"}, {"token": 7}):
        client = socketio.Client(reconnection=False)
        with pytest.raises(socketio.exceptions.ConnectionError):
            client.connect(service.url, auth=auth, transports=["websocket"], namespaces=["/desk"])


def test_name_and_password_give_a_token_or_a_cookie(service: WebService, agent: Desk) -> None:
    desk = agent(Role.LEAD)
    assert desk.get("/me") == {"name": desk.name, "role": "lead"}
    page = httpx.Client(base_url=f"{service.url}/desk/api", trust_env=False)

    answer = page.post("/login", json={"name": desk.name, "password": PASSWORD})

    assert answer.json()["token"] is None
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert page.get("/me").json()["name"] == desk.name


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(agent: Desk) -> None:
    desk = agent()
    wrong = desk.sign_in("wrong password")
    unknown = desk.http.post("/login", json={"name": "Nobody At All", "password": PASSWORD})

    assert refusal(wrong) == (401, "wrong_password")
    assert wrong.json() == unknown.json()


def test_guessing_locks_the_account_and_says_so(agent: Desk) -> None:
    desk = agent()
    for _ in range(MOST_FAILURES):
        assert refusal(desk.sign_in("a wrong guess")) == (401, "wrong_password")

    assert refusal(desk.sign_in()) == (429, "locked")


def test_after_signing_out_the_token_is_of_no_use_and_the_socket_ends(service: WebService, agent: Desk) -> None:
    desk = agent().connect()

    assert desk.http.post("/logout").status_code == 204

    assert refusal(desk.http.get("/me")) == (401, "not_signed_in")
    socket = desk.socket
    until(lambda: socket and not socket.connected)
    with pytest.raises(socketio.exceptions.ConnectionError):
        AgentPage.connect(desk)


def test_from_another_origin_neither_cookie_nor_token_is_taken(service: WebService, agent: Desk) -> None:
    desk = agent()
    elsewhere = {"Origin": "https://evil.example"}
    page = httpx.Client(base_url=f"{service.url}/desk/api", trust_env=False)
    page.post("/login", json={"name": desk.name, "password": PASSWORD})

    assert refusal(page.get("/me", headers=elsewhere)) == (403, "other_origin")
    assert refusal(desk.http.get("/me", headers=elsewhere)) == (403, "other_origin")
    assert (
        refusal(desk.http.post("/login", json={"name": desk.name, "password": PASSWORD}, headers=elsewhere))[0] == 403
    )
    assert page.get("/me", headers={"Origin": service.url}).status_code == 200
    client = socketio.Client(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(
            service.url, auth={"token": desk.token}, headers=elsewhere, transports=["websocket"], namespaces=["/desk"]
        )


def test_a_customers_secret_opens_nothing_of_the_desk(service: WebService, agent: Desk) -> None:
    tab = Customer(service.url).connect()

    for token in (tab.session["secret"], f"{tab.session['session_id']}.{tab.session['secret']}"):
        answer = httpx.get(
            f"{service.url}/desk/api/conversations",
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
        )
        assert refusal(answer) == (401, "not_signed_in")
    tab.leave()


# What they see --------------------------------------------------------------------------------------------------------


def test_the_queue_comes_longest_waiting_first_and_in_pages(agent: Desk, engine: Engine) -> None:
    lead = agent(Role.LEAD)
    ours = [waiting(engine) for _ in range(55)]

    seen, after = [], None
    while True:
        page = lead.get("/conversations", state="waiting", **({"after": after} if after else {}))
        seen += [each["id"] for each in page["conversations"]]
        after = page["next"]
        if after is None:
            break

    assert [each for each in seen if each in ours] == ours
    assert len(seen) == len(set(seen))
    for each in seen:
        lead.post(f"/conversations/{each}/close")


def test_a_chat_in_which_nobody_has_said_anything_is_not_listed(agent: Desk, engine: Engine) -> None:
    with transaction(engine) as session:
        silent, _ = begin(session)
        spoken, _ = begin(session)
        store_message(session, spoken.id, Draft("customer", "hello"))

    listed = [each["id"] for each in agent().get("/conversations", state="assistant")["conversations"]]

    assert spoken.id in listed
    assert silent.id not in listed


def test_one_conversation_is_shown_whole(agent: Desk, engine: Engine) -> None:
    conversation_id, number = with_case(engine, working=True)
    desk = agent()
    desk.post(f"/conversations/{conversation_id}/notes", text="Knows the shop well")

    details = desk.get(f"/conversations/{conversation_id}")

    assert details["conversation"]["order_number"] == number
    assert details["messages"][0]["text"] == "Please, a person"
    assert [(note["by"], note["text"]) for note in details["notes"]] == [(desk.name, "Knows the shop well")]
    case = details["case"]
    assert case["order"]["order_number"] == number
    assert case["decision"]["missing"] == ["claim.original_packaging"]
    sources = {fact["fact"]: fact["source"] for fact in case["facts"]}
    assert sources["claim.working"] == sources["wants"] == "customer"
    assert sources["order.delivered_at"] == sources["order.placed_at"] == "order"
    assert sources["claim.original_packaging"] is None


def test_what_is_not_there_is_said_to_be_not_there(agent: Desk) -> None:
    desk = agent()

    assert refusal(desk.http.get("/conversations/nobody")) == (404, "not_known")
    for path, body in [
        ("claim", {}),
        ("messages", {"client_id": "1", "text": "hi"}),
        ("notes", {"text": "hi"}),
        ("facts", {"fact": "wants", "value": "refund"}),
        ("assign", {"agent": desk.name}),
        ("return", {}),
        ("close", {}),
        ("requests", {"kind": "refund"}),
    ]:
        assert refusal(desk.post(f"/conversations/nobody/{path}", **body)) == (404, "not_known"), path
    assert refusal(desk.post("/requests/R-0000-0000/status", status="approved")) == (404, "not_known")
    assert refusal(desk.http.get("/conversations/nobody/photos/none")) == (404, "not_known")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("messages", {"client_id": "1"}),
        ("messages", {"client_id": "with spaces", "text": "hi"}),
        ("messages", {"client_id": "1", "text": "x" * 5001}),
        ("messages", {"client_id": "1", "text": ["hi"]}),
        ("notes", {"text": ""}),
        ("facts", {"value": True}),
        ("requests", {"kind": "gift"}),
    ],
)
def test_what_is_malformed_is_refused_with_the_field(agent: Desk, engine: Engine, path: str, body: Any) -> None:
    desk, conversation_id = agent(), waiting(engine)
    desk.claim(conversation_id)

    assert refusal(desk.post(f"/conversations/{conversation_id}/{path}", **body)) == (422, "malformed")


def test_agents_are_listed_with_who_is_there_and_how_much_they_have(agent: Desk, engine: Engine) -> None:
    desk, away = agent().connect(), agent()
    desk.claim(waiting(engine))

    known = {each["name"]: each for each in desk.get("/agents")}

    assert known[desk.name] == {"name": desk.name, "role": "agent", "is_online": True, "holds": 1}
    assert not known[away.name]["is_online"]


def test_prepared_replies_are_the_shops_own_and_every_sentence_of_the_policy(agent: Desk) -> None:
    replies = agent().get("/replies")

    assert [each["title"] for each in replies[:1]] == ["Hello"]
    quoted = {each["clause"] for each in replies if each["clause"]}
    clauses = published().in_force(datetime.now(timezone.utc).date()).clauses
    assert quoted == set(clauses)
    for each in quotations():
        assert " ".join(clauses[str(each.clause)].text.split()) in each.text


def test_the_shops_own_replies_can_be_changed_and_a_broken_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "replies.yml"
    file.write_text("- title: Hi\n  text: Hi there!\n")
    assert [(each.title, each.text) for each in replies_in(file)] == [("Hi", "Hi there!")]

    for broken in ("- title: Hi\n", "a: b: c", "just words", "\xff"):
        file.write_bytes(broken.encode("latin-1"))
        with pytest.raises(RepliesError, match="title"):
            replies_in(file)
    with pytest.raises(RepliesError, match="can't be read"):
        replies_in(tmp_path / "missing.yml")


def test_the_audit_trail_is_for_leads_and_holds_what_agents_did(agent: Desk, engine: Engine) -> None:
    desk, lead, conversation_id = agent(), agent(Role.LEAD), waiting(engine)
    desk.claim(conversation_id)
    desk.post(f"/conversations/{conversation_id}/close", reason="solved by phone")

    assert refusal(desk.http.get("/audit")) == (403, "for_leads")
    ours = [each for each in lead.get("/audit") if each["conversation_id"] == conversation_id]
    assert [(each["by"], each["action"], each["detail"]) for each in ours] == [
        (desk.name, "closed", "solved by phone"),
        (desk.name, "took over", None),
    ]


# What they decide -----------------------------------------------------------------------------------------------------


def test_a_corrected_fact_changes_the_decision_at_once(agent: Desk, engine: Engine) -> None:
    conversation_id, _ = with_case(engine, working=True)
    desk = agent()
    desk.claim(conversation_id)

    def correct(fact: str, value: Any) -> httpx.Response:
        return desk.post(f"/conversations/{conversation_id}/facts", fact=fact, value=value)

    assert correct("claim.original_packaging", True).json()["decision"]["outcome"] == "eligible"
    assert correct("claim.working", False).json()["decision"]["outcome"] == "not_eligible"
    facts = {fact["fact"]: fact for fact in correct("claim.working", None).json()["facts"]}
    assert facts["claim.working"] == {"fact": "claim.working", "value": True, "source": "customer"}
    assert facts["claim.original_packaging"]["source"] == "agent"
    assert refusal(correct("claim.reason", "bored")) == (422, "bad_fact")
    assert refusal(correct("order.delivered_at", "2026-01-01")) == (409, "from_the_order")
    assert refusal(correct("items", "none")) == (422, "unknown_fact")


def test_without_an_order_there_is_nothing_to_correct_or_file(agent: Desk, engine: Engine) -> None:
    desk, conversation_id = agent(), waiting(engine)
    desk.claim(conversation_id)

    corrected = desk.post(f"/conversations/{conversation_id}/facts", fact="claim.working", value=True)
    filed = desk.post(f"/conversations/{conversation_id}/requests", kind="refund")

    assert refusal(corrected) == refusal(filed) == (409, "no_case")


def test_an_agent_files_what_the_policy_gives_once_and_the_customer_sees_it(agent: Desk, engine: Engine) -> None:
    conversation_id, number = with_case(engine, working=True, original_packaging=True)
    desk = agent()
    desk.claim(conversation_id)

    first = desk.post(f"/conversations/{conversation_id}/requests", kind="refund")
    again = desk.post(f"/conversations/{conversation_id}/requests", kind="refund")

    assert first.status_code == again.status_code == 201
    reference = first.json()["request"]["reference"]
    assert again.json()["request"]["reference"] == reference
    shown = [
        line["custom"]
        for line in desk.get(f"/conversations/{conversation_id}")["messages"]
        if (line["custom"] or {}).get("type") == "request"
    ]
    assert [(each["reference"], each["status"], each["order_number"]) for each in shown] == [
        (reference, "filed", number)
    ]


def test_what_the_policy_does_not_give_is_filed_as_a_review_only(agent: Desk, engine: Engine) -> None:
    conversation_id, _ = with_case(engine, working=False)
    desk = agent()
    desk.claim(conversation_id)

    refused = desk.post(f"/conversations/{conversation_id}/requests", kind="refund")
    filed = desk.post(f"/conversations/{conversation_id}/requests", kind="review")

    assert refusal(refused) == (409, "not_by_policy")
    assert filed.json()["request"]["kind"] == "review"
    assert filed.json()["request"]["decision"]["outcome"] == "not_eligible"


def test_an_agent_approves_a_request_and_only_what_may_follow(agent: Desk, engine: Engine) -> None:
    conversation_id, number = with_case(engine, working=True, original_packaging=True)
    desk = agent()
    desk.claim(conversation_id)
    filed = desk.post(f"/conversations/{conversation_id}/requests", kind="refund").json()["request"]["reference"]

    approved = desk.post(f"/requests/{filed}/status", status="approved", note="All in order")
    refused = desk.post(f"/requests/{filed}/status", status="replaced")

    assert approved.json()["request"]["status"] == "approved"
    assert "refunded" in approved.json()["request"]["next"]
    assert approved.json()["request"]["history"][-1]["by"] == desk.name
    assert refusal(refused) == (409, "not_allowed")
    with transaction(engine) as session:
        stored_request = find_request(session, filed)
        assert stored_request is not None
        assert stored_request.status == "approved"
        assert find_by_number(session, number)[0].requests[0].reference == filed


@pytest.mark.parametrize("before", [-(10**20), 10**20, "x", 2**31])
def test_a_number_that_no_database_holds_is_malformed(agent: Desk, before: Any) -> None:
    assert refusal(agent(Role.LEAD).http.get("/audit", params={"before": before})) == (422, "malformed")


def test_what_a_database_cannot_hold_is_left_out_of_what_agents_write(agent: Desk, engine: Engine) -> None:
    desk, conversation_id = agent(), waiting(engine, "Hi")
    assert desk.claim(conversation_id).status_code == 200

    answer = desk.http.post(
        f"/conversations/{conversation_id}/messages",
        content=b'{"client_id": "a-1", "text": "a\\u0000b\\ud800c"}',
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == 200
    assert desk.get(f"/conversations/{conversation_id}")["messages"][-1]["text"] == "abc"


# The document ---------------------------------------------------------------------------------------------------------


def test_the_openapi_document_is_the_one_in_the_docs() -> None:
    kept = json.loads(Path("docs/desk-api.json").read_text(encoding="utf-8"))

    assert kept == document(), "make it anew: python -m channels.desk.openapi > docs/desk-api.json"


def test_every_call_of_the_document_is_described_with_its_refusals() -> None:
    described = document()

    for path, calls in described["paths"].items():
        for method, call in calls.items():
            assert call.get("description"), (method, path)
            assert call["tags"], (method, path)
    assert "ErrorAnswer" in described["components"]["schemas"]
