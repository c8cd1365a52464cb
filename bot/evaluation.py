"""Compares what was shown with what should have been."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.assistant import Turn

OUT_OF_SCOPE = "out_of_scope"


class Labelled(NamedTuple):
    """A question with the topic it belongs to."""

    text: str
    topic: str


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
        return self.turn.outcome in ("answer", "emergency")

    @property
    def right(self) -> bool:
        """The right topic is shown or offered; out of scope: nothing is shown as the answer."""
        if self.question.topic == OUT_OF_SCOPE:
            return not self.answered
        return self.question.topic in self.topics

    @property
    def harmful(self) -> bool:
        """A wrong topic is shown as if it were the answer: the worst outcome."""
        return self.answered and self.question.topic not in self.topics


def report(results: Sequence[Result], covered: set[str]) -> str:
    """The measurements as text: by topic, then every miss with its sentence.

    Args:
        results: one for each question.
        covered: the topics that have answers; questions on others cannot be answered yet, so for
            them, as for what is out of scope, the right thing is not to answer.
    """
    in_scope = [r for r in results if r.question.topic in covered]
    no_answer_yet = [
        r for r in results if r.question.topic not in covered and r.question.topic != OUT_OF_SCOPE
    ]
    out = [r for r in results if r.question.topic == OUT_OF_SCOPE]
    lines = [
        _share("right topic shown or offered, topics with answers", [r.right for r in in_scope]),
        _share("right topic shown as the answer", [r.right and r.answered for r in in_scope]),
        _share("out of scope, not answered as known", [r.right for r in out]),
        _share(
            "topics without answers, not answered as known", [not r.answered for r in no_answer_yet]
        ),
        _share("wrong topic shown as the answer, all questions", [r.harmful for r in results]),
        "",
        *_by_topic([*in_scope, *out]),
        "",
        "Misses (! a wrong topic was shown as the answer)",
        *(_miss(r) for r in results if _is_miss(r, covered)),
    ]
    return "\n".join(lines)


def _is_miss(result: Result, covered: set[str]) -> bool:
    known = result.question.topic in covered or result.question.topic == OUT_OF_SCOPE
    return not result.right if known else result.answered


def _share(what: str, hits: Sequence[bool]) -> str:
    if not hits:
        return f"{what}: no such questions"
    return f"{what}: {sum(hits)} of {len(hits)} ({100 * sum(hits) / len(hits):.1f} %)"


def _by_topic(results: Sequence[Result]) -> list[str]:
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for result in results:
        right, all_ = counts[result.question.topic]
        counts[result.question.topic] = (right + result.right, all_ + 1)
    width = max((len(topic) for topic in counts), default=0)
    return [
        f"{topic:<{width}}  {right:>3} / {all_}" for topic, (right, all_) in sorted(counts.items())
    ]


def _miss(result: Result) -> str:
    mark = "!" if result.harmful else " "
    got = ", ".join(shown["id"] for shown in result.turn.shown) or "-"
    question = result.question
    return f"{mark} {question.topic} -> {result.turn.outcome}: {got} | {question.text}"
