"""Linear models on what a message means and how it is spelled, as plain arrays.

Shapes: n messages, d dense features (the sentence vector), s sparse ones (n-grams), h labels of all
heads together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD

Floats = NDArray[np.float32]

RANK = 200
"""Directions of the n-grams that are fitted: ten times faster than all, and as accurate."""

ITERATIONS = 40
"""More change nothing that cross-validation can see."""


@dataclass(frozen=True)
class FeatureSpace:
    """How raw features are made comparable.

    Attributes:
        mean: (d,) the training messages' mean vector; what all have in common says nothing.
        rarity: (s,) weight of each n-gram, larger for rare ones (smoothed idf).
        dense_weight: length of every message's dense part.
        sparse_weight: length of every message's sparse part.
    """

    mean: Floats
    rarity: Floats
    dense_weight: float
    sparse_weight: float

    @classmethod
    def fit(
        cls, vectors: Floats, counts: csr_matrix, dense_weight: float, sparse_weight: float
    ) -> FeatureSpace:
        """Finds mean and rarity in the training messages: (n, d) and (n, s)."""
        containing = np.bincount(counts.indices, minlength=counts.shape[1])
        rarity = np.log((1 + counts.shape[0]) / (1 + containing)) + 1
        return cls(
            vectors.mean(axis=0, dtype=np.float64).astype(np.float32),
            rarity.astype(np.float32),
            dense_weight,
            sparse_weight,
        )

    def direction(self, vectors: Floats) -> Floats:
        """Centred and brought to length 1, shape (n, d)."""
        centred = vectors - self.mean
        lengths = np.linalg.norm(centred, axis=1, keepdims=True)
        return np.asarray(centred / np.maximum(lengths, 1e-9), np.float32)

    def dense(self, directions: Floats) -> Floats:
        """Brought from length 1 to the length of the dense part, shape (n, d)."""
        return np.asarray(directions * self.dense_weight, np.float32)

    def sparse(self, counts: csr_matrix) -> csr_matrix:
        """Weighed by rarity and brought to one length, shape (n, s)."""
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        weights = (1 + np.log(counts.data)) * self.rarity[counts.indices]
        lengths = np.sqrt(np.bincount(rows, weights * weights, minlength=counts.shape[0]))
        weights = weights * (self.sparse_weight / np.maximum(lengths, 1e-9))[rows]
        return csr_matrix((weights.astype(np.float32), counts.indices, counts.indptr), counts.shape)


@dataclass(frozen=True)
class Heads:
    """Several classifiers side by side, so that a message's features are multiplied once.

    Attributes:
        dense: (h, d) coefficients.
        sparse: (s, h) coefficients, a row for each n-gram, since a message has few of them.
        bias: (h,).
    """

    dense: Floats
    sparse: Floats
    bias: Floats

    def scores(self, dense: Floats, sparse: csr_matrix) -> Floats:
        """The log-odds of each message's labels, from (n, d) and (n, s): shape (n, h)."""
        return np.asarray(dense @ self.dense.T + sparse @ self.sparse + self.bias)


def fit(
    space: FeatureSpace, directions: Floats, counts: csr_matrix, labels: Sequence[Sequence[str]]
) -> tuple[list[list[str]], Heads]:
    """Fits one logistic regression for each list of labels.

    It is fitted on the :data:`RANK` directions in which the n-grams differ most; the weights are
    then turned back to weights of n-grams.

    Args:
        space: fitted on the same messages.
        directions: of the messages, (n, d).
        counts: (n, s).
        labels: for each head, n labels.

    Returns:
        For each head its labels in the order of its scores, and the heads.
    """
    spelling = space.sparse(counts)
    turned = TruncatedSVD(min(RANK, *spelling.shape), n_iter=2, random_state=0).fit(spelling)
    dense = space.dense(directions)
    features = np.hstack([dense, turned.transform(spelling)]).astype(np.float32)
    fitted = [_fit_one(features, np.asarray(head)) for head in labels]
    weights = np.hstack([weight for _, weight in fitted])
    size = dense.shape[1]
    heads = Heads(
        dense=np.ascontiguousarray(weights[:size].T, np.float32),
        sparse=np.ascontiguousarray(turned.components_.T @ weights[size:-1], np.float32),
        bias=weights[-1].astype(np.float32),
    )
    return [names for names, _ in fitted], heads


def _fit_one(features: Floats, labels: NDArray[np.str_]) -> tuple[list[str], NDArray[np.float64]]:
    """Softmax regression with a penalty on the squared weights: labels, (d + rank + 1, labels).

    As scikit-learn's LogisticRegression does with C=1, in half its time: the large matrices stay in
    single precision, the optimiser (L-BFGS) works in double.
    """
    names, right = np.unique(labels, return_inverse=True)
    rows = np.arange(len(right))
    inputs = np.hstack([features, np.ones((len(right), 1), np.float32)])
    shape = (inputs.shape[1], len(names))

    def loss_and_slope(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(shape)
        scores = np.asarray(inputs @ weights.astype(np.float32), np.float32)
        scores -= scores.max(axis=1, keepdims=True)
        of_right = scores[rows, right].copy()
        odds = np.exp(scores, out=scores)
        sums = odds.sum(axis=1)
        loss = float((np.log(sums) - of_right).sum(dtype=np.float64))
        odds /= sums[:, None]
        odds[rows, right] -= 1
        penalised = weights.copy()
        penalised[-1] = 0
        slope = (inputs.T @ odds).astype(np.float64) + penalised
        return loss + 0.5 * float((penalised**2).sum()), slope.ravel()

    found = minimize(
        loss_and_slope,
        np.zeros(shape[0] * shape[1]),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": ITERATIONS},
    )
    return [str(name) for name in names], found.x.reshape(shape)


def log_softmax(scores: Floats) -> Floats:
    """Log-probabilities along the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))
