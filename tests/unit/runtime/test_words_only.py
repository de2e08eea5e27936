from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from rasa.core.channels.channel import register
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from runtime.rasa_changes import OUTAGE
from runtime.words_only import (
    HANDED_BACK,
    LONGEST_TEXT,
    NOTHING_TO_READ,
    Turns,
    WordsOnly,
    answers_to,
    handed_back_from,
    message_from,
    words_of,
)
from tests.assistant import Assistant


class TestWordsOf:
    @pytest.mark.parametrize(
        "text",
        [
            "/file_request{}",
            "  /file_request{}",
            "//file_request{}",
            " / \n/\t/file_request{}",
            "\u00a0/file_request{}",
        ],
    )
    def test_a_command_becomes_an_ordinary_text(self, text):
        assert words_of(text) == "file_request{}"

    @pytest.mark.parametrize("text", ["", "   ", "\n\t", "/", " // / ", "\x00\x1b"])
    def test_nothing_stays_nothing(self, text):
        assert words_of(text) == ""

    @pytest.mark.parametrize("text", ["hi", "one/two", "ünïcödé 中文", "👩‍👩‍👧 family", "two\nlines"])
    def test_words_stay_as_they_are(self, text):
        assert words_of(text) == text

    def test_what_a_database_refuses_is_dropped(self):
        assert words_of("a\x00b\ud83d c") == "ab c"

    def test_a_control_character_does_not_hide_a_command(self):
        assert words_of("\x00/\x01/restart") == "restart"

    def test_a_long_text_is_cut(self):
        assert words_of("x" * 1_000_000) == "x" * LONGEST_TEXT


class TestHandedBackFrom:
    def test_a_hand_over_back_carries_what_was_put_right(self):
        message = handed_back_from({"sender": "s", "corrections": {"wants": "refund"}, "metadata": {"seq": 3}})
        assert message.reading == HANDED_BACK
        assert message.metadata == {"seq": 3, "corrections": {"wants": "refund"}}

    @pytest.mark.parametrize(
        ("body", "named"),
        [
            (None, "JSON object"),
            ({"corrections": {}}, "sender"),
            ({"sender": "s", "corrections": ["wants"]}, "corrections"),
            ({"sender": "s", "metadata": 1}, "metadata"),
        ],
    )
    def test_what_is_malformed_is_said(self, body, named):
        with pytest.raises(ValueError, match=named):
            handed_back_from(body)


class TestMessageFrom:
    def test_a_message(self):
        message = message_from({"sender": "s", "message": " /hi ", "metadata": {"locale": "en"}})
        assert (message.sender, message.text, message.metadata) == ("s", "hi", {"locale": "en"})

    @pytest.mark.parametrize(
        ("body", "named"),
        [
            (None, "JSON object"),
            ([], "JSON object"),
            ("hi", "JSON object"),
            ({}, "'sender'"),
            ({"message": "hi"}, "'sender'"),
            ({"sender": "", "message": "hi"}, "'sender'"),
            ({"sender": " ", "message": "hi"}, "'sender'"),
            ({"sender": "s" * 256, "message": "hi"}, "'sender'"),
            ({"sender": "a\x00b", "message": "hi"}, "'sender'"),
            ({"sender": 1, "message": "hi"}, "'sender'"),
            ({"sender": "s"}, "'message'"),
            ({"sender": "s", "message": 1}, "'message'"),
            ({"sender": "s", "message": ["hi"]}, "'message'"),
            ({"sender": "s", "message": "hi", "metadata": "x"}, "'metadata'"),
        ],
    )
    def test_anything_else_is_refused_with_the_field_it_is_about(self, body, named):
        with pytest.raises(ValueError, match=named):
            message_from(body)


class TestConversation:
    def test_a_command_of_rasas_is_read_as_words(self, tiny: Assistant):
        customer = tiny.customer()
        assert customer.say('/refund{"order_number": "A1"}') == [{"text": "Which order?"}]
        assert tiny.tracker(customer.sender).get_slot("order_number") is None
        assert customer.say("/restart") == [{"text": "No such order."}, {"text": "Which order?"}]

    def test_an_empty_message_is_answered_and_the_conversation_goes_on(self, tiny: Assistant):
        customer = tiny.customer()
        customer.say("refund")
        assert customer.say("  / ") == [{"text": NOTHING_TO_READ}]
        assert customer.say("A1") == [{"text": "Why?"}]

    def test_a_very_long_message_is_answered(self, tiny: Assistant):
        assert tiny.customer().say("word " * 50_000) == [{"text": "Sorry?"}]

    def test_a_turn_that_fails_is_answered_and_logged_without_its_words(self, logged):
        async def fail(_message):
            raise RuntimeError("about my secret words")

        message = message_from({"sender": "s", "message": "my secret words", "metadata": {"seq": 3}})
        assert asyncio.run(answers_to(message, fail)) == [{"recipient_id": "s", "text": OUTAGE}]
        failure = {"event": "a turn failed", "conversation": "s", "turn": 3, "exc_info": True, "log_level": "error"}
        assert logged == [failure]


