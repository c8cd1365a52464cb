"""Takes a message apart into its questions, so that two questions get two answers."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

ASKS = "asks"
"""Where it is said on a part whether it is written as a question."""

MAX_PARTS = 4
"""Of a long story the last parts count: that is where people ask."""

MIN_LETTERS = 10
"""A shorter piece ('Hello.', 'pls help') is no question of its own."""

# A sentence ends with one of these marks, in any of our scripts; in English a new question may also
# follow on 'and'.
_END = re.compile(
    r"(?<=[.!])\s+|(?<=[?؟。！？।።፧])\s*|[;؛\n]\s*"
    r"|,?\s+(?:and also|also|and)\s+"
    r"(?=(?:how|what|when|where|who|why|can|could|do|does|did|is|are|will|should|must)\s)",
    re.IGNORECASE,
)
_QUESTION_MARKS = ("?", "؟", "？", "፧")
_ASKING = re.compile(
    r"(?:how|what|when|where|who|why|which|can|could|do|does|is|are|will|should|must)\b",
    re.IGNORECASE,
)


def questions(text: str) -> list[str]:
    """The parts of ``text`` that may be questions of their own: none, or at least two."""
    parts = [part.strip() for part in _END.split(text)]
    long_enough = [p for p in parts if sum(c.isalnum() for c in p) >= MIN_LETTERS]
    return long_enough[-MAX_PARTS:] if len(long_enough) > 1 else []


def asks(text: str) -> bool:
    """Whether a part is written as a question."""
    return text.endswith(_QUESTION_MARKS) or _ASKING.match(text) is not None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class QuestionSplitter(EntityExtractorMixin, GraphComponent):
    """Puts the parts of a message behind it; the last step of the pipeline joins them again."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionSplitter:
        """Creates the component for Rasa's graph."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Returns each message, followed by its parts."""
        split = []
        for message in messages:
            split.append(message)
            for part in questions(message.get(TEXT) or ""):
                split.append(Message({TEXT: part, ASKS: asks(part)}))
        return split
