"""Loads the assistant for a command, behind the log policy and with a sign of life."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from bot import log_policy
from bot.cli import UsageError
from knowledge_base.store import KnowledgeBase, KnowledgeBaseUnavailable, open_engine

if TYPE_CHECKING:
    from bot.assistant import Assistant


def load_assistant() -> Assistant:
    """The assistant, from the database and the newest model.

    Raises:
        UsageError: there is nothing to load yet, or it does not fit together.
    """
    log_policy.install()
    sys.stderr.write("drbot: loading the model (about 5 seconds)\n")
    sys.stderr.flush()
    # Rasa draws pictures of its own tests with matplotlib, which makes folders when it is imported.
    sys.modules.setdefault("rasa.utils.plotting", ModuleType("rasa.utils.plotting"))
    # Only now: Rasa writes what people say to standard output unless the policy is there first.
    from bot.assistant import Assistant, NotTrained

    try:
        assistant = Assistant.load(KnowledgeBase(open_engine()))
    except (KnowledgeBaseUnavailable, NotTrained) as error:
        raise UsageError(str(error)) from error
    # Once more: what was imported meanwhile has brought handlers of its own, spaCy for one.
    log_policy.install()
    return assistant
