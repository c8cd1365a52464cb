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
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from benchmarks.public import Texts
from benchmarks.routing import Asked, Router, options, probabilities
from benchmarks.turn import DEFAULT, default_python
from bot.nlu.linear import Floats, log_softmax


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
    """What config.yml trains, but n-grams seen twice count; these data have no topics."""
    temperature = float(options()["LinearClassifier"]["temperature"])
    asked = [Asked(*pair, "en", "") for pair in zip(train.texts, train.intents, strict=True)]
    begin = time.perf_counter()
    router = Router(asked, train.vectors, min_df=2)
    fitted = time.perf_counter()
    scores = router.log_odds(test.texts, test.vectors)
    sure = probabilities(scores, temperature)
    return _timed([one.name for one in router.intents], scores, sure, begin, fitted)


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
        command = [default_python(), DEFAULT / "diet.py", file]
        # Rasa keeps a cache in the folder it runs in.
        done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    sure = np.asarray(found["confidences"], np.float32)
    sys.stderr.write(f"DIET: {found['memory_mb']:.0f} MB\n")
    return Scored(found["intents"], sure, sure, found["fit_seconds"], found["answer_ms"])


def _timed(
    intents: list[str], scores: Floats, confidences: Floats, begin: float, fitted: float
) -> Scored:
    answer_ms = 1000 * (time.perf_counter() - fitted) / len(scores)
    return Scored(intents, scores, confidences, fitted - begin, answer_ms)
