"""A tokenizer for every script: spaCy's rules without a language model."""

from __future__ import annotations

from typing import Any

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class MultilingualTokenizer(Tokenizer):
    """Splits text into words and punctuation with spaCy's language-neutral rules."""

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable for this component."""
        return ["spacy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What Rasa's base class asks for: intents' names are not split."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    def __init__(self, config: dict[str, Any]) -> None:
        """Builds an empty multi-language pipeline: rules only, nothing to download."""
        super().__init__(config)
        self._nlp = spacy.blank("xx")

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Splits one attribute of a message; white space is no token."""
        # Without the zone, spaCy would keep every word it ever saw, those of people too.
        with self._nlp.memory_zone():
            document = self._nlp.make_doc(message.get(attribute))
            return [Token(token.text, token.idx) for token in document if not token.is_space]
