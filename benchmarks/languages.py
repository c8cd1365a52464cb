"""How far each language is understood without, and with, examples of its own.

Usage: ``.venv/bin/python -m benchmarks.languages``. For every language, on the exam in
``benchmarks/questions``: a model that learnt English only, one that learnt every language but this
one, and one that learnt all. Draws which topics the last one takes for which others. Takes about
ten minutes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.routing import PROJECT, Asked, Floats, Router, own_words, read_asked
from bot.nlu.encoder import encode_many, encode_training

TOP = 3
PICTURE = PROJECT / "docs" / "pictures" / "confusion.png"


class Exam(NamedTuple):
    """A language's questions that have an answer, with their vectors, shape (n, 384)."""

    texts: list[str]
    topics: list[str]
    vectors: Floats


def main() -> None:
    """Prints the table and draws the picture."""
    asked, words = read_asked(), own_words()
    learnt = [*asked, *words]
    vectors = encode_training([one.text for one in learnt])
    languages = np.array([one.language for one in learnt])
    everything = Router(learnt, vectors)
    exams = {language: _read_exam(language) for language in sorted(set(languages))}
    _draw(everything, exams.values())
    english = _router(learnt, vectors, languages == "en")
    print("right topic among the first three; questions with an answer")
    print("| language | English only | all but this one | all |")
    print("|---|---|---|---|")
    for language in tqdm(sorted(set(languages) - {"en"}), desc="Languages"):
        others = _router(learnt, vectors, languages != language)
        shares = [_share(router, exams[language]) for router in (english, others, everything)]
        print(
            f"| {language} | " + " | ".join(f"{share:.0%}" for share in shares) + " |", flush=True
        )


def _router(learnt: Sequence[Asked], vectors: Floats, kept: NDArray[np.bool_]) -> Router:
    return Router([one for one, keep in zip(learnt, kept, strict=True) if keep], vectors[kept])


def _read_exam(language: str) -> Exam:
    file = PROJECT / "benchmarks" / "questions" / f"{language}.jsonl"
    every = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    answered = [one for one in every if one["kind"] == "in_scope"]
    texts = [one["text"] for one in answered]
    return Exam(texts, [one["topic"] for one in answered], encode_many(texts))


def _share(router: Router, exam: Exam) -> float:
    pairs = _likeliest_topics(router, exam)
    return float(np.mean([right in found for right, found in pairs]))


def _likeliest_topics(router: Router, exam: Exam) -> list[tuple[str, list[str]]]:
    """For each question its topic, and those of the three likeliest answers."""
    log_odds = router.log_odds(exam.texts, exam.vectors)
    answers = [i for i, one in enumerate(router.intents) if one.kind.shows_answer]
    best = np.argsort(-log_odds[:, answers], axis=1)[:, :TOP]
    found = [[router.intents[answers[i]].topic for i in row] for row in best]
    return list(zip(exam.topics, found, strict=True))


def _draw(router: Router, exams: Iterable[Exam]) -> None:
    """A square for each pair of topics: how often the likeliest answer lies in the second."""
    pairs = [pair for exam in exams for pair in _likeliest_topics(router, exam)]
    topics = sorted({right for right, _ in pairs} | {found[0] for _, found in pairs})
    counts = np.zeros((len(topics), len(topics)))
    for right, found in pairs:
        counts[topics.index(right), topics.index(found[0])] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    mpl.use("agg")
    figure, axis = plt.subplots(figsize=(11, 10))
    axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axis.set_xticks(range(len(topics)), topics, rotation=90)
    axis.set_yticks(range(len(topics)), topics)
    axis.set(xlabel="topic of the likeliest answer", ylabel="right topic, 21 languages")
    for row, column in zip(*np.nonzero(shares >= 0.05), strict=True):
        shade = "white" if shares[row, column] > 0.5 else "black"
        label = f"{100 * shares[row, column]:.0f}"
        axis.text(column, row, label, ha="center", va="center", color=shade, fontsize=7)
    figure.savefig(PICTURE, bbox_inches="tight", dpi=110)


if __name__ == "__main__":
    main()
