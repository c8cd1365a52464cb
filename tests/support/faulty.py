"""The real program with stages that can be made to raise an error which quotes the person.

Usage: ``python faulty.py serve --port N``. Errors of libraries often carry the text they choked on,
so the injected errors do too. Nothing is broken at first; :func:`break_stage` breaks one stage of
the running program, with a real-time signal of its own.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pkgutil import resolve_name
from types import FrameType
from typing import Any

FUNCTIONS = {
    "receive": ("bot.assistant:clean",),
    "detect": ("bot.assistant:mask",),
    "parse": ("bot.processor:InProcessProcessor.parse_message",),
    "encode": ("bot.nlu.encoder:encode",),
    "classify": ("bot.nlu.classifier:LinearClassifier.process",),
    "decide": ("bot.nlu.decider:decide",),
    "act": (
        "knowledge_base.store:KnowledgeBase.answer",
        "knowledge_base.store:KnowledgeBase.choices",
    ),
    "answer": ("bot.channels.web:JSONResponse", "bot.channels.telegram_chats:as_screens"),
    "send": ("telegram:Chat.send_message",),
    "delete": ("telegram:Chat.delete_messages",),
    "intake": ("bot.channels.telegram_intake:reduced",),
}
"""What is broken at each stage."""

HEALTHY = "healthy"

_broken = HEALTHY


class Quoting(Exception):
    """An error whose message is the person's text."""


def break_stage(process_id: int, stage: str) -> None:
    """Breaks one stage of a running program and heals all others; all if it is 'healthy'."""
    os.kill(process_id, _signals()[stage])


def make_breakable() -> None:
    """Puts a switch before the functions of all stages in this process."""
    from bot import log_policy

    log_policy.install()
    for stage, functions in FUNCTIONS.items():
        for function in functions:
            module, _, path = function.partition(":")
            owner, _, name = path.rpartition(".")
            owning = resolve_name(f"{module}:{owner}" if owner else module)
            setattr(owning, name, _breakable(stage, getattr(owning, name)))
    for stage, number in _signals().items():
        signal.signal(number, _switch_to(stage))


def _breakable(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> Any:
        if _broken == stage:
            local_copy = os.environ["CANARY"]  # a traceback with locals would show it too
            raise Quoting(f"could not handle {local_copy} {arguments!r} {options!r}")
        return function(*arguments, **options)

    return call


def _switch_to(stage: str) -> Callable[[int, FrameType | None], None]:
    def switch(_: int, frame: FrameType | None) -> None:
        global _broken
        _broken = stage

    return switch


def _signals() -> dict[str, int]:
    stages = (HEALTHY, *FUNCTIONS)
    return {stage: signal.SIGRTMIN + number for number, stage in enumerate(stages)}


if __name__ == "__main__":
    from bot import hardening
    from bot.cli import main, prepare_environment

    hardening.overwrite_freed_memory()
    prepare_environment()
    make_breakable()
    sys.exit(main())
