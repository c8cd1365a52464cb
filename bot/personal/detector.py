"""Finds reference numbers, phone numbers, addresses and birth dates, with spaCy's matcher.

Names are not found: no rule can tell them from other words in 21 languages, and the notices say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from spacy.matcher import Matcher
from spacy.tokens import Doc, Span

from bot.personal.patterns import CODES, DATES, EMAILS
from bot.personal.rules import PUBLIC, RULES, Kind
from bot.personal.tokens import PLACES, build_pipeline, fold

CUE_BEFORE, CUE_AFTER = 7, 5
"""How many tokens before and after a number a cue may stand."""

MIN_DIGITS = 2
"""No reference number has fewer; a postcode has two."""

_MAY_HOLD_ONE = re.compile(r"\d.*\d|@|[(\[]at[)\]]|\bat\b.*\bdot\b", re.IGNORECASE | re.DOTALL)
_DATE = re.compile(r"\d{1,2}([/.\-])\d{1,2}\1\d{2,4}|\d{4}([/.\-])\d{1,2}\2\d{1,2}")
_AMOUNT = frozenset("£$€#§")
_MARKS = re.compile(r"[\-–—.()_]")
_SLASHES = re.compile(r"\s*[\-–—/\\]\s*")
_SENTENCE_ENDS = frozenset("?!؟。！？።፧।")


class Detail(NamedTuple):
    """A personal detail and where it stands in the text (``text[start:end]``)."""

    kind: Kind
    start: int
    end: int


class _Found(NamedTuple):
    """A candidate; 'public' is a date, a sum or a helpline's number."""

    kind: Kind | Literal["public"]
    start: int
    end: int


class Detector:
    """A spaCy pipeline of rules; needs no language model."""

    def __init__(self) -> None:
        """Builds the pipeline, which takes some hundredths of a second."""
        self._nlp, self._cues = build_pipeline()
        self._matcher = Matcher(self._nlp.vocab)
        self._matcher.add("code", CODES)
        self._matcher.add("date_of_birth", DATES)
        self._matcher.add("email", EMAILS)

    def find(self, text: str) -> list[Detail]:
        """The details in ``text``, in order, none inside another."""
        if not _MAY_HOLD_ONE.search(text):
            return []
        # Else spaCy would keep every word it ever saw.
        with self._nlp.memory_zone():
            document = self._nlp.make_doc(fold(text))
            return _apart(self._all_in(document))

    def _all_in(self, document: Doc) -> Iterator[_Found]:
        cues = _Cues(document, self._cues)
        for label, start, end in self._matcher(document):
            span = document[start:end]
            name = document.vocab.strings[label]
            kind: Kind | Literal["public"] | None
            if name == "code":
                kind = _kind_of_code(span, cues)
            elif name == "email":
                kind = "email"
            else:
                kind = "date_of_birth" if cues.near("date_of_birth", span) else None
            if kind:
                places = document.user_data[PLACES]
                yield _Found(kind, places[start][0], places[end - 1][1])


def _apart(found: Iterable[_Found]) -> list[Detail]:
    """The longest ones of those that overlap; what is public only keeps others away."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda f: (f.start - f.end, f.kind != "date_of_birth", f.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    kept.sort(key=lambda one: one.start)
    return [Detail(one.kind, one.start, one.end) for one in kept if one.kind != "public"]


class _Cues:
    """Where the words stand that tell what a number is."""

    def __init__(self, document: Doc, matcher: Matcher) -> None:
        self._document = document
        self._found = [
            (document.vocab.strings[label], start, end) for label, start, end in matcher(document)
        ]

    def near(self, kind: str, span: Span) -> bool:
        """Whether a cue of ``kind`` stands near ``span``, in the same sentence."""
        return any(
            name == kind and self._reaches(start, end, span) for name, start, end in self._found
        )

    def _reaches(self, start: int, end: int, span: Span) -> bool:
        if end <= span.start:
            between = self._document[end : span.start]
            return len(between) <= CUE_BEFORE and not _ends_sentence(between)
        if start >= span.end:
            between = self._document[span.end : start]
            return len(between) <= CUE_AFTER and not _ends_sentence(between)
        return start >= span.start and end < span.end


def _ends_sentence(between: Span) -> bool:
    return any(token.text in _SENTENCE_ENDS for token in between)


def _kind_of_code(span: Span, cues: _Cues) -> Kind | Literal["public"] | None:
    text = span.text
    if sum(character.isdigit() for character in text) < MIN_DIGITS:
        return None
    if any(len(word) > 1 and word.isalpha() for word in text.split()[1:]):
        return None
    if _DATE.fullmatch(text) or (span.start and span.doc[span.start - 1].text in _AMOUNT):
        return "public"
    joined = _compact(_MARKS.sub("", text).replace("\\", "/"))
    slashed = _compact(_SLASHES.sub("/", text))
    if PUBLIC.fullmatch(joined):
        return "public"
    for rule in RULES:
        fits = rule.fits(joined) or rule.fits(slashed)
        if fits and (not rule.cue or cues.near(rule.kind, span)):
            return rule.kind
    return None


def _compact(text: str) -> str:
    """Without blanks, but for one after a leading word of letters, which may not belong to it."""
    first, blank, rest = text.strip().partition(" ")
    return f"{first}{blank if first.isalpha() else ''}{rest.replace(' ', '')}"
