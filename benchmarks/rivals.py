"""Our classifier and three others, each as a function from questions to scores."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.svm import LinearSVC

from benchmarks.public import Texts
from benchmarks.routing import PROJECT, options, probabilities
from bot.nlu.classifier import Model
from bot.nlu.linear import Floats, log_softmax

RASA_DEFAULT = PROJECT / "benchmarks" / "rasa_default"


class Scored(NamedTuple):
    """What a classifier says of the questions.

    Attributes:
        intents: the labels, as the columns of the others.
        scores: shape (n, intents); the higher, the likelier.
        confidences: shape (n, intents); rows that sum to about 1.
        fit_seconds: to learn, vectors given.
        answer_ms: for one question, vector given.
    """

    intents: list[str]
    scores: Floats
    confidences: Floats
    fit_seconds: float
    answer_ms: float


Rival = Callable[[Texts, Texts], Scored]


def ours(train: Texts, test: Texts) -> Scored:
    """``bot/nlu/classifier.py`` as config.yml sets it; these data have no topics."""
    config = options()["LinearClassifier"]
    begin = time.perf_counter()
    grams = CountVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, dtype=np.float32)
    counts = grams.fit_transform(text.lower() for text in train.texts)
    model = Model.fit(train.intents, train.vectors, counts, config)
    fitted = time.perf_counter()
    asked = grams.transform(text.lower() for text in test.texts)
    scores = model.log_odds(test.vectors, asked, float(config["topic_weight"]))
    names = [one.name for one in model.intents]
    sure = probabilities(scores, float(config["temperature"]))
    return _timed(names, scores, sure, begin, fitted)


def ngram_svm(train: Texts, test: Texts) -> Scored:
    """Tf-idf of character n-grams and a linear support vector machine: no encoder."""
    begin = time.perf_counter()
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    machine = LinearSVC(dual=True, random_state=0)
    machine.fit(grams.fit_transform(train.texts), train.intents)
    fitted = time.perf_counter()
    scores = machine.decision_function(grams.transform(test.texts)).astype(np.float32)
    return _timed(list(machine.classes_), scores, np.exp(log_softmax(scores)), begin, fitted)


def nearest(train: Texts, test: Texts) -> Scored:
    """The intent of the nearest example, by the encoder alone."""
    begin = time.perf_counter()
    names = sorted(set(train.intents))
    alike = test.vectors @ train.vectors.T
    scores = np.stack([alike[:, train.intents == name].max(axis=1) for name in names], axis=1)
    return _timed(names, scores, np.exp(log_softmax(scores)), begin, begin)


def rasa_diet(train: Texts, test: Texts) -> Scored:
    """Rasa's default pipeline with DIET, in its own environment with the real TensorFlow."""
    data = {
        "train": [list(pair) for pair in zip(train.texts, map(str, train.intents), strict=True)],
        "test": test.texts,
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.json"
        file.write_text(json.dumps(data), encoding="utf-8")
        python = RASA_DEFAULT / ".venv" / "bin" / "python"
        command = [str(python), str(RASA_DEFAULT / "diet.py"), str(file)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    sure = np.asarray(found["confidences"], np.float32)
    sys.stderr.write(f"DIET: {found['memory_mb']:.0f} MB\n")
    return Scored(found["intents"], sure, sure, found["fit_seconds"], found["answer_ms"])


def _timed(
    intents: list[str], scores: Floats, confidences: Floats, begin: float, fitted: float
) -> Scored:
    answer_ms = 1000 * (time.perf_counter() - fitted) / len(scores)
    return Scored(intents, scores, confidences, fitted - begin, answer_ms)
