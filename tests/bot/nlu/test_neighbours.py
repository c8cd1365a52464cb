"""The nearest examples: which have a say, how much, and that a byte a number is enough."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.linear import Floats
from bot.nlu.neighbours import FAINTEST, NEAREST, REACH, Neighbours

DIMENSIONS = 384


def unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def at_angle(cosine: float) -> Floats:
    """A unit vector so near to the first axis."""
    vector = np.zeros(DIMENSIONS, np.float32)
    vector[:2] = cosine, np.sqrt(1 - cosine**2)
    return vector


def random_examples(count: int, labels: int) -> tuple[Floats, list[int]]:
    generator = np.random.default_rng(0)
    vectors = unit(generator.normal(size=(count, DIMENSIONS)).astype(np.float32))
    return vectors, [int(label) for label in generator.integers(0, labels, count)]


def test_the_label_of_the_nearest_example_is_likeliest() -> None:
    vectors, labels = random_examples(500, 7)
    found = Neighbours.fit(vectors, labels, 7)
    for row in (0, 123, 499):
        assert found.log_odds(vectors[row], range(7)).argmax() == labels[row]


def test_an_example_a_reach_further_counts_e_times_less() -> None:
    found = Neighbours.fit(np.stack([at_angle(0.9), at_angle(0.9 - REACH)]), [0, 1], 2)
    near, far = found.log_odds(at_angle(1.0), [0, 1])
    assert near - far == pytest.approx(1.0, abs=0.15)  # a byte a number is not exact


def test_labels_without_a_near_example_share_what_is_faintest() -> None:
    found = Neighbours.fit(at_angle(1.0)[None], [1], 3)
    odds = np.exp(found.log_odds(at_angle(1.0), [0, 1, 2]))
    assert odds.sum() == pytest.approx(1.0)
    assert odds[0] == odds[2] == pytest.approx(FAINTEST / (1 + 3 * FAINTEST), rel=0.01)


def test_only_candidates_are_looked_at() -> None:
    found = Neighbours.fit(np.stack([at_angle(1.0), at_angle(0.2)]), [0, 1], 2)
    assert found.log_odds(at_angle(1.0), [1]).argmax() == 1


def test_no_more_than_the_nearest_have_a_say() -> None:
    """Hundreds of examples that are alike would outvote the one that is the same."""
    crowd = np.stack([at_angle(0.9)] * (10 * NEAREST))
    found = Neighbours.fit(np.vstack([crowd, at_angle(1.0)]), [0] * len(crowd) + [1], 2)
    votes = np.exp(found.log_odds(at_angle(1.0), [0, 1]))
    assert votes[0] / votes[1] < NEAREST * np.exp(-0.1 / REACH) * 1.5


def test_a_byte_a_number_ranks_as_full_numbers_do() -> None:
    vectors, labels = random_examples(400, 5)
    found = Neighbours.fit(vectors, labels, 5)
    exact = vectors @ vectors[0]
    stored = np.argsort(np.argsort(labels, kind="stable"), kind="stable")
    rough = (found.examples[stored].astype(np.float32) * found.scale) @ vectors[0]
    assert np.abs(exact - rough).max() < REACH / 5
