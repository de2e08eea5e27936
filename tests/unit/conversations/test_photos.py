"""What becomes of a photo: only the picture is kept, whatever the file holds."""

from __future__ import annotations

import errno
import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy.engine import Engine

from conversations import ConversationClosedError, begin, close, messages_after
from conversations.photos import (
    LONGEST_SIDE,
    MOST_PHOTOS,
    NotAPhotoError,
    TooManyPhotosError,
    keep_photo,
    photo_in,
    picture_of,
)
from conversations.privacy import erase_conversations, export_conversations
from database import transaction
from tests.photos import photo


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PHOTOS_DIR", str(tmp_path / "photos"))
    return tmp_path / "photos"


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_as_jpeg_of_a_moderate_size(kind: str) -> None:
    picture = picture_of(photo(3000, 1500, kind))

    assert opened(picture.jpeg).format == "JPEG"
    assert (picture.width, picture.height) == opened(picture.jpeg).size == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_a_small_one_is_not_made_larger() -> None:
    assert opened(picture_of(photo(40, 30)).jpeg).size == (40, 30)


def test_it_stands_upright_and_tells_nothing_of_where_it_was_taken() -> None:
    image = Image.new("RGB", (40, 20), "red")
    exif = image.getexif()
    exif[0x0112] = 6  # the camera was held on its side
    exif[0x010F] = "Maker of the camera"
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, comment=b"a comment")

    kept = picture_of(file.getvalue()).jpeg

    assert opened(kept).size == (20, 40)
    assert not opened(kept).getexif()
    assert b"Maker" not in kept
    assert b"comment" not in kept


def test_what_is_see_through_becomes_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(file, "PNG")

    assert opened(picture_of(file.getvalue()).jpeg).getpixel((4, 4)) == (255, 255, 255)


def bomb() -> bytes:
    """A PNG of a few kB that says it is 60000 by 60000."""
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10**6)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        photo(50, 50)[:200],
        photo(30, 30, "GIF"),
        bomb(),
        b"\xff\xd8\xff",
    ],
    ids=["nothing", "SVG", "cut off", "GIF", "bomb", "only the beginning"],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPhotoError):
        picture_of(content)


def test_it_belongs_to_its_conversation_alone(engine: Engine) -> None:
    picture = picture_of(photo(20, 10))
    with transaction(engine) as session:
        mine, others = begin(session)[0], begin(session)[0]
        message = keep_photo(session, mine.id, picture, "one")

        assert message.custom is not None
        assert message.custom == {"type": "photo", "id": message.custom["id"], "width": 20, "height": 10}
        assert photo_in(session, mine.id, message.custom["id"]) == picture.jpeg
        assert photo_in(session, others.id, message.custom["id"]) is None


def test_sent_twice_it_is_there_once(engine: Engine, folder: Path) -> None:
    picture = picture_of(photo(20, 10))
    with transaction(engine) as session:
        conversation, _ = begin(session)
        first = keep_photo(session, conversation.id, picture, "one")

        assert keep_photo(session, conversation.id, picture, "one").seq == first.seq
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("is_committed", [False, True])
def test_what_could_not_be_stored_leaves_no_file_and_comes_back_when_sent_again(
    engine: Engine, folder: Path, is_committed: bool
) -> None:
    """Or it was stored, and the connection was lost before we heard so."""
    picture = picture_of(photo(20, 10))
    with transaction(engine) as session:
        conversation, _ = begin(session)

    def fail(connection: Any) -> None:
        if is_committed:
            connection.commit()
        raise OSError("gone")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.dialect, "do_commit", fail)
        with pytest.raises(OSError, match="gone"), transaction(engine) as session:
            keep_photo(session, conversation.id, picture, "one")
    assert list(folder.iterdir()) == []

    with transaction(engine) as session:
        assert len(messages_after(session, conversation.id, 0)) == is_committed
        kept = keep_photo(session, conversation.id, picture, "one")
        assert photo_in(session, conversation.id, (kept.custom or {})["id"]) == picture.jpeg
        assert len(messages_after(session, conversation.id, 0)) == 1
    assert len(list(folder.iterdir())) == 1


def test_a_disk_that_fills_up_leaves_no_part_of_a_file(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullDisk(io.FileIO):
        def write(self, content: Any) -> int:
            super().write(content[:7])
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fdopen", FullDisk)
    with pytest.raises(OSError, match="space"), transaction(engine) as session:
        keep_photo(session, begin(session)[0].id, picture_of(photo(20, 10)), "one")
    assert list(folder.iterdir()) == []


def test_no_more_than_a_few_are_taken_and_none_once_it_has_ended(engine: Engine, folder: Path) -> None:
    picture = picture_of(photo(20, 10))
    with transaction(engine) as session:
        conversation, _ = begin(session)
        for number in range(MOST_PHOTOS):
            keep_photo(session, conversation.id, picture, str(number))
    with pytest.raises(TooManyPhotosError), transaction(engine) as session:
        keep_photo(session, conversation.id, picture, "one more")
    with transaction(engine) as session:
        assert len(messages_after(session, conversation.id, 0)) == MOST_PHOTOS
        close(session, conversation.id)
    with pytest.raises(ConversationClosedError), transaction(engine) as session:
        keep_photo(session, conversation.id, picture, "later")
    assert len(list(folder.iterdir())) == MOST_PHOTOS


def test_only_this_user_of_the_machine_may_read_the_files(engine: Engine, folder: Path) -> None:
    with transaction(engine) as session:
        keep_photo(session, begin(session)[0].id, picture_of(photo(20, 10)), "one")

    (file,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_who_asks_for_what_is_kept_gets_it_and_erasing_reaches_the_files(engine: Engine, folder: Path) -> None:
    with transaction(engine) as session:
        conversation, _ = begin(session)
        keep_photo(session, conversation.id, picture_of(photo(20, 10)), "one")

        (exported,) = export_conversations(session, [conversation.id])
        assert [set(each) for each in exported["photos"]] == [{"id", "at", "jpeg_base64"}]
        erase_conversations(session, [conversation.id])

    assert list(folder.iterdir()) == []
