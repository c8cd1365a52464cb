"""A second look at the likeliest intents: which of their examples are nearest to the message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.nlu.linear import Floats

NEAREST = 40
"""Examples that have a say."""

REACH = 0.03
"""How much less alike (cosine) an example may be before it counts e times less."""

FAINTEST = 0.001
"""What an intent without any near example counts, next to 1 for the nearest example."""


@dataclass(frozen=True)
class Neighbours:
    """The training messages' vectors, a byte a number: a quarter of the room, and as accurate.

    Attributes:
        examples: (n, d), those of one label side by side.
        scale: what one step of a byte is worth.
        starts: (labels + 1,), where each label's examples begin and the last one's end.
    """

    examples: NDArray[np.int8]
    scale: NDArray[np.float32]
    starts: NDArray[np.int64]

    @classmethod
    def fit(cls, vectors: Floats, labels: Sequence[int], count: int) -> Neighbours:
        """Keeps unit vectors, shape (n, d), each with its label, from 0 up to ``count``."""
        order = np.argsort(labels, kind="stable")
        scale = np.float32(np.abs(vectors).max() / 127)
        return cls(
            examples=np.rint(vectors[order] / scale).astype(np.int8),
            scale=np.asarray(scale),
            starts=np.searchsorted(np.asarray(labels)[order], np.arange(count + 1)),
        )

    def log_odds(self, vector: Floats, candidates: Sequence[int] | NDArray[np.int64]) -> Floats:
        """How much the nearest examples speak for each label.

        Args:
            vector: a unit vector, shape (d,).
            candidates: labels whose examples are looked at; time grows with their number.

        Returns:
            Log-probabilities, shape (labels,).
        """
        rows = [slice(*self.starts[label : label + 2]) for label in candidates]
        owner = np.repeat(candidates, [row.stop - row.start for row in rows])
        near = np.concatenate([self.examples[row] for row in rows]).astype(np.float32)
        alike = near @ (vector * self.scale)
        nearest = np.argpartition(-alike, min(NEAREST, len(alike) - 1))[:NEAREST]
        say = np.exp((alike[nearest] - alike.max()) / REACH)
        votes = np.full(len(self.starts) - 1, FAINTEST)
        np.add.at(votes, owner[nearest], say)
        return np.asarray(np.log(votes / votes.sum()), np.float32)
