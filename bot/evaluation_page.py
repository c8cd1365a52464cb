"""The measurements as a page with pictures, for a browser."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import matplotlib
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from bot.evaluation import (
    FIELDS,
    OUT_OF_SCOPE,
    Result,
    Share,
    confusions,
    describe,
    harmful,
    right_by,
    shares,
)

FOLDER = Path(__file__).parent
TEAL, SAND, RED = "#1f6f68", "#d9cfb8", "#b3382c"


def as_page(results: Sequence[Result]) -> str:
    """One HTML document with its pictures inside (SVG): nothing else is loaded."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
    )
    by = {name: right_by(results, field) for name, field in FIELDS.items()}
    return environment.get_template("evaluation.html.j2").render(
        count=len(results),
        shares=[share for share in shares(results) if share.of],
        bars={name: _bars(found) for name, found in by.items() if len(found) > 1},
        confusion=_confusion(results),
        curve=_abstain_curve(results),
        harmful=[describe(result) for result in harmful(results)],
        confusions=[
            (wanted, got, [describe(result) for result in many])
            for wanted, got, many in confusions(results)
        ],
    )


def _svg(figure: Figure) -> str:
    # Text stays text, and the same figures give the same file.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "evaluation"}):
        written = io.StringIO()
        figure.savefig(written, format="svg", bbox_inches="tight", metadata={"Date": None})
    return written.getvalue().partition("<!DOCTYPE")[2].partition(">")[2]


def _bars(found: list[Share]) -> str:
    figure = Figure(figsize=(7, 0.6 + 0.24 * len(found)))
    axes = figure.subplots()
    names = [f"{share.what} ({share.of})" for share in found]
    axes.barh(names, [share.percent for share in found], color=TEAL)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.xaxis.set_major_formatter(PercentFormatter())
    axes.spines[["top", "right"]].set_visible(False)
    return _svg(figure)


def _confusion(results: Sequence[Result]) -> str:
    """Wanted topic by row, first topic shown by column; darker is more."""
    wanted = sorted({result.question.topic for result in results})
    columns = sorted({result.got for result in results} | set(wanted))
    counts = Counter((result.question.topic, result.got) for result in results)
    table = [[counts[row, column] for column in columns] for row in wanted]
    shown = [[n / max(1, sum(row)) for n in row] for row in table]
    figure = Figure(figsize=(0.9 + 0.24 * len(columns), 0.9 + 0.24 * len(wanted)))
    axes = figure.subplots()
    axes.imshow(shown, cmap="YlGnBu", vmin=0, vmax=1, aspect="equal")
    axes.set_xticks(range(len(columns)), columns, rotation=90, fontsize=7)
    axes.set_yticks(range(len(wanted)), wanted, fontsize=7)
    axes.set_xlabel("came first")
    axes.set_ylabel("wanted")
    return _svg(figure)


def _abstain_curve(results: Sequence[Result]) -> str:
    """How many would be wrong if only so many were answered, the surest first."""
    ranked = sorted(
        results, key=lambda r: -max((s["confidence"] for s in r.turn.shown), default=0.0)
    )
    answered, wrong_so_far, wrong = [], 0, []
    for number, result in enumerate(ranked, start=1):
        wrong_so_far += result.question.topic == OUT_OF_SCOPE or result.got != result.question.topic
        answered.append(100 * number / len(ranked))
        wrong.append(100 * wrong_so_far / number)
    figure = Figure(figsize=(7, 3.2))
    axes = figure.subplots()
    axes.plot(answered, wrong, color=RED)
    axes.set_xlabel("answered, the surest first")
    axes.set_ylabel("of these, wrong")
    axes.xaxis.set_major_formatter(PercentFormatter())
    axes.yaxis.set_major_formatter(PercentFormatter())
    axes.grid(color=SAND)
    axes.spines[["top", "right"]].set_visible(False)
    return _svg(figure)
