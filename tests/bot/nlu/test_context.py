"""Follow-ups lean on the last answer; messages that name their subject do not."""

from __future__ import annotations

import pytest

from bot.nlu.context import LastAnswer, lean
from bot.nlu.decision import Ranked
from bot.nlu.intents import Kind

LAST: LastAnswer = {"id": "sar_a", "topic": "sar", "near": ["sar", "rights"], "next": ["gps_next"]}


def ranking(**pairs: float) -> list[Ranked]:
    return [Ranked(n, Kind.ANSWER, n.partition("_")[0], p) for n, p in pairs.items()]


def test_an_answer_that_often_follows_gains_most_then_those_on_the_topic() -> None:
    leaning = lean(ranking(nhs_b=0.5, sar_b=0.25, gps_next=0.25), "and if they refuse", LAST)
    assert [one.name for one in leaning] == ["gps_next", "sar_b", "nhs_b"]
    assert sum(one.confidence for one in leaning) == pytest.approx(1)


def test_an_answer_on_a_topic_of_the_group_gains_too() -> None:
    leaning = lean(ranking(nhs_b=0.5, rights_b=0.25, sar_b=0.25), "and if they refuse", LAST)
    assert [one.name for one in leaning] == ["sar_b", "rights_b", "nhs_b"]


def test_the_answer_just_read_does_not_gain() -> None:
    leaning = lean(ranking(sar_a=0.5, sar_b=0.5), "and if they refuse", LAST)
    assert leaning[0].name == "sar_b"


def test_a_message_that_names_its_subject_is_not_turned() -> None:
    assert lean(ranking(nhs_b=0.98, sar_b=0.02), "will the gp tell", LAST)[0].name == "nhs_b"


@pytest.mark.parametrize(
    ("text", "last"),
    [("and if they refuse", None), ("one two three four five six seven eight nine", LAST)],
    ids=["no answer yet", "a long message"],
)
def test_the_ranking_stays_as_it_is(text: str, last: LastAnswer | None) -> None:
    asked = ranking(nhs_b=0.5, sar_b=0.25, gps_next=0.25)
    assert lean(asked, text, last) is asked
