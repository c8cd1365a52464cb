"""Public questions with intents: BANKING77 and CLINC150, for comparison only.

``FOLDER`` holds ``banking77_train.csv``, ``banking77_test.csv`` (Casanueva et al. 2020, CC BY 4.0)
and ``clinc150_data_full.json`` (Larson et al. 2019, CC BY 3.0).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.nlu.encoder import encode_many
from bot.nlu.linear import Floats

OUT = "oos"
"""The label of questions that have no intent."""


class Texts(NamedTuple):
    """Questions with their intents and sentence vectors, shape (n, 384)."""

    texts: list[str]
    intents: NDArray[np.str_]
    vectors: Floats

    def where(self, kept: NDArray[np.bool_]) -> Texts:
        """Only some of them."""
        texts = [text for text, keep in zip(self.texts, kept, strict=True) if keep]
        return Texts(texts, self.intents[kept], self.vectors[kept])


class DataSet(NamedTuple):
    """What to learn from, and what to answer."""

    name: str
    train: Texts
    test: Texts


def data_sets(folder: Path) -> Iterator[DataSet]:
    """BANKING77, whole and with every third intent held out, as near misses; CLINC150, twice.

    The second time its 100 out-of-scope examples are learnt from as well.
    """
    train, test = _banking(folder, "train"), _banking(folder, "test")
    yield DataSet("BANKING77", train, test)
    held_out = np.array(sorted(set(train.intents)))[::3]
    without = train.where(~np.isin(train.intents, held_out))
    marked = np.where(np.isin(test.intents, held_out), OUT, test.intents)
    yield DataSet("BANKING77, every third intent held out", without, test._replace(intents=marked))
    clinc = json.loads((folder / "clinc150_data_full.json").read_text(encoding="utf-8"))
    asked = _encoded([*clinc["test"], *clinc["oos_test"]])
    train = _encoded([*clinc["train"], *clinc["oos_train"]])
    yield DataSet("CLINC150", train.where(train.intents != OUT), asked)
    yield DataSet("CLINC150 and examples of what is out of scope", train, asked)


def _banking(folder: Path, part: str) -> Texts:
    with (folder / f"banking77_{part}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return _encoded([(row["text"], row["category"]) for row in rows])


def _encoded(pairs: list[tuple[str, str]]) -> Texts:
    # Line breaks inside a question would end it in Rasa's training files.
    texts = [" ".join(text.split()) for text, _ in pairs]
    return Texts(texts, np.array([intent for _, intent in pairs]), encode_many(texts))
