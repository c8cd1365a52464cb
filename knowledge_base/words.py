"""Words the assistant looks for in a message: terms of letters and forms, places, kinds of help."""

from __future__ import annotations

import datetime

from pydantic import Field, validator

from knowledge_base.schema import Answer, Need, Record, Source, UkNation

TERM, PLACE, NEED = "term", "place", "need"
"""The kinds of words, as Rasa's entities are named."""

GLOSSARY = "glossary"
"""The intent of a question for the meaning of a word, and the start of such an answer's id."""


def intent_of(answer_id: str) -> str:
    """The intent that shows an answer: its own id, or one intent for all of the glossary."""
    return GLOSSARY if answer_id.startswith(f"{GLOSSARY}_") else answer_id


class Term(Record):
    """A word that people meet in letters and on forms.

    Either a full answer explains it (``answer``), or it is explained here.
    """

    id: str
    term: str
    also: list[str] = Field([])
    """Other ways to write it."""
    answer: str | None = None
    topic: str | None = None
    means: str | None = None
    facts: list[str] = Field([])
    sources: list[Source] = Field([])
    review_due: datetime.date | None = None
    next: list[str] = Field([], max_items=4)

    @validator("next", always=True)
    def _is_explained_once(cls, value: list[str], values: dict[str, object]) -> list[str]:
        here = [values.get(n) for n in ("topic", "means", "facts", "sources", "review_due")]
        if any(here) if values.get("answer") else not all(here):
            raise ValueError(
                "give either 'answer', or all of topic, means, facts, sources and review_due"
            )
        return value

    @property
    def answer_id(self) -> str:
        """The id of the answer that explains the word."""
        return self.answer or f"{GLOSSARY}_{self.id}"

    def as_answer(self) -> Answer:
        """The explanation given here, as an answer of its own."""
        return Answer(
            id=self.answer_id,
            title=f"What is {self.term}?",
            answer=str(self.means),
            review="unreviewed",
            **self.dict(include={"topic", "facts", "sources", "review_due", "next"}),
        )


class Place(Record):
    """A town, or a nation itself, and the nation it is in."""

    name: str
    nation: UkNation
    also: list[str] = Field([])


class NeedWords(Record):
    """What people write when they need a kind of help."""

    need: Need
    called: str
    """How the reply names it, after 'help with'."""
    words: list[str] = Field(..., min_items=1)
