"""What a person is told when they sent personal details."""

from __future__ import annotations

from typing import get_args

from bot.notes import notes
from bot.personal.notice import NAMES, notice_for
from bot.personal.rules import Kind


def test_every_kind_has_a_name() -> None:
    assert set(NAMES) == set(get_args(Kind))


def test_in_english_it_names_what_was_seen() -> None:
    notice = notice_for(("phone", "postcode", "tag"), "en")
    assert "a phone number, a postcode and the number of a tag or device" in notice.text
    assert "a phone number." in notice_for(("phone",), "und").text


def test_in_another_language_it_is_said_in_that_language() -> None:
    assert notice_for(("phone",), "ti") == (notes()["ti"]["details"], "ti")
