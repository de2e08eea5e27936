"""GET /metrics: this service's figures for Prometheus, with what stands in the database at that moment."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from conversations import Conversation, State
from conversations.agents import agents, is_there
from conversations.chatwoot import behind
from conversations.models import TranscriptMail
from conversations.transcript import now
from database import transaction
from observability import metrics
from orders import outbox, words

HERE = ("127.0.0.1", "::1")
PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""Headers by which a proxy on this machine says that somebody else asks."""


def figures(engine: Engine, token: str | None) -> APIRouter:
    """For who shows the token as a bearer's; without a token set, for who asks from this machine itself."""
    router = APIRouter()
    standing = Standing(engine)

    @router.get("/metrics", include_in_schema=False)
    def read(request: Request) -> Response:
        client = request.client.host if request.client else None
        if not may_read(token, client, request.headers):
            raise HTTPException(404)
        return Response(metrics.exposition(standing), media_type=metrics.CONTENT_TYPE)

    return router


def may_read(token: str | None, client: str | None, headers: Mapping[str, str]) -> bool:
    """Whether who asks may see the figures."""
    if token:
        return hmac.compare_digest(headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    return client in HERE and not any(name in headers for name in PASSED_ON)


class Standing(Collector):
    """What stands in the database: who waits, what is still to be sent, which agents are there."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing is asked for in advance."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All of it, or only that the database isn't there."""
        try:
            with transaction(self._engine) as session:
                found = [*_conversations(session), *_outbox(session)]
        except SQLAlchemyError:
            found = []
        yield GaugeMetricFamily("assistant_database_up", "Whether the database could be read.", value=bool(found))
        yield from found


def _conversations(session: Session) -> Iterator[GaugeMetricFamily]:
    states = (State.WAITING.value, State.AGENT.value)
    counted = select(Conversation.state, func.count()).where(Conversation.state.in_(states))
    by_state = Counter({state: count for state, count in session.execute(counted.group_by(Conversation.state))})  # noqa: C416
    longest = session.scalar(
        select(func.min(Conversation.waiting_since)).where(Conversation.state == State.WAITING.value)
    )
    waited = (now() - longest).total_seconds() if longest else 0
    yield _gauge("assistant_queue_length", "Customers who wait for a person.", by_state[State.WAITING.value])
    yield _gauge("assistant_queue_longest_wait_seconds", "How long the first of them has waited.", waited)
    yield _gauge("assistant_conversations_with_agents", "Conversations that agents hold.", by_state[State.AGENT.value])
    present = sum(map(is_there, agents(session)))
    yield _gauge("assistant_agents_present", "Agents whose desk is connected.", present)


def _outbox(session: Session) -> Iterator[GaugeMetricFamily]:
    yield _by_recipient("assistant_outbox_waiting", "What is still to be sent.", outbox.waiting(session))
    yield _by_recipient("assistant_outbox_failing", "Of these, what has failed before.", outbox.failing(session))
    mails = session.scalar(select(func.count()).select_from(TranscriptMail))
    yield _gauge("assistant_transcripts_waiting", "Transcripts that are still to be sent.", mails or 0)
    waiting = "Conversations of which Chatwoot hasn't taken everything, though it was tried."
    yield _gauge("assistant_chatwoot_conversations_behind", waiting, behind(session))


def _gauge(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, what, value=value)


def _by_recipient(name: str, what: str, counted: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, what, labels=["recipient"])
    for recipient in words.RECIPIENTS:
        family.add_metric([recipient], counted[recipient])
    return family
