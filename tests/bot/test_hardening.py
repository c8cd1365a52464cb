"""Memory is protected as far as the machine allows; whoever runs it is told where it is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from root import as_root
from serving import PROJECT, Serving, serving

from bot import hardening

SWAPS = """\
Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
/dev/sda2                               partition\t1048576\t\t0\t\t-2
/swapfile                               file\t\t2097148\t\t12\t\t-3
"""


@pytest.fixture(scope="module")
def running(trained: None) -> Iterator[Serving]:
    with serving() as server:
        yield server


def in_a_process(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_swap_is_counted(tmp_path: Path) -> None:
    """Threat: memory that was moved to a disk is found there for years."""
    file = tmp_path / "swaps"
    file.write_text(SWAPS, encoding="ascii")
    assert hardening.swap_kilobytes(file) == 1_048_576 + 2_097_148


def test_no_swap_and_an_unreadable_file_count_as_none(tmp_path: Path) -> None:
    file = tmp_path / "swaps"
    file.write_text(SWAPS.splitlines()[0], encoding="ascii")
    assert hardening.swap_kilobytes(file) == 0
    assert hardening.swap_kilobytes(tmp_path / "nowhere") == 0


def test_whoever_runs_it_is_told_of_swap_and_of_memory_that_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Threat: somebody relies on a protection that this machine does not give."""
    said: list[str] = []
    monkeypatch.setattr(hardening, "swap_kilobytes", lambda: 1)
    monkeypatch.setattr(hardening, "overwrites_freed_memory", lambda: False)
    hardening.report(said.append)
    assert said == [hardening.NOT_OVERWRITTEN, hardening.SWAP_IS_ON]


def test_where_all_is_well_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(hardening, "swap_kilobytes", lambda: 0)
    monkeypatch.setattr(hardening, "overwrites_freed_memory", lambda: True)
    hardening.report(said.append)
    assert said == []


def test_the_program_starts_anew_once_with_its_own_arguments() -> None:
    code = (
        "import os, sys; from bot import hardening; hardening.overwrite_freed_memory(); "
        "print(hardening.overwrites_freed_memory(), sys.orig_argv[1])"
    )
    assert in_a_process(code).stdout == "True -c\n"


def test_a_crash_leaves_no_core_file(tmp_path: Path) -> None:
    """Threat: a crash writes the whole memory into a file."""
    crash = (
        "import os, resource; from bot import hardening; "
        "resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2); "
        "{}; os.chdir({!r}); os.kill(os.getpid(), {})"
    )
    for protection in ("hardening.forbid_dumps()", "pass"):
        folder = tmp_path / protection.partition(".")[0]
        folder.mkdir()
        done = in_a_process(crash.format(protection, str(folder), int(signal.SIGSEGV)))
        assert done.returncode == -signal.SIGSEGV
    assert list((tmp_path / "hardening").iterdir()) == []


def test_the_running_program_can_leave_no_core_file(running: Serving) -> None:
    """Threat: a crash, or whoever sends a signal, writes the whole memory into a file."""
    limits = Path(f"/proc/{running.process.pid}/limits").read_text(encoding="ascii")
    (line,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
    assert line.split()[4:6] == ["0", "0"]
    assert "dumpable=false" in running.output


def test_another_process_of_the_same_user_cannot_read_its_memory() -> None:
    """Threat: another program that was broken into reads the chats, and the bot's token."""
    code = """
import os, sys
from bot import hardening
if sys.argv[1] == "protected":
    hardening.forbid_dumps()
read, write = os.pipe()
if os.fork() == 0:
    results = []
    for name in ("mem", "environ"):
        try:
            open(f"/proc/{os.getppid()}/{name}", "rb").close()
            results.append("read")
        except PermissionError:
            results.append("refused")
    os.write(write, " ".join(results).encode())
    os._exit(0)
os.wait()
sys.stdout.write(os.read(read, 100).decode())
"""
    seen = {}
    for state in ("protected", "open"):
        # The same user, but with none of root's rights.
        drop = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
        command = as_root(*drop, "/usr/bin/env", f"PYTHONPATH={PROJECT}", sys.executable, "-c")
        done = subprocess.run([*command, code, state], capture_output=True, text=True, check=False)
        seen[state] = done.stdout or done.stderr
    assert seen == {"protected": "refused refused", "open": "read read"}
