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
_SIGN = re.compile(r"\d|@|[(\[]at[)\]]|\bdot\b", re.IGNORECASE)

_RUN = re.compile(r"\d+|@")
_LONG_NUMBER = re.compile(r"\S*(?:@|\d\W?\d\W?\d\W?\d)\S*")

MOST_NUMBERS = 60
"""With more numbers than this no question is asked: all long ones go, without a closer look."""

AROUND = 100
"""How many characters on either side of a number are looked at: more than any cue is away."""

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

    def moved(self, by: int) -> _Found:
        """The same, that many characters further on."""
        return self._replace(start=self.start + by, end=self.end + by)


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
        if len(_RUN.findall(text)) > MOST_NUMBERS:
            return [Detail("many_numbers", *word.span()) for word in _LONG_NUMBER.finditer(text)]
        found: list[_Found] = []
        for start, end in _windows(text):
            # Else spaCy would keep every word it ever saw.
            with self._nlp.memory_zone():
                document = self._nlp.make_doc(fold(text[start:end]))
                found += (one.moved(start) for one in self._all_in(document))
        return _apart(found)

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


def _windows(text: str) -> list[tuple[int, int]]:
    """The stretches of a text around its numbers and addresses, cut at blanks; none overlap.

    Matching takes a hundred times as long as finding them, and most of a long story has none.
    """
    windows: list[tuple[int, int]] = []
    for sign in _SIGN.finditer(text):
        start = text.rfind(" ", 0, max(sign.start() - AROUND, 0)) + 1
        blank = text.find(" ", sign.end() + AROUND)
        end = blank if blank >= 0 else len(text)
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return windows


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
