"""Gives Rasa the answers themselves to learn from, beside the training questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge_base.files import Records, read_records


def examples(records: Records) -> Iterator[Message]:
    """Two messages an answer: its title, which is a question, and its first sentences."""
    for answer in records.answers.values():
        for text in (answer.title, answer.answer):
            yield Message.build(text=text, intent=answer.id)


class KnowledgeBaseImporter(TrainingDataImporter):
    """Adds :func:`examples`; config.yml lists it beside Rasa's own importer of files."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Rasa says where its files are; the knowledge base knows its own."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples, as Rasa's training data.

        Raises:
            BadRecords: the answers have mistakes ('drbot check' finds this earlier).
        """
        return TrainingData(list(examples(read_records())))

    def get_domain(self) -> Domain:
        """Nothing: domain.yml has it all."""
        return Domain.empty()

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """None: rules.yml has them all."""
        return StoryGraph([])

    def get_conversation_tests(self) -> StoryGraph:
        """None."""
        return StoryGraph([])

    def get_config(self) -> dict[str, Any]:
        """Nothing: config.yml has it all."""
        return {}

    def get_config_file_for_auto_config(self) -> str | None:
        """None."""
        return None
