"""Keeps personal details out of what the assistant learns from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.personal.detector import Detector
from bot.personal.notice import NAMES
from knowledge_base.files import Problem
from knowledge_base.questions import Question


def find_personal_details(questions: Iterable[Question]) -> Iterator[Problem]:
    """One problem a training question that holds somebody's details.

    A question that a person really sent may be copied into data/ with their number in it; from
    there it would go into the model, and into every copy of the project.
    """
    detector = Detector()
    for question in questions:
        for detail in detector.find(question.text):
            yield Problem(
                question.file,
                question.line,
                f"this looks like {NAMES[detail.kind]} of a person: take it out of the question",
            )
