"""The desk's JSON interface: what agents look at, and what they do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

from fastapi import APIRouter, Query, Response
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels.audience import Audience
from channels.desk.access import PREFIX, CurrentAgent, CurrentLead
from channels.desk.case import NO_CASE, case_of, check_correction, facts_in, items_in, order_in, request_of
from channels.desk.errors import DeskError, refusals
from channels.desk.replies import OURS, quotations, replies_in
from channels.desk.shapes import (
    AgentMessage,
    AgentShape,
    Assignment,
    Audited,
    Case,
    Closing,
    Correction,
    Decided,
    Details,
    Filed,
    FilingShape,
    Move,
    NoteShape,
    Page,
    Reply,
    Stored,
    Summary,
    Text,
    line_of,
    note_of,
    summary_of,
)
from channels.store import Store
from channels.turns import Turns
from conversations import (
    Agent,
    Conversation,
    ConversationClosedError,
    Draft,
    HeldByAnotherError,
    NotAllowedError,
    Note,
    NotHeldError,
    Role,
    State,
    claim,
    close,
    correct_fact,
    give_back,
    held,
    messages_after,
    pass_on,
    put_back,
    store_message,
)
from conversations.agents import agents, find_agent, held_by, is_there, note_action
from conversations.listing import A_PAGE, listed, notes_of, page_of
from conversations.models import AgentAction
from conversations.photos import photo_in
from conversations.transcript import hold, message_with_client_id, now
from languages import gettext
from orders import AlreadyRequestedError, Request, file_request, find_request, move_request, request_message
from orders import NotAllowedError as MoveNotAllowedError
from policy_core import Outcome, decide

T = TypeVar("T")

UNKNOWN = (404, "not_known", "There is no such conversation.")
NO_REQUEST = (404, "not_known", "There is no request with this reference.")
NO_PHOTO = (404, "not_known", "There is no such photo in this conversation.")
NO_AGENT = (404, "no_such_agent", "There is no agent of this name.")
ENDED = (409, "ended", "This conversation has ended.")
NOT_BY_POLICY = (409, "not_by_policy", "By the policy this isn't granted. File it as a review, if you grant it.")


class Calls:
    """The calls, each one transaction; who listens is told after it."""

    def __init__(self, store: Store, audience: Audience, turns: Turns, replies: str | None) -> None:
        self._store = store
        self._audience = audience
        self._turns = turns
        self._replies = replies_in(Path(replies) if replies else OURS)

    def router(self) -> APIRouter:
        """Everything under /desk/api but signing in."""
        router = APIRouter(prefix=PREFIX, responses=refusals(401, 403, 404, 409, 422))
        self._add_looking(router)
        self._add_answering(router)
        self._add_deciding(router)
        return router

    def _add_looking(self, router: APIRouter) -> None:
        @router.get("/conversations", tags=["looking"])
        async def conversations(
            me: CurrentAgent, state: State = State.WAITING, after: str | None = Query(None, max_length=64)
        ) -> Page:
            """Conversations by who answers, in pages: those who wait longest first, of the others the newest."""
            found = await self._store.run(_page, state, after)
            summaries = [summary_of(each, self._audience.is_there(each.conversation.id)) for each in found]
            return Page(conversations=summaries, next=summaries[-1].id if len(found) == A_PAGE else None)

        @router.get("/conversations/{id}", tags=["looking"])
        async def conversation(id: str, me: CurrentAgent) -> Details:
            """One conversation: transcript, notes, facts and where they came from, order, decision, requests."""
            return await self._store.run(_details, id, self._audience.is_there(id))

        @router.get("/conversations/{id}/photos/{photo_id}", tags=["looking"], response_class=Response)
        async def photo(id: str, photo_id: str, me: CurrentAgent) -> Response:
            """A photo that the customer attached, as JPEG."""
            jpeg = await self._store.run(photo_in, id, photo_id)
            if jpeg is None:
                raise DeskError(*NO_PHOTO)
            return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

        @router.get("/agents", tags=["looking"])
        async def everybody(me: CurrentAgent) -> list[AgentShape]:
            """Who can be passed a conversation."""
            return await self._store.run(_agents)

        @router.get("/replies", tags=["looking"])
        async def replies(me: CurrentAgent) -> list[Reply]:
            """Prepared replies: the shop's own, then the sentences of the policy."""
            return self._replies + quotations()

        @router.get("/audit", tags=["looking"])
        async def audit(me: CurrentLead, before: int | None = Query(None, ge=0, lt=2**31)) -> list[Audited]:
            """For leads: what agents did, the newest first."""
            return await self._store.run(_audit, before)

    def _add_answering(self, router: APIRouter) -> None:
        @router.post("/conversations/{id}/claim", tags=["answering"])
        async def take_over(id: str, me: CurrentAgent) -> Summary:
            """Take it over, waiting or not; 409 with the holder's name if another agent holds it."""
            return await self._change(id, me, "took over", claim)

        @router.post("/conversations/{id}/assign", tags=["answering"])
        async def assign(id: str, to: Assignment, me: CurrentAgent) -> Summary:
            """Pass it on; a lead also what somebody else holds, or nobody."""

            def assigned(session: Session, conversation_id: str, by: Agent) -> Conversation:
                other = find_agent(session, to.agent)
                if other is None or not other.is_active:
                    raise DeskError(*NO_AGENT)
                return pass_on(session, conversation_id, by, other)

            return await self._change(id, me, "passed on", assigned, detail=f"to {to.agent}")

        @router.post("/conversations/{id}/return", tags=["answering"])
        async def hand_back(id: str, me: CurrentAgent) -> Summary:
            """Hand back to the assistant, with the case where it stood; 409 if not the holder."""
            handed_back = await self._change(id, me, "handed back", give_back)
            self._turns.wake(id)
            return handed_back

        @router.post("/conversations/{id}/requeue", tags=["answering"])
        async def back_in_the_queue(id: str, me: CurrentAgent) -> Summary:
            """Let another agent take it over; 409 if not the holder."""
            return await self._change(id, me, "put back", put_back)

        @router.post("/conversations/{id}/close", tags=["answering"])
        async def end(id: str, closing: Closing, me: CurrentAgent) -> Summary:
            """End it. If the customer writes again, a new conversation begins that shows the old one."""
            return await self._change(id, me, "closed", close, detail=closing.reason)

        @router.post("/conversations/{id}/messages", tags=["answering"])
        async def say(id: str, message: AgentMessage, me: CurrentAgent) -> Stored:
            """A message to the customer; the same `client_id` again is recognised; 409 if not the holder."""
            seq = await self._do(_say, id, me, message)
            await self._audience.news(id)
            return Stored(seq=seq)

        @router.post("/conversations/{id}/notes", tags=["answering"], status_code=201)
        async def note(id: str, note: Text, me: CurrentAgent) -> NoteShape:
            """A private note, for other agents."""
            written = await self._do(_note, id, me, note.text)
            await self._audience.news(id)
            return written

    def _add_deciding(self, router: APIRouter) -> None:
        @router.post("/conversations/{id}/facts", tags=["deciding"])
        async def correct(id: str, correction: Correction, me: CurrentAgent) -> Decided:
            """Put a fact right: answers with the new decision, and the assistant goes on from it once handed back."""
            case = await self._do(_correct, id, me, correction)
            await self._audience.news(id)
            return Decided(decision=case["decision"], facts=case["facts"])

        @router.post("/conversations/{id}/requests", tags=["deciding"], status_code=201)
        async def file(id: str, filing: FilingShape, me: CurrentAgent) -> Filed:
            """File what the case comes to; the customer is shown the request. Filing it again gives the same one."""
            request = await self._do(_file, id, me, filing.kind)
            await self._audience.news(id)
            return Filed(request=request)

        @router.post("/requests/{reference}/status", tags=["deciding"])
        async def move(reference: str, move: Move, me: CurrentAgent) -> Filed:
            """Approve a request or give it another status; the customer is told by e-mail."""
            request = await self._do(_move, reference, me, move)
            if request["conversation_id"]:
                await self._audience.news(request["conversation_id"])
            return Filed(request=request)

    async def _change(
        self,
        id: str,
        me: Agent,
        action: str,
        change: Callable[[Session, str, Agent], Conversation],
        detail: str | None = None,
    ) -> Summary:
        """Change who answers, keep it in the audit trail, and tell everybody whom it concerns."""

        def changed(session: Session, conversation_id: str, by: Agent) -> Summary:
            conversation = change(session, conversation_id, session.merge(by))
            note_action(session, by.name, action, conversation_id, detail)
            return summary_of(listed(session, [conversation])[0], self._audience.is_there(conversation_id))

        try:
            summary: Summary = await self._do(changed, id, me)
        except SQLAlchemyError:
            self._turns.wake(id)  # it may be stored all the same, and only the word of that be lost
            await self._audience.news(id)
            raise
        await self._audience.news(id)
        await self._audience.queue_moved()
        return summary

    async def _do(self, work: Callable[..., T], id: str, me: Agent, *more: Any) -> T:
        """`work` as one transaction; what it may not do is refused with a sentence."""
        try:
            return await self._store.run(work, id, me, *more)
        except HeldByAnotherError as refused:
            raise DeskError(409, "held", str(refused), agent={"name": refused.holder}) from None
        except NotHeldError as refused:
            raise DeskError(409, "not_held", str(refused)) from None
        except (NotAllowedError, ConversationClosedError):
            raise DeskError(*ENDED) from None
        except AlreadyRequestedError as already:
            raise DeskError(409, "requested", f"Request {already.request.reference} is about this already.") from None
        except MoveNotAllowedError as refused:
            raise DeskError(409, "not_allowed", f"{str(refused)[0].upper()}{str(refused)[1:]}.") from None
        except LookupError:
            raise DeskError(*UNKNOWN) from None


