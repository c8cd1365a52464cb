"""Shows the answer that an intent stands for."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from knowledge_base.store import AnswerCard, Choice, KnowledgeBase, open_engine
from knowledge_base.words import GLOSSARY, TERM

LAST_ANSWER = "last_answer"

MAX_RELATED = 1
"""Answers offered below an emergency's, beside its own next questions."""

MIN_RELATED = 0.02
"""The confidence such an answer needs: in an emergency nobody should read what does not belong."""


def shown(choices: list[Choice], message: dict[str, Any]) -> list[dict[str, Any]]:
    """What is shown or offered, with the confidence the message gave each (1 for a button)."""
    confidences = _confidences(message)
    return [
        {"id": c["id"], "topic": c["topic"], "confidence": confidences.get(c["id"], 0.0)}
        for c in choices
    ]


def _confidences(message: dict[str, Any]) -> dict[str, float]:
    ranking = {i["name"]: i["confidence"] for i in message.get("intent_ranking") or []}
    if not ranking or message["intent"]["name"] == GLOSSARY:
        ranking[asked_for(message)] = message["intent"]["confidence"]
    return ranking


def asked_for(message: dict[str, Any]) -> str:
    """The id of the answer a message asks for: the intent's name, or the term it asks about."""
    intent: str = message["intent"]["name"]
    if intent != GLOSSARY:
        return intent
    return found(message, TERM)[0]


def found(message: dict[str, Any], kind: str) -> list[str]:
    """The different words of a kind that a message has, in its order."""
    values = [e["value"] for e in message["entities"] if e["entity"] == kind]
    return list(dict.fromkeys(values))


def as_message(card: AnswerCard, shown_or_offered: list[dict[str, Any]]) -> dict[str, Any]:
    """An answer, as every channel understands it."""
    return {
        "kind": "answer",
        "outcome": "emergency" if card["emergency"] else "answer",
        "answer": card,
        "shown": shown_or_offered,
    }


class ActionAnswer(Action):
    """Shows what :func:`asked_for` names."""

    def __init__(self, knowledge_base: KnowledgeBase | None = None) -> None:
        """Reads from ``knowledge_base``; an action server makes its own."""
        self._knowledge_base = knowledge_base or KnowledgeBase(open_engine())

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Says the answer and remembers its id, for 'more'.

        Raises:
            LookupError: the knowledge base has no such answer ('drbot check' finds this earlier).
        """
        message = tracker.latest_message
        card = self._knowledge_base.answer(asked_for(message))
        if card is None:
            raise LookupError("an intent without an answer")
        offered = [card["id"]]
        if card["emergency"]:
            # What else the message asked about: one touch away, after what to do now.
            related = self._related(card, message)
            offered += [choice["id"] for choice in related]
            card["next"] = [*related, *(c for c in card["next"] if c not in related)]
        dispatcher.utter_message(
            json_message=as_message(card, shown(self._knowledge_base.choices(offered), message))
        )
        return [SlotSet(LAST_ANSWER, card["id"])]

    def _related(self, card: AnswerCard, message: dict[str, Any]) -> list[Choice]:
        confidences = _confidences(message)
        likely = [
            choice
            for choice in message.get("choices") or []
            if choice != card["id"] and confidences.get(choice, 0.0) >= MIN_RELATED
        ]
        return self._knowledge_base.choices(likely[:MAX_RELATED])
