"""Asks 'did you mean …?' with the titles of the likeliest answers."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import confidences, shown
from bot import canned
from bot.nlu.decider import CHOICES
from knowledge_base.store import KnowledgeBase, open_engine


class ActionClarify(Action):
    """Offers the choices that the decision step put on the message."""

    def __init__(self, knowledge_base: KnowledgeBase | None = None) -> None:
        """Reads from ``knowledge_base``; an action server makes its own."""
        self._knowledge_base = knowledge_base or KnowledgeBase(open_engine())

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_clarify"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Says the choices; if none is left, says that it does not know."""
        message = tracker.latest_message
        known = confidences(message, CHOICES)
        choices = self._knowledge_base.choices(list(known))
        if not choices:
            dispatcher.utter_message(text=canned.NOT_KNOWN, buttons=[canned.FIND_ADVISER])
            return []
        dispatcher.utter_message(
            json_message={
                "kind": "choices",
                "outcome": "clarify",
                "choices": choices,
                "shown": shown(choices, known),
            }
        )
        return []
