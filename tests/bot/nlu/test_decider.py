"""The decision step on Rasa messages."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.decider import ANSWERS, CHOICES, LAST_ANSWER, DecisionClassifier
from bot.nlu.splitter import ASKS
from bot.nlu.words import DEFINED

CONFIG = {"emergency": 0.2, "sure": 0.6, "declined": 0.6, "known": 0.3, "choice": 0.01}


def made(**pairs: float) -> Message:
    ranking = [
        {
            "name": name,
            "kind": "emergency" if name.startswith("emergency") else "answer",
            "topic": name.partition("_")[0],
            "confidence": confidence,
        }
        for name, confidence in pairs.items()
    ]
    return Message({"text": "and how long", "intent_ranking": ranking})


def process(*messages: Message) -> list[Message]:
    step = DecisionClassifier.create(
        CONFIG,
        None,
        Resource("d"),
        ExecutionContext(GraphSchema({})),
    )
    return step.process(list(messages))


def names(message: Message, key: str) -> list[Any]:
    return [one["name"] for one in message.get(key)]


def test_the_decision_is_put_on_the_message() -> None:
    (message,) = process(made(sar_a=0.9, gps_a=0.05))
    assert message.get("intent") == {"name": "sar_a", "confidence": 0.9}
    assert names(message, ANSWERS) == ["sar_a"]
    assert names(message, CHOICES) == ["sar_a", "gps_a"]


def test_parts_are_joined_with_the_message_before_them_and_taken_away() -> None:
    first, second = made(sar_a=0.9), made(gps_a=0.9)
    for part in (first, second):
        part.set(ASKS, True)
    whole, other = made(sar_a=0.5, gps_a=0.4), made(sar_b=0.9)
    kept = process(whole, first, second, other)
    assert kept == [whole, other]
    assert names(whole, ANSWERS) == ["sar_a", "gps_a"]
    assert names(other, ANSWERS) == ["sar_b"]


def test_a_follow_up_leans_on_the_last_answer() -> None:
    last = {"id": "gps_z", "topic": "gps", "near": ["gps"], "next": []}
    alone, following = made(sar_a=0.4, gps_a=0.35), made(sar_a=0.4, gps_a=0.35)
    following.set("metadata", {LAST_ANSWER: last})
    process(alone, following)
    assert names(alone, ANSWERS) == []
    assert names(following, ANSWERS) == ["gps_a"]


def test_a_term_is_explained_unless_somebody_is_in_danger() -> None:
    asked, danger = made(sar_a=0.4, gps_a=0.3), made(emergency_a=0.9)
    for message in (asked, danger):
        message.set(DEFINED, "glossary_brp")
    process(asked, danger)
    assert asked.get("intent")["name"] == "glossary"
    assert danger.get("intent")["name"] == "emergency_a"


def test_a_message_without_a_ranking_is_left_alone() -> None:
    (message,) = process(Message({"text": ""}))
    assert message.get("intent") is None


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_a_threshold_that_is_no_probability_names_itself(value: float) -> None:
    config = {**DecisionClassifier.get_default_config(), "sure": value}
    with pytest.raises(ValueError, match=r"config\.yml: 'sure'"):
        DecisionClassifier.validate_config(config)
