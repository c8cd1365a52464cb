"""What each personal detail looks like, once blanks, dashes and dots are taken out of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

Kind = Literal[
    "brp",
    "date_of_birth",
    "email",
    "gwf",
    "home_office",
    "many_numbers",
    "national_insurance",
    "nhs",
    "passport",
    "phone",
    "port",
    "postcode",
    "share_code",
    "tag",
    "uan",
]

# Freephone and shared-cost numbers belong to helplines and offices, never to a person.
PUBLIC = re.compile(
    r"(?:call|ring|phone|tel|on|to|at)? ?(?:\+?44|0044)?0?(?:(?<=0)|(?<=44))"
    r"(?:800|808|3\d\d|84[3-5]|87[0-3])\d{4,7}|116\d{3}"
)
_PHONE = re.compile(r"(?:\+44|0044|44)?0?(?:[12]\d{8,9}|7\d{9})|(?:\+|00)(?!44)[1-9]\d{7,14}")
_LOCAL_PHONE = re.compile(r"0\d{8,10}|[1-9]\d{8,11}")


def _weighs_up(digits: str) -> bool:
    """The check digit of an NHS number (modulus 11)."""
    total = sum(int(d) * weight for d, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(digits[9])


def _phone(code: str) -> bool:
    national = _PHONE.fullmatch(code) is not None and code[:1] in "+0"
    return national and not PUBLIC.fullmatch(code)


def _told_phone(code: str) -> bool:
    return _LOCAL_PHONE.fullmatch(code) is not None and not PUBLIC.fullmatch(code)


def _like(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda code: compiled.fullmatch(code) is not None


class Rule(NamedTuple):
    """How a kind of detail is recognised.

    Attributes:
        kind: what it is.
        fits: whether a candidate is one, in small letters and without blanks, dots and dashes; it
            is asked again with slashes in place of dashes.
        cue: whether one of the kind's cue words must stand near.
    """

    kind: Kind
    fits: Callable[[str], bool]
    cue: bool = False


# Words of two to four letters that stand before a number without being part of it.
_NO_WORD = (
    r"(?!(?:all|and|any|are|ask|at|but|by|call|can|code|did|do|dob|for|from|get|got|gps|had|has|"
    r"have|he|her|his|how|id|in|is|it|its|me|my|no|not|nr|num|of|on|one|or|our|per|pid|ref|she|"
    r"sms|tag|that|the|they|till|to|two|via|was|we|what|when|who|with|year|you)\b)"
)
_PASSPORT = rf"{_NO_WORD}(?=(?:\D*\d){{5}})[a-z]{{0,3}} ?\d[a-z0-9]{{4,9}}"
_AREAS = (
    "ab|al|b|ba|bb|bd|bh|bl|bn|br|bs|bt|ca|cb|cf|ch|cm|co|cr|ct|cv|cw|da|dd|de|dg|dh|dl|dn|dt|dy|"
    "e|ec|eh|en|ex|fk|fy|g|gl|gu|gy|ha|hd|hg|hp|hr|hs|hu|hx|ig|im|ip|iv|je|ka|kt|kw|ky|l|la|ld|le|"
    "ll|ln|ls|lu|m|me|mk|ml|n|ne|ng|nn|np|nr|nw|ol|ox|pa|pe|ph|pl|po|pr|rg|rh|rm|s|sa|se|sg|sk|sl|"
    "sm|sn|so|sp|sr|st|sw|sy|ta|td|tf|tn|tq|tr|ts|tw|ub|w|wa|wc|wd|wf|wn|wr|ws|wv|yo|ze"
)
_POSTCODE = rf"(?:{_AREAS})\d[0-9abehmnprvwxy]?\d[abd-hjlnp-uw-z]{{2}}"
_PORTS = "asc|bhx|bir|cro|dov|edd|edi|ehv|ems|fol|gla|hwc|lbr|lcy|lgw|lhr|liv|ltn|man|msi|stn|wat"

RULES: tuple[Rule, ...] = (
    Rule(
        "passport", _like(rf"{_NO_WORD}(?=(?:\D*\d){{5}})[a-z]{{0,3}} ?\d[a-z0-9]{{4,9}}"), cue=True
    ),
    Rule("gwf", _like(r"gwf ?\d{8,10}")),
    Rule("uan", _like(r"\d{16}")),
    Rule("uan", _like(r"\d{15,17}"), cue=True),
    Rule("national_insurance", _like(r"[a-z] ?[a-z] ?\d{6}[a-d]")),
    Rule("national_insurance", _like(rf"{_NO_WORD}[a-z]{{2}} ?\d{{6}}[a-z]?"), cue=True),
    Rule("phone", _phone),
    Rule("nhs", lambda code: _like(r"[3-79]\d{9}")(code) and _weighs_up(code)),
    Rule("nhs", _like(r"\d{10}"), cue=True),
    Rule("phone", _told_phone, cue=True),
    Rule("brp", _like(rf"{_NO_WORD}[a-z]{{2,3}} ?\d{{6,7}}"), cue=True),
    Rule("home_office", _like(r"[a-z] ?\d{7}(?:/\d{1,2})?")),
    Rule("home_office", _like(r"[a-z] ?\d{6,8}(?:/\d{1,2})?"), cue=True),
    Rule("tag", _like(rf"{_NO_WORD}[a-z]{{2,3}} \d{{6,12}}"), cue=True),
    Rule("tag", _like(r"\d{6,12}[a-z]?|(?=\d*[a-z])(?=(?:[a-z/]*\d){5})[a-z0-9/]{6,14}"), cue=True),
    Rule("port", _like(rf"{_NO_WORD}[a-z]{{2,4}}\d{{0,2}}/\d{{1,2}}/\d{{4,7}}(?:/\d{{1,2}})?")),
    Rule("port", _like(rf"{_NO_WORD}[a-z]{{2,4}}\d{{0,2}}/\d{{5,8}}(?:/\d{{1,2}})?")),
    Rule("port", _like(rf"(?:{_PORTS}|tn\d) ?\d{{7}}")),
    Rule(
        "port",
        _like(rf"{_NO_WORD}[a-z]{{2,4}}\d{{0,2}}[ /]?(?:\d{{1,2}}/?)?\d{{4,7}}"),
        cue=True,
    ),
    Rule("brp", _like(r"[a-z]{2,3}\d{7}|[rz][a-z]{1,2} \d{7}")),
    Rule("share_code", _like(r"(?=(?:\D*\d){2})[wrs][a-z0-9]{2} ?[a-z0-9]{6}"), cue=True),
    Rule("share_code", _like(r"(?=(?:\D*\d){3})(?=(?:\d*[a-z]){3})[wrs][a-z0-9]{2} ?[a-z0-9]{6}")),
    Rule("postcode", _like(_POSTCODE)),
)
"""Tried in this order; the first that fits gives the kind."""
