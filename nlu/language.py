"""Notices a message in another language, so that the customer can be told in it that the assistant reads English."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.fallback import FALLBACK

LONGEST = 600  # characters that are read

# Small words, and what people write to a shop; none that English has too.
WORDS = {
    "de": "ich nicht und der das ist mein meine meinen bestellung geld zurück wo bitte kann mit ein eine einen möchte "
    "habe wie für auf ihre sie ihr wurde sind von guten tag hätte gerne kaputt rückerstattung umtauschen stornieren",
    "fr": "je ne pas le les mon ma mes est et une des du pour vous nous commande remboursement remboursé veux voudrais "
    "bonjour avec dans que qui où colis annuler argent s'il j'ai c'est parler caméra",
    "es": "quiero quisiera el los mi mis pedido dinero está dónde donde por para una con que necesito devolver gracias "
    "cámara reembolso cancelar hola buenos días ayuda llegado mi del",
    "it": "vorrei voglio il mio mia ordine rimborso dov'è non è per una con sono che grazie buongiorno della "
    "restituire soldi indietro annullare ho telecamera funziona",
    "pt": "quero queria meu minha encomenda pedido dinheiro onde está não uma para com você obrigado obrigada devolver "
    "reembolso volta câmera cancelar olá",
    "nl": "ik mijn het een bestelling terug waar niet wil graag geld voor kan met kapot bestelde annuleren "
    "hoe heb jullie",
    "pl": "chcę moje mój moja zamówienie zamówienia gdzie jest nie zwrot proszę pieniędzy pieniądze dzień dobry się "
    "zwrócić kamerę anulować reklamacja",
    "tr": "siparişim sipariş nerede iade istiyorum param paramı ve bir için değil lütfen merhaba iptal kamera bozuk",
}
SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
}
ENGLISH_WORDS = (
    "i you we he she it they the a an is are was were am be been do does did have has had can could will would should "
    "my your our this that these those of to in on at for from with and or but not no yes what where when how why who "
    "which want need like get got please order refund return camera back hello hi thanks thank"
)
ENGLISH = frozenset(ENGLISH_WORDS.split())
ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+")
LANGUAGE_OF_WORD: dict[str, list[str]] = {}
for _language, _words in WORDS.items():
    for _word in dict.fromkeys(_words.split()):
        LANGUAGE_OF_WORD.setdefault(_word, []).append(_language)
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
LETTER = re.compile(r"[^\W\d_]")


def foreign_language(text: str) -> str | None:
    """The code of the language (ISO 639-1) when the text is plainly in one of those known here; None for English."""
    text = ADDRESS.sub(" ", text[:LONGEST].lower().replace("’", "'"))
    letters = len(LETTER.findall(text))
    for language, script in SCRIPTS.items():
        if letters and 2 * len(script.findall(text)) > (letters if language != "ja" else letters / 4):
            return language
    words = WORD.findall(text)
    counts = dict.fromkeys(WORDS, 0)
    for word in words:
        for language in LANGUAGE_OF_WORD.get(word, []):
            counts[language] += 1
    best = max(counts, key=counts.__getitem__)
    english = sum(word in ENGLISH for word in words)
    is_enough = counts[best] >= 2 or (counts[best] == 1 and len(words) <= 3 and not english)
    return best if is_enough and counts[best] > english else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageDetector(EntityExtractorMixin, GraphComponent):
    """Adds an entity `language` and understands nothing else of the message, since the model has learned English."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No settings."""
        return {}

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageDetector:
        """Called by Rasa, in training and when a model is loaded."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds to `entities` and sets `intent` where the language is another."""
        for message in messages:
            text = message.get(TEXT) or ""
            language = foreign_language(text)
            if language:
                found = [{"entity": "language", "value": language, "start": 0, "end": len(text)}]
                message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(found), add_to_output=True)
                message.set(INTENT, {INTENT_NAME_KEY: FALLBACK, PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)
        return messages
