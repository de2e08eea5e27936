"""Photos that customers attach: only what is in the picture is kept, made anew, in a folder that no page serves.

`PHOTOS_DIR` names the folder (default: var/photos). A photo belongs to its conversation, and so to the requests that
were filed in it.
"""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from conversations.models import Message, Photo
from conversations.transcript import Draft, store_message
from database import HOME

MOST_PHOTOS = 5  # in a conversation
LARGEST_PHOTO = 8 * 1024 * 1024  # bytes, as it is sent
LONGEST_SIDE = 2048  # pixels, as it is kept
MOST_PIXELS = 50_000_000  # of the biggest phones' pictures; unpacked that is 150 MB
FORMATS = ("JPEG", "PNG", "WEBP")


class NotAPhotoError(ValueError):
    """The content isn't a picture of a kind that is taken, or it is broken, or far too big unpacked."""


class TooManyPhotosError(Exception):
    """The conversation has as many as it may."""


@dataclass(frozen=True)
class Picture:
    """A photo as it is kept: JPEG, upright, without anything that a camera wrote into it."""

    jpeg: bytes
    width: int
    height: int


def picture_of(content: bytes) -> Picture:
    """What is in the picture, and nothing else that the file held. Raises `NotAPhotoError`.

    The size is known before anything is unpacked, so a small file can't fill the memory.
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotAPhotoError("too many pixels")
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a big JPEG is unpacked small
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except NotAPhotoError:
        raise
    except Exception as error:  # Pillow's readers raise nearly anything on broken files
        raise NotAPhotoError(type(error).__name__) from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    kept = Image.new("RGB", upright.size, "white")
    kept.paste(upright, mask=upright)
    file = io.BytesIO()
    kept.save(file, "JPEG", quality=85)
    return Picture(file.getvalue(), kept.width, kept.height)


def keep_photo(session: Session, conversation_id: str, picture: Picture, client_id: str) -> Message:
    """Store the photo and the customer's message that shows it; a known `client_id` gives the message it has.

    Raises `TooManyPhotosError`, `ConversationClosedError` and `UnknownConversationError`.
    """
    photo_id = secrets.token_urlsafe(16)
    shown = {"type": "photo", "id": photo_id, "width": picture.width, "height": picture.height}
    message = store_message(session, conversation_id, Draft("customer", custom=shown, client_id=client_id))
    if message.custom != shown:
        _mend(message, picture)
        return message
    if _count(session, conversation_id) >= MOST_PHOTOS:
        raise TooManyPhotosError(conversation_id)  # in the transaction, so the message isn't stored after all
    session.add(Photo(id=photo_id, conversation_id=conversation_id, at=message.at))
    session.flush()
    file = _file_of(photo_id)
    _write(file, picture.jpeg)
    event.listen(session, "after_rollback", lambda _: file.unlink(missing_ok=True), once=True)
    return message


def is_photo(message: Message) -> bool:
    """Whether the message shows a photo."""
    return message.custom is not None and message.custom.get("type") == "photo"


def conversation_of(session: Session, photo_id: str) -> str | None:
    """The id of the conversation in which it was attached."""
    photo = session.get(Photo, photo_id)
    return photo.conversation_id if photo else None


def photo_in(session: Session, conversation_id: str, photo_id: str) -> bytes | None:
    """The photo as JPEG, if it belongs to this conversation and is still there."""
    photo = session.get(Photo, photo_id)
    if photo is None or photo.conversation_id != conversation_id:
        return None
    file = _file_of(photo.id)
    return file.read_bytes() if file.exists() else None


def photos_of(session: Session, conversation_id: str) -> Iterator[tuple[Photo, bytes]]:
    """The conversation's photos, oldest first."""
    statement = select(Photo).where(Photo.conversation_id == conversation_id).order_by(Photo.at)
    for photo in session.scalars(statement):
        content = photo_in(session, conversation_id, photo.id)
        if content is not None:
            yield photo, content


def forget_files(session: Session, conversation_ids: Collection[str]) -> None:
    """Delete the files of these conversations' photos; their rows go with the conversations."""
    for photo_id in session.scalars(select(Photo.id).where(Photo.conversation_id.in_(conversation_ids))):
        _file_of(photo_id).unlink(missing_ok=True)


def _mend(message: Message, picture: Picture) -> None:
    """Write the file again that went when the commit seemed to have failed: the connection was lost just after it."""
    if message.custom and is_photo(message) and not (file := _file_of(message.custom["id"])).exists():
        _write(file, picture.jpeg)


def _count(session: Session, conversation_id: str) -> int:
    return int(session.scalar(select(func.count()).where(Photo.conversation_id == conversation_id)) or 0)


def _file_of(photo_id: str) -> Path:
    return Path(os.environ.get("PHOTOS_DIR") or HOME / "var" / "photos") / f"{photo_id}.jpg"


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)
    except OSError:
        file.unlink(missing_ok=True)  # a part of it, on a disk that is full
        raise