def _page(session: Session, state: State, after: str | None) -> list[Any]:
    return listed(session, page_of(session, state, after))


def _found(session: Session, id: str) -> Conversation:
    conversation = session.get(Conversation, id)
    if conversation is None:
        raise DeskError(*UNKNOWN)
    return conversation


def _details(session: Session, id: str, is_online: bool) -> Details:
    conversation = _found(session, id)
    return Details(
        conversation=summary_of(listed(session, [conversation])[0], is_online),
        messages=[line_of(message) for message in messages_after(session, id, 0)],
        case=Case(**case_of(session, conversation)),
        notes=[note_of(note) for note in notes_of(session, id)],
    )


def _agents(session: Session) -> list[AgentShape]:
    return [
        AgentShape(name=each.name, role=Role(each.role), is_online=is_there(each), holds=held_by(session, each))
        for each in agents(session)
    ]


def _audit(session: Session, before: int | None) -> list[Audited]:
    statement = select(AgentAction).order_by(AgentAction.id.desc()).limit(200)
    if before is not None:
        statement = statement.where(AgentAction.id < before)
    return [
        Audited(
            at=each.at,
            by=each.agent_name,
            action=each.action,
            conversation_id=each.conversation_id,
            detail=each.detail or None,
        )
        for each in session.scalars(statement)
    ]


