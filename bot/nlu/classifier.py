"""The intent classifier: three opinions on which answer a message asks for, multiplied."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack

from bot.nlu.intents import Described, Kind, describe
from bot.nlu.linear import FeatureSpace, Floats, Heads, fit, log_softmax
from bot.nlu.neighbours import Neighbours
from knowledge_base.files import read_records

LIKELIEST = 12
"""Intents whose examples are looked at; more change nothing and take longer."""

_Part = TypeVar("_Part", FeatureSpace, Heads, Neighbours)

_WEIGHTS_FILE = "weights.npz"
_INTENTS_FILE = "intents.json"


@dataclass(frozen=True)
class Model:
    """What training finds.

    Attributes:
        intents: the labels of the first head.
        group: for each intent, where its group is among the labels of the second head.
        space: how features are made comparable.
        heads: the scores of both heads.
        neighbours: the examples themselves.
    """

    intents: list[Described]
    group: list[int]
    space: FeatureSpace
    heads: Heads
    neighbours: Neighbours

    @classmethod
    def fit(
        cls, intents: Iterable[str], vectors: Floats, counts: csr_matrix, config: Mapping[str, Any]
    ) -> Model:
        """Fits all on messages with intents, (n, d) vectors and (n, s) counts of n-grams."""
        weights = float(config["dense_weight"]), float(config["sparse_weight"])
        space = FeatureSpace.fit(vectors, counts, *weights)
        labels = describe(intents, read_records().answers)
        directions = space.direction(vectors)
        (names, groups), heads = fit(
            space, directions, counts, [[one.name for one in labels], [one.group for one in labels]]
        )
        by_name = {one.name: one for one in labels}
        described = [by_name[name] for name in names]
        number = {name: position for position, name in enumerate(names)}
        neighbours = Neighbours.fit(directions, [number[one.name] for one in labels], len(names))
        group = [groups.index(one.group) for one in described]
        return cls(described, group, space, heads, neighbours)

    def log_odds(self, dense: Floats, sparse: csr_matrix, topic_weight: float) -> Floats:
        """All opinions multiplied, shape (n, intents); not yet probabilities."""
        size = len(self.intents)
        directions = self.space.direction(dense)
        scores = self.heads.scores(self.space.dense(directions), self.space.sparse(sparse))
        by_group = log_softmax(scores[:, size:])
        linear = log_softmax(scores[:, :size]) + topic_weight * by_group[:, self.group]
        near = map(self._nearest, directions, linear)
        return np.asarray(linear + np.stack(list(near)))

    def _nearest(self, vector: Floats, linear: Floats) -> Floats:
        """Looks at the examples of the likeliest intents."""
        likely = np.argsort(-linear, kind="stable")[:LIKELIEST]
        return self.neighbours.log_odds(vector, likely)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearClassifier(IntentClassifier, GraphComponent):
    """Ranks all intents with probabilities that sum to 1.

    Two logistic regressions look at a message: one for its intent, one for its topic, with every
    emergency as a topic of its own; then the nearest examples of the likeliest intents have a say.
    Where they agree the ranking is surer than each. All is stored as plain arrays, without pickle.
    """

    @classmethod
    def required_components(cls) -> list[type[Any]]:
        """Both kinds of features come from featurizers."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """How much meaning, spelling and topic count; a temperature above 1 makes it less sure."""
        return {"dense_weight": 8.0, "sparse_weight": 3.0, "topic_weight": 0.5, "temperature": 1.0}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Model | None = None,
    ) -> None:
        """Takes the configuration and, to predict, a trained model."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearClassifier:
        """Creates an untrained component for Rasa's graph."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the weights on all examples that have an intent and text, and stores them."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT) and m.get(INTENT)]
        vectors = np.vstack([_dense(example) for example in examples])
        counts = vstack([_sparse(example) for example in examples]).tocsr()
        intents = (example.get(INTENT) for example in examples)
        self._model = Model.fit(intents, vectors, counts, self._config)
        self._persist(self._model)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets ``intent`` and ``intent_ranking``, the likeliest first, on messages with text."""
        for message in messages:
            if self._model is None or not message.get(TEXT):
                continue
            probabilities = self._probabilities(self._model, message)
            order = np.argsort(-probabilities, kind="stable")
            ranking = [
                {**self._model.intents[i]._asdict(), "confidence": float(probabilities[i])}
                for i in order
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _probabilities(self, model: Model, message: Message) -> Floats:
        scores = model.log_odds(_dense(message), _sparse(message), self._config["topic_weight"])
        return np.asarray(np.exp(log_softmax(scores[0] / self._config["temperature"])))

    def _persist(self, model: Model) -> None:
        described = {"intents": model.intents, "group": model.group}
        stored = {**vars(model.heads), **vars(model.space), **vars(model.neighbours)}
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / _WEIGHTS_FILE, **stored)
            (folder / _INTENTS_FILE).write_text(json.dumps(described), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearClassifier:
        """Loads a trained component for Rasa's graph."""
        with model_storage.read_from(resource) as folder:
            described = json.loads((folder / _INTENTS_FILE).read_text(encoding="utf-8"))
            with np.load(folder / _WEIGHTS_FILE, allow_pickle=False) as arrays:
                stored = dict(arrays)
        parts = _part(FeatureSpace, stored), _part(Heads, stored), _part(Neighbours, stored)
        intents = [Described(name, Kind(kind), topic) for name, kind, topic in described["intents"]]
        model = Model(intents, described["group"], *parts)
        return cls(config, model_storage, resource, model)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Checks that the weights are numbers above 0.

        Raises:
            ValueError: one is not.
        """
        for name in cls.get_default_config():
            if not float(config[name]) > 0:
                raise ValueError(f"config.yml: '{name}' of LinearClassifier must be above 0")


def _part(kind: type[_Part], stored: Mapping[str, Any]) -> _Part:
    """A part of the model from the arrays that bear its attributes' names."""
    return kind(**{name: stored[name] for name in kind.__annotations__})


def _dense(message: Message) -> Floats:
    """The message's sentence vector, shape (1, d)."""
    _, sentence = message.get_dense_features(TEXT)
    return np.asarray(sentence.features, dtype=np.float32)


def _sparse(message: Message) -> csr_matrix:
    """The message's n-gram counts, shape (1, s)."""
    _, sentence = message.get_sparse_features(TEXT)
    return sentence.features.tocsr()
