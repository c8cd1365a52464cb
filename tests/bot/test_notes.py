"""Which sentence in the person's own language goes before a reply in English."""

from __future__ import annotations

import pytest

from bot.notes import note_for, notes


@pytest.mark.parametrize(
    ("outcome", "which"),
    [
        ("answer", "in_english"),
        ("out_of_scope", "in_english"),
        ("clarify", "not_sure"),
        ("emergency", "danger"),
    ],
)
def test_each_outcome_has_its_note(outcome: str, which: str) -> None:
    assert note_for("ti", outcome) == notes()["ti"][which]  # type: ignore[index]


@pytest.mark.parametrize("language", ["en", "und", "is"])
def test_english_and_languages_without_notes_have_none(language: str) -> None:
    assert note_for(language, "answer") is None
