"""An inventory of the running program: everything in it that could write or keep something.

Threat: a library that is updated, or imported late, brings a logger, a thread or a scheduler of its
own that nobody looked at. Each must be one that is known here.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from canary import TOKEN, say_everything
from fake_bot_api import fake_bot_api
from inventory import MARK
from serving import PROJECT, serving

OURS = "bot.log_policy."

THREADS = {
    "encoder": "turns messages into vectors, while other chats go on",
    "host names": "looks up the names of hosts, such as that of the Bot API",
    "MainThread": "the event loop",
}
"""How threads' names begin, and what they do."""

SILENT = {"uvicorn.access"}
"""uvicorn takes this one off the root so that nothing can be written to it."""

PROCESSORS = [
    f"{OURS}_codes_only",
    "structlog.processors.TimeStamper",
    "structlog.processors.LogfmtRenderer",
]


@pytest.fixture(scope="module")
def found(trained: None) -> Iterator[dict[str, Any]]:
    """What the program tells of itself, after chats, in Python's development mode."""
    with fake_bot_api(TOKEN) as api:
        options = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.named_url, "PYTHONDEVMODE": "1"}
        program = (sys.executable, PROJECT / "tests/support/inventory.py")
        with serving(options, program) as server:
            server.wait_for("telegram_on")
            say_everything(api, server.url)
            server.process.send_signal(signal.SIGUSR1)
            server.wait_for("}\n")
            (line,) = [one for one in server.output.splitlines() if one.startswith(MARK)]
            yield {**json.loads(line.removeprefix(MARK)), "bot api": urlsplit(api.url).port}


def test_no_logger_has_a_handler_of_its_own(found: dict[str, Any]) -> None:
    """Threat: spaCy's logger, for one, writes to standard error by itself."""
    loggers = found["loggers"]
    assert len(loggers) > 100
    assert loggers.pop("root")["handlers"] == [f"{OURS}_PackageAndLevel"]
    assert {name for name, logger in loggers.items() if logger["handlers"]} == set()
    assert {name for name, logger in loggers.items() if not logger["propagates"]} <= SILENT


def test_logging_has_no_other_way_out(found: dict[str, Any]) -> None:
    """Threat: logging's last resort and its error reports print whole messages."""
    assert found["logging"] == {
        "last resort": "None",
        "raises": False,
        "record factory": "logging.LogRecord",
    }
    classes = {logger["class"] for logger in found["loggers"].values()}
    assert classes <= {"logging.Logger", "logging.RootLogger"}


def test_every_hook_is_ours(found: dict[str, Any]) -> None:
    """Threat: what nobody catches is printed with its traceback."""
    assert [name for name, hook in found["hooks"].items() if not hook.startswith(OURS)] == []


def test_structlog_writes_through_our_processors_alone(found: dict[str, Any]) -> None:
    """Threat: Rasa logs whole messages; a logger that it bound early would keep other settings."""
    structlog = found["structlog"]
    assert structlog.pop("loggers of libraries") > 5
    assert structlog == {
        "configured": True,
        "processors": PROCESSORS,
        "wrapper": "structlog._generic.BoundLogger",
        "factory": "structlog._output.PrintLoggerFactory",
        "cached": False,
        "bound with others": [],
    }


def test_python_reports_no_crash(found: dict[str, Any]) -> None:
    """Threat: Python's crash report goes past every hook."""
    assert found["faulthandler"] is False


def test_output_goes_straight_out(found: dict[str, Any]) -> None:
    """Threat: a library that puts itself in the place of standard output keeps what is written."""
    assert set(found["streams"].values()) == {"_io.TextIOWrapper"}


def test_every_thread_is_known(found: dict[str, Any]) -> None:
    """Threat: a library's thread sends or writes something when nobody looks."""
    unknown = [name for name in found["threads"] if not name.startswith(tuple(THREADS))]
    assert unknown == []
    # Those that Python does not know are the ones in which the encoder calculates.
    assert found["system threads"] - len(found["threads"]) < (os.cpu_count() or 2)
    assert found["children"] == []


def test_telegram_is_the_only_connection(found: dict[str, Any]) -> None:
    """Threat: a connection that stays open to somebody else, for figures of use or for errors."""
    assert found["connections"] == [found["bot api"]]


def test_nothing_is_scheduled(found: dict[str, Any]) -> None:
    """Threat: Rasa's reminders keep a chat's id and words until they are due."""
    assert found["schedulers"] == []


def test_nothing_of_a_turn_is_left(found: dict[str, Any]) -> None:
    """Threat: Rasa's trackers and Telegram's updates hold whole messages."""
    assert found["trackers"] == []
