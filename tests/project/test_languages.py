"""Every language has what the others have, and the exam stays an exam."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from serving import PROJECT

from bot.evaluation import OUT_OF_SCOPE
from bot.language import LANGUAGES
from bot.notes import notes
from knowledge_base.files import read_records
from knowledge_base.questions import read_questions

OTHERS = sorted(LANGUAGES - {"en"})
FOLDER = PROJECT / "data" / "nlu" / "languages"
EXAM = PROJECT / "benchmarks" / "questions"


@pytest.mark.parametrize("language", OTHERS)
def test_sixty_answers_every_emergency_and_every_refusal_have_questions(language: str) -> None:
    counts = Counter(question.intent for question in read_questions(FOLDER / language))
    answers = read_records().answers
    asked = {name for name, count in counts.items() if name in answers and count >= 2}
    emergencies = {answer.id for answer in answers.values() if answer.emergency}
    assert len(asked) >= 60
    assert {name for name in emergencies if counts[name] < 10} == set()
    assert sum(name.startswith("out_of_scope_") for name in counts) == 17


@pytest.mark.parametrize("language", ["ar", "fa", "ur"])
def test_some_are_written_in_latin_letters(language: str) -> None:
    texts = [question.text for question in read_questions(FOLDER / language)]
    assert sum(text.isascii() for text in texts) >= 100


def test_every_language_has_its_notes_and_each_says_to_call_999() -> None:
    assert sorted(notes()) == OTHERS
    for of_language in notes().values():
        assert of_language.keys() == {"in_english", "not_sure", "danger", "details"}
        assert "999" in of_language["danger"]


def test_the_exam_asks_in_every_language_and_on_every_topic() -> None:
    assert {file.stem for file in EXAM.iterdir()} == LANGUAGES
    topics = set(read_records().topics)
    for file in EXAM.iterdir():
        exam = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        assert len(exam) >= 70
        assert {one["topic"] for one in exam} <= topics | {OUT_OF_SCOPE}
        assert {one["lang"] for one in exam} == {file.stem}


def test_nothing_of_the_exam_is_trained_on() -> None:
    """Figures on questions that were learnt would say nothing of people's own."""
    learnt = {question.text.casefold() for question in read_questions(PROJECT / "data" / "nlu")}
    exam = [
        json.loads(line)["text"]
        for file in EXAM.iterdir()
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert [text for text in exam if text.casefold() in learnt] == []
