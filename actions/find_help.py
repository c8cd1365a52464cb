"""Names the organisations that help with what a person needs, where they are."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer, as_message, asked_for, found, shown
from bot import canned
from knowledge_base import schema
from knowledge_base.files import read_words
from knowledge_base.store import AnswerCard, KnowledgeBase, open_engine
from knowledge_base.words import NEED, PLACE

MAX_ORGANISATIONS = 5

_LAWYER = {schema.Need.FIND_SOLICITOR.value, schema.Need.IMMIGRATION_ADVICE.value}
"""Who needs only these is told how to find a good adviser, which is what the plain answer says."""


class ActionFindHelp(Action):
    """Answers 'lawyer for bail in Leeds'; without a need or a place it shows the plain answer."""

    def __init__(self, knowledge_base: KnowledgeBase | None = None) -> None:
        """Reads from ``knowledge_base``; an action server makes its own."""
        self._knowledge_base = knowledge_base or KnowledgeBase(open_engine())
        words = read_words()
        self._nations = {place.name: place.nation.value for place in words.places}
        self._called = {need.need.value: need.called for need in words.needs}
        self._plain = ActionAnswer(self._knowledge_base)

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_find_help"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Says who may help, the nearest first, and what is not known about them."""
        message = tracker.latest_message
        needs, places = found(message, NEED), found(message, PLACE)
        wanted = asked_for(message)
        card = self._knowledge_base.answer(next(iter(wanted)))
        if card is None or len(wanted) > 1 or not (places or set(needs) - _LAWYER):
            return self._plain.run(dispatcher, tracker, domain)
        place = places[0] if places else None
        offered = shown(self._knowledge_base.choices(list(wanted)), wanted)
        dispatcher.utter_message(json_message=as_message(self._card(card, needs, place), offered))
        return []

    def _card(self, card: AnswerCard, needs: list[str], place: str | None) -> AnswerCard:
        nation = self._nations[place] if place else None
        nearest = self._knowledge_base.organisations(needs, nation, place)[:MAX_ORGANISATIONS]
        what = canned.AND.join(self._called[need] for need in needs) or canned.ANY_HELP
        where = canned.NEAR.format(place=place) if place else canned.IN_THE_UK
        card["answer"] = canned.WHO_HELPS.format(what=what, where=where)
        if place and not any(place in organisation["area"] for organisation in nearest):
            card["answer"] += canned.NONE_LOCAL.format(place=place)
        card["steps"] = []
        card["warnings"] = [canned.ASK_THEM]
        card["more"] = None
        card["organisations"] = nearest
        return card
