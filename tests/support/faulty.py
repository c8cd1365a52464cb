"""The real program with one stage that raises an error which quotes the person.

Usage: ``python faulty.py STAGE serve --port N``. Errors of libraries often carry the text they
choked on, so the injected error does too.
"""

from __future__ import annotations

import os
import sys
from pkgutil import resolve_name
from typing import Any, NoReturn

FUNCTIONS = {
    "receive": ("bot.assistant:clean",),
    "parse": ("rasa.core.processor:MessageProcessor.parse_message",),
    "classify": ("bot.nlu.classifier:LinearClassifier.process",),
    "decide": ("bot.nlu.decider:decide",),
    "act": (
        "knowledge_base.store:KnowledgeBase.answer",
        "knowledge_base.store:KnowledgeBase.choices",
    ),
    "answer": ("bot.channels.web:JSONResponse", "bot.channels.telegram:as_screens"),
    "send": ("telegram:Chat.send_message",),
}
"""What is broken at each stage."""


class Quoting(Exception):
    """An error whose message is the person's text."""


def _raise(*arguments: Any, **_: Any) -> NoReturn:
    local_copy = os.environ["CANARY"]  # a traceback with locals would show it too
    raise Quoting(f"could not handle {local_copy} {arguments!r}")


def break_stage(stage: str) -> None:
    """Replaces the functions of one stage in this process."""
    from bot import log_policy

    log_policy.install()
    for function in FUNCTIONS[stage]:
        module, _, path = function.partition(":")
        owner, _, name = path.rpartition(".")
        setattr(resolve_name(f"{module}:{owner}" if owner else module), name, _raise)


if __name__ == "__main__":
    from bot.cli import main

    break_stage(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
