"""Cleaning a message."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import LONGEST, MAX_CHARACTERS, clean, shorten

ANY_TEXT = st.text(st.characters(codec=None), max_size=200)


@given(ANY_TEXT)
def test_any_text_is_survived_and_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT)
def test_no_slash_in_front_and_nothing_invisible_is_left(text: str) -> None:
    cleaned = clean(text)
    assert not cleaned.startswith("/")
    categories = {unicodedata.category(c) for c in cleaned if c not in "\u200c\u200d"}
    assert not categories & {"Cc", "Cf", "Co", "Cs", "Cn"}


@pytest.mark.parametrize("text", ["", " \n", "🙂🙂", "\u202e", "...", "/", "\ud800", "\x00"])
def test_what_has_no_words_becomes_empty(text: str) -> None:
    assert clean(text) == ""


def test_a_long_story_keeps_its_beginning_and_the_question_at_its_end() -> None:
    short = shorten(clean("It began in May. " + "and then " * 1000 + "How do I get my file?"))
    assert len(short) <= MAX_CHARACTERS
    assert short.startswith("It began in May.")
    assert short.endswith("How do I get my file?")


def test_all_of_a_telegram_message_is_searched_for_personal_details() -> None:
    """A number in the middle of a long story must be found before the story is shortened."""
    assert "07700 900123" in clean("and then " * 200 + "call 07700 900123 " + "and then " * 200)
    assert len(clean("x" * 60_000)) <= LONGEST


def test_persian_spelling_is_kept() -> None:
    assert clean("می\u200cخواهم") == "می\u200cخواهم"


def test_full_width_letters_become_plain_ones() -> None:
    assert clean("ＳＡＲ") == "SAR"
