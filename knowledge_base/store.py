"""What the assistant reads: answers, as cards that a channel can show."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from sqlalchemy import create_engine, select
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import SQLAlchemyError

from knowledge_base import tables

DEFAULT_FILE = Path("models") / "knowledge_base.sqlite"


class KnowledgeBaseUnavailable(RuntimeError):
    """The database cannot be reached or was never loaded."""


class SourceCard(TypedDict):
    """A page an answer rests on; ``seen`` is an ISO date."""

    title: str
    url: str
    date: str
    seen: str


class OrganisationCard(TypedDict):
    """Somebody who may help."""

    name: str
    does: str
    for_whom: str
    area: str
    languages: str
    url: str
    phone: str | None
    hours: str | None


class Choice(TypedDict):
    """An answer a person may pick: the text of a button and what it stands for."""

    id: str
    topic: str
    title: str


class AnswerCard(TypedDict):
    """An answer with all that a channel may show of it: plain JSON values only."""

    id: str
    topic: str
    title: str
    emergency: bool
    answer: str
    steps: list[str]
    warnings: list[str]
    more: str | None
    nations: dict[str, str]
    uncertain: str | None
    facts: list[str]
    sources: list[SourceCard]
    organisations: list[OrganisationCard]
    next: list[Choice]
    reviewed_by: str | None
    reviewed_on: str | None


def open_engine(url: str | None = None, *, writable: bool = False) -> Engine:
    """Opens the database at ``url``, else ``DATABASE_URL``, else the file beside the model.

    That file is opened for reading only, unless it is about to be loaded (``writable``).
    """
    own_file = f"sqlite:///{DEFAULT_FILE}"
    if not writable:
        own_file = f"sqlite:///file:{DEFAULT_FILE}?mode=ro&uri=true"
    url = url or os.environ.get("DATABASE_URL") or own_file
    return create_engine(url, future=True, pool_pre_ping=not url.startswith("sqlite"))


class KnowledgeBase:
    """Reads answers from the database, each of them once: a loaded answer does not change.

    To show what was loaded anew, start the assistant again.
    """

    def __init__(self, engine: Engine) -> None:
        """Takes an engine from :func:`open_engine`; a connection is opened at each look-up."""
        self._engine = engine
        self._cards: dict[str, AnswerCard] = {}

    def topics(self) -> dict[str, str]:
        """Every answer's topic, by answer id.

        Raises:
            KnowledgeBaseUnavailable: the database cannot be reached or was never loaded.
        """
        query = select(tables.answers.c.id, tables.answers.c.topic)
        try:
            with self._engine.connect() as connection:
                found = {row.id: row.topic for row in connection.execute(query)}
        except SQLAlchemyError as error:
            raise KnowledgeBaseUnavailable(
                f"The knowledge base cannot be read ({type(error).__name__}). "
                "Run 'make train', and check DATABASE_URL if you have set it."
            ) from error
        if not found:
            raise KnowledgeBaseUnavailable("The knowledge base is empty: run 'make train'.")
        return found

    def groups(self) -> dict[str, str]:
        """The group that each topic belongs to, such as all that is about requests for data."""
        query = select(tables.topics.c.id, tables.topics.c.group_name)
        with self._engine.connect() as connection:
            return {row.id: row.group_name for row in connection.execute(query)}

    def choices(self, ids: Sequence[str]) -> list[Choice]:
        """The titles of answers, in the order asked for; unknown ids are left out."""
        found = {i: self.answer(i) for i in ids}
        return [
            Choice(id=card["id"], topic=card["topic"], title=card["title"])
            for card in found.values()
            if card is not None
        ]

    def organisations(
        self, needs: Sequence[str], nation: str | None, place: str | None
    ) -> list[OrganisationCard]:
        """Who helps with all of ``needs``, if anybody, else with one of them; the nearest first.

        Args:
            needs: values of :class:`knowledge_base.schema.Need`.
            nation: a value of :class:`knowledge_base.schema.UkNation`; None for anywhere.
            place: a town; organisations that work only in other towns come last.
        """
        table = tables.organisations
        with self._engine.connect() as connection:
            rows = list(connection.execute(select(table).order_by(table.c.id)))
        fitting = [
            row
            for row in rows
            if (not nation or not row.nations or nation in row.nations)
            and (not needs or set(needs) & set(row.needs))
        ]
        fitting.sort(key=lambda row: _nearness(row, needs, nation, place))
        return [_organisation(row) for row in fitting]

    def answer(self, answer_id: str) -> AnswerCard | None:
        """One answer with its sources, organisations and next questions, or None."""
        if answer_id not in self._cards:
            card = self._read(answer_id)
            if card is None:
                return None
            self._cards[answer_id] = card
        return self._cards[answer_id].copy()

    def _read(self, answer_id: str) -> AnswerCard | None:
        with self._engine.connect() as connection:
            row = connection.execute(
                select(tables.answers).where(tables.answers.c.id == answer_id)
            ).one_or_none()
            if row is None:
                return None
            return AnswerCard(
                id=row.id,
                topic=row.topic,
                title=row.title,
                emergency=row.emergency,
                answer=row.answer,
                steps=row.steps,
                warnings=row.warnings,
                more=row.more,
                nations=row.nations,
                uncertain=row.uncertain,
                facts=row.facts,
                sources=_sources(connection, answer_id),
                organisations=_organisations(connection, answer_id),
                next=_next(connection, answer_id),
                reviewed_by=row.reviewed_by,
                reviewed_on=row.reviewed_on.isoformat() if row.reviewed_on else None,
            )


def _sources(connection: Connection, answer_id: str) -> list[SourceCard]:
    table = tables.sources
    query = select(table).where(table.c.answer == answer_id).order_by(table.c.position)
    return [
        SourceCard(title=row.title, url=row.url, date=row.date, seen=row.seen.isoformat())
        for row in connection.execute(query)
    ]


def _organisations(connection: Connection, answer_id: str) -> list[OrganisationCard]:
    table, link = tables.organisations, tables.answer_organisations
    query = (
        select(table)
        .join(link, link.c.organisation == table.c.id)
        .where(link.c.answer == answer_id)
        .order_by(link.c.position)
    )
    return [_organisation(row) for row in connection.execute(query)]


def _organisation(row: Row) -> OrganisationCard:
    return OrganisationCard(
        name=row.name,
        does=row.does,
        for_whom=row.for_whom,
        area=row.area,
        languages=row.languages,
        url=row.url,
        phone=row.phone,
        hours=row.hours,
    )


def _nearness(
    row: Row, needs: Sequence[str], nation: str | None, place: str | None
) -> tuple[int, bool, bool, int]:
    """Sorts the organisation that fits best first."""
    unmet = len(set(needs) - set(row.needs))
    here = place in row.places
    elsewhere = bool(row.places) and not here
    # The need named first is what an organisation does first.
    rank = min((row.needs.index(need) for need in needs if need in row.needs), default=0)
    return (unmet + (2 if elsewhere else 0), not here, not (nation and row.nations), rank)


def _choice(row: Row) -> Choice:
    return Choice(id=row.id, topic=row.topic, title=row.title)


def _next(connection: Connection, answer_id: str) -> list[Choice]:
    table, link = tables.answers, tables.next_answers
    query = (
        select(table.c.id, table.c.topic, table.c.title)
        .join(link, link.c.next == table.c.id)
        .where(link.c.answer == answer_id)
        .order_by(link.c.position)
    )
    return [_choice(row) for row in connection.execute(query)]
