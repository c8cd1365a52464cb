"""The measurements of ``drbot evaluate``."""

from __future__ import annotations

from bot.assistant import Outcome, Shown, Turn
from bot.evaluation import Labelled, Result, report


def result(topic: str, outcome: Outcome, *shown: str) -> Result:
    answers = [Shown(id=f"{one}_answer", topic=one, confidence=0.5) for one in shown]
    return Result(Labelled("a question", topic), Turn(outcome, "en", answers, []))


RESULTS = [
    result("fees", "answer", "fees"),
    result("fees", "clarify", "tags", "fees"),
    result("fees", "answer", "tags"),
    result("out_of_scope", "out_of_scope"),
    result("out_of_scope", "clarify", "fees"),
    result("out_of_scope", "emergency", "tags"),
    result("not_written_yet", "answer", "fees"),
]


def test_the_shares_are_counted() -> None:
    text = report(RESULTS, covered={"fees", "tags"})
    assert "right topic shown or offered, topics with answers: 2 of 3 (66.7 %)" in text
    assert "right topic shown as the answer: 1 of 3" in text
    assert "out of scope, not answered as known: 2 of 3" in text
    assert "topics without answers, not answered as known: 0 of 1" in text
    assert "wrong topic shown as the answer, all questions: 3 of 7" in text


def test_each_miss_is_listed_and_harmful_ones_are_marked() -> None:
    misses = report(RESULTS, covered={"fees", "tags"}).partition("Misses")[2].splitlines()[1:]
    assert [line.partition(" |")[0] for line in misses] == [
        "! fees -> answer: tags_answer",
        "! out_of_scope -> emergency: tags_answer",
        "! not_written_yet -> answer: fees_answer",
    ]


def test_no_questions_of_a_kind_is_said() -> None:
    assert "out of scope, not answered as known: no such questions" in report(RESULTS[:1], {"fees"})
