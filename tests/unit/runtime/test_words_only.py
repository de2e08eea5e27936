from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from rasa.core.channels.channel import register
from rasa.shared.core.events import UserUttered
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from runtime.rasa_changes import OUTAGE
from runtime.words_only import (
    HANDED_BACK,
    LONGEST_TEXT,
    NOTHING_TO_READ,
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
        ("locale", "text", "read"),
        [
            ("de-DE", "Ich möchte mein Geld zurück", "I want my money back"),
            ("de", "ja!", "Yes"),
            ("en-US", "Ja", "Ja"),
            (None, "Ja", "Ja"),
            (["de"], "Ja", "Ja"),
            ("de" * 40, "Ja", "Ja"),
            ("de-DE", "Ich möchte bitte mein Geld zurück", "Ich möchte bitte mein Geld zurück"),
        ],
    )
    def test_an_answer_that_was_offered_in_the_customers_language_is_read_as_its_english(self, locale, text, read):
        message = message_from({"sender": "s", "message": text, "metadata": {"locale": locale}})
        assert message.text == read

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


class TestSentAgain:
    """A message that is sent again, with its number, is one message."""

    def test_it_gets_the_answer_that_it_got_and_is_not_read_again(self, tiny: Assistant):
        customer = tiny.customer()
        customer.say("refund")
        first = tiny.say("A1", customer.sender, {"seq": 7})
        assert tiny.say("A1", customer.sender, {"seq": 7}) == first == [{"text": "Why?"}]
        assert tiny.tracker(customer.sender).get_slot("requested_slot") == "reason"

    def test_so_does_one_that_is_still_being_answered(self, tiny: Assistant):
        customer = tiny.customer()
        message = message_from({"sender": customer.sender, "message": "hi", "metadata": {"seq": 7}})

        async def at_once() -> list[Any]:
            return await asyncio.gather(*(answers_to(message, tiny._agent) for _ in range(3)))

        answers = tiny._loop.run_until_complete(at_once())
        assert answers == 3 * [[{"recipient_id": customer.sender, "text": "Hello."}]]
        assert user_messages(tiny, customer.sender) == ["hi"]

    def test_the_next_message_is_read_though_its_words_are_the_same(self, tiny: Assistant):
        customer = tiny.customer()
        for number in (7, 8):
            tiny.say("hi", customer.sender, {"seq": number})
        assert user_messages(tiny, customer.sender) == ["hi", "hi"]

    def test_a_turn_in_which_the_actions_failed_is_run_anew(self, tiny: Assistant):
        customer = tiny.customer()
        customer.say("refund")
        with tiny.without_actions():
            assert tiny.say("A1", customer.sender, {"seq": 7})[-1] == {"text": OUTAGE}
        assert tiny.say("A1", customer.sender, {"seq": 7}) == [{"text": "Why?"}]


def user_messages(assistant: Assistant, sender: str) -> list[str]:
    return [event.text for event in assistant.tracker(sender).events if isinstance(event, UserUttered)]
