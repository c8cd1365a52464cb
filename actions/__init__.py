"""The assistant's Rasa custom actions, run inside the server's own process."""

from __future__ import annotations

from rasa_sdk import Action

from actions.answer import ActionAnswer
from actions.clarify import ActionClarify
from actions.find_help import ActionFindHelp
from actions.more import ActionMore
from knowledge_base.store import KnowledgeBase


def all_actions(knowledge_base: KnowledgeBase) -> dict[str, Action]:
    """Every custom action, by its name in domain.yml."""
    made = [
        kind(knowledge_base) for kind in (ActionAnswer, ActionClarify, ActionFindHelp, ActionMore)
    ]
    return {action.name(): action for action in made}
