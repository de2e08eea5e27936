"""The customer's photos over HTTP: attach one, and see those of one's own conversation.

`Authorization: Bearer SESSION_ID.SECRET` proves whose conversation it is; addresses hold nothing that does.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Annotated

import structlog
from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels.audience import Audience
from channels.limits import HOUR, Allowance, Limits
from channels.network import address_of
from channels.store import Store
from channels.turns import Turns
from conversations import Message, UnknownConversationError, resume, stored_in_or_after
from conversations.photos import (
    LARGEST_PHOTO,
    MOST_PHOTOS,
    NotAPhotoError,
    Picture,
    TooManyPhotosError,
    conversation_of,
    keep_photo,
    photo_in,
    picture_of,
)
from languages import gettext, to_translate

log = structlog.get_logger(__name__)

PATIENCE = 60.0  # seconds for a photo to arrive
AT_ONCE = 2  # pictures being made anew; each takes memory and a processor

_OWNER = re.compile(r"Bearer ([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,64})")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class RefusedError(Exception):
    """Why a photo isn't taken or shown: an HTTP status, a stable code, and a sentence, in English, for the customer."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(code)
        self._status, self._code, self._sentence = status, code, sentence

    def answer(self, language: str) -> JSONResponse:
        """In the customer's language, as HTTP's `Accept-Language` has it."""
        known = {"megabytes": LARGEST_PHOTO // 1024**2, "photos": MOST_PHOTOS}
        message = gettext(self._sentence, language.partition(",")[0]).format(**known)
        return JSONResponse({"error": {"code": self._code, "message": message}}, status_code=self._status)


NOT_YOURS = (
    401,
    "no_session",
    to_translate("This conversation isn't known any more. Please reload the page and try again."),
)
NOT_A_PHOTO = (
    415,
    "not_a_photo",
    to_translate("That file isn't a photo that can be shown. Please choose a JPEG, PNG or WebP."),
)
TOO_LARGE = (413, "too_large", to_translate("That photo is larger than {megabytes} MB. Please choose a smaller one."))
TOO_MANY = (
    409,
    "too_many",
    to_translate("{photos} photos are attached already, and more can't be taken in a conversation."),
)
TOO_MANY_LATELY = (
    429,
    "too_many",
    to_translate("Too many photos came from your network lately. Please try again later."),
)
BAD_ID = (400, "bad_message", to_translate("That photo has no proper number. Please reload the page and try again."))
NOT_STORED = (503, "not_stored", to_translate("Your photo couldn't be stored. Please try again."))
UNKNOWN = (404, "unknown", to_translate("There is no such photo in this conversation."))
TOO_SLOW = (408, "too_slow", to_translate("Your photo didn't arrive. Please try again."))

Authorization = Annotated[str, Header()]
Language = Annotated[str, Header(alias="Accept-Language")]
"""The language of the page, as the widget names it; a browser's own list begins with the one that is wished most."""


def photos(
    store: Store, audience: Audience, turns: Turns, limits: Limits, go_on_after: Callable[[str], Awaitable[None]]
) -> APIRouter:
    """POST /photos?client_id=... with the file as its body, and GET /photos/{id}.

    `go_on_after` is called with the id of the ended conversation after which another begins with the photo.
    """
    router = APIRouter()
    making = asyncio.Semaphore(AT_ONCE)
    by_address = Allowance(limits.photos_per_hour_and_address, HOUR)

    @router.post("/photos", status_code=201)
    async def attach(
        request: Request, client_id: str = "", authorization: Authorization = "", language: Language = ""
    ) -> Response:
        """Store a photo: answers `{seq, id, width, height}`; the same `client_id` again gets the same answer."""
        try:
            if not by_address.take(address_of(request.scope)):
                raise RefusedError(*TOO_MANY_LATELY)
            conversation_id = await _owned(store, authorization)
            if not _ID.fullmatch(client_id):
                raise RefusedError(*BAD_ID)
            content = await _body(request)
            async with making:
                picture = await asyncio.to_thread(picture_of, content)
            message = await store.run(_keep, conversation_id, picture, client_id)
        except RefusedError as refused:
            return refused.answer(language)
        except NotAPhotoError:
            return RefusedError(*NOT_A_PHOTO).answer(language)
        except TooManyPhotosError:
            return RefusedError(*TOO_MANY).answer(language)
        except UnknownConversationError:
            return RefusedError(*NOT_YOURS).answer(language)
        except (SQLAlchemyError, OSError):
            log.exception("a photo could not be stored")
            return RefusedError(*NOT_STORED).answer(language)
        if message.conversation_id != conversation_id:
            await go_on_after(conversation_id)
        turns.wake(message.conversation_id)
        await audience.news(message.conversation_id)
        return _attached(message, language)

    @router.get("/photos/{photo_id}")
    async def show(photo_id: str, authorization: Authorization = "", language: Language = "") -> Response:
        """A photo of one's own conversation, as JPEG."""
        shown = _OWNER.fullmatch(authorization)
        if shown is None:
            return RefusedError(*NOT_YOURS).answer(language)
        jpeg = await store.run(_own_photo, photo_id, shown[2])
        if jpeg is None:
            return RefusedError(*UNKNOWN).answer(language)
        headers = {"Content-Disposition": "inline", "Cache-Control": "no-store"}
        return Response(jpeg, media_type="image/jpeg", headers=headers)

    return router


async def _owned(store: Store, authorization: str) -> str:
    """The id of the conversation whose secret was shown. Raises `RefusedError`."""
    shown = _OWNER.fullmatch(authorization)
    if shown is None or not await store.run(_is_owner, shown[1], shown[2]):
        raise RefusedError(*NOT_YOURS)
    return shown[1]


def _is_owner(session: Session, conversation_id: str, secret: str) -> bool:
    return resume(session, conversation_id, secret) is not None


def _keep(session: Session, conversation_id: str, picture: Picture, client_id: str) -> Message:
    return stored_in_or_after(session, conversation_id, lambda id: keep_photo(session, id, picture, client_id))


def _own_photo(session: Session, photo_id: str, secret: str) -> bytes | None:
    """The photo, if `secret` is its conversation's; one that goes on from an ended conversation has the same."""
    conversation_id = conversation_of(session, photo_id)
    is_own = conversation_id is not None and resume(session, conversation_id, secret) is not None
    return photo_in(session, conversation_id, photo_id) if conversation_id and is_own else None


async def _body(request: Request) -> bytes:
    """The body, as long as it is no larger than a photo may be. Raises `RefusedError`."""
    announced = request.headers.get("Content-Length", "0")
    if announced.isdecimal() and int(announced) > LARGEST_PHOTO:
        raise RefusedError(*TOO_LARGE)
    try:
        return await asyncio.wait_for(_read(request), PATIENCE)
    except asyncio.TimeoutError:
        raise RefusedError(*TOO_SLOW) from None


async def _read(request: Request) -> bytes:
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > LARGEST_PHOTO:
            raise RefusedError(*TOO_LARGE)
    return bytes(content)


def _attached(message: Message, language: str) -> Response:
    shown = message.custom or {}
    if shown.get("type") != "photo":  # the number of a message that was text
        return RefusedError(*BAD_ID).answer(language)
    photo = {name: shown[name] for name in ("id", "width", "height")}
    return JSONResponse({"seq": message.seq, **photo}, status_code=201)
