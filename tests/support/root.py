"""What only the machine's root may do: look into the program, and lock it into rooms of its own."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess

import pytest


def as_root(*command: str) -> list[str]:
    """A command that runs as root, if this user may; otherwise the test is skipped."""
    if os.geteuid() == 0:
        return list(command)
    if _may_sudo():
        return ["sudo", "-n", "--preserve-env=PYTHONPATH", *command]
    pytest.skip("needs root: run 'sudo -E .venv/bin/pytest' on this file, or allow 'sudo -n'")


def must_be_root() -> None:
    """Skips the test if the tester is not root, who alone may start the program in a room."""
    if os.geteuid():
        pytest.skip("needs root: run 'sudo -E .venv/bin/pytest' on this file")


def in_own_rooms(*rooms: str) -> list[str]:
    """The start of a command line that gives what follows its own mounts, network, …

    Args:
        rooms: options of unshare(1), such as ``--mount``.
    """
    command = as_root(needed("unshare"), *rooms)
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip(f"'unshare {' '.join(rooms)}' is not allowed here: run it outside a container")
    return command


def needed(program: str) -> str:
    """The path of a program that 'make test' installs."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if path is None:
        pytest.fail(f"{program} is missing: run ./scripts/install-test-tools.sh")
    return path


@functools.lru_cache(maxsize=1)
def _may_sudo() -> bool:
    sudo = shutil.which("sudo")
    return bool(sudo) and subprocess.run(["sudo", "-n", "true"], check=False).returncode == 0
