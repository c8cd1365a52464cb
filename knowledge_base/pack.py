"""All answers on paper: one HTML page that prints well."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from knowledge_base.files import Records
from knowledge_base.schema import Answer, Topic


def as_html(records: Records, wording: ModuleType, today: datetime.date) -> str:
    """The pack: contents, answers by topic, organisations and glossary, with all sources.

    Args:
        records: the whole knowledge base.
        wording: :mod:`bot.canned`, so that headings read as in a chat.
        today: the date of printing.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("pack.html.j2").render(
        answers=records.answers,
        topics=list(_by_topic(records)),
        organisations=records.organisations,
        glossary=records.words.glossary,
        wording=wording,
        today=f"{today:%-d %B %Y}",
    )


def _by_topic(records: Records) -> Iterator[tuple[Topic, list[Answer]]]:
    """Topics that have answers; emergencies come first, since somebody may need them at once."""
    for topic in records.topics.values():
        answers = [answer for answer in records.answers.values() if answer.topic == topic.id]
        if answers:
            yield topic, sorted(answers, key=lambda answer: not answer.emergency)
