"""What the assistant says to one message, as data that every channel can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from bot.personal.rules import Kind
from knowledge_base.store import AnswerCard, Choice

Outcome = Literal["answer", "clarify", "out_of_scope", "emergency"]


class Shown(TypedDict):
    """An answer that was shown or offered; ``confidence`` is from 0 to 1."""

    id: str
    topic: str
    confidence: float


class TextMessage(TypedDict):
    """Words without an answer: small talk, 'not known', a fault. The choices may be none."""

    kind: Literal["text"]
    text: str
    choices: list[Choice]


class NoteMessage(TypedDict):
    """A sentence in the person's own language (ISO 639), before a reply in English."""

    kind: Literal["note"]
    text: str
    language: str


class NoticeMessage(TypedDict):
    """Says that personal details were taken out of the message unread, in the person's language."""

    kind: Literal["notice"]
    text: str
    language: str


class ChoicesMessage(TypedDict):
    """Asks which answer was meant."""

    kind: Literal["choices"]
    choices: list[Choice]


class AnswerMessage(TypedDict):
    """An answer (``answer``) or the detail it keeps back (``more``)."""

    kind: Literal["answer", "more"]
    answer: AnswerCard


Message = TextMessage | NoteMessage | NoticeMessage | ChoicesMessage | AnswerMessage


@dataclass(frozen=True)
class Turn:
    """What the assistant says to one message.

    Attributes:
        outcome: what it decided; small talk counts as out of scope, since no answer is shown.
        language: ISO 639-1 code of the person's message, or 'und'.
        shown: the answers shown, or the choices offered.
        messages: what to show, in order.
        details: the kinds of personal details that the person's message held.
    """

    outcome: Outcome
    language: str
    shown: list[Shown]
    messages: list[Message]
    details: tuple[Kind, ...] = ()
