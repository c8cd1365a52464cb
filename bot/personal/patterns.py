"""Candidates for personal details, as patterns of spaCy's matcher over folded tokens."""

from __future__ import annotations

from typing import Any

Token = dict[str, Any]
Pattern = list[Token]

_PIECE: Token = {"TEXT": {"REGEX": r"^(?:[a-z]{1,4}|[a-z0-9]*\d[a-z0-9]*)$"}}
_DIGIT: Token = {"TEXT": {"REGEX": r"^\d$"}}
_BETWEEN: Token = {"TEXT": {"IN": list("-–—/\\.()_")}, "OP": "?"}
_WORD: Token = {"TEXT": {"REGEX": r"^[^\W\d]"}}
_DATE_MARK: Token = {"TEXT": {"IN": list("/.-, ،")}, "OP": "?"}
_DAY: Token = {"TEXT": {"REGEX": r"^\d{1,2}(?:st|nd|rd|th|er|º)?$"}}
_YEAR: Token = {"TEXT": {"REGEX": r"^(?:1[3-9]|20)?\d{2}$"}}
_OF: Token = {"TEXT": {"IN": ["of", "de", "del", "do", "e", "-", "/", "."]}, "OP": "?"}
_LONG_YEAR: Token = {"TEXT": {"REGEX": r"^(?:1[3-9]|20)\d{2}$"}}
_LABEL: Token = {"TEXT": {"REGEX": r"^[a-z0-9]+$"}}
_JOIN: Token = {"TEXT": {"IN": [".", "_", "-", "+", "'", "dot"]}}

MAX_PIECES = 7
CODES: list[Pattern] = [
    [{"TEXT": "+", "OP": "?"}, {"TEXT": "(", "OP": "?"}, _PIECE, *([_BETWEEN, _PIECE] * count)]
    for count in range(MAX_PIECES)
]
# Voice to text writes a phone number digit by digit.
CODES += [[_DIGIT] * count for count in (10, 11)]
DATES: list[Pattern] = [
    [_DAY, _DATE_MARK, _DAY, _DATE_MARK, _YEAR],
    [_YEAR, _DATE_MARK, _DAY, _DATE_MARK, _DAY],
    [_YEAR, {"TEXT": "年"}, _DAY, {"TEXT": "月"}, _DAY, {"TEXT": {"IN": ["日", "号"]}, "OP": "?"}],
    [_DAY, _OF, _WORD, _DATE_MARK, _OF, _YEAR],
    [_WORD, _DAY, _DATE_MARK, _LONG_YEAR],
    [{"TEXT": {"REGEX": r"^\d{8}$"}}],
]


def _emails(at: Pattern, dot: Token) -> list[Pattern]:
    return [
        [_LABEL, *([_JOIN, _LABEL] * before), *at, _LABEL, *([dot, _LABEL] * after)]
        for before in range(4)
        for after in range(1, 4)
    ]


_BRACKETS: Pattern = [{"TEXT": {"IN": ["(", "["]}}, {"TEXT": "at"}, {"TEXT": {"IN": [")", "]"]}}]
EMAILS: list[Pattern] = [
    *_emails([{"TEXT": "@"}], {"TEXT": {"IN": [".", "-", "dot"]}}),
    *_emails(_BRACKETS, {"TEXT": {"IN": [".", "-", "dot"]}}),
    # 'Look at example.com' is no address.
    *_emails([{"TEXT": "at"}], {"TEXT": "dot"}),
]
