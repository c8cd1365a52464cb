"""Shows the answer that an intent stands for."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from knowledge_base.store import KnowledgeBase, open_engine

LAST_ANSWER = "last_answer"


class ActionAnswer(Action):
    """The intent's name is the answer's id."""

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
        intent = tracker.latest_message["intent"]
        card = self._knowledge_base.answer(intent["name"])
        if card is None:
            raise LookupError("an intent without an answer")
        dispatcher.utter_message(
            json_message={
                "kind": "answer",
                "outcome": "emergency" if card["emergency"] else "answer",
                "answer": card,
                "shown": [
                    {"id": card["id"], "topic": card["topic"], "confidence": intent["confidence"]}
                ],
            }
        )
        return [SlotSet(LAST_ANSWER, card["id"])]
