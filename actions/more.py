"""Shows the detail of the answer shown last."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot import canned
from bot.nlu.decider import LAST_ANSWER
from knowledge_base.store import KnowledgeBase, open_engine


class ActionMore(Action):
    """Answers 'more': what an answer keeps back to fit a small screen."""

    def __init__(self, knowledge_base: KnowledgeBase | None = None) -> None:
        """Reads from ``knowledge_base``; an action server makes its own."""
        self._knowledge_base = knowledge_base or KnowledgeBase(open_engine())

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_more"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Says the detail, or that there is nothing to say more about."""
        last_answer = tracker.get_slot(LAST_ANSWER)
        card = self._knowledge_base.answer(last_answer) if last_answer else None
        if card is None:
            dispatcher.utter_message(text=canned.NOTHING_TO_CONTINUE)
            return []
        dispatcher.utter_message(
            json_message={
                "kind": "more",
                "outcome": "answer",
                "answer": card,
                "shown": [{"id": card["id"], "topic": card["topic"], "confidence": 1.0}],
            }
        )
        return []
