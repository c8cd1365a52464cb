"""Takes personal details out of a message before it is understood."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from bot.personal.detector import Detector
from bot.personal.rules import Kind


class Masked(NamedTuple):
    """A message without its personal details, and the kinds of what was taken out, each once."""

    text: str
    kinds: tuple[Kind, ...]


def mask(text: str) -> Masked:
    """Takes the details out of ``text``; what is left is joined by single blanks."""
    found = _detector().find(text)
    if not found:
        return Masked(text, ())
    kept, position = [], 0
    for detail in found:
        kept.append(text[position : detail.start])
        position = detail.end
    kept.append(text[position:])
    left = " ".join(part.strip() for part in kept if part.strip())
    return Masked(left, tuple(dict.fromkeys(detail.kind for detail in found)))


@lru_cache(maxsize=1)
def _detector() -> Detector:
    return Detector()
