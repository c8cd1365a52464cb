"""Vectors of training texts are kept between trainings, and nothing else is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.nlu.encodings import EncodingCache, cache_folder

Vectors = NDArray[np.float32]


class Counting:
    """An encoder that counts what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


@pytest.fixture(autouse=True)
def cache_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def vectors(*texts: str, version: str = "1") -> tuple[Vectors, list[str]]:
    encoder = Counting()
    return EncodingCache(encoder, version).vectors(texts), encoder.asked


def test_only_new_texts_are_encoded() -> None:
    assert vectors("a", "bb", "a")[1] == ["a", "bb"]
    found, asked = vectors("bb", "ccc", "a")
    assert asked == ["ccc"]
    assert found[:, 0].tolist() == [2, 3, 1]


def test_another_encoder_starts_anew() -> None:
    vectors("a")
    assert vectors("a", version="2")[1] == ["a"]


def test_texts_that_went_are_forgotten_and_none_is_written_down(cache_home: Path) -> None:
    vectors("secret question", "a")
    vectors("a", "b")
    assert vectors("secret question")[1] == ["secret question"]
    (file,) = cache_folder().iterdir()
    assert file.is_relative_to(cache_home)
    assert b"secret" not in file.read_bytes()


def test_a_broken_file_costs_time_only(capsys: pytest.CaptureFixture[str]) -> None:
    vectors("a")
    (file,) = cache_folder().iterdir()
    file.write_bytes(b"not an archive")
    assert vectors("a")[1] == ["a"]
    assert "is not usable" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_costs_time_only(
    cache_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (cache_home / "digital-rights-bot").write_text("a file is in the way", encoding="utf-8")
    assert vectors("a")[0].tolist() == [[1.0, 1.0]]
    assert "slow again next time" in capsys.readouterr().err
