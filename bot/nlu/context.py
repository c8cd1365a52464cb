"""A follow-up ('and if they refuse?') leans on the answer before it."""

from __future__ import annotations

from typing import TypedDict

from bot.nlu.decision import Ranked, Ranking

MAX_WORDS = 8
"""A longer message says itself what it is about."""

NEXT = 6.0
SAME_TOPIC = 4.0
NEAR_TOPIC = 3.0
"""How many times likelier an answer is if it often follows on the last one, or is on its topic, or
on one of the same group.

Small enough that a message that names its own subject is not turned: there one answer is likelier
than others by a hundred times and more.
"""


class LastAnswer(TypedDict):
    """The answer shown last, as far as it matters for the next message."""

    id: str
    topic: str
    near: list[str]
    """The topics of the same group, its own among them."""
    next: list[str]


def lean(ranking: Ranking, text: str, last: LastAnswer | None) -> Ranking:
    """The ranking of a message in the light of the last answer, summing to 1 again."""
    if last is None or len(text.split()) > MAX_WORDS:
        return ranking
    weighed = [one._replace(confidence=one.confidence * _weight(one, last)) for one in ranking]
    total = sum(one.confidence for one in weighed)
    leaning = [one._replace(confidence=one.confidence / total) for one in weighed]
    return sorted(leaning, key=lambda one: -one.confidence)


def _weight(one: Ranked, last: LastAnswer) -> float:
    if one.name in last["next"]:
        return NEXT
    # The answer itself was just read: only its neighbours gain.
    if one.name == last["id"] or not one.kind.shows_answer:
        return 1.0
    if one.topic == last["topic"]:
        return SAME_TOPIC
    return NEAR_TOPIC if one.topic in last["near"] else 1.0
