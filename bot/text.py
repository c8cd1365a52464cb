"""Cleans a message before anything else looks at it."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 1_500
"""What is understood of a message: of a longer one its beginning and end, where questions are."""

LONGEST = 10_000
"""What is searched for personal details; Telegram's messages have at most 4,096 characters."""

_SPACE = re.compile(r"\s+")
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
# Persian and the Indic scripts spell words with these two 'format' characters.
_KEPT = frozenset("\u200c\u200d")


def clean(text: str) -> str:
    """Makes one line of plain, normalised text out of whatever was sent.

    Control characters, direction marks, lone surrogates and private-use characters go, white space
    becomes single blanks, full-width and other compatibility forms become their usual letters.
    Leading slashes go too, since Rasa would read what follows as an intent and echo it in warnings.

    Returns:
        Empty if no letter or digit is left. Of what is longer than :data:`LONGEST` the middle is
        missing.
    """
    text = _without_middle(text, LONGEST)
    text = unicodedata.normalize("NFKC", "".join(_keep(c) for c in text))
    text = _SPACE.sub(" ", text).strip().lstrip("/ ")
    return text if any(c.isalnum() for c in text) else ""


def shorten(text: str) -> str:
    """At most :data:`MAX_CHARACTERS` of a cleaned text."""
    return _without_middle(text, MAX_CHARACTERS)


def _without_middle(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    half = most // 2 - 1
    return f"{text[:half]} {text[-half:]}"


def _keep(character: str) -> str:
    if character.isspace():
        return " "
    if character in _KEPT:
        return character
    return "" if unicodedata.category(character) in _DROPPED_CATEGORIES else character
