"""The assistant's own questions as arrays, and models trained on some of them, tested on others.

What ``thresholds.py`` and ``languages.py`` share. Nothing here is used by the assistant itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from bot.nlu.classifier import Model
from bot.nlu.decider import thresholds_from
from bot.nlu.decision import Ranked, Thresholds
from bot.nlu.importer import examples
from bot.nlu.intents import Described
from bot.nlu.linear import log_softmax
from knowledge_base.files import read_records
from knowledge_base.questions import read_questions

PROJECT = Path(__file__).resolve().parents[1]

Floats = NDArray[np.float32]

ENGLISH = ("2", "3", "faq", "learner", "edges")
ABROAD = {
    "more": "second",
    "other": "third",
    "further": "fourth",
    "edge": "fifth",
    "danger": "danger",
}
"""How the names of files end or begin, by their writers."""


class Asked(NamedTuple):
    """A training question, with what the splits need: who wrote it, and in which language."""

    text: str
    intent: str
    language: str
    writer: str


def options() -> dict[str, dict[str, float]]:
    """The settings of each component in config.yml, by its class."""
    pipeline = yaml.safe_load((PROJECT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return {step["name"].rpartition(".")[2]: step for step in pipeline}


def thresholds() -> Thresholds:
    """Those of config.yml."""
    return thresholds_from(options()["DecisionClassifier"])


def read_asked() -> list[Asked]:
    """All training questions; each file's name says who wrote it."""
    return [
        Asked(q.text, q.intent, _language(q.file), writer_of(q.file))
        for q in read_questions(PROJECT / "data" / "nlu")
    ]


def own_words() -> list[Asked]:
    """The answers' titles and first sentences, which every model may learn from."""
    return [
        Asked(m.get("text"), m.get("intent"), "en", "answers") for m in examples(read_records())
    ]


def _language(file: Path) -> str:
    return file.parent.name if file.parent.parent.name == "languages" else "en"


def writer_of(file: Path) -> str:
    """Who wrote a file of training questions."""
    if _language(file) != "en":
        return ABROAD.get(file.stem.partition("_")[0], "first")
    ending = file.stem.rpartition("_")[2]
    return f"english {ending if ending in ENGLISH else 1}"


class Router:
    """What config.yml trains, without Rasa around it."""

    def __init__(self, asked: Sequence[Asked], vectors: Floats, min_df: int | None = None) -> None:
        """Learns from questions and their sentence vectors, shape (n, 384).

        Args:
            asked: only texts and intents count.
            vectors: one a question.
            min_df: how often an n-gram has to be seen, if not as often as config.yml says.
        """
        found = options()
        grams = found["CountVectorsFeaturizer"]
        self._config = found["LinearClassifier"]
        self._grams = CountVectorizer(
            analyzer="char_wb",
            ngram_range=(int(grams["min_ngram"]), int(grams["max_ngram"])),
            min_df=min_df or int(grams["min_df"]),
            dtype=np.float32,
        )
        counts = self._grams.fit_transform(one.text.lower() for one in asked)
        intents = (one.intent for one in asked)
        self._model = Model.fit(intents, vectors, counts, self._config)
        self.intents: list[Described] = self._model.intents

    def log_odds(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """All opinions multiplied, shape (n, intents), before the temperature."""
        counts = self._grams.transform(text.lower() for text in texts)
        return self._model.log_odds(vectors, counts, float(self._config["topic_weight"]))


def probabilities(log_odds: Floats, temperature: float) -> Floats:
    """Rows that sum to 1."""
    return np.asarray(np.exp(log_softmax(log_odds / temperature)))


def ranking(intents: Sequence[Described], row: Floats, most: int = 40) -> list[Ranked]:
    """The likeliest intents of one question; the rest could not change a decision."""
    order = np.argsort(-row)[:most]
    found = [(intents[i], float(row[i])) for i in order]
    return [Ranked(one.name, one.kind, one.topic, confidence) for one, confidence in found]


def calibration_error(confidence: Floats, hit: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error: how far confidence and accuracy lie apart, on average."""
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(confidence[index == b].mean() - hit[index == b].mean()) * (index == b).mean()
            for b in range(bins)
            if (index == b).any()
        )
    )
