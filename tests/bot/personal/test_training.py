"""Questions with personal details do not get into the training data."""

from __future__ import annotations

from pathlib import Path

from bot.personal.training import find_personal_details
from knowledge_base.questions import Question


def test_a_question_with_a_detail_is_named_with_file_line_and_fix() -> None:
    """Threat: a real message, copied with its number, would go into every copy of the model."""
    questions = [
        Question(Path("a.yml"), 3, "sar_cost", "is it free"),
        Question(Path("a.yml"), 4, "sar_cost", "my number is 07700 900123 is it free"),
    ]
    (problem,) = find_personal_details(questions)
    assert (problem.file, problem.line) == (Path("a.yml"), 4)
    assert "a phone number" in problem.message
    assert "take it out" in problem.message
