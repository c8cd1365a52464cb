"""Guesses the language of a message, or says that it cannot tell."""

from __future__ import annotations

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNDECIDED = "und"
"""ISO 639's own code for 'undetermined'."""

# Codes of ISO 639-1.
LANGUAGES = (
    *("am", "ar", "bn", "en", "es", "fa", "fr", "pl", "ps"),
    *("pt", "ro", "ru", "sq", "tr", "uk", "ur", "vi", "zh"),
)
"""The languages of the people this assistant is for, as far as the library knows them.

It does not know Kurdish Sorani, Somali and Tigrinya: Sorani looks Persian to it, Tigrinya Amharic.
"""

MIN_PROBABILITY = 0.8
MIN_LETTERS = 8
"""Shorter messages ('tag', 'SAR pls') look alike in many languages."""


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


def detect(text: str) -> str:
    """The ISO 639-1 code of the text's language, or :data:`UNDECIDED`."""
    if sum(c.isalpha() for c in text) < MIN_LETTERS:
        return UNDECIDED
    language, probability = _identifier().classify(text)
    return str(language) if probability >= MIN_PROBABILITY else UNDECIDED
