"""Who may use the desk: signing in and out, and whose call this is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from channels.desk.errors import DeskError, refusals
from channels.desk.shapes import Asked, Shape
from channels.limits import SIGN_INS_WITHIN, Allowance, Limits
from channels.network import address_of
from channels.store import Store
from conversations import Agent, Role
from conversations.agents import (
    SIGNED_IN_FOR,
    LockedOutError,
    check_password,
    note_action,
    sign_in,
    sign_out,
    signed_in,
)

PREFIX = "/desk/api"
"""Where all of the desk's calls are."""

COOKIE = "desk_session"

NOT_SIGNED_IN = (401, "not_signed_in", "Please sign in.")
WRONG = (401, "wrong_password", "Name and password don't go together.")
TOO_MANY = (429, "too_many", "Too many wrong passwords came from your network. Please try again in 15 minutes.")
LOCKED = (429, "locked", "Too many wrong passwords. Please try again in 15 minutes, or ask a lead for a new one.")
FOR_LEADS = (403, "for_leads", "Only a lead may look at this.")
ELSEWHERE = (403, "other_origin", "The desk can be used only from its own page.")


class Credentials(Asked):
    """`token`: true gives a bearer token for a program instead of a cookie for the page."""

    name: str = Field(..., max_length=100)
    password: str = Field(..., max_length=1000)
    token: bool = False


class Myself(Shape):
    """The agent who is signed in."""

    name: str
    role: Role


class SignedIn(Myself):
    """`token` only where it was asked for."""

    expires_at: datetime
    token: str | None = None


def token_in(request: Request) -> str:
    """The token that comes along, as a bearer token or in the page's cookie. Raises DeskError from other origins."""
    if not is_own_origin(request.headers.get("Origin"), request.headers.get("Host")):
        raise DeskError(*ELSEWHERE)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")


def is_own_origin(origin: str | None, host: str | None) -> bool:
    """Whether a page of this very service makes the call, or no page at all (browsers always name the page)."""
    return origin is None or urlsplit(origin).netloc == host


async def current_agent(request: Request) -> Agent:
    """Who makes this call. Raises DeskError."""
    access: Access = request.app.state.desk_access
    agent = await access.whose(token_in(request))
    if agent is None:
        raise DeskError(*NOT_SIGNED_IN)
    return agent


CurrentAgent = Annotated[Agent, Depends(current_agent)]


async def current_lead(agent: CurrentAgent) -> Agent:
    """Who makes this call, if it is a lead. Raises DeskError."""
    if agent.role != Role.LEAD:
        raise DeskError(*FOR_LEADS)
    return agent


CurrentLead = Annotated[Agent, Depends(current_lead)]


class Access:
    """The doors of the desk."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._failures = Allowance(limits.sign_in_failures_per_address, SIGN_INS_WITHIN)

    async def whose(self, token: str) -> Agent | None:
        """Whose token it is, as long as it holds."""
        return await self._store.run(signed_in, token) if token else None

    def router(self, on_sign_out: Callable[[str], Awaitable[None]]) -> APIRouter:
        """POST /login and /logout, GET /me. `on_sign_out` is told the token that doesn't hold any more."""
        router = APIRouter(prefix=PREFIX, tags=["signing in"])

        @router.post("/login", responses=refusals(401, 403, 422, 429))
        async def login(credentials: Credentials, request: Request, response: Response) -> SignedIn:
            """Sign in: a cookie for the page, or a bearer token. Five wrong passwords lock the account."""
            token_in(request)  # refuses other origins
            address = address_of(request.scope)
            if not self._failures.take(address):
                raise DeskError(*TOO_MANY)
            try:
                entered = await self._store.run(_enter, credentials.name, credentials.password)
            except LockedOutError:
                raise DeskError(*LOCKED) from None
            if entered is None:
                raise DeskError(*WRONG)
            self._failures.give_back(address)
            agent, token, expires_at = entered
            if not credentials.token:
                response.set_cookie(
                    COOKIE,
                    token,
                    max_age=int(SIGNED_IN_FOR.total_seconds()),
                    httponly=True,
                    samesite="strict",
                    secure=request.url.scheme == "https",
                )
            shown = token if credentials.token else None
            return SignedIn(name=agent.name, role=Role(agent.role), expires_at=expires_at, token=shown)

        @router.post("/logout", status_code=204, responses=refusals(403))
        async def logout(request: Request) -> Response:
            """Sign out: the token, or the cookie's, doesn't hold any more."""
            token = token_in(request)
            await self._store.run(sign_out, token)
            await on_sign_out(token)
            left = Response(status_code=204)
            left.delete_cookie(COOKIE)
            return left

        @router.get("/me", responses=refusals(401, 403))
        async def me(agent: CurrentAgent) -> Myself:
            """Who is signed in."""
            return Myself(name=agent.name, role=Role(agent.role))

        return router


def _enter(session: Session, name: str, password: str) -> tuple[Agent, str, datetime] | None:
    agent = check_password(session, name, password)
    if agent is None:
        return None  # counted, so the transaction has to be kept
    token, expires_at = sign_in(session, agent)
    note_action(session, agent.name, "signed in")
    return agent, token, expires_at
