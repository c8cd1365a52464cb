"""Finds temperature and thresholds on the training questions, by writers that were left out.

Usage: ``.venv/bin/python -m benchmarks.thresholds``. Each writer's questions are answered by a
model that never saw that writer: this is nearer to real people than random folds, where every
writer's habits are known (those are measured too, and printed). The costs say what is worse for a
person. Prints the temperature with the smallest calibration error and the thresholds of the
lowest cost, for config.yml. Takes about ten minutes.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold
from tqdm import tqdm

from benchmarks.routing import (
    Asked,
    Floats,
    Router,
    calibration_error,
    own_words,
    probabilities,
    ranking,
    read_asked,
    thresholds,
)
from bot.nlu.decision import CLARIFY, Decision, Ranked, Thresholds, decide
from bot.nlu.encoder import encode_training
from bot.nlu.intents import Described, Kind

LEFT_OUT = ("english 3", "english faq", "english learner", "second", "third", "fourth")

EMERGENCY_MISSED = 60.0
EMERGENCY_ONLY_OFFERED = 12.0
WRONG_TOPIC = 15.0
FALSE_EMERGENCY = 2.0  # what was asked is one touch away, below it
NOT_ANSWERED = 4.0
WRONG_ANSWER_ON_THE_TOPIC = 2.0
WRONG_CHOICES = 2.0
TOPIC_IN_CHOICES = 1.3
RIGHT_CHOICES = 1.0
NEEDLESS_CHOICES = 0.5

OUT_OF_SCOPE_SHARE = 0.5
"""Of real messages; 40 to 70 % are out of scope where such assistants are used."""

TEMPERATURES = (1.4, 1.6, 1.8, 2.0, 2.2, 2.4, 2.6, 2.8, 3.0, 3.2)
GRID = [
    Thresholds(emergency, sure, declined, known, 0.01)
    for emergency, sure, declined, known in itertools.product(
        (0.15, 0.2, 0.3, 0.4, 0.5),
        (0.8, 0.85, 0.9, 0.95),
        (0.6, 0.7, 0.8),
        (0.15, 0.3, 0.4),
    )
]


class Case(NamedTuple):
    """What a question should lead to, and what a model that did not see it says."""

    right: Described
    ranking: list[Ranked]


class Answered(NamedTuple):
    """Questions answered by models that did not see them."""

    right: list[Described]
    intents: list[Described]
    log_odds: Floats


def main() -> None:
    """Prints the calibration, the best thresholds and what they lead to."""
    asked, words = read_asked(), own_words()
    every = encode_training([one.text for one in [*asked, *words]])
    vectors, of_words = every[: len(asked)], every[len(asked) :]
    writers = np.array([one.writer for one in asked])
    intents = [one.intent for one in asked]
    by_writer = [(np.flatnonzero(writers != w), np.flatnonzero(writers == w)) for w in LEFT_OUT]
    at_random = StratifiedKFold(5, shuffle=True, random_state=0).split(vectors, intents)
    for name, folds in (("random folds", list(at_random)), ("writers left out", by_writer)):
        answered = _answer(asked, vectors, words, of_words, folds)
        temperature = _print_calibration(name, answered)
        cases = [
            Case(right, ranking(answered.intents, row))
            for right, row in zip(
                answered.right, probabilities(answered.log_odds, temperature), strict=True
            )
        ]
        _print_outcomes(f"{name}, with config.yml's thresholds", cases, thresholds())
    weights = _weights(cases)
    costs = {t: _mean_cost(cases, weights, t) for t in tqdm(GRID, desc="Thresholds")}
    best = min(costs, key=lambda one: costs[one])
    print(f"lowest cost: {best}")
    _print_outcomes("writers left out, with these", cases, best)


def _answer(
    asked: Sequence[Asked],
    vectors: Floats,
    words: Sequence[Asked],
    of_words: Floats,
    folds: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
) -> Answered:
    right: list[Described] = []
    rows: list[Floats] = []
    for train, test in tqdm(folds, desc="Models"):
        router = Router([*(asked[i] for i in train), *words], np.vstack([vectors[train], of_words]))
        by_name = {one.name: one for one in router.intents}
        known = [i for i in test if asked[i].intent in by_name]
        right += [by_name[asked[i].intent] for i in known]
        rows.append(router.log_odds([asked[i].text for i in known], vectors[known]))
    return Answered(right, router.intents, np.vstack(rows))


def _print_calibration(name: str, answered: Answered) -> float:
    places = {one.name: i for i, one in enumerate(answered.intents)}
    right = np.array([places[one.name] for one in answered.right])
    best = answered.log_odds.argmax(axis=1)
    errors = {
        t: calibration_error(probabilities(answered.log_odds, t).max(axis=1), best == right)
        for t in TEMPERATURES
    }
    temperature = min(errors, key=lambda t: errors[t])
    print(
        f"{name}: {len(right)} questions, right intent first {np.mean(best == right):.1%}, "
        f"calibration error {errors[temperature]:.1%} at temperature {temperature}"
    )
    return temperature


def _weights(cases: Sequence[Case]) -> Floats:
    out = np.array([not one.right.kind.shows_answer for one in cases])
    return np.where(out, OUT_OF_SCOPE_SHARE / out.mean(), (1 - OUT_OF_SCOPE_SHARE) / (~out).mean())


def _mean_cost(cases: Sequence[Case], weights: Floats, limits: Thresholds) -> float:
    costs = [_cost(one.right, decide(one.ranking, limits)) for one in cases]
    return float(np.average(costs, weights=weights))


def _cost(right: Described, decision: Decision) -> float:
    offered = {one.name for one in decision.choices}
    if right.kind is Kind.EMERGENCY:
        if decision.is_emergency:
            return 0.0
        asked_back = decision.intent == CLARIFY and right.name in offered
        return EMERGENCY_ONLY_OFFERED if asked_back else EMERGENCY_MISSED
    if decision.is_emergency:
        return FALSE_EMERGENCY
    if not right.kind.shows_answer:
        if decision.answers:
            return WRONG_TOPIC
        return NEEDLESS_CHOICES if decision.intent == CLARIFY else 0.0
    if decision.answers:
        shown = decision.answers[0]
        if shown.name == right.name:
            return 0.0
        return WRONG_ANSWER_ON_THE_TOPIC if shown.topic == right.topic else WRONG_TOPIC
    if decision.intent != CLARIFY:
        return NOT_ANSWERED
    if right.name in offered:
        return RIGHT_CHOICES
    topics = {one.topic for one in decision.choices}
    return TOPIC_IN_CHOICES if right.topic in topics else WRONG_CHOICES


def _print_outcomes(name: str, cases: Sequence[Case], limits: Thresholds) -> None:
    costs = Counter(_cost(one.right, decide(one.ranking, limits)) for one in cases)
    print(name)
    for cost, count in sorted(costs.items()):
        print(f"  cost {cost:4.1f}: {count} ({count / len(cases):.1%})")


if __name__ == "__main__":
    main()
