"""Every transcript, held with the real model, the real actions and a real database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Engine

from tests.assistant import Assistant
from tests.conversation.transcripts import Transcript, hold, read_transcripts

TRANSCRIPTS = read_transcripts()


def _cases() -> Iterator[object]:
    for transcript in TRANSCRIPTS:
        marks = [pytest.mark.xfail(reason=transcript.xfail, strict=True)] if transcript.xfail else []
        yield pytest.param(transcript, id=f"{transcript.topic}: {transcript.name}", marks=marks)


@pytest.mark.parametrize("transcript", _cases())
def test_transcript(transcript: Transcript, assistant: Assistant, shop: Engine) -> None:
    hold(transcript, assistant, shop)


def test_every_transcript_has_a_name_of_its_own() -> None:
    twice = [name for name, count in Counter(transcript.name for transcript in TRANSCRIPTS).items() if count > 1]
    assert not twice
