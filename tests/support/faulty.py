"""The real program with one stage that raises an error which quotes the person.

Usage: ``python faulty.py STAGE serve --port N``. Errors of libraries often carry the text they choked
on, so the injected error does too.
"""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

STAGES = ("receive", "parse", "classify", "act", "answer", "send")


class Quoting(Exception):
    """An error whose message is the person's text."""


def _raise(*arguments: Any, **_: Any) -> NoReturn:
    local_copy = os.environ["CANARY"]  # a traceback with locals would show it too
    raise Quoting(f"could not handle {local_copy} {arguments!r}")


def break_stage(stage: str) -> None:
    """Replaces one function of the running program."""
    from bot import log_policy

    log_policy.install()
    import bot.assistant
    import bot.channels.telegram
    import bot.channels.web
    import bot.nlu.classifier
    import rasa.core.processor
    from knowledge_base.store import KnowledgeBase
    from telegram import Chat

    if stage == "receive":
        bot.assistant.clean = _raise
    elif stage == "parse":
        rasa.core.processor.MessageProcessor.parse_message = _raise
    elif stage == "classify":
        bot.nlu.classifier.LinearClassifier.process = _raise  # type: ignore[method-assign]
    elif stage == "act":
        KnowledgeBase.answer = KnowledgeBase.choices = _raise  # type: ignore[method-assign]
    elif stage == "answer":
        bot.channels.web.JSONResponse = _raise  # type: ignore[misc, assignment]
        bot.channels.telegram.as_screens = _raise
    elif stage == "send":
        Chat.send_message = _raise  # type: ignore[method-assign]
    else:
        raise SystemExit(f"no such stage: {stage}")


if __name__ == "__main__":
    from bot.cli import main

    break_stage(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
