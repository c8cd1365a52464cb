"""The last step of the pipeline: one decision, put on the message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.context import lean
from bot.nlu.decision import Decision, Ranked, Ranking, Thresholds, decide, join
from bot.nlu.intents import Kind
from bot.nlu.splitter import ASKS
from bot.nlu.words import DEFINED
from knowledge_base.words import intent_of

ANSWERS = "answers"
CHOICES = "choices"
"""Where the answers to show and to offer are put on the message: dicts with name, confidence."""

LAST_ANSWER = "last_answer"
"""The slot with the id of a chat's last answer; in a message's metadata, a :class:`LastAnswer`."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DecisionClassifier(IntentClassifier, GraphComponent):
    """Replaces the classifier's best guess by a decision; joins a message with its parts."""

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
        return {"emergency": 0.5, "sure": 0.5, "declined": 0.5, "known": 0.5, "choice": 0.1}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DecisionClassifier:
        """Creates the component for Rasa's graph."""
        return cls(thresholds_from(config))

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Checks that every threshold is a probability.

        Raises:
            ValueError: one is not.
        """
        for name, value in vars(thresholds_from(config)).items():
            if not 0 <= value <= 1:
                raise ValueError(f"config.yml: '{name}' of DecisionClassifier must be from 0 to 1")

    def process(self, messages: list[Message]) -> list[Message]:
        """Decides on the messages; returns them without their parts."""
        wholes: list[tuple[Message, list[Message]]] = []
        for message in messages:
            if message.get(ASKS) is None:
                wholes.append((message, []))
            else:
                wholes[-1][1].append(message)
        for whole, parts in wholes:
            if whole.get(INTENT_RANKING_KEY):
                self._set(whole, self._decide(whole, parts))
        return [whole for whole, _ in wholes]

    def _decide(self, whole: Message, parts: list[Message]) -> Decision:
        last = (whole.get("metadata") or {}).get(LAST_ANSWER)
        text = whole.get(TEXT)
        decided = decide(lean(_ranking(whole), text, last), self._thresholds)
        decision = join(decided, [(self._on_part(part), bool(part.get(ASKS))) for part in parts])
        if (defined := whole.get(DEFINED)) and not decision.is_emergency:
            return Decision(intent_of(defined), 1.0, (), ())
        return decision

    def _on_part(self, part: Message) -> Decision:
        ranking = _ranking(part)
        decision = decide(ranking, self._thresholds)
        defined = [one for one in ranking if one.name == part.get(DEFINED)]
        if defined and not decision.is_emergency:
            return replace(decision, intent=defined[0].name, answers=tuple(defined))
        return decision

    @staticmethod
    def _set(message: Message, decision: Decision) -> None:
        intent = {"name": decision.intent, "confidence": decision.confidence}
        message.set(INTENT, intent, add_to_output=True)
        for key, found in ((ANSWERS, decision.answers), (CHOICES, decision.choices)):
            plain = [{"name": one.name, "confidence": one.confidence} for one in found]
            message.set(key, plain, add_to_output=True)


def _ranking(message: Message) -> Ranking:
    return [
        Ranked(one["name"], Kind(one["kind"]), one["topic"], one["confidence"])
        for one in message.get(INTENT_RANKING_KEY)
    ]


def thresholds_from(config: Mapping[str, Any]) -> Thresholds:
    """The thresholds that a step of config.yml sets."""
    return Thresholds(**{name: float(config[name]) for name in Thresholds.__dataclass_fields__})
