"""Linear models on what a message means and how it is spelled, as plain arrays.

Shapes: n messages, d dense features (the sentence vector), s sparse ones (n-grams), h labels of all
heads together.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]

RANK = 300
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
        return cls(vectors.mean(axis=0), rarity, dense_weight, sparse_weight)

    def dense(self, vectors: Floats) -> Floats:
        """Centred and brought to one length, shape (n, d)."""
        centred = vectors - self.mean
        lengths = np.linalg.norm(centred, axis=1, keepdims=True)
        return np.asarray(centred / np.maximum(lengths, 1e-9) * self.dense_weight)

    def sparse(self, counts: csr_matrix) -> csr_matrix:
        """Weighed by rarity and brought to one length, shape (n, s)."""
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        weights = (1 + np.log(counts.data)) * self.rarity[counts.indices]
        lengths = np.sqrt(np.bincount(rows, weights * weights, minlength=counts.shape[0]))
        weights *= (self.sparse_weight / np.maximum(lengths, 1e-9))[rows]
        return csr_matrix((weights, counts.indices, counts.indptr), counts.shape)


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
        """The log-odds of one message's features, (1, d) and (1, s): shape (h,)."""
        scores = self.dense @ dense[0] + self.bias
        scores += sparse.data @ self.sparse[sparse.indices]
        return np.asarray(scores)


def fit(
    space: FeatureSpace,
    vectors: Floats,
    counts: csr_matrix,
    labels: Sequence[Sequence[str]],
    strength: float = 1.0,
) -> tuple[list[list[str]], Heads]:
    """Fits one logistic regression for each list of labels.

    It is fitted on the :data:`RANK` directions in which the n-grams differ most; the weights are
    then turned back to weights of n-grams.

    Args:
        space: fitted on the same messages.
        vectors: (n, d).
        counts: (n, s).
        labels: for each head, n labels.
        strength: how far the weights may follow the examples (scikit-learn's ``C``).

    Returns:
        For each head its labels in the order of its scores, and the heads.
    """
    spelling = space.sparse(counts)
    turned = TruncatedSVD(min(RANK, *spelling.shape), random_state=0).fit(spelling)
    dense = space.dense(vectors)
    features = np.hstack([dense, turned.transform(spelling)]).astype(np.float32)
    names, weights, biases = [], [], []
    for head in labels:
        classes, weight, bias = _fit_one(features, head, strength)
        names.append(classes)
        weights.append(weight)
        biases.append(bias)
    both, size = np.vstack(weights), dense.shape[1]
    sparse = (both[:, size:] @ turned.components_).T.copy()
    return names, Heads(both[:, :size].copy(), sparse, np.concatenate(biases))


def _fit_one(
    features: NDArray[np.float32], labels: Sequence[str], strength: float
) -> tuple[list[str], Floats, Floats]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = LogisticRegression(C=strength, max_iter=ITERATIONS).fit(features, labels)
    weights, bias = fitted.coef_, fitted.intercept_
    # scikit-learn keeps one row for two labels; a softmax needs one each.
    if len(fitted.classes_) == 2:
        weights, bias = np.vstack([-weights, weights]) / 2, np.hstack([-bias, bias]) / 2
    return [str(name) for name in fitted.classes_], weights, bias


def log_softmax(scores: Floats) -> Floats:
    """Log-probabilities along the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))
