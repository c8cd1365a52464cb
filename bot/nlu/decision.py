"""From probabilities to one decision: answer, ask back, or say that it is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.nlu.intents import Kind

CLARIFY = "nlu_fallback"
"""Rasa's own name for 'not sure'; the rule for it asks 'did you mean …?'."""

MAX_CHOICES = 3

FAINT = 0.25
"""The share of its threshold that an emergency needs to be offered as a choice.

'I want to hurt myself' among the choices for a question about letters would only frighten.
"""

NEARLY = 0.75
"""The share of the likeliest intent's probability that an emergency needs to go before it."""

LIKELY = 0.5
"""The probability that the answer to a second question needs, beside a clear first one."""

NEW_TOPIC = 0.7
"""How much it counts that a choice opens a topic that no other choice has.

Cross-validation: the right answer is offered as often as with the three likeliest answers (91.6 %
instead of 91.8 %), its topic more often (94.6 % instead of 94.2 %).
"""


class Ranked(NamedTuple):
    """An intent with its probability."""

    name: str
    kind: Kind
    topic: str
    confidence: float


Ranking = Sequence[Ranked]
"""Every intent, the likeliest first; the probabilities sum to 1."""


@dataclass(frozen=True)
class Thresholds:
    """When to do what; all are probabilities.

    Attributes:
        emergency: all emergencies together at least this, and one of them likelier than anything
            else or :data:`NEARLY` so: show it.
        sure: the best answer at least this: show it.
        declined: a reason not to answer, or small talk, at least this: say so.
        known: all answers together at least this: ask which one was meant. Below, say 'not known'.
        choice: an answer at least this may be offered as a choice.
    """

    emergency: float
    sure: float
    declined: float
    known: float
    choice: float


@dataclass(frozen=True)
class Decision:
    """What to do with a message.

    Attributes:
        intent: the intent to follow, or :data:`CLARIFY`.
        confidence: its probability.
        answers: the answers to show; empty if none is.
        choices: the likeliest answers: what to offer to :data:`CLARIFY`, and what a person in an
            emergency may want to know next.
        alarming: whether an emergency is possible at all.
    """

    intent: str
    confidence: float
    answers: tuple[Ranked, ...]
    choices: tuple[Ranked, ...]
    alarming: bool = False

    @property
    def is_emergency(self) -> bool:
        """Whether an emergency is shown."""
        return any(answer.kind is Kind.EMERGENCY for answer in self.answers)


def decide(ranking: Ranking, thresholds: Thresholds) -> Decision:
    """Decides on one message or one part of it. Emergencies come before anything else."""
    choices = _choices(ranking, thresholds)
    emergencies = [one for one in ranking if one.kind is Kind.EMERGENCY]
    danger = _sum(emergencies)
    alarming = bool(emergencies) and danger >= FAINT * thresholds.emergency
    if alarming and danger >= thresholds.emergency and _leads(emergencies[0], ranking):
        decision = _show(emergencies[0], choices)
    else:
        decision = _without_danger(ranking, choices, thresholds)
    return replace(decision, alarming=alarming)


def _leads(emergency: Ranked, ranking: Ranking) -> bool:
    return emergency.confidence >= NEARLY * ranking[0].confidence


def _without_danger(
    ranking: Ranking, choices: tuple[Ranked, ...], thresholds: Thresholds
) -> Decision:
    best = ranking[0]
    if best.kind.shows_answer and best.confidence >= thresholds.sure:
        return _show(best, choices)
    if not best.kind.shows_answer and best.confidence >= thresholds.declined:
        return Decision(best.name, best.confidence, (), choices)
    if choices and _sum([one for one in ranking if one.kind.shows_answer]) >= thresholds.known:
        return Decision(CLARIFY, best.confidence, (), choices)
    unknown = next((one for one in ranking if not one.kind.shows_answer), None)
    if unknown is None:
        return Decision(CLARIFY, best.confidence, (), choices)
    return Decision(unknown.name, unknown.confidence, (), choices)


def _show(answer: Ranked, choices: tuple[Ranked, ...]) -> Decision:
    return Decision(answer.name, answer.confidence, (answer,), choices)


def _sum(ranked: Ranking) -> float:
    return sum(one.confidence for one in ranked)


def _choices(ranking: Ranking, thresholds: Thresholds) -> tuple[Ranked, ...]:
    """The likeliest answers; one on a new topic before a slightly likelier one on the same."""
    left = [
        one
        for one in ranking
        if one.kind.shows_answer and one.confidence >= _least(one, thresholds)
    ]
    of_topic: dict[str, float] = {}
    for one in left:
        of_topic[one.topic] = of_topic.get(one.topic, 0.0) + one.confidence
    chosen: list[Ranked] = []
    while left and len(chosen) < MAX_CHOICES:
        best = max(left, key=lambda one: one.confidence + NEW_TOPIC * of_topic.get(one.topic, 0.0))
        chosen.append(best)
        left.remove(best)
        of_topic.pop(best.topic, None)
    return tuple(chosen)


def _least(one: Ranked, thresholds: Thresholds) -> float:
    if one.kind is Kind.EMERGENCY:
        return max(thresholds.choice, thresholds.emergency * FAINT)
    return thresholds.choice


def join(whole: Decision, parts: Sequence[tuple[Decision, bool]]) -> Decision:
    """One decision on a message from those on it and on its parts.

    Args:
        whole: on the message as it came.
        parts: on each part, and whether the part is written as a question.
    """
    # 'This is my final request' sounds like a farewell, but not with what is around it.
    parts = [(part, asks) for part, asks in parts if whole.alarming or not part.is_emergency]
    every = [whole, *(part for part, _ in parts)]
    emergency = next((one for one in every if one.is_emergency), None)
    if emergency is not None:
        return replace(emergency, choices=_merged(every))
    asked = [part for part, asks in parts if asks] or [part for part, _ in parts[-1:]]
    sure = {answer.name: answer for part in asked for answer in part.answers}
    if sure:
        # Where one question is clear, the other need not be as clear to be answered beside it.
        likely = (part.choices[0] for part in asked if part.intent == CLARIFY and part.choices)
        sure |= {one.name: one for one in likely if one.confidence >= LIKELY}
    if len(sure) > 1:
        both = tuple(sure.values())[:2]
        return Decision(both[0].name, both[0].confidence, both, ())
    if whole.answers or not parts:
        return whole
    if sure:
        return _show(next(iter(sure.values())), _merged(every))
    if any(one.intent == CLARIFY for one in [whole, *asked]):
        return Decision(CLARIFY, whole.confidence, (), _merged([*asked, whole]))
    return whole


def _merged(decisions: Sequence[Decision]) -> tuple[Ranked, ...]:
    """The first choice of each, then the second of each, and so on; none twice."""
    merged: dict[str, Ranked] = {}
    for rank in range(MAX_CHOICES):
        for decision in decisions:
            for choice in decision.choices[rank : rank + 1]:
                merged.setdefault(choice.name, choice)
    return tuple(merged.values())[:MAX_CHOICES]
