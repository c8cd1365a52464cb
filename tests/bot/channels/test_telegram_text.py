"""A turn as Telegram messages."""

from __future__ import annotations

from typing import Any

import pytest
from telegram_html import html_as_text

from bot import canned
from bot.channels.telegram_text import MAX_CHARACTERS, as_screens
from bot.turn import Turn
from knowledge_base.store import AnswerCard


def card(**changes: Any) -> AnswerCard:
    base: dict[str, Any] = {
        "id": "sar_cost",
        "topic": "sar_basics",
        "title": "Is it <free> & 'easy'?",
        "emergency": False,
        "answer": "Yes, <b>always</b> & everywhere.",
        "steps": ["Ask < 1 month.", "Wait."],
        "warnings": ['Keep a "copy".'],
        "more": None,
        "nations": {},
        "uncertain": None,
        "facts": ["DR-001"],
        "sources": [
            {
                "title": "A & B",
                "url": "https://e.org/?a=1&b=2",
                "date": "2025",
                "seen": "2026-01-01",
            }
        ],
        "organisations": [],
        "next": [{"id": "sar_id", "topic": "sar_basics", "title": "Do they need ID?"}],
        "reviewed_by": None,
        "reviewed_on": None,
    }
    return AnswerCard(**{**base, **changes})  # type: ignore[typeddict-item]


def turn(kind: str, **content: Any) -> Turn:
    message: Any = {"kind": kind, **content}
    return Turn(outcome="answer", language="en", shown=[], messages=[message])


def test_text_is_escaped_and_reads_as_written() -> None:
    (screen,) = as_screens(turn("answer", answer=card()))
    text = html_as_text(screen.html)
    assert text.startswith("Is it <free> & 'easy'?\n\nYes, <b>always</b> & everywhere.")
    assert "1. Ask < 1 month.\n2. Wait." in text
    assert canned.UNREVIEWED in text


def test_a_reviewed_answer_names_its_reviewer() -> None:
    reviewed = card(reviewed_by="A. Solicitor", reviewed_on="2026-12-01")
    (screen,) = as_screens(turn("answer", answer=reviewed))
    assert "Checked by A. Solicitor on 2026-12-01" in screen.html


def test_a_button_carries_a_code_and_never_words() -> None:
    (screen,) = as_screens(turn("answer", answer=card(more="Detail.")))
    assert [button.data for button in screen.buttons] == ["more:sar_cost", "show:sar_id"]


def test_more_is_offered_only_where_there_is_more() -> None:
    (screen,) = as_screens(turn("answer", answer=card()))
    assert canned.MORE not in [button.text for button in screen.buttons]


def test_more_shows_nations_and_what_is_uncertain() -> None:
    detail = card(more="One.\n\nTwo.", nations={"scotland": "Other."}, uncertain="Perhaps.")
    (screen,) = as_screens(turn("more", answer=detail))
    assert screen.html == ("One.\n\nTwo.\n\nIn Scotland: Other.\n\nWhat is not certain: Perhaps.")


def test_choices_are_buttons_under_the_question() -> None:
    choices = [{"id": "sar_id", "topic": "t", "title": "ID?"}]
    (screen,) = as_screens(turn("choices", choices=choices))
    assert screen.html == canned.CHOOSE
    assert [button.data for button in screen.buttons] == ["show:sar_id"]


@pytest.mark.parametrize("paragraphs", [2, 5, 40])
def test_long_texts_are_split_below_telegrams_limit_with_buttons_at_the_end(
    paragraphs: int,
) -> None:
    long = "\n\n".join(f"{n} " + "word & " * 200 for n in range(paragraphs))
    screens = as_screens(turn("more", answer=card(more=long)))
    assert all(len(screen.html) <= MAX_CHARACTERS for screen in screens)
    assert [bool(screen.buttons) for screen in screens] == [False] * (len(screens) - 1) + [True]
    assert "".join(html_as_text(s.html) for s in screens).count("word &") == 200 * paragraphs
