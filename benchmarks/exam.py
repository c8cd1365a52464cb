"""The texts of the exam in ``questions/``, for whoever needs messages as people write them."""

from __future__ import annotations

import json
from pathlib import Path

QUESTIONS = Path(__file__).with_name("questions")


def exam_texts() -> list[str]:
    """All questions, language by language."""
    return [
        str(json.loads(line)["text"])
        for file in sorted(QUESTIONS.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
