"""Training, storing and using the intent classifier, on real Rasa messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.nlu.classifier import LinearClassifier

CONTEXT = ExecutionContext(GraphSchema({}))
CONFIG = LinearClassifier.get_default_config()
Vector = list[float]


def message(dense: Vector, counts: Vector, intent: str | None = None) -> Message:
    made = Message({TEXT: "x", **({"intent": intent} if intent else {})})
    dense_matrix, sparse_matrix = np.array([dense]), csr_matrix([counts])
    for kind in (FEATURE_TYPE_SEQUENCE, FEATURE_TYPE_SENTENCE):
        made.add_features(Features(dense_matrix, kind, TEXT, "dense"))
        made.add_features(Features(sparse_matrix, kind, TEXT, "sparse"))
    return made


def examples(*intents: str) -> TrainingData:
    made = []
    for number, intent in enumerate(intents):
        for wobble in (0.0, 0.1, 0.2):
            dense = [wobble] * 4
            dense[number] = 1.0
            counts = [0.0] * 4
            counts[number] = 2.0
            made.append(message(dense, counts, intent))
    return TrainingData(made)


def train(folder: Path, *intents: str) -> tuple[LinearClassifier, LocalModelStorage]:
    folder.mkdir()
    storage = LocalModelStorage.create(folder)
    classifier = LinearClassifier.create(CONFIG, storage, Resource("c"), CONTEXT)
    classifier.train(examples(*intents))
    return classifier, storage


def ranking(classifier: LinearClassifier, asked: Message) -> Any:
    return classifier.process([asked])[0].get("intent_ranking")


@pytest.mark.parametrize("intents", [("a", "b"), ("a", "b", "c")], ids=["two", "three"])
def test_the_right_intent_comes_first_and_all_sum_to_one(
    tmp_path: Path, intents: tuple[str, ...]
) -> None:
    classifier, _ = train(tmp_path / "m", *intents)
    ranked = ranking(classifier, message([0.1, 1, 0, 0], [0, 1, 0, 0]))
    assert ranked[0]["name"] == "b"
    assert sum(one["confidence"] for one in ranked) == pytest.approx(1)
    assert {one["name"] for one in ranked} == set(intents)


def test_a_stored_model_answers_byte_for_byte_the_same(tmp_path: Path) -> None:
    classifier, storage = train(tmp_path / "m", "a", "b", "c")
    loaded = LinearClassifier.load(CONFIG, storage, Resource("c"), CONTEXT)
    asked = message([0.3, 0.2, 0.9, 0], [1, 0, 1, 0])
    assert repr(ranking(loaded, asked)) == repr(ranking(classifier, asked))


def test_training_twice_gives_the_same_numbers(tmp_path: Path) -> None:
    asked = message([0.3, 0.2, 0.9, 0], [1, 0, 1, 0])
    first, _ = train(tmp_path / "one", "a", "b", "c")
    second, _ = train(tmp_path / "two", "a", "b", "c")
    assert repr(ranking(first, asked)) == repr(ranking(second, asked))


def test_a_message_with_no_known_n_gram_is_ranked_by_meaning(tmp_path: Path) -> None:
    classifier, _ = train(tmp_path / "m", "a", "b", "c")
    assert ranking(classifier, message([0, 0, 1, 0], [0, 0, 0, 0]))[0]["name"] == "c"


@pytest.mark.parametrize("name", CONFIG)
def test_a_weight_that_is_not_above_0_names_itself(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        LinearClassifier.validate_config({**CONFIG, name: 0})
