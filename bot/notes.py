"""What is said in the person's own language, until the answers are translated."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

Note = Literal["in_english", "not_sure", "danger", "details"]

FILE = Path(__file__).with_name("notes.yml")


@lru_cache(maxsize=1)
def notes() -> dict[str, dict[Note, str]]:
    """The notes of each language, by its code; each says that a machine translated it."""
    content: dict[str, dict[Note, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


def note_for(language: str, outcome: str) -> str | None:
    """What to say before a reply in English, or nothing if the person wrote English.

    Args:
        language: ISO 639 code of the message, or 'und'.
        outcome: an outcome of :class:`bot.assistant.Turn`.
    """
    of_language = notes().get(language)
    if of_language is None:
        return None
    which: Note = (
        "danger" if outcome == "emergency" else "not_sure" if outcome == "clarify" else "in_english"
    )
    return of_language[which]