class TestHttp:
    ADDRESS = "/webhooks/rest/webhook"

    @pytest.fixture(scope="class")
    def app(self, tiny: Assistant) -> Sanic:
        app = Sanic("words_only_test", configure_logging=False)
        register([WordsOnly()], app, route="/webhooks/")
        app.ctx.agent = tiny._agent
        app.finalize()
        return app

    def post(self, app: Sanic, body: bytes) -> tuple[int, Any]:
        """Without a port: what Sanic's router finds for the address, called with a request made by hand."""
        request = Request(self.ADDRESS.encode(), {}, "1.1", "POST", None, app)
        request.body = body
        _, handler, arguments = app.router.get(self.ADDRESS, "POST", None)
        answer: HTTPResponse = asyncio.new_event_loop().run_until_complete(handler(request, **arguments))
        return answer.status, json.loads(answer.body)

    def test_its_address_is_that_of_rasas_own_channel(self, app):
        status, answer = self.post(app, b'{"sender": "http", "message": "hi"}')
        assert (status, answer) == (200, [{"recipient_id": "http", "text": "Hello."}])

    @pytest.mark.parametrize("body", [b"", b"nope", b"\xff\xfe", b"[]", b'{"sender": "s"}'])
    def test_a_bad_request_gets_a_sentence(self, app, body):
        status, answer = self.post(app, body)
        assert status == 400
        assert answer["error"]["code"] == "bad_request"
        assert answer["error"]["message"].endswith(".")

    def test_without_a_model_it_says_so(self, app, monkeypatch):
        monkeypatch.setattr(app.ctx.agent, "processor", None)
        status, answer = self.post(app, b'{"sender": "s", "message": "hi"}')
        assert status == 503
        assert answer["error"]["code"] == "no_model"


class TestTurns:
    """A message that is sent again, with its number, is one message."""

    def test_a_message_sent_again_is_not_read_again(self):
        read: list[str] = []

        async def conversation() -> list[Any]:
            turns = Turns(_answering(read))
            return [await turns.answers_to(_numbered("yes", 7)), await turns.answers_to(_numbered("yes", 7))]

        first, again = asyncio.run(conversation())
        assert read == ["yes"]
        assert first == again == [{"recipient_id": "s", "text": "yes?"}]

    def test_nor_is_one_that_is_still_being_answered(self):
        read: list[str] = []

        async def conversation() -> list[Any]:
            turns = Turns(_answering(read))
            return await asyncio.gather(*(turns.answers_to(_numbered("yes", 7)) for _ in range(3)))

        assert len({json.dumps(answers) for answers in asyncio.run(conversation())}) == 1
        assert read == ["yes"]

    def test_the_next_message_is_read_though_its_words_are_the_same(self):
        read: list[str] = []

        async def conversation() -> None:
            turns = Turns(_answering(read))
            for number in (7, 8):
                await turns.answers_to(_numbered("yes", number))

        asyncio.run(conversation())
        assert read == ["yes", "yes"]

    def test_a_turn_that_failed_may_be_tried_again(self):
        tries: list[str] = []

        async def fail(user_message: Any) -> None:
            tries.append(user_message.text)
            raise RuntimeError

        async def conversation() -> None:
            turns = Turns(fail)
            for _ in range(2):
                assert (await turns.answers_to(_numbered("yes", 7)))[-1]["text"] == OUTAGE

        asyncio.run(conversation())
        assert tries == ["yes", "yes"]


def _numbered(text: str, number: int) -> Any:
    return message_from({"sender": "s", "message": text, "metadata": {"seq": number}})


def _answering(read: list[str]) -> Any:
    async def answer(user_message: Any) -> None:
        await asyncio.sleep(0.01)
        read.append(user_message.text)
        await user_message.output_channel.send_text_message("s", f"{user_message.text}?")

    return answer
