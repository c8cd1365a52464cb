"""What this program may say about itself: codes and counts, never a person's words.

Install it before Rasa is imported. Left alone, the libraries below us write what people say:
Rasa's structlog prints whole messages to standard output, its error paths print message texts and
the local variables of tracebacks, python-telegram-bot prints raw updates, and httpx prints the
bot's token. So nothing of theirs is formatted at all: of a library's record only its package and
level are kept.
"""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import sys
import threading
import warnings
from collections.abc import MutableMapping
from enum import Enum
from types import TracebackType
from typing import Any, TextIO

import structlog

WARNING_LEVELS = frozenset({"warning", "error", "critical", "exception"})


class Code(str, Enum):
    """Everything that can be logged."""

    STARTING = "starting"
    READY = "ready"
    STOPPED = "stopped"
    TELEGRAM_ON = "telegram_on"
    TELEGRAM_OFF = "telegram_off"
    FAULT = "fault"
    MEMORY = "memory"
    LIBRARY = "library"
    WARNING = "warning"


class Stage(str, Enum):
    """Where a fault happened."""

    START = "start"
    RECEIVE = "receive"
    PARSE = "parse"
    DECIDE = "decide"
    ACT = "act"
    ANSWER = "answer"
    SEND = "send"
    BACKGROUND = "background"


_Count = int | Stage


def log(code: Code, **counts: _Count) -> None:
    """Writes one line. Only numbers and stages can go with a code, so that no text ever can."""
    structlog.get_logger("drbot").info(code, **counts)


def log_fault(stage: Stage, error: BaseException) -> None:
    """Writes where something failed and the error's class; its message may quote a person."""
    structlog.get_logger("drbot").info(Code.FAULT, stage=stage, error=_class_of(error))


def install(stream: TextIO | None = None) -> None:
    """Puts every logger, warning and uncaught error of this process behind the policy.

    Libraries give their loggers handlers when they are imported, so call it again after that.

    Args:
        stream: where the lines go; standard error if not given.
    """
    stream = stream or sys.stderr
    structlog.configure(
        processors=[
            _codes_only,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "event"]),
        ],
        wrapper_class=structlog.BoundLogger,
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    logging.raiseExceptions = False
    logging.lastResort = None
    logging.captureWarnings(False)
    root = logging.getLogger()
    root.handlers[:] = [_PackageAndLevel()]
    root.setLevel(logging.WARNING)
    for name in list(logging.Logger.manager.loggerDict):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    warnings.showwarning = _show_warning
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_background
    sys.unraisablehook = _uncaught_in_background
    # Python's development mode switches it on; it writes past all of the above.
    faulthandler.disable()


def guard_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Puts an event loop's own error reports behind the policy."""
    loop.set_exception_handler(
        lambda _, context: log_fault(Stage.BACKGROUND, context.get("exception") or RuntimeError())
    )


def _codes_only(_: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Structlog processor: our own codes pass, of anybody else's event only its level is left."""
    if isinstance(event.get("event"), Code):
        return {
            key: value.value if isinstance(value, Enum) else value for key, value in event.items()
        }
    if method not in WARNING_LEVELS:
        raise structlog.DropEvent
    return {"event": Code.LIBRARY.value, "level": method}


class _PackageAndLevel(logging.Handler):
    """Keeps of a record which package wrote it and how grave it was; never formats it."""

    def emit(self, record: logging.LogRecord) -> None:
        package = record.name.partition(".")[0]
        structlog.get_logger("drbot").info(
            Code.LIBRARY,
            package=package if package in sys.modules else "other",
            level=record.levelno,
        )


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    # Libraries warn each other of their old age at every start; nobody here can act on it.
    if not issubclass(category, DeprecationWarning):
        structlog.get_logger("drbot").info(Code.WARNING, category=category.__name__)


def _uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        log_fault(Stage.START, error)


def _uncaught_in_background(args: threading.ExceptHookArgs | sys.UnraisableHookArgs) -> None:
    log_fault(Stage.BACKGROUND, args.exc_value or SystemExit())


def _class_of(error: BaseException) -> str:
    return type(error).__name__
