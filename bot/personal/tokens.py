"""The tokenizer and the word cues of the detector: spaCy, in every script."""

from __future__ import annotations

import re
from pathlib import Path

import spacy
import yaml
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

PLACES = "places"
"""Where a document keeps the start and end of each token: spaCy's own count leaves blanks out."""

CUES = Path(__file__).with_name("cues.yml")

_MARKS = r"\s!-/:-@\[-`{-~،؛؟۔।።፣፤፥፦፧，。！？：；（）「」《》“”‘’…–—"
# Chinese characters, a run of Latin letters and digits with a digit in it, a word, or a mark.
_HAN = r"\u3040-\u30ff\u4e00-\u9fff"
_TOKEN = re.compile(rf"(?<=\d)[年月日号]|[{_HAN}]+|[a-z0-9]*\d[a-z0-9]*|[^{_HAN}{_MARKS}\d]+|\S")


def fold(text: str) -> str:
    """``text`` in small letters with the digits 0 to 9, character by character as long as it was.

    Arabic, Persian and Bengali keyboards have digits of their own.
    """
    return "".join(_fold(character) for character in text)


def _fold(character: str) -> str:
    if character.isdecimal():
        return str(int(character))
    small = character.lower()
    return small if len(small) == 1 else character


class _Tokenizer:
    """Splits folded text so that a reference number is one token, in any script around it."""

    def __init__(self, vocabulary: Vocab) -> None:
        self._vocabulary = vocabulary

    def __call__(self, text: str) -> Doc:
        tokens = list(_TOKEN.finditer(text))
        words = [token.group() for token in tokens]
        spaces = [text[token.end() : token.end() + 1] == " " for token in tokens]
        document = Doc(self._vocabulary, words=words, spaces=spaces)
        document.user_data[PLACES] = [token.span() for token in tokens]
        return document


def build_pipeline() -> tuple[Language, Matcher]:
    """Gives spaCy with our tokenizer, and a matcher of cues whose labels are kinds of detail."""
    nlp = spacy.blank("xx")
    nlp.tokenizer = _Tokenizer(nlp.vocab)
    cues = Matcher(nlp.vocab)
    for kind, phrases in yaml.safe_load(CUES.read_text(encoding="utf-8")).items():
        cues.add(kind, [_pattern(phrase) for phrase in phrases])
    return nlp, cues


def _pattern(phrase: str) -> list[dict[str, object]]:
    return [_word(part) for part in re.findall(r"[^\s.\-']+|[.\-']", fold(phrase))]


def _word(part: str) -> dict[str, object]:
    if "*" not in part:
        return {"TEXT": part}
    start, end = "" if part.startswith("*") else "^", "" if part.endswith("*") else "$"
    return {"TEXT": {"REGEX": f"{start}{re.escape(part.strip('*'))}{end}"}}
