"""Small changes to the record files of a test's own knowledge base."""

from __future__ import annotations

from pathlib import Path

FIRST = "answers/data_requests/sar_cost_topic/first.yml"
"""The answer that most tests change, below the fixture ``root``."""


def edit(root: Path, file: str, old: str, new: str) -> None:
    """Replaces ``old``, which has to be there, in a file below ``root``."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
