"""Cleans a message before anything else looks at it."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 1_500
"""What is read of a message: of a longer one its beginning and its end, where questions are."""

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
        At most :data:`MAX_CHARACTERS` characters; empty if no letter or digit is left.
    """
    text = _shorten(text)
    text = unicodedata.normalize("NFKC", "".join(_keep(c) for c in text))
    text = _SPACE.sub(" ", text).strip().lstrip("/ ")
    return text if any(c.isalnum() for c in text) else ""


def _shorten(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    half = MAX_CHARACTERS // 2 - 1
    return f"{text[:half]} {text[-half:]}"


def _keep(character: str) -> str:
    if character.isspace():
        return " "
    if character in _KEPT:
        return character
    return "" if unicodedata.category(character) in _DROPPED_CATEGORIES else character
