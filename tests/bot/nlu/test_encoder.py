"""The sentence encoder."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.encoder import DIMENSIONS, encode


def test_a_text_is_one_vector_of_length_one() -> None:
    vector = encode("how do i get my file")
    assert vector.shape == (DIMENSIONS,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3)


def test_capitals_mean_the_same() -> None:
    assert np.array_equal(encode("TAG BATTERY DEAD"), encode("tag battery dead"))


@pytest.mark.parametrize("text", ["", "a\x00b", "word " * 2000, "🙂"])
def test_odd_text_gives_numbers(text: str) -> None:
    assert np.isfinite(encode(text)).all()


def test_a_question_is_near_its_twin_in_another_language() -> None:
    persian = encode("چقدر باید پابند الکترونیکی را شارژ کنم؟")
    twin = encode("how long must i charge my electronic tag?")
    other = encode("how do i complain about a landlord?")
    assert persian @ twin > persian @ other
