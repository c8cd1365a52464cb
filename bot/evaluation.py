"""Compares what was shown with what should have been."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.turn import Turn

OUT_OF_SCOPE = "out_of_scope"
EMERGENCY = "emergency"
NONE = "-"
"""What stands for a field that a question does not have, and for no topic shown."""


class Labelled(NamedTuple):
    """A question with the topic it belongs to, and what else is known of it."""

    text: str
    topic: str
    language: str = NONE
    kind: str = NONE


@dataclass(frozen=True)
class Result:
    """One question's outcome."""

    question: Labelled
    turn: Turn

    @property
    def topics(self) -> list[str]:
        """The topics shown or offered."""
        return [shown["topic"] for shown in self.turn.shown]

    @property
    def answered(self) -> bool:
        """Whether an answer was shown as the answer, not as one of several choices."""
        return self.turn.outcome in ("answer", EMERGENCY)

    @property
    def right(self) -> bool:
        """The right topic is shown or offered; out of scope: nothing is shown as the answer.

        Of an emergency: it was taken for one.
        """
        if self.question.topic == OUT_OF_SCOPE:
            return not self.answered
        if self.question.kind == EMERGENCY:
            return self.turn.outcome == EMERGENCY
        return self.question.topic in self.topics

    @property
    def harmful(self) -> bool:
        """A wrong topic is shown as if it were the answer: the worst outcome."""
        if self.question.kind == EMERGENCY and self.turn.outcome == EMERGENCY:
            return False
        return self.answered and self.question.topic not in self.topics

    @property
    def got(self) -> str:
        """The topic that came first, or the outcome if no topic was shown."""
        return self.topics[0] if self.topics else self.turn.outcome


class Share(NamedTuple):
    """How many of how many."""

    what: str
    hits: int
    of: int

    @property
    def percent(self) -> float:
        """From 0 to 100."""
        return 100 * self.hits / self.of if self.of else 0.0

    def __str__(self) -> str:
        if not self.of:
            return f"{self.what}: no such questions"
        return f"{self.what}: {self.hits} of {self.of} ({self.percent:.1f} %)"


def shares(results: Sequence[Result]) -> list[Share]:
    """The figures that matter, over all questions."""
    in_scope = [r for r in results if r.question.topic != OUT_OF_SCOPE]
    asked = [r for r in in_scope if r.question.kind != EMERGENCY]
    out = [r for r in results if r.question.topic == OUT_OF_SCOPE]
    emergencies = [r for r in in_scope if r.question.kind == EMERGENCY]
    rest = [r for r in results if r.question.kind != EMERGENCY]
    return [
        _share("right topic shown or offered", [r.right for r in asked]),
        _share("right topic shown as the answer", [r.right and r.answered for r in asked]),
        _share("out of scope, not answered as known", [r.right for r in out]),
        _share("wrong topic shown as the answer, all questions", [r.harmful for r in results]),
        _share("emergencies taken for one", [r.right for r in emergencies]),
        _share("taken for an emergency, all others", [r.turn.outcome == EMERGENCY for r in rest]),
    ]


def right_by(results: Sequence[Result], field: Callable[[Result], str]) -> list[Share]:
    """How many are right for each value of a field, sorted by its name."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for result in results:
        groups[field(result)].append(result.right)
    return [_share(name, hits) for name, hits in sorted(groups.items())]


def confusions(results: Sequence[Result]) -> list[tuple[str, str, list[Result]]]:
    """What was wanted, what came, and the results, the most frequent pair first."""
    missed = [r for r in results if not r.right]
    counts = Counter((r.question.topic, r.got) for r in missed)
    return [
        (wanted, got, [r for r in missed if (r.question.topic, r.got) == (wanted, got)])
        for (wanted, got), _ in counts.most_common()
    ]


def harmful(results: Sequence[Result]) -> list[Result]:
    """The results where a wrong topic was shown as the answer."""
    return [r for r in results if r.harmful]


FIELDS: dict[str, Callable[[Result], str]] = {
    "topic": lambda r: r.question.topic,
    "language": lambda r: r.question.language,
    "kind": lambda r: r.question.kind,
}
"""By what the results are counted."""


def report(results: Sequence[Result]) -> str:
    """The measurements as text: all, by topic, language and kind, then every miss."""
    lines = [str(share) for share in shares(results)]
    for name, field in FIELDS.items():
        by = right_by(results, field)
        if [share.what for share in by] == [NONE]:
            continue
        width = max(len(share.what) for share in by)
        lines += ["", f"By {name}"]
        lines += [f"{s.what:<{width}}  {s.hits:>4} / {s.of} ({s.percent:.0f} %)" for s in by]
    lines += ["", "Shown as the answer, and wrong", *(describe(r) for r in harmful(results))]
    lines += ["", "Other misses"]
    lines += [describe(r) for _, _, many in confusions(results) for r in many if not r.harmful]
    return "\n".join(lines)


def describe(result: Result) -> str:
    """A result in a line."""
    got = ", ".join(shown["id"] for shown in result.turn.shown) or NONE
    question = result.question
    return f"{question.topic} -> {result.turn.outcome}: {got} | {question.text}"


def _share(what: str, hits: Sequence[bool]) -> Share:
    return Share(what, sum(hits), len(hits))
