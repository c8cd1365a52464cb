"""The real program, which on a signal tells of all that could write or keep anything in it.

Usage: ``python inventory.py serve --port N``, then SIGUSR1: one line of JSON comes after
:data:`MARK`. ``tests/privacy/test_loggers.py`` says what may be in it.
"""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import json
import logging
import os
import signal
import sys
import threading
import warnings
from contextlib import suppress
from types import FrameType
from typing import Any

import structlog

MARK = "inventory: "

SCHEDULERS = ("apscheduler.schedulers", "schedule", "celery", "sched")
"""Modules of what runs something later."""

TRACKERS = ("rasa.shared.core.trackers.DialogueStateTracker", "telegram._update.Update")
"""What holds a person's words while they are answered."""


def make_countable() -> None:
    """Prepares this process to tell."""
    signal.signal(signal.SIGUSR1, _tell)


def _tell(_: int, frame: FrameType | None) -> None:
    sys.stdout.write(f"{MARK}{json.dumps(take())}\n")
    sys.stdout.flush()


def take() -> dict[str, Any]:
    """All that could write or keep anything, as plain data."""
    gc.unfreeze()  # what the program loaded at its start cannot be seen else
    everything = gc.get_objects()
    kinds = sorted({_origin(type(thing)) for thing in everything})
    return {
        "loggers": _loggers(),
        "logging": {
            "last resort": repr(logging.lastResort),
            "raises": logging.raiseExceptions,
            "record factory": _origin(logging.getLogRecordFactory()),
        },
        "hooks": _hooks(),
        "structlog": _structlog(everything),
        "streams": {name: _origin(type(getattr(sys, name))) for name in ("stdout", "stderr")},
        "faulthandler": faulthandler.is_enabled(),
        "threads": [thread.name for thread in threading.enumerate()],
        "system threads": len(os.listdir("/proc/self/task")),
        "schedulers": [kind for kind in kinds if kind.startswith(SCHEDULERS)],
        "trackers": [kind for kind in kinds if kind in TRACKERS],
        "children": _children(),
        "connections": sorted(_connections()),
    }


def _loggers() -> dict[str, dict[str, Any]]:
    placed = logging.Logger.manager.loggerDict
    loggers = {name: one for name, one in placed.items() if isinstance(one, logging.Logger)}
    return {
        name: {
            "handlers": [_origin(type(handler)) for handler in logger.handlers],
            "filters": [_origin(type(one)) for one in logger.filters],
            "propagates": logger.propagate,
            "level": logger.level,
            "class": _origin(type(logger)),
        }
        for name, logger in {"root": logging.root, **loggers}.items()
    }


def _hooks() -> dict[str, str]:
    handler = getattr(asyncio.get_running_loop(), "_exception_handler", None)
    hooks = {
        "sys.excepthook": sys.excepthook,
        "threading.excepthook": threading.excepthook,
        "sys.unraisablehook": sys.unraisablehook,
        "warnings.showwarning": warnings.showwarning,
        "event loop": handler,
    }
    return {name: _origin(hook) for name, hook in hooks.items()}


def _structlog(everything: list[Any]) -> dict[str, Any]:
    settings = structlog.get_config()
    ours = [_origin(one) for one in settings["processors"]]
    proxies = [o for o in everything if type(o).__name__ == "BoundLoggerLazyProxy"]
    bound = [o for o in everything if isinstance(o, structlog._base.BoundLoggerBase)]
    return {
        "configured": structlog.is_configured(),
        "processors": ours,
        "wrapper": _origin(settings["wrapper_class"]),
        "factory": _origin(type(settings["logger_factory"])),
        "cached": settings["cache_logger_on_first_use"],
        "loggers of libraries": len(proxies),
        # A logger that was bound before keeps the settings of that time.
        "bound with others": [
            [_origin(one) for one in o._processors]
            for o in (*proxies, *bound)
            if o._processors is not None and [_origin(one) for one in o._processors] != ours
        ],
    }


def _children() -> list[str]:
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
        return file.read().split()


def _connections() -> set[int]:
    """The ports at the other ends of the connections that this process made itself."""
    own = set()
    for descriptor in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # the one that lists them
            own.add(os.readlink(f"/proc/self/fd/{descriptor}"))
    listening: set[int] = set()
    ends: set[tuple[int, int]] = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        with open(f"/proc/self/net/{table}", encoding="ascii") as file:
            for _, local, remote, _, *rest in map(str.split, file.readlines()[1:]):
                if f"socket:[{rest[5]}]" in own:
                    near, far = (int(end.partition(":")[2], 16) for end in (local, remote))
                    ends.add((near, far))
                    listening |= {near} if far == 0 else set()
    return {far for near, far in ends if near not in listening}


def _origin(thing: Any) -> str:
    named = thing if hasattr(thing, "__qualname__") else type(thing)
    return f"{named.__module__}.{named.__qualname__}"


if __name__ == "__main__":
    from bot import hardening
    from bot.cli import main

    hardening.overwrite_freed_memory()
    make_countable()
    sys.exit(main())
