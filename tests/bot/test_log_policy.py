"""Nothing that a library says about a person gets out. Each case is a program of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CANARY = "-".join(("canary", "in", "logs"))

PREPARE = """
import asyncio, gc, logging, sys, threading, warnings
import structlog
canary = "-".join(("canary", "in", "logs"))
old = logging.getLogger("loud"); old.addHandler(logging.StreamHandler()); old.propagate = False
from bot import log_policy
log_policy.install()

def boom(text=canary):
    raise ValueError(text)

class Dying:
    def __del__(self):
        boom()
"""

CASES = {
    "every level of logging": "\n".join(
        f"logging.getLogger('x').{level}('%s', canary)"
        for level in ("debug", "info", "warning", "error", "critical")
    ),
    "an exception with its traceback": """
try:
    boom()
except ValueError:
    logging.getLogger('x').exception(canary)
    structlog.get_logger('x').exception(canary, text=canary)
""",
    "a record that cannot be formatted": "logging.getLogger('x').error('%d %d', canary)",
    "a logger's name": "logging.getLogger(canary).error('x')",
    "a logger that had its own handler": "old.error(canary)",
    "every level of structlog": "\n".join(
        f"structlog.get_logger('x').{level}(canary, text=canary)"
        for level in ("debug", "info", "warning", "error", "critical")
    ),
    "a warning": "warnings.simplefilter('always'); warnings.warn(canary)",
    "an error that nobody catches": "boom()",
    "an error in a thread": "t = threading.Thread(target=boom); t.start(); t.join()",
    "an error in a destructor": "d = Dying(); del d; gc.collect()",
    "an error in a task": """
async def main():
    log_policy.guard_loop(asyncio.get_running_loop())
    async def fail(): boom()
    task = asyncio.create_task(fail()); await asyncio.sleep(0); del task; gc.collect()
    await asyncio.sleep(0)
asyncio.run(main(), debug=True)
""",
    "a fault of our own": "log_policy.log_fault(log_policy.Stage.PARSE, ValueError(canary))",
}


def run(case: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PREPARE + case],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_only_a_code_is_written(case: str) -> None:
    output = run(case)
    assert CANARY not in output
    assert "event=" in output


def test_a_library_is_named_by_its_package_and_level_alone() -> None:
    assert "event=library" in run("logging.getLogger('asyncio.x').error(canary)")


def test_a_program_without_the_policy_would_have_told() -> None:
    """The cases above can fail: the same program, unprotected, shows the canary."""
    unprotected = PREPARE.replace("log_policy.install()", "")
    done = subprocess.run(
        [sys.executable, "-c", unprotected + "logging.getLogger('x').error(canary)"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert CANARY in done.stderr
