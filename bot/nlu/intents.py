"""What an intent stands for: an answer, an emergency, a reason not to answer, or small talk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple

from knowledge_base.schema import Answer
from knowledge_base.words import GLOSSARY

OUT_OF_SCOPE_PREFIX = "out_of_scope_"
SMALL_TALK = frozenset(
    {
        "are_you_a_person",
        "goodbye",
        "greeting",
        "help_menu",
        "more",
        "thanks",
        "what_can_you_do",
    }
)


class Kind(str, Enum):
    """What follows on an intent."""

    ANSWER = "answer"
    EMERGENCY = "emergency"
    OUT_OF_SCOPE = "out_of_scope"
    SMALL_TALK = "small_talk"

    @property
    def shows_answer(self) -> bool:
        """Whether an answer of the knowledge base follows."""
        return self in (Kind.ANSWER, Kind.EMERGENCY)


class Described(NamedTuple):
    """An intent with what it stands for.

    Attributes:
        name: the intent's name.
        kind: what follows on it.
        topic: of an answer or emergency, the topic it is filed under; else the kind's name.
    """

    name: str
    kind: Kind
    topic: str

    @property
    def group(self) -> str:
        """The label that this intent has for the coarse question: what is it about?

        Every emergency is a group of its own, so that it is looked for twice.
        """
        return self.name if self.kind is Kind.EMERGENCY else self.topic


def describe(intents: Iterable[str], answers: Mapping[str, Answer]) -> list[Described]:
    """Says of each intent what it stands for, in order."""
    return [_describe(name, answers.get(name)) for name in intents]


def _describe(name: str, answer: Answer | None) -> Described:
    if answer is not None:
        return Described(name, Kind.EMERGENCY if answer.emergency else Kind.ANSWER, answer.topic)
    if name.startswith(OUT_OF_SCOPE_PREFIX):
        return Described(name, Kind.OUT_OF_SCOPE, Kind.OUT_OF_SCOPE.value)
    if name in SMALL_TALK:
        return Described(name, Kind.SMALL_TALK, Kind.SMALL_TALK.value)
    return Described(name, Kind.ANSWER, GLOSSARY)
