"""Finds the decision's thresholds by cross-validation on the training questions.

Usage: ``.venv/bin/python benchmarks/thresholds.py``. Prints the thresholds of the lowest cost, for
config.yml. The costs say what is worse for a person: an answer to another question, shown as if
it were the right one, is the worst that can happen except for an emergency that is missed.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import StratifiedKFold
from tqdm import tqdm

from bot.nlu.classifier import LinearClassifier
from bot.nlu.decision import (
    CLARIFY,
    EMERGENCY_PREFIX,
    OUT_OF_SCOPE_PREFIX,
    SMALL_TALK,
    Thresholds,
    decide,
)
from bot.nlu.encoder import SentenceEncoder
from bot.nlu.importer import examples
from bot.nlu.tokenizer import MultilingualTokenizer
from knowledge_base.files import read_records
from knowledge_base.questions import read_questions

PROJECT = Path(__file__).resolve().parents[1]
FOLDS = 5

EMERGENCY_MISSED = 20.0
WRONG_ANSWER = 5.0
FALSE_EMERGENCY = 5.0
NOT_ANSWERED = 3.0
WRONG_CHOICES = 2.0
RIGHT_CHOICES = 1.0
NEEDLESS_CHOICES = 1.0

Case = tuple[str, list[tuple[str, float]]]
"""The right intent, and the ranking of a model that did not see the question."""

GRID = itertools.product(
    (0.15, 0.2, 0.25, 0.3, 0.4),
    (0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75),
    (0.25, 0.3, 0.35, 0.4, 0.5),
    (0.01, 0.02, 0.03, 0.05, 0.1),
)


def main() -> None:
    """Prints the best thresholds and what they lead to."""
    cases = list(_cross_validate())
    _print_calibration(cases)
    grid = [Thresholds(*values) for values in GRID]
    costs = {t: sum(_cost(case, t) for case in cases) for t in tqdm(grid, desc="Thresholds")}
    best = min(costs, key=lambda thresholds: costs[thresholds])
    print(f"cost {costs[best] / len(cases):.3f} a question: {best}")
    _print_outcomes(cases, best)


def _cross_validate() -> Iterator[Case]:
    messages = [
        Message.build(text=q.text, intent=q.intent) for q in read_questions(PROJECT / "data")
    ]
    pipeline = yaml.safe_load((PROJECT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    options = {step["name"].rpartition(".")[2]: step for step in pipeline}
    answers = list(examples(read_records()))
    MultilingualTokenizer(MultilingualTokenizer.get_default_config()).process(messages + answers)
    encoder = SentenceEncoder(SentenceEncoder.get_default_config(), "encoder")
    encoder.process(tqdm(messages + answers, desc="Encoding"))
    intents = [message.get(INTENT) for message in messages]
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(messages, intents)
    for train, test in tqdm(folds, desc="Folds", total=FOLDS):
        learnt = [*(messages[i] for i in train), *answers]
        yield from _fold(learnt, [messages[i] for i in test], options)


def _fold(
    train: list[Message], test: list[Message], options: dict[str, dict[str, Any]]
) -> Iterator[Case]:
    train, test = [_copy(m) for m in train], [_copy(m) for m in test]
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalModelStorage.create(Path(folder))
        context = ExecutionContext(GraphSchema({}))
        counts = CountVectorsFeaturizer.create(
            {**CountVectorsFeaturizer.get_default_config(), **options["CountVectorsFeaturizer"]},
            storage,
            Resource("counts"),
            context,
        )
        data = TrainingData(train)
        counts.train(data)
        counts.process_training_data(data)
        counts.process(test)
        config = {**LinearClassifier.get_default_config(), **options["LinearClassifier"]}
        classifier = LinearClassifier.create(config, storage, Resource("classifier"), context)
        classifier.train(data)
        right = [message.get(INTENT) for message in test]
        for intent, message in zip(right, classifier.process(test), strict=True):
            ranking = [(i["name"], i["confidence"]) for i in message.get(INTENT_RANKING_KEY)]
            yield intent, ranking


def _copy(message: Message) -> Message:
    copied = Message(dict(message.data), features=list(message.features))
    copied.set(TEXT, message.get(TEXT))
    return copied


def _is_answer(intent: str) -> bool:
    return intent not in SMALL_TALK and not intent.startswith(OUT_OF_SCOPE_PREFIX)


def _cost(case: Case, thresholds: Thresholds) -> float:
    right, ranking = case
    decided, _, choices = decide(ranking, thresholds)
    if right.startswith(EMERGENCY_PREFIX):
        return 0.0 if decided.startswith(EMERGENCY_PREFIX) else EMERGENCY_MISSED
    if decided.startswith(EMERGENCY_PREFIX):
        return FALSE_EMERGENCY
    if not _is_answer(right):
        if decided == CLARIFY:
            return NEEDLESS_CHOICES
        return WRONG_ANSWER if _is_answer(decided) else 0.0
    if decided == CLARIFY:
        return RIGHT_CHOICES if right in choices else WRONG_CHOICES
    if decided == right:
        return 0.0
    return WRONG_ANSWER if _is_answer(decided) else NOT_ANSWERED


def _print_calibration(cases: list[Case]) -> None:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for right, ranking in cases:
        name, confidence = ranking[0]
        bins.setdefault(min(int(confidence * 10), 9), []).append((confidence, name == right))
    error = 0.0
    for pairs in bins.values():
        confidence = sum(c for c, _ in pairs) / len(pairs)
        accuracy = sum(hit for _, hit in pairs) / len(pairs)
        error += abs(confidence - accuracy) * len(pairs) / len(cases)
    hits = sum(ranking[0][0] == right for right, ranking in cases)
    print(f"{len(cases)} questions, intent right {hits / len(cases):.1%}, ECE {error:.1%}")


def _print_outcomes(cases: list[Case], thresholds: Thresholds) -> None:
    outcomes: dict[float, int] = {}
    for case in cases:
        cost = _cost(case, thresholds)
        outcomes[cost] = outcomes.get(cost, 0) + 1
    for cost, count in sorted(outcomes.items()):
        print(f"  cost {cost:4.1f}: {count} ({count / len(cases):.1%})")


if __name__ == "__main__":
    main()
