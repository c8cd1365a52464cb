"""Our classifier beside three others on public data, and ways to know what is not known.

Usage: ``.venv/bin/python -m benchmarks.compare FOLDER [--diet]``; ``public.py`` says what FOLDER
holds. All learn from the same questions in one run. ``--diet`` adds Rasa's default classifier,
which takes most of an hour on two cores. 'Out of scope known' is the share of out-of-scope
questions below the score that still answers 95 % of the others. Draws ``docs/pictures/``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from numpy.typing import NDArray

from benchmarks import rivals
from benchmarks.public import OUT, DataSet, data_sets
from benchmarks.rivals import Rival, Scored
from benchmarks.routing import PROJECT, Floats, calibration_error

ANSWERED = 0.95
PICTURES = PROJECT / "docs" / "pictures"

Familiarity = Callable[[DataSet, Scored], Floats]
"""How familiar each question is, shape (n,): below a limit it counts as out of scope."""


def likeliest(_: DataSet, scored: Scored) -> Floats:
    """The confidence of the likeliest intent, 'out of scope' not being one."""
    inside = np.array(scored.intents) != OUT
    return np.asarray(scored.confidences[:, inside].max(axis=1))


def margin(_: DataSet, scored: Scored) -> Floats:
    """How far the likeliest intent is ahead of the next."""
    two = np.sort(scored.scores, axis=1)[:, -2:]
    return np.asarray(two[:, 1] - two[:, 0])


def best_score(_: DataSet, scored: Scored) -> Floats:
    """The best score as it is, not made relative to the others: one against the rest."""
    return np.asarray(scored.scores.max(axis=1))


def nearest_example(data: DataSet, _: Scored) -> Floats:
    """How alike the nearest training question is (cosine)."""
    return np.asarray((data.test.vectors @ data.train.vectors.T).max(axis=1))


def entropy(_: DataSet, scored: Scored) -> Floats:
    """How little the confidences are spread over the intents."""
    sure = scored.confidences
    return np.asarray((sure * np.log(np.maximum(sure, 1e-9))).sum(axis=1))


def both(data: DataSet, scored: Scored) -> Floats:
    """The likeliest intent's confidence times the nearest example's likeness."""
    return likeliest(data, scored) * nearest_example(data, scored)


WAYS: dict[str, Familiarity] = {
    "likeliest intent": likeliest,
    "margin to the next": margin,
    "best score, unnormalised": best_score,
    "entropy": entropy,
    "nearest example": nearest_example,
    "likeliest times nearest": both,
}


def main() -> None:
    """Prints two tables for each data set and draws one picture for all."""
    mpl.use("agg")
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--diet", action="store_true", help="add Rasa's DIET")
    wanted = parser.parse_args()
    models: dict[str, Rival] = {
        "ours": rivals.ours,
        "character n-grams, SVM": rivals.ngram_svm,
        "encoder, nearest example": rivals.nearest,
    }
    if wanted.diet:
        models["Rasa default (DIET)"] = rivals.rasa_diet
    figure, axes = plt.subplots(2, 2, figsize=(10, 8), sharey=True)
    for data, axis in zip(data_sets(wanted.folder), axes.flat, strict=True):
        scored = {name: model(data.train, data.test) for name, model in models.items()}
        _print_models(data, scored)
        if (data.test.intents == OUT).any():
            _print_ways(data, scored["ours"])
        for name, one in scored.items():
            axis.plot(*_abstaining(data, one), label=name)
        axis.set(title=data.name, xlabel="share answered", ylabel="right of these")
    axes[0, 0].legend()
    PICTURES.mkdir(exist_ok=True)
    figure.savefig(PICTURES / "abstaining.svg", bbox_inches="tight", metadata={"Date": None})


def _print_models(data: DataSet, scored: dict[str, Scored]) -> None:
    print(f"\n{data.name}: {len(data.train.texts)} to learn, {len(data.test.texts)} to answer")
    print("| | right, in scope | out of scope known | calibration error | fit | a question |")
    print("|---|---|---|---|---|---|")
    inside = data.test.intents != OUT
    for name, one in scored.items():
        right = _right(data, one)[inside]
        known = _known(inside, likeliest(data, one))
        error = calibration_error(one.confidences[inside].max(axis=1), right)
        print(
            f"| {name} | {right.mean():.1%} | {known} | {error:.1%} "
            f"| {one.fit_seconds:.0f} s | {one.answer_ms:.1f} ms |",
            flush=True,
        )


def _print_ways(data: DataSet, scored: Scored) -> None:
    print("\n| ours, out of scope known by | |\n|---|---|")
    inside = data.test.intents != OUT
    for name, way in WAYS.items():
        print(f"| {name} | {_known(inside, way(data, scored))} |")


def _right(data: DataSet, scored: Scored) -> NDArray[np.bool_]:
    best = np.array(scored.intents)[scored.scores.argmax(axis=1)]
    return np.asarray(best == data.test.intents)


def _known(inside: NDArray[np.bool_], familiar: Floats) -> str:
    if inside.all():
        return ""
    limit = np.quantile(familiar[inside], 1 - ANSWERED)
    return f"{np.mean(familiar[~inside] < limit):.1%}"


def _abstaining(data: DataSet, scored: Scored) -> tuple[Floats, Floats]:
    """The surest questions first: what share is answered, and what share of these is right."""
    right = _right(data, scored)[np.argsort(-likeliest(data, scored), kind="stable")]
    count = np.arange(1, len(right) + 1)
    start = len(right) // 20  # of a handful the share says nothing
    return count[start:] / len(right), (np.cumsum(right) / count)[start:]


if __name__ == "__main__":
    main()
