"""Details are cut out of a message, and the rest of it stays a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.personal.masking import mask


@pytest.mark.parametrize(
    ("text", "left", "kinds"),
    [
        ("how do i get my file", "how do i get my file", ()),
        ("my ref A1234567 when will it come", "my ref when will it come", ("home_office",)),
        ("07700 900123", "", ("phone",)),
        ("call 07700 900123 or 07700 900456", "call or", ("phone",)),
        ("A1234567, sw1a 1aa", ",", ("home_office", "postcode")),
    ],
)
def test_what_is_left(text: str, left: str, kinds: tuple[str, ...]) -> None:
    assert mask(text) == (left, kinds)


@given(st.from_regex(r"07700 ?900[0-9]{3}", fullmatch=True), st.text("abc ", max_size=20))
def test_no_digit_of_a_phone_number_is_left(number: str, words: str) -> None:
    """Threat: a number that is only partly cut out can be guessed."""
    assert not any(c.isdigit() for c in mask(f"{words} {number} {words}").text)