def _say(session: Session, id: str, me: Agent, message: AgentMessage) -> int:
    hold(session, id)
    draft = Draft("agent", message.text.strip(), me.name, client_id=f"{me.id}-{message.client_id}")
    if not draft.text:
        raise DeskError(422, "malformed", "A message needs words.")
    if known := message_with_client_id(session, id, draft.client_id):
        return known.seq  # also when it came in time and the conversation has been passed on since
    held(session, id, me)
    return store_message(session, id, draft).seq


def _note(session: Session, id: str, me: Agent, text: str) -> NoteShape:
    note = Note(conversation_id=_found(session, id).id, at=now(), agent_name=me.name, text=text.strip())
    session.add(note)
    session.flush()
    return note_of(note)


def _correct(session: Session, id: str, me: Agent, correction: Correction) -> dict[str, Any]:
    conversation = held(session, id, me)
    check_correction(conversation, correction.fact, correction.value)
    corrected = correct_fact(session, id, correction.fact, correction.value)
    note_action(session, me.name, "corrected", id, correction.fact)
    return case_of(session, corrected)


def _file(session: Session, id: str, me: Agent, kind: str) -> dict[str, Any]:
    conversation = held(session, id, me)
    order, facts = order_in(session, conversation), facts_in(conversation)
    if order is None or facts is None or facts["wants"] is None:
        raise DeskError(*NO_CASE)
    decision = decide(facts)
    if kind != "review" and (kind != facts["wants"] or decision.outcome is not Outcome.ELIGIBLE):
        raise DeskError(*NOT_BY_POLICY)
    request = file_request(
        session,
        order=order,
        items=items_in(conversation, order),
        kind=kind,
        wants=facts["wants"],
        facts=facts,
        decision={**decision.to_dict()},
        filed_at=datetime.now(timezone.utc),
        conversation_id=id,
    )
    if request.conversation_id == id and not _is_shown(session, id, request):
        told = gettext("I have filed this for you. Your reference is {reference}.", conversation.locale)
        text = told.format(reference=request.reference)
        store_message(session, id, Draft("agent", text, me.name, request_message(request)))
    note_action(session, me.name, "filed", id, request.reference)
    return request_of(request)


def _move(session: Session, reference: str, me: Agent, move: Move) -> dict[str, Any]:
    request = find_request(session, reference)
    if request is None:
        raise DeskError(*NO_REQUEST)
    move_request(session, request, move.status, by=me.name, at=datetime.now(timezone.utc), note=move.note or None)
    note_action(session, me.name, move.status, request.conversation_id, request.reference)
    return request_of(request)


def _is_shown(session: Session, id: str, request: Request) -> bool:
    shown = (message.custom or {} for message in messages_after(session, id, 0))
    return any(custom.get("type") == "request" and custom.get("reference") == request.reference for custom in shown)
