"""Gives Rasa the questions in data/ to learn from, and the answers themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge_base.files import Records, read_records
from knowledge_base.questions import read_questions

QUESTIONS = "nlu"
"""The folder below data/ that holds the questions; the rules lie beside it."""


def examples(records: Records) -> Iterator[Message]:
    """Two messages an answer: its title, which is a question, and its first sentences."""
    for answer in records.answers.values():
        for text in (answer.title, answer.answer):
            yield Message.build(text=text, intent=answer.id)


class ProjectImporter(RasaFileImporter):
    """Reads domain, rules and configuration as Rasa does, and the questions once.

    Rasa's own importer reads and validates every file of questions three times and compares all
    questions at each file: a minute for twenty languages. ``drbot check`` validates them first.
    """

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        **_: Any,
    ) -> None:
        """Takes what Rasa's importers take; folders of questions are told from rules by name."""
        given = [training_data_paths] if isinstance(training_data_paths, str) else None
        paths = [Path(path) for path in given or training_data_paths or []]
        self._folders = tuple(found for path in paths if (found := path / QUESTIONS).is_dir())
        rules = [str(file) for path in paths for file in _files(path)]
        super().__init__(config_file, domain_path, rules)

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """All questions and :func:`examples`, as Rasa's training data.

        Raises:
            BadRecords: the answers have mistakes ('drbot check' finds this earlier).
        """
        return _learn_from(self._folders)


def _files(path: Path) -> Iterable[Path]:
    return sorted(path.glob("*.yml")) if path.is_dir() else [path]


@lru_cache(maxsize=1)
def _learn_from(folders: tuple[Path, ...]) -> TrainingData:
    asked = [
        Message.build(text=question.text, intent=question.intent)
        for folder in folders
        for question in read_questions(folder)
    ]
    return TrainingData([*asked, *examples(read_records())])
