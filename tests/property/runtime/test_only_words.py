"""Whatever a customer writes, Rasa finds no command in it: neither behind the web service nor behind the channel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from channels.rasa import as_words
from runtime.words_only import words_of

BLANKS = st.text(st.sampled_from(" \t\n\r\x0b\x0c\x1c\x1f\x85\xa0\u2003\u2028\u3000\u200b\ufeff\u202e\x00\ud800/"))
COMMANDS = st.sampled_from(["restart", 'file_request{"order": "X"}', 'inform@0.9{"a": [1]}', "session_start", ""])
TEXTS = st.one_of(st.text(), st.builds("{}/{}{}".format, BLANKS, COMMANDS, st.text()))


def is_a_command(text: str) -> bool:
    """By what Rasa itself does with a text before any of its components sees it."""
    message = Message(data={TEXT: text})
    return YAMLStoryReader.unpack_regex_message(message) is not message or text.strip().startswith("/")


@given(TEXTS)
def test_what_the_web_service_hands_on_is_no_command(text: str) -> None:
    assert not is_a_command(as_words(text))


@given(TEXTS)
def test_what_the_channel_hands_on_is_no_command(text: str) -> None:
    assert not is_a_command(words_of(text))
    assert words_of(words_of(text)) == words_of(text)


@pytest.mark.parametrize("text", ["/restart", ' /inform{"order_number": "1"}', "\u3000/greet@0.9"])
def test_the_check_knows_a_command(text: str) -> None:
    assert is_a_command(text)
