from __future__ import annotations

from collections.abc import Callable

import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.language import foreign_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich möchte mein Geld zurück", "de"),
        ("wo ist meine Bestellung INO-10482?", "de"),
        ("Meine Kamera ist kaputt, was nun", "de"),
        ("je voudrais être remboursé", "fr"),
        ("Où est mon colis ?", "fr"),
        ("l'appareil n'est pas arrivé, je suis déçu", "fr"),
        ("quiero un reembolso por favor", "es"),
        ("¿dónde está mi pedido?", "es"),
        ("vorrei un rimborso per la telecamera", "it"),
        ("onde está a minha encomenda", "pt"),
        ("ik wil mijn geld terug", "nl"),
        ("gdzie jest moje zamówienie", "pl"),
        ("siparişim nerede", "tr"),
        ("где мой заказ", "ru"),
        ("我的订单在哪里", "zh"),
        ("返金してください", "ja"),
        ("환불해 주세요", "ko"),
        ("أين طلبي", "ar"),
    ],
)
def test_another_language_is_noticed(text: str, language: str):
    assert foreign_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "INO-10482",
        "hello",
        "sam.porter@example.com",
        "I'm Luis de la Cruz, order INO-10482",
        "my name is Per Mit Das",
        "the label says 'das Gerät', what is that",
        "refund por favor",
        "sir mera order kab aayega",
        "zxcv qwpo mnbv",
        "no",
        "camera",
        "I bought the Kamera in Berlin and it is broken",
    ],
)
def test_english_names_numbers_and_gibberish_are_no_other_language(text: str):
    assert foreign_language(text) is None


def test_no_english_example_is_taken_for_another_language(examples: TrainingData):
    in_scope = [example.get("text") for example in examples.intent_examples if example.get("intent") != "out_of_scope"]

    assert [text for text in in_scope if foreign_language(text)] == []


def test_nothing_is_believed_of_a_message_in_another_language_but_its_details(parse: Callable[[str], Message]):
    message = parse("Ich möchte mein Geld zurück für INO-10482")

    entities = {entity["entity"]: entity["value"] for entity in message.get("entities")}
    assert message.get("intent")["name"] == "nlu_fallback"
    assert entities == {"language": "de", "order_number": "INO-10482"}
