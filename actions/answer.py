"""Shows the answer that an intent stands for."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.nlu.decider import ANSWERS, CHOICES, LAST_ANSWER
from knowledge_base.store import AnswerCard, Choice, KnowledgeBase, open_engine
from knowledge_base.words import GLOSSARY, TERM

MAX_RELATED = 1
"""Answers offered below an emergency's, beside its own next questions."""

MIN_RELATED = 0.02
"""The confidence such an answer needs: in an emergency nobody should read what does not belong."""


def shown(choices: list[Choice], confidences: dict[str, float]) -> list[dict[str, Any]]:
    """What is shown or offered, with the confidence in each (1 for a button)."""
    return [
        {"id": c["id"], "topic": c["topic"], "confidence": confidences.get(c["id"], 0.0)}
        for c in choices
    ]


def asked_for(message: dict[str, Any]) -> dict[str, float]:
    """The ids of the answers a message asks for, usually one, with the confidence in each.

    They are what the decision found, or the term it asks about, or what a button stands for.
    """
    intent, confidence = message["intent"]["name"], message["intent"]["confidence"]
    if intent == GLOSSARY:
        return {found(message, TERM)[0]: confidence}
    return confidences(message, ANSWERS) or {intent: confidence}


def confidences(message: dict[str, Any], key: str) -> dict[str, float]:
    """What the decision put on the message under ``key``: ids with the confidence in each."""
    return {one["name"]: one["confidence"] for one in message.get(key) or []}


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
        """Says the answer, or two to two questions, and remembers the last one's id, for 'more'.

        Raises:
            LookupError: the knowledge base has no such answer ('drbot check' finds this earlier).
        """
        message = tracker.latest_message
        wanted = asked_for(message)
        for answer_id, confidence in wanted.items():
            card = self._knowledge_base.answer(answer_id)
            if card is None:
                raise LookupError("an intent without an answer")
            known = {answer_id: confidence}
            if card["emergency"]:
                # What else the message asked about: one touch away, after what to do now.
                related = self._related(wanted, message)
                known |= {c["id"]: confidences(message, CHOICES)[c["id"]] for c in related}
                card["next"] = [*related, *(c for c in card["next"] if c not in related)]
            offered = self._knowledge_base.choices(list(known))
            dispatcher.utter_message(json_message=as_message(card, shown(offered, known)))
        return [SlotSet(LAST_ANSWER, next(reversed(wanted)))]

    def _related(self, wanted: dict[str, float], message: dict[str, Any]) -> list[Choice]:
        likely = [
            answer_id
            for answer_id, confidence in confidences(message, CHOICES).items()
            if answer_id not in wanted and confidence >= MIN_RELATED
        ]
        return self._knowledge_base.choices(likely[:MAX_RELATED])
