"""Reads the record files and says, with file, line and fix, what is wrong in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from knowledge_base.schema import Answer, Organisation, Record, Topic
from knowledge_base.words import NeedWords, Place, Term

ROOT = Path(__file__).parent

_R = TypeVar("_R", bound=Record)
_Location = tuple[int | str, ...]

_HINTS = {
    "value_error.missing": "add this field",
    "value_error.extra": "no such field: check its spelling, or take it out",
    "value_error.any_str.max_length": "make it shorter",
    "value_error.date": "write a date as 2026-11-24",
    "value_error.url": "write the whole address, starting with https://",
}


@dataclass(frozen=True, order=True)
class Problem:
    """One thing a maintainer has to put right."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class BadRecords(ValueError):
    """The knowledge base's files break its rules."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in sorted(problems)))
        self.problems = sorted(problems)


@dataclass(frozen=True)
class Words:
    """What is looked for in a message: see :mod:`knowledge_base.words`."""

    glossary: list[Term]
    places: list[Place]
    needs: list[NeedWords]


@dataclass(frozen=True)
class Records:
    """All records, by id, in the order of their file names."""

    topics: dict[str, Topic]
    answers: dict[str, Answer]
    organisations: dict[str, Organisation]
    words: Words


class _PlainLoader(yaml.CSafeLoader):
    """YAML without its two traps.

    A key written twice is an error instead of silently losing the first, and only true and false
    are truth values: 'on', 'off', 'yes' and 'no' are words, as a maintainer means them.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML's own class attribute
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":bool")]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"'{key.value}' is there twice: keep one", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf")
)


def read_records(root: Path = ROOT) -> Records:
    """Reads and checks every record below ``root``.

    Raises:
        BadRecords: with all problems at once, each naming file, line and fix.
    """
    problems: list[Problem] = []
    topics = {topic.id: topic for topic in _read_list(root / "topics.yml", Topic, problems)}
    answer_files = dict(_read_folder(root / "answers", Answer, problems))
    organisation_files = dict(_read_folder(root / "organisations", Organisation, problems))
    answers = {record.id: record for record in answer_files.values()}
    organisations = {record.id: record for record in organisation_files.values()}
    for file, answer in answer_files.items():
        for field, message in _answer_problems(answer, file, topics, answers, organisations):
            problems.append(Problem(file, line_of(file, (field,)), message))
    for file, organisation in organisation_files.items():
        if file.stem != organisation.id:
            problems.append(Problem(file, line_of(file, ("id",)), _name_the_file(organisation.id)))
    words = _read_words(root, problems)
    for index, term in enumerate(words.glossary):
        for field, message in _term_problems(term, topics, answers):
            file = root / "glossary.yml"
            problems.append(Problem(file, line_of(file, (index, field)), message))
    if problems:
        raise BadRecords(problems)
    return Records(topics, answers, organisations, words)


def read_words(root: Path = ROOT) -> Words:
    """Reads only the words, which the language model needs at every start.

    Raises:
        BadRecords: as :func:`read_records`.
    """
    problems: list[Problem] = []
    words = _read_words(root, problems)
    if problems:
        raise BadRecords(problems)
    return words


def _read_words(root: Path, problems: list[Problem]) -> Words:
    return Words(
        list(_read_list(root / "glossary.yml", Term, problems)),
        list(_read_list(root / "places.yml", Place, problems)),
        list(_read_list(root / "needs.yml", NeedWords, problems)),
    )


def _term_problems(
    term: Term, topics: dict[str, Topic], answers: dict[str, Answer]
) -> Iterator[tuple[str, str]]:
    if term.topic is not None and term.topic not in topics:
        yield "topic", _no_topic(term.topic)
    yield from _dead_links("answer", [term.answer] if term.answer else [], answers)
    yield from _dead_links("next", term.next, answers)


def _answer_problems(
    answer: Answer,
    file: Path,
    topics: dict[str, Topic],
    answers: dict[str, Answer],
    organisations: dict[str, Organisation],
) -> Iterator[tuple[str, str]]:
    if file.stem != answer.id:
        yield "id", _name_the_file(answer.id)
    if answer.topic not in topics:
        yield "topic", _no_topic(answer.topic)
    elif not file.parent.match(folder := folder_of(topics[answer.topic])):
        yield "topic", f"move the file to {folder}/, where answers of topic '{answer.topic}' are"
    yield from _dead_links("next", answer.next, answers)
    for target in answer.organisations:
        if target not in organisations:
            yield (
                "organisations",
                f"there is no file organisations/{target}.yml: add it, or take it out",
            )


def folder_of(topic: Topic) -> str:
    """Where the answers of a topic are, below the knowledge base's own folder."""
    return f"answers/{topic.group}/{topic.id}"


def _no_topic(topic_id: str) -> str:
    return f"there is no topic '{topic_id}': take one from knowledge_base/topics.yml"


def _dead_links(
    field: str, targets: list[str], answers: dict[str, Answer]
) -> Iterator[tuple[str, str]]:
    for target in targets:
        if target not in answers:
            yield field, f"there is no answer '{target}': correct the id, or take it out"


def _name_the_file(record_id: str) -> str:
    return f"file name and id must agree: name the file {record_id}.yml or change the id"


def _read_list(file: Path, model: type[_R], problems: list[Problem]) -> Iterator[_R]:
    for index, raw in enumerate(_parse(file, problems) or []):
        record = _validate(file, raw, model, problems, (index,))
        if record is not None:
            yield record


def _read_folder(
    folder: Path, model: type[_R], problems: list[Problem]
) -> Iterator[tuple[Path, _R]]:
    for file in sorted(folder.rglob("*.yml")):
        raw = _parse(file, problems)
        record = _validate(file, raw, model, problems) if raw is not None else None
        if record is not None:
            yield file, record


def _parse(file: Path, problems: list[Problem]) -> Any:
    try:
        # A subclass of the safe loader: it builds plain values only.
        content = yaml.load(file.read_text(encoding="utf-8"), _PlainLoader)  # noqa: S506
    except UnicodeDecodeError:
        problems.append(Problem(file, 1, "save the file as UTF-8 text"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.append(Problem(file, line, f"this is not valid YAML: {error.problem}"))
    else:
        if content is not None:
            return content
        problems.append(Problem(file, 1, "the file is empty: fill it or delete it"))
    return None


def _validate(
    file: Path, raw: object, model: type[_R], problems: list[Problem], prefix: _Location = ()
) -> _R | None:
    try:
        return model.parse_obj(raw)
    except ValidationError as error:
        for fault in error.errors():
            location = tuple(part for part in fault["loc"] if part != "__root__")
            field = ".".join(str(part) for part in location) or "the record"
            hint = next((h for kind, h in _HINTS.items() if fault["type"].startswith(kind)), "")
            message = f"{field}: {fault['msg']}" + (f" ({hint})" if hint else "")
            problems.append(Problem(file, line_of(file, (*prefix, *location)), message))
        return None


def line_of(file: Path, location: _Location) -> int:
    """The line of the innermost part of ``location`` that the file has."""
    node = yaml.compose(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    line = 1
    for part in location:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == part), None)
        elif (
            isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value)
        ):
            found = (node.value[part], node.value[part])
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line
