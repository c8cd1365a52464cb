"""From probabilities to one decision: answer, ask back, or say that it is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.words import DEFINED
from knowledge_base.words import intent_of

EMERGENCY_PREFIX = "emergency_"
OUT_OF_SCOPE_PREFIX = "out_of_scope_"
SMALL_TALK = frozenset(
    {
        "are_you_a_person",
        "goodbye",
        "greeting",
        "help_menu",
        "more",
        "thanks",
        "what_can_you_do",
    }
)
CLARIFY = "nlu_fallback"
"""Rasa's own name for 'not sure'; the rule for it asks 'did you mean …?'."""

CHOICES = "choices"
"""Where the answers to offer are put on the message."""

MAX_CHOICES = 3

FAINT = 0.25
"""The share of its threshold that an emergency needs to be offered as a choice.

'I want to hurt myself' among the choices for a question about letters would only frighten.
"""

Ranking = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Thresholds:
    """When to do what; all are probabilities.

    Attributes:
        emergency: all emergencies together at least this: show the likeliest emergency.
        sure: the best answer at least this: show it.
        known: all answers together at least this: ask which one was meant. Below, say 'not known'.
        choice: an answer at least this may be offered as a choice.
    """

    emergency: float
    sure: float
    known: float
    choice: float


def decide(ranking: Ranking, thresholds: Thresholds) -> tuple[str, float, list[str]]:
    """Chooses what to do with a message.

    Args:
        ranking: every intent with its probability, the likeliest first.
        thresholds: when to do what.

    Returns:
        The intent decided on, its probability, and the likeliest answers: what to offer if it is
        :data:`CLARIFY`, and what a person in an emergency may want to know next.
    """
    known = [pair for pair in ranking if _is_answer(pair[0])]
    choices = [name for name, p in known if p >= _least(name, thresholds)][:MAX_CHOICES]
    emergencies = [pair for pair in ranking if pair[0].startswith(EMERGENCY_PREFIX)]
    if emergencies and sum(p for _, p in emergencies) >= thresholds.emergency:
        return (*emergencies[0], choices)
    best = ranking[0]
    if best[1] >= thresholds.sure:
        return (*best, choices)
    if choices and sum(p for _, p in known) >= thresholds.known:
        return CLARIFY, best[1], choices
    unknown = [pair for pair in ranking if not _is_answer(pair[0])]
    return (*unknown[0], choices) if unknown else (CLARIFY, best[1], choices)


def _least(intent: str, thresholds: Thresholds) -> float:
    if intent.startswith(EMERGENCY_PREFIX):
        return max(thresholds.choice, thresholds.emergency * FAINT)
    return thresholds.choice


def _is_answer(intent: str) -> bool:
    return intent not in SMALL_TALK and not intent.startswith(OUT_OF_SCOPE_PREFIX)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DecisionClassifier(IntentClassifier, GraphComponent):
    """Replaces the classifier's best guess by a decision; the last step of the pipeline."""

    @classmethod
    def required_components(cls) -> list[type[Any]]:
        """A classifier has to rank the intents first."""
        return [IntentClassifier]

    def __init__(self, thresholds: Thresholds) -> None:
        """Takes the thresholds from config.yml."""
        self._thresholds = thresholds

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Middling values; config.yml sets the measured ones."""
        return {"emergency": 0.5, "sure": 0.5, "known": 0.5, "choice": 0.1}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DecisionClassifier:
        """Creates the component for Rasa's graph."""
        return cls(_thresholds_from(config))

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Checks that every threshold is a probability.

        Raises:
            ValueError: one is not.
        """
        for name, value in vars(_thresholds_from(config)).items():
            if not 0 <= value <= 1:
                raise ValueError(f"config.yml: '{name}' of DecisionClassifier must be from 0 to 1")

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets each message's intent, and its choices if it has to be asked back."""
        for message in messages:
            ranking = [(i["name"], i["confidence"]) for i in message.get(INTENT_RANKING_KEY) or []]
            if not ranking:
                continue
            name, confidence, choices = decide(ranking, self._thresholds)
            if (defined := message.get(DEFINED)) and not name.startswith(EMERGENCY_PREFIX):
                name, confidence = intent_of(defined), 1.0
            message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
            message.set(CHOICES, choices, add_to_output=True)
        return messages


def _thresholds_from(config: dict[str, Any]) -> Thresholds:
    return Thresholds(**{name: float(config[name]) for name in Thresholds.__dataclass_fields__})
