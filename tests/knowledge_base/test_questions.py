"""Answers, training questions, domain and rules have to agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.files import read_records
from knowledge_base.questions import MIN_QUESTIONS, find_problems

ANIMALS = [
    *("ant", "bat", "cat", "dog", "eel", "fox", "gnu", "hen"),
    *("ibis", "jay", "kiwi", "lynx", "mole", "newt", "owl", "pig"),
]
RULES = """\
version: "3.1"
rules:
  - rule: show the answer
    steps:
      - or:
          - intent: first
          - intent: second
      - action: action_answer
"""


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Path:
    """Rasa's files for the two answers of ``root``, without mistakes."""
    folder = tmp_path / "project"
    (folder / "data" / "nlu").mkdir(parents=True)
    (folder / "domain.yml").write_text("intents:\n  - first\n  - second\n", encoding="utf-8")
    (folder / "data" / "rules.yml").write_text(RULES, encoding="utf-8")
    for intent, noun in (("first", "price"), ("second", "colour")):
        write(folder, intent, [f"what {noun} has a {animal}" for animal in ANIMALS])
    return folder


def write(project: Path, intent: str, questions: list[str]) -> None:
    lines = "".join(f"      - {question}\n" for question in questions)
    text = f'version: "3.1"\nnlu:\n  - intent: {intent}\n    examples: |\n{lines}'
    (project / "data" / "nlu" / f"{intent}.yml").write_text(text, encoding="utf-8")


def messages(root: Path, project: Path) -> list[str]:
    return [problem.message for problem in find_problems(read_records(root), project)]


def test_files_that_agree_have_no_problems(root: Path, project: Path) -> None:
    assert messages(root, project) == []


def test_too_few_questions(root: Path, project: Path) -> None:
    write(project, "first", ["what price has a cow"])
    assert messages(root, project) == [
        f"'first' has 1 training questions: write at least {MIN_QUESTIONS}"
    ]


def test_the_same_question_for_two_answers(root: Path, project: Path) -> None:
    write(project, "second", [*(f"what colour has a {a}" for a in ANIMALS), "WHAT price has a pig"])
    (message,) = messages(root, project)
    assert "also leads to 'first'" in message


def test_nearly_the_same_question_for_two_answers(root: Path, project: Path) -> None:
    asked = "how much do they ask for a big elephant in the zoo"
    write(project, "first", [*(f"what price has a {a}" for a in ANIMALS), asked])
    write(project, "second", [*(f"what colour has a {a}" for a in ANIMALS), f"{asked}s"])
    (message,) = messages(root, project)
    assert "is nearly" in message
    assert "first.yml:21" in message


def test_the_same_question_twice_for_one_answer(root: Path, project: Path) -> None:
    write(project, "first", [*(f"what price has a {a}" for a in ANIMALS), "what price has a pig"])
    assert messages(root, project) == ["the same question is in line 20: remove one"]


def test_an_intent_that_nothing_follows(root: Path, project: Path) -> None:
    domain = project / "domain.yml"
    domain.write_text(domain.read_text(encoding="utf-8") + "  - third\n", encoding="utf-8")
    assert messages(root, project) == [
        "no rule says what follows on 'third': write an answer for it"
    ]


def test_an_answer_that_nobody_can_reach(root: Path, project: Path) -> None:
    (project / "domain.yml").write_text("intents:\n  - first\n", encoding="utf-8")
    rules = project / "data" / "rules.yml"
    rules.write_text(RULES.replace("          - intent: second\n", ""), encoding="utf-8")
    (project / "data" / "nlu" / "second.yml").unlink()
    assert len(messages(root, project)) == 3


def test_a_rule_with_two_actions(root: Path, project: Path) -> None:
    rules = project / "data" / "rules.yml"
    rules.write_text(RULES + "      - action: utter_x\n", encoding="utf-8")
    (message,) = messages(root, project)
    assert "exactly one action" in message
