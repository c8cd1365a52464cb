"""From a ranking to one decision."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.decision import CLARIFY, MAX_CHOICES, DecisionClassifier, Thresholds, decide

LIMITS = Thresholds(emergency=0.2, sure=0.6, known=0.5, choice=0.1)


@pytest.mark.parametrize(
    ("ranking", "decided", "choices"),
    [
        ([("sar_cost", 0.9), ("sar_id", 0.05)], "sar_cost", ["sar_cost"]),
        ([("sar_cost", 0.4), ("sar_id", 0.3), ("greeting", 0.3)], CLARIFY, ["sar_cost", "sar_id"]),
        ([("out_of_scope_visas", 0.5), ("sar_cost", 0.3)], "out_of_scope_visas", ["sar_cost"]),
        ([("sar_cost", 0.4), ("out_of_scope_chat", 0.35)], "out_of_scope_chat", ["sar_cost"]),
        ([("sar_cost", 0.7), ("emergency_raid", 0.25)], "emergency_raid", ["sar_cost"]),
        ([("gps_a", 0.5), ("emergency_a", 0.12), ("emergency_b", 0.1)], "emergency_a", ["gps_a"]),
        ([("greeting", 0.9), ("sar_cost", 0.05)], "greeting", []),
        ([("sar_a", 0.09), ("sar_b", 0.08)], CLARIFY, []),
    ],
    ids=[
        "sure",
        "between two answers",
        "out of scope",
        "not sure enough to offer",
        "an emergency before a likelier answer",
        "two unlikely emergencies together",
        "small talk",
        "nothing likely",
    ],
)
def test_each_case(ranking: list[tuple[str, float]], decided: str, choices: list[str]) -> None:
    intent, _, offered = decide(ranking, LIMITS)
    assert intent == decided
    if choices:
        assert offered[: len(choices)] == choices


def test_a_faint_emergency_is_not_offered() -> None:
    """'I want to hurt myself' was offered for a complaint about two letters without a reply."""
    limits = Thresholds(emergency=0.2, sure=0.8, known=0.4, choice=0.01)
    ranking = [("sar_late", 0.5), ("greeting", 0.44), ("emergency_a", 0.04), ("sar_id", 0.02)]
    assert decide(ranking, limits)[2] == ["sar_late", "sar_id"]
    ranking[2] = ("emergency_a", 0.06)
    assert "emergency_a" in decide(ranking, limits)[2]


NAMES = st.sampled_from(["sar_a", "gps_b", "emergency_c", "out_of_scope_d", "greeting", "more"])
RANKINGS = st.dictionaries(NAMES, st.floats(0, 1), min_size=1).map(
    lambda d: sorted(d.items(), key=lambda pair: -pair[1])
)


@given(RANKINGS)
def test_the_decision_is_one_of_the_ranking_or_to_ask(ranking: list[tuple[str, float]]) -> None:
    intent, _, choices = decide(ranking, LIMITS)
    assert intent in {name for name, _ in ranking} | {CLARIFY}
    assert len(choices) <= MAX_CHOICES
    assert not any(c.startswith("out_of_scope") or c in ("greeting", "more") for c in choices)


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_a_threshold_that_is_no_probability_names_itself(value: float) -> None:
    config = {**DecisionClassifier.get_default_config(), "sure": value}
    with pytest.raises(ValueError, match=r"config\.yml: 'sure'"):
        DecisionClassifier.validate_config(config)
