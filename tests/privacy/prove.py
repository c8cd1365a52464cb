"""Takes each protection out, one at a time, and sees that its test fails.

Usage: ``python -m tests.privacy.prove [WORD …]``; with words, only the protections whose name holds
one of them. A test that passes whatever the program does protects nobody. Each edit is made in a
copy of the project, never in the project itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import yaml

PROJECT = Path(__file__).resolve().parents[2]
PROTECTIONS = Path(__file__).with_name("protections.yml")
BUILT = ("models", ".venv")
"""What is not in git and only read."""

SECONDS = 600
TESTS_FAILED, NO_END = 1, -1
"""pytest's exit status when tests ran and some failed; others mean that none could run. Ours, when
it did not end."""


class Protection(NamedTuple):
    """One line of the program that keeps a promise.

    Attributes:
        name: what it is.
        file: where it stands, below the project.
        text: the text that does it; it stands there once.
        without: what the text is replaced by to take the protection out.
        test: the pytest id that must then fail.
    """

    name: str
    file: str
    text: str
    without: str
    test: str


def read_protections() -> list[Protection]:
    """All protections, in the order of the file."""
    content = yaml.safe_load(PROTECTIONS.read_text(encoding="utf-8"))
    return [Protection(**entry) for entry in content]


def main(words: list[str]) -> int:
    """Prints a line a protection; the status is 1 if a test did not notice."""
    chosen = [p for p in read_protections() if not words or any(w in p.name for w in words)]
    unnoticed = 0
    for number, protection in enumerate(chosen, start=1):
        started = time.monotonic()
        sys.stdout.write(f"{number}/{len(chosen)} without: {protection.name} … ")
        sys.stdout.flush()
        with copy_of_project() as copy:
            take_out(copy, protection)
            status = run_test(copy, protection.test)
        noticed = status == TESTS_FAILED
        unnoticed += not noticed
        result = "its test fails" if noticed else f"NOT NOTICED (pytest's status {status})"
        sys.stdout.write(f"{result} ({time.monotonic() - started:.0f} s)\n")
    sys.stdout.write(f"{len(chosen) - unnoticed} of {len(chosen)} protections are noticed\n")
    return 1 if unnoticed else 0


@contextmanager
def copy_of_project() -> Iterator[Path]:
    """A copy of what git tracks or would track, with what was built linked to it."""
    with tempfile.TemporaryDirectory(prefix="prove-") as folder:
        copy = Path(folder) / "project"
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=PROJECT, capture_output=True, check=True).stdout
        for name in names.decode().split("\0"):
            if name and (PROJECT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / name, copy / name)
        for name in BUILT:
            (copy / name).symlink_to(PROJECT / name)
        yield copy


def take_out(copy: Path, protection: Protection) -> None:
    """Edits the copy."""
    file = copy / protection.file
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace(protection.text, protection.without), encoding="utf-8")


def run_test(copy: Path, test: str) -> int:
    """The status of pytest on one test in the copy."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "", "-p", "no:cacheprovider", test]
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            # The copy's packages come before those that are installed.
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return NO_END
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
