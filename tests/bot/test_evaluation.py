"""The measurements of ``drbot evaluate``."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from bot.evaluation import EMERGENCY, Labelled, Result, report
from bot.evaluation_page import as_page
from bot.turn import Outcome, Shown, Turn


def result(
    topic: str, outcome: Outcome, *shown: str, kind: str = "-", language: str = "en"
) -> Result:
    answers = [Shown(id=f"{one}_answer", topic=one, confidence=0.5) for one in shown]
    return Result(Labelled("a <question>", topic, language, kind), Turn(outcome, "en", answers, []))


RESULTS = [
    result("fees", "answer", "fees"),
    result("fees", "clarify", "tags", "fees", language="ar"),
    result("fees", "answer", "tags"),
    result("out_of_scope", "out_of_scope"),
    result("out_of_scope", "clarify", "fees"),
    result("out_of_scope", "emergency", "tags"),
    result("tags", "emergency", "fees", kind=EMERGENCY),
    result("tags", "clarify", "tags", kind=EMERGENCY),
]


def test_the_shares_are_counted() -> None:
    text = report(RESULTS)
    assert "right topic shown or offered: 2 of 3 (66.7 %)" in text
    assert "right topic shown as the answer: 1 of 3" in text
    assert "out of scope, not answered as known: 2 of 3" in text
    assert "wrong topic shown as the answer, all questions: 2 of 8" in text
    assert "emergencies taken for one: 1 of 2" in text
    assert "taken for an emergency, all others: 1 of 6" in text


def test_they_are_counted_by_topic_language_and_kind() -> None:
    lines = [line.split() for line in report(RESULTS).splitlines()]
    assert ["fees", "2", "/", "3", "(67", "%)"] in lines
    assert ["ar", "1", "/", "1", "(100", "%)"] in lines
    assert ["emergency", "1", "/", "2", "(50", "%)"] in lines


def test_harmful_misses_stand_apart() -> None:
    harmful, _, others = report(RESULTS).partition("wrong\n")[2].partition("\n\nOther misses\n")
    assert [line.partition(" |")[0] for line in harmful.splitlines()] == [
        "fees -> answer: tags_answer",
        "out_of_scope -> emergency: tags_answer",
    ]
    assert others == "tags -> clarify: tags_answer | a <question>"


def test_no_questions_of_a_kind_is_said() -> None:
    assert "out of scope, not answered as known: no such questions" in report(RESULTS[:1])


def test_the_page_holds_its_pictures_and_escapes_what_people_wrote() -> None:
    page = as_page(RESULTS)
    assert "a &lt;question&gt;" in page
    assert "<question>" not in page
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)
    pictures = page.split("<svg")[1:]
    assert len(pictures) == 5
    for picture in pictures:
        ET.fromstring("<svg" + picture.partition("</svg>")[0] + "</svg>")  # noqa: S314


def test_the_same_results_give_the_same_page() -> None:
    assert as_page(RESULTS) == as_page(RESULTS)
