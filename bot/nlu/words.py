"""Finds terms of letters and forms, places and kinds of help in a message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.lang.en.stop_words import STOP_WORDS
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from knowledge_base.files import Words, read_words
from knowledge_base.words import NEED, PLACE, TERM

DEFINED = "defined"
"""Where the answer's id is put when a message asks for the meaning of one term, and no more."""

_ASKING = STOP_WORDS | {
    *("called", "code", "define", "definition", "document", "explain", "form", "gave", "got"),
    *("home", "letter", "mean", "meaning", "means", "number", "office", "paper", "papers", "pls"),
    *("please", "received", "s", "said", "saw", "says", "stand", "stands", "term", "wat", "whats"),
    *("word", "words", "wrote", "written"),
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class WordFinder(EntityExtractorMixin, GraphComponent):
    """Looks the words of the knowledge base up in a message, whatever their capitals."""

    def __init__(self, words: Words) -> None:
        """Prepares a matcher for each kind; nothing is trained."""
        self._nlp = spacy.blank("en")
        # One word may be a term and a need, but within a kind the longest phrase counts.
        self._matchers = {
            kind: PhraseMatcher(self._nlp.vocab, attr="LOWER") for kind in (TERM, PLACE, NEED)
        }
        for kind, value, phrases in _phrases(words):
            self._matchers[kind].add(value, list(self._nlp.pipe(phrases)))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WordFinder:
        """Creates the component for Rasa's graph."""
        return cls(read_words())

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds entities of the kinds term, place and need; sets :data:`DEFINED`."""
        for message in messages:
            # Without the zone, spaCy would keep every word it ever saw, those of people too.
            with self._nlp.memory_zone():
                self._look_through(message)
        return messages

    def _look_through(self, message: Message) -> None:
        document = self._nlp.make_doc(message.get(TEXT) or "")
        found = list(self._found(document))
        entities = [self._entity(*one) for one in found]
        message.set(ENTITIES, [*message.get(ENTITIES, []), *entities], add_to_output=True)
        message.set(DEFINED, _defined(document, found))

    def _found(self, document: Doc) -> Iterator[tuple[Span, str, str]]:
        for kind, matcher in self._matchers.items():
            for span in filter_spans(matcher(document, as_spans=True)):
                yield span, kind, span.label_

    def _entity(self, span: Span, kind: str, value: str) -> dict[str, Any]:
        return {
            "entity": kind,
            "value": value,
            "start": span.start_char,
            "end": span.end_char,
            "extractor": self.name,
        }


def _phrases(words: Words) -> Iterator[tuple[str, str, list[str]]]:
    for term in words.glossary:
        yield TERM, term.answer_id, [term.term, *term.also]
    for place in words.places:
        yield PLACE, place.name, [place.name, *place.also]
    for need in words.needs:
        yield NEED, need.need.value, need.words


def _defined(document: Doc, found: list[tuple[Span, str, str]]) -> str | None:
    terms = {value for _, kind, value in found if kind == TERM}
    if len(terms) != 1:
        return None
    covered = {token.i for span, kind, _ in found if kind == TERM for token in span}
    rest = [token for token in document if token.i not in covered and token.is_alpha]
    return terms.pop() if all(token.lower_ in _ASKING for token in rest) else None
