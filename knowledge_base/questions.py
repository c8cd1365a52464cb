"""Checks that answers, training questions, domain.yml and rules agree with one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge_base.files import Problem, Records

MIN_QUESTIONS = 15
"""Fewer training questions than this, and an answer is not found reliably."""


TOO_NEAR = 0.9
"""Questions whose spelling is so alike (cosine of n-grams) must not lead to two answers."""


ROWS_AT_ONCE = 500


class Question(NamedTuple):
    """One training question and where it is written."""

    file: Path
    line: int
    intent: str
    text: str


def find_problems(records: Records, project: Path, *, thorough: bool = True) -> list[Problem]:
    """Compares the knowledge base with Rasa's files in ``project``.

    Args:
        records: the knowledge base.
        project: the folder with domain.yml and data/.
        thorough: also look for questions that are nearly the same, which takes some seconds.
    """
    questions = list(read_questions(project / "data"))
    domain_file, rules_file = project / "domain.yml", project / "data" / "rules.yml"
    in_domain = set(_load(domain_file).get("intents", []))
    in_rules = _intents_in_rules(_load(rules_file))
    problems = list(_duplicates(questions))
    if thorough:
        problems += _near_duplicates(questions)
    counts: dict[str, int] = defaultdict(int)
    for question in questions:
        counts[question.intent] += 1
        if question.intent not in in_domain and counts[question.intent] == 1:
            problems.append(
                Problem(
                    question.file,
                    question.line,
                    f"domain.yml does not list the intent '{question.intent}': "
                    "add it below 'intents', or correct its name here",
                )
            )
    problems += list(_rules_with_more_than_one_action(rules_file))
    for intent in sorted(in_domain - in_rules):
        problems.append(
            Problem(
                rules_file, 1, f"no rule says what follows on '{intent}': write an answer for it"
            )
        )
    for answer in records.answers:
        if counts[answer] < MIN_QUESTIONS:
            problems.append(_too_few(answer, counts[answer], records, project))
        if answer not in in_domain:
            problems.append(Problem(domain_file, 1, f"add '  - {answer}' below 'intents'"))
        if answer not in in_rules:
            problems.append(Problem(rules_file, 1, f"add '- intent: {answer}' to the first rule"))
    return sorted(problems)


def read_questions(data: Path) -> Iterator[Question]:
    """Every training question below ``data``, with its line."""
    for file in sorted(data.rglob("*.yml")):
        lines = file.read_text(encoding="utf-8").splitlines()
        intent = ""
        for number, line in enumerate(lines, start=1):
            text = line.strip()
            if text.startswith("- intent:") and line.startswith(("  - ", "- ")):
                intent = text.partition(":")[2].strip()
            elif text.startswith("- rule:"):
                intent = ""
            elif intent and line.startswith("      - "):
                yield Question(file, number, intent, text[2:].strip())


def _load(file: Path) -> dict[str, Any]:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}


def _intents_in_rules(content: dict[str, Any]) -> set[str]:
    found = set()
    for rule in content.get("rules", []):
        for step in rule.get("steps", []):
            found |= {choice["intent"] for choice in step.get("or", [step]) if "intent" in choice}
    return found


def _rules_with_more_than_one_action(rules_file: Path) -> Iterator[Problem]:
    for rule in _load(rules_file).get("rules", []):
        if sum("action" in step for step in rule.get("steps", [])) != 1:
            name = rule.get("rule")
            message = f"the rule '{name}' must have exactly one action: a turn ends after it"
            yield Problem(rules_file, _line_with(rules_file, f"rule: {name}"), message)


def _line_with(file: Path, text: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((n for n, line in enumerate(lines, start=1) if text in line), 1)


def _duplicates(questions: list[Question]) -> Iterator[Problem]:
    first: dict[str, Question] = {}
    for question in questions:
        same = first.setdefault(question.text.casefold(), question)
        if same.intent != question.intent:
            yield Problem(
                question.file,
                question.line,
                f"'{question.text}' also leads to '{same.intent}' ({same.file.name}:{same.line}): "
                "keep it in one place",
            )
        elif same is not question:
            yield Problem(
                question.file,
                question.line,
                f"the same question is in line {same.line}: remove one",
            )


def _near_duplicates(questions: list[Question]) -> Iterator[Problem]:
    """Pairs that differ by a letter or a word end, where one word could turn the answer."""
    if not questions:
        return
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), dtype=np.float32)
    spelled = vectors.fit_transform(question.text for question in questions)
    for row, column in _alike(spelled):
        one, other = questions[row], questions[column]
        if one.intent != other.intent and one.text.casefold() != other.text.casefold():
            yield Problem(
                other.file,
                other.line,
                f"'{other.text}' is nearly '{one.text}', which leads to '{one.intent}' "
                f"({one.file.name}:{one.line}): make them clearly different, or keep one",
            )


def _alike(spelled: csr_matrix) -> Iterator[tuple[int, int]]:
    """Pairs of rows, the earlier first, whose cosine is at least :data:`TOO_NEAR`."""
    # Some rows at a time: all pairs at once take several gigabytes.
    for start in range(0, spelled.shape[0], ROWS_AT_ONCE):
        rows = spelled[start : start + ROWS_AT_ONCE]
        alike = (rows @ spelled[start:].T).tocoo()
        near = (alike.data >= TOO_NEAR) & (alike.col > alike.row)
        yield from zip(start + alike.row[near], start + alike.col[near], strict=True)


def _too_few(answer: str, count: int, records: Records, project: Path) -> Problem:
    topic = records.answers[answer].topic
    file = project / "data" / "nlu" / f"{topic}.yml"
    return Problem(
        file, 1, f"'{answer}' has {count} training questions: write at least {MIN_QUESTIONS}"
    )
