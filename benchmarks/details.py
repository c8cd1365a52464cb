"""How many personal details are found in messages, and how often something else is taken for one.

Usage: ``python -m benchmarks.details [FILE …]``, by default both files of personal_details/. The
rules were written with tuning.jsonl at hand; held_out.jsonl was written by somebody else and is
read by nobody but this.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.personal.detector import Detail, Detector
from bot.text import clean

FOLDER = Path(__file__).parent / "personal_details"


@dataclass
class Score:
    """What was found in one file.

    Attributes:
        found: details whose every letter and digit is masked, by kind.
        missed: the other details, by kind.
        named: found details that were also called by their right kind.
        right: maskings that cover part of a detail.
        wrong: maskings that cover none.
        mistakes: a line for each missed detail and each wrong masking.
    """

    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    named: int = 0
    right: int = 0
    wrong: int = 0
    mistakes: list[str] = field(default_factory=list, repr=False)

    @property
    def recall(self) -> float:
        """The share of details that were found, from 0 to 1."""
        found = sum(self.found.values())
        return found / max(1, found + sum(self.missed.values()))

    @property
    def precision(self) -> float:
        """The share of maskings that cover a detail, from 0 to 1."""
        return self.right / max(1, self.right + self.wrong)


def measure(lines: Iterable[dict[str, Any]]) -> Score:
    """Looks for details in labelled messages: ``{"text", "details": [{"kind", "text"}]}``."""
    detector, score = Detector(), Score()
    for line in lines:
        text = clean(line["text"])
        masked = detector.find(text)
        labelled = list(_labelled(text, line["details"]))
        for one in labelled:
            if _covered(text, one, masked):
                score.found[one.kind] += 1
                score.named += any(m.kind == one.kind and _overlap(m, one) for m in masked)
            else:
                score.missed[one.kind] += 1
                score.mistakes.append(f"missed {one.kind} {text[one.start : one.end]!r}: {text}")
        for mask in masked:
            if any(_overlap(mask, one) for one in labelled):
                score.right += 1
            else:
                score.wrong += 1
                score.mistakes.append(f"wrong {mask.kind} {text[mask.start : mask.end]!r}: {text}")
    return score


def read(file: Path) -> list[dict[str, Any]]:
    """The labelled messages of a file, one JSON object a line."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _labelled(text: str, details: list[dict[str, Any]]) -> Iterator[Detail]:
    position = 0
    for detail in details:
        wanted = clean(detail["text"])
        start = text.index(wanted, position)
        position = start + len(wanted)
        yield Detail(detail["kind"], start, position)


def _overlap(one: Detail, other: Detail) -> bool:
    return one.start < other.end and other.start < one.end


def _covered(text: str, detail: Detail, masked: list[Detail]) -> bool:
    covered = {i for mask in masked for i in range(mask.start, mask.end)}
    return all(i in covered for i in range(detail.start, detail.end) if text[i].isalnum())


def main(arguments: list[str]) -> None:
    """Prints each file's figures; of the held-out one no sentence, so that it stays unread."""
    for file in [Path(name) for name in arguments] or sorted(FOLDER.glob("*.jsonl")):
        lines = read(file)
        score = measure(lines)
        print(
            f"{file.name}: {len(lines)} messages, recall {score.recall:.1%}, "
            f"precision {score.precision:.1%}, right kind {score.named / score.found.total():.1%}"
        )
        for kind in sorted({*score.found, *score.missed}):
            print(f"  {kind:20} found {score.found[kind]:3}  missed {score.missed[kind]:3}")
        if "held_out" not in file.name:
            print(*score.mistakes, sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
