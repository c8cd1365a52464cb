"""Guesses the language of a message, or says that it cannot tell."""

from __future__ import annotations

import re

import pycld2

UNDECIDED = "und"
"""ISO 639's own code for 'undetermined'."""

LANGUAGES = frozenset(
    {
        *("am", "ar", "bn", "ckb", "en", "es", "fa", "fr", "pl", "ps", "pt"),
        *("ro", "ru", "so", "sq", "ti", "tr", "uk", "ur", "vi", "zh"),
    }
)
"""The languages of the people this assistant is for: ISO 639-1, and 639-3 for Kurdish Sorani."""

MIN_LETTERS = 8
"""Shorter messages in Latin letters ('tag', 'SAR pls') look alike in many languages."""

FOREIGN_SHARE = 0.2
"""With this share of other letters, Latin ones are names and loanwords ('tag', 'Home Office')."""

_LATIN = re.compile(r"[A-Za-z]+")
_LAST_LATIN = "\u024f"
_VIETNAMESE = re.compile("[\u1e00-\u1eff]")
_KANA = re.compile("[\u3040-\u30ff]")

# What the library calls languages, where its name is another or it takes ours for a neighbour:
# Uighur is written like Sorani, and Japanese without kana is Chinese.
_OURS = {"ku": "ckb", "ug": "ckb", "zh-Hant": "zh"}


def detect(text: str) -> str:
    """The ISO 639 code of the text's language, or :data:`UNDECIDED`."""
    letters = [character for character in text if character.isalpha()]
    other = [c for c in letters if c > _LAST_LATIN and not _VIETNAMESE.match(c)]
    if other and len(other) >= FOREIGN_SHARE * len(letters):
        text = _LATIN.sub(" ", text)
    elif len(letters) < MIN_LETTERS:
        return UNDECIDED
    return next((code for code in _guesses(text) if code in LANGUAGES), UNDECIDED)


def _guesses(text: str) -> list[str]:
    try:
        _, _, guesses = pycld2.detect(text, bestEffort=True)
    except (pycld2.error, ValueError):
        return []
    codes = [_OURS.get(code, code) for _, code, _, _ in guesses]
    return ["zh" if code == "ja" and not _KANA.search(text) else code for code in codes]
