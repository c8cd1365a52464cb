"""Our classifier and two plain ones on public data: BANKING77 and CLINC150.

Usage: ``.venv/bin/python -m benchmarks.compare FOLDER``, where FOLDER holds
``banking77_train.csv``, ``banking77_test.csv`` (PolyAI, CC BY 4.0) and
``clinc150_data_full.json`` (Larson et al. 2019, CC BY 3.0). All are fitted on the same data in one
run. Of BANKING77 every third intent is also held out once, as near misses. 'Out of scope known' is
the share of out-of-scope questions below the confidence that still answers 95 % of the others.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.svm import LinearSVC
from tqdm import tqdm

from benchmarks.routing import Floats, calibration_error, options
from bot.nlu.encoder import load_encoder
from bot.nlu.linear import FeatureSpace, fit, log_softmax

BATCH = 64
ANSWERED = 0.95
OUT = "oos"


class Texts(NamedTuple):
    """Questions with their intents and sentence vectors, shape (n, 384)."""

    texts: list[str]
    intents: NDArray[np.str_]
    vectors: Floats

    def where(self, kept: NDArray[np.bool_]) -> Texts:
        """Only some of them."""
        texts = [text for text, keep in zip(self.texts, kept, strict=True) if keep]
        return Texts(texts, self.intents[kept], self.vectors[kept])


Model = Callable[[Texts, Texts], tuple[list[str], Floats]]
"""Learns from the first, returns labels and their scores (n, labels) for the second."""


def ours(train: Texts, test: Texts) -> tuple[list[str], Floats]:
    """The intent head of bot/nlu/linear.py; these data have no topics."""
    found = options()["LinearClassifier"]
    grams = CountVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, dtype=np.float32)
    counts = grams.fit_transform(text.lower() for text in train.texts)
    weights = float(found["dense_weight"]), float(found["sparse_weight"])
    space = FeatureSpace.fit(train.vectors, counts, *weights)
    (names,), heads = fit(space, train.vectors, counts, [list(train.intents)])
    sparse = space.sparse(grams.transform(text.lower() for text in test.texts))
    return names, heads.scores(space.dense(test.vectors), sparse)


def ngram_svm(train: Texts, test: Texts) -> tuple[list[str], Floats]:
    """Tf-idf of character n-grams and a linear support vector machine: no encoder."""
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    fitted = LinearSVC(dual=True, random_state=0).fit(
        grams.fit_transform(train.texts), train.intents
    )
    return list(fitted.classes_), fitted.decision_function(grams.transform(test.texts))


def nearest(train: Texts, test: Texts) -> tuple[list[str], Floats]:
    """The intent of the nearest example by the encoder alone."""
    names = sorted(set(train.intents))
    alike = test.vectors @ train.vectors.T
    scores = [alike[:, train.intents == name].max(axis=1) for name in names]
    return names, np.stack(scores, axis=1)


MODELS: dict[str, Model] = {
    "ours": ours,
    "character n-grams, SVM": ngram_svm,
    "encoder, nearest example": nearest,
}


def main(folder: Path) -> None:
    """Prints a table for each data set."""
    train, test = _banking(folder, "train"), _banking(folder, "test")
    _table("BANKING77", train, test)
    intents = sorted(set(train.intents))
    near = np.array(intents[::3])
    without = train.where(~np.isin(train.intents, near))
    relabelled = test._replace(intents=np.where(np.isin(test.intents, near), OUT, test.intents))
    _table("BANKING77, every third intent held out", without, relabelled)
    _table("CLINC150", *_clinc(folder))


def _table(name: str, train: Texts, test: Texts) -> None:
    print(f"\n{name}: {len(train.texts)} to learn, {len(test.texts)} to answer")
    print("| | right, in scope | out of scope known | calibration error | fit and answer |")
    print("|---|---|---|---|---|")
    inside = test.intents != OUT
    for label, model in MODELS.items():
        begin = time.perf_counter()
        names, scores = model(train, test)
        seconds = time.perf_counter() - begin
        best = np.array(names)[scores.argmax(axis=1)]
        right = (best == test.intents)[inside]
        sure = scores.max(axis=1)
        limit = np.quantile(sure[inside], 1 - ANSWERED)
        known = f"{np.mean(sure[~inside] < limit):.1%}" if (~inside).any() else ""
        error = calibration_error(np.exp(log_softmax(scores[inside])).max(axis=1), right)
        print(f"| {label} | {right.mean():.1%} | {known} | {error:.1%} | {seconds:.0f} s |")


def _banking(folder: Path, part: str) -> Texts:
    with (folder / f"banking77_{part}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return _encoded([(row["text"], row["category"]) for row in rows])


def _clinc(folder: Path) -> tuple[Texts, Texts]:
    data = json.loads((folder / "clinc150_data_full.json").read_text(encoding="utf-8"))
    return _encoded(data["train"]), _encoded([*data["test"], *data["oos_test"]])


def _encoded(pairs: Sequence[tuple[str, str]]) -> Texts:
    texts = [text for text, _ in pairs]
    vectors = [
        load_encoder().query([text.lower() for text in texts[start : start + BATCH]])
        for start in tqdm(range(0, len(texts), BATCH), desc="Encoding")
    ]
    return Texts(texts, np.array([intent for _, intent in pairs]), np.vstack(vectors))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
