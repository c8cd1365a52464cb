"""Writes the records into the database, replacing what was there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table, inspect
from sqlalchemy.engine import Engine

from knowledge_base import tables
from knowledge_base.files import Records
from knowledge_base.schema import Answer, Review

_Rows = list[dict[str, Any]]


def load_records(records: Records, engine: Engine) -> None:
    """Replaces the database's content with ``records``, in one transaction.

    A server that reads meanwhile sees the old content or the new, never half.
    """
    _drop_tables_of_another_version(engine)
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(table.delete())
        for table, rows in _rows(records):
            if rows:
                connection.execute(table.insert(), rows)


def _drop_tables_of_another_version(engine: Engine) -> None:
    """The files hold all of the content, so that tables of an older layout need no migration."""
    found = inspect(engine)
    known = set(found.get_table_names())
    for table in tables.metadata.sorted_tables:
        columns = {column.name for column in table.columns}
        if table.name in known and columns != {c["name"] for c in found.get_columns(table.name)}:
            tables.metadata.drop_all(engine)
            return


def _rows(records: Records) -> Iterator[tuple[Table, _Rows]]:
    explained = [term.as_answer() for term in records.words.glossary if term.answer is None]
    answers = [*records.answers.values(), *explained]
    yield (
        tables.topics,
        [{"id": t.id, "group_name": t.group, "covers": t.covers} for t in records.topics.values()],
    )
    yield tables.answers, [_answer_row(answer) for answer in answers]
    yield (
        tables.organisations,
        [
            {
                **o.dict(exclude={"for_", "phone_checked", "facts"}),
                "for_whom": o.for_,
                "url": str(o.url),
                "needs": [need.value for need in o.needs],
                "nations": [nation.value for nation in o.nations],
            }
            for o in records.organisations.values()
        ],
    )
    yield (
        tables.sources,
        [
            {"answer": a.id, "position": n, **source.dict(), "url": str(source.url)}
            for a in answers
            for n, source in enumerate(a.sources)
        ],
    )
    yield (
        tables.next_answers,
        [
            {"answer": a.id, "position": n, "next": target}
            for a in answers
            for n, target in enumerate(a.next)
        ],
    )
    yield (
        tables.answer_organisations,
        [
            {"answer": a.id, "position": n, "organisation": target}
            for a in answers
            for n, target in enumerate(a.organisations)
        ],
    )


def _answer_row(answer: Answer) -> dict[str, Any]:
    review = answer.review if isinstance(answer.review, Review) else None
    kept = answer.dict(
        exclude={"sources", "review", "review_notes", "next", "organisations", "nations"}
    )
    return {
        **kept,
        "nations": {nation.value: text for nation, text in answer.nations.items()},
        "reviewed_by": review.by if review else None,
        "reviewed_on": review.on if review else None,
    }
