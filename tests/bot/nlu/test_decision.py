"""From a ranking to one decision, and from the decisions on its parts to that on a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.decision import CLARIFY, MAX_CHOICES, Decision, Ranked, Thresholds, decide, join
from bot.nlu.intents import OUT_OF_SCOPE_PREFIX, SMALL_TALK, Kind

LIMITS = Thresholds(emergency=0.2, sure=0.6, declined=0.5, known=0.5, choice=0.1)


def ranked(name: str, confidence: float) -> Ranked:
    kind = (
        Kind.EMERGENCY
        if name.startswith("emergency")
        else Kind.OUT_OF_SCOPE
        if name.startswith(OUT_OF_SCOPE_PREFIX)
        else Kind.SMALL_TALK
        if name in SMALL_TALK
        else Kind.ANSWER
    )
    return Ranked(name, kind, name.partition("_")[0], confidence)


def ranking(*pairs: tuple[str, float]) -> list[Ranked]:
    return [ranked(*pair) for pair in pairs]


@pytest.mark.parametrize(
    ("pairs", "decided", "choices"),
    [
        ([("sar_cost", 0.9), ("sar_id", 0.05)], "sar_cost", ["sar_cost"]),
        ([("sar_cost", 0.4), ("sar_id", 0.3), ("greeting", 0.3)], CLARIFY, ["sar_cost", "sar_id"]),
        ([("out_of_scope_visas", 0.5), ("sar_cost", 0.3)], "out_of_scope_visas", ["sar_cost"]),
        ([("sar_cost", 0.4), ("out_of_scope_chat", 0.35)], "out_of_scope_chat", ["sar_cost"]),
        ([("sar_cost", 0.3), ("emergency_raid", 0.25)], "emergency_raid", ["sar_cost"]),
        ([("gps_a", 0.15), ("emergency_a", 0.12), ("emergency_b", 0.1)], "emergency_a", []),
        ([("sar_cost", 0.7), ("emergency_raid", 0.25)], "sar_cost", ["sar_cost", "emergency_raid"]),
        ([("greeting", 0.9), ("sar_cost", 0.05)], "greeting", []),
        ([("sar_a", 0.09), ("sar_b", 0.08)], CLARIFY, []),
    ],
    ids=[
        "sure",
        "between two answers",
        "out of scope",
        "not sure enough to offer",
        "an emergency before a slightly likelier answer",
        "two unlikely emergencies together",
        "an emergency much less likely than an answer",
        "small talk",
        "nothing likely",
    ],
)
def test_each_case(pairs: list[tuple[str, float]], decided: str, choices: list[str]) -> None:
    decision = decide(ranking(*pairs), LIMITS)
    assert decision.intent == decided
    assert [one.name for one in decision.choices][: len(choices)] == choices


def test_a_faint_emergency_is_not_offered() -> None:
    """'I want to hurt myself' was offered for a complaint about two letters without a reply."""
    limits = Thresholds(emergency=0.2, sure=0.8, declined=0.8, known=0.4, choice=0.01)
    faint = ranking(("sar_late", 0.5), ("greeting", 0.44), ("emergency_a", 0.04), ("sar_id", 0.02))
    assert [one.name for one in decide(faint, limits).choices] == ["sar_late", "sar_id"]
    faint[2] = ranked("emergency_a", 0.06)
    assert "emergency_a" in [one.name for one in decide(faint, limits).choices]


def test_a_choice_on_a_new_topic_goes_before_a_slightly_likelier_one() -> None:
    pairs = [("sar_a", 0.3), ("sar_b", 0.2), ("sar_c", 0.18), ("gps_a", 0.15)]
    decision = decide(ranking(*pairs), LIMITS)
    assert [one.name for one in decision.choices] == ["sar_a", "gps_a", "sar_b"]


NAMES = st.sampled_from(["sar_a", "gps_b", "emergency_c", "out_of_scope_d", "greeting", "more"])
RANKINGS = st.dictionaries(NAMES, st.floats(0, 1), min_size=1).map(
    lambda d: ranking(*sorted(d.items(), key=lambda pair: -pair[1]))
)


@given(RANKINGS)
def test_the_decision_is_one_of_the_ranking_or_to_ask(given_ranking: list[Ranked]) -> None:
    decision = decide(given_ranking, LIMITS)
    assert decision.intent in {one.name for one in given_ranking} | {CLARIFY}
    assert len(decision.choices) <= MAX_CHOICES
    assert all(one.kind.shows_answer for one in (*decision.choices, *decision.answers))


def decided(*pairs: tuple[str, float]) -> Decision:
    return decide(ranking(*pairs), LIMITS)


UNSURE = decided(("sar_a", 0.4), ("gps_a", 0.3))
SAR, GPS = decided(("sar_a", 0.9)), decided(("gps_a", 0.9))
OUT = decided(("out_of_scope_visas", 0.95))
DANGER = decided(("emergency_a", 0.9))


def test_without_parts_the_message_decides() -> None:
    assert join(UNSURE, []) is UNSURE


def test_two_questions_get_two_answers() -> None:
    joined = join(UNSURE, [(SAR, True), (GPS, True)])
    assert [one.name for one in joined.answers] == ["sar_a", "gps_a"]


def test_a_story_is_not_a_question() -> None:
    joined = join(UNSURE, [(GPS, False), (SAR, True)])
    assert [one.name for one in joined.answers] == ["sar_a"]


def test_without_a_question_mark_the_last_part_is_the_question() -> None:
    joined = join(UNSURE, [(GPS, False), (SAR, False)])
    assert [one.name for one in joined.answers] == ["sar_a"]


def test_an_emergency_anywhere_comes_first() -> None:
    whole = decided(("sar_a", 0.9), ("emergency_a", 0.08))
    joined = join(whole, [(SAR, True), (DANGER, False)])
    assert joined.is_emergency
    assert "sar_a" in [one.name for one in joined.choices]


def test_a_part_that_is_alarming_only_by_itself_is_not_an_emergency() -> None:
    """'This is my final request' began a letter to a company, and was taken for a farewell."""
    joined = join(SAR, [(DANGER, False), (GPS, True)])
    assert [one.name for one in joined.answers] == ["sar_a"]


def test_an_unsure_part_is_asked_back_with_its_choices() -> None:
    joined = join(OUT, [(OUT, False), (UNSURE, True)])
    assert joined.intent == CLARIFY
    assert [one.name for one in joined.choices] == ["sar_a", "gps_a"]


def test_out_of_scope_in_all_parts_stays_out_of_scope() -> None:
    assert join(OUT, [(OUT, True), (OUT, True)]).intent == "out_of_scope_visas"
