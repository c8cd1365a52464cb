"""No copy of the program's memory is made, and nobody but root may read it.

Threat: a crash writes all memory to a disk, swap does so bit by bit, and another program of the
same user looks into it.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from root import as_root
from sandbox import NOBODY, room
from serving import DRBOT, PROJECT, Serving, serving

from bot import hardening
from bot.hardening import OVERWRITING

SWAPS = (
    "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    "/dev/sda2                               partition\t2097148\t\t0\t\t-2\n"
    "/swap\\040file\\040(deleted)                file\t\t52\t\t0\t\t-3\n"
)

READ = """
import os, sys
for name in ("mem", "environ", "maps", "auxv"):
    try:
        with open(f"/proc/{sys.argv[1]}/{name}", "rb") as file:
            file.seek(int(sys.argv[2], 16) if name == "mem" else 0)
            print(name, len(file.read(16)))
    except OSError:
        pass
"""
"""Prints what of another process can be read."""

CRASH = "import os, resource, sys; from bot import hardening; {protection}; os.kill(os.getpid(), 6)"
UNPROTECTED = "pass"
PROTECTED = "hardening.forbid_dumps()"


def as_nobody(*command: str) -> list[str]:
    """A command of an unprivileged user: nobody's if the tester is root, else the tester's own."""
    return [*room(nobody=True), *command] if os.geteuid() == 0 else list(command)


@pytest.fixture(scope="module")
def nobodys(trained: None) -> Iterator[Serving]:
    """The program, run by an unprivileged user who lets core files be written."""
    unlimited = ["sh", "-c", 'ulimit -c unlimited 2>/dev/null; exec "$@"', "sh"]
    with serving(program=as_nobody(*unlimited, str(DRBOT))) as server:
        yield server


def test_no_core_file_may_be_written(nobodys: Serving) -> None:
    """Threat: the limit that the machine sets is not zero."""
    limits = Path(f"/proc/{nobodys.process.pid}/limits").read_text(encoding="utf-8")
    (core,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
    assert core.split()[4:6] == ["0", "0"]


def test_the_system_keeps_others_away(nobodys: Serving) -> None:
    """Threat: what a process of the same user may read, whoever breaks into one of them may."""
    process = Path(f"/proc/{nobodys.process.pid}")
    uid = int((process / "status").read_text(encoding="utf-8").split("Uid:")[1].split()[0])
    assert uid == (NOBODY if os.geteuid() == 0 else os.geteuid())
    # The system gives what belongs to a process that may not be looked into to root.
    assert (process / "mem").stat().st_uid == 0


def test_another_program_of_the_same_user_reads_nothing(nobodys: Serving) -> None:
    """Threat: a browser's hole, or a second service of the same user."""
    assert read_by_the_same_user(nobodys.process.pid) == []


def test_an_unprotected_program_could_be_read() -> None:
    """Threat: the test above passes because this machine lets nobody read anything."""
    command = as_nobody(sys.executable, "-c", "print(1, flush=True); input()")
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        process.stdout.readline()
        read = read_by_the_same_user(process.pid)
        process.communicate(b"\n")
    if "mem 16" not in read:
        pytest.skip("this machine lets no program read another's memory, protected or not")


def test_freed_memory_is_overwritten(nobodys: Serving) -> None:
    """Threat: the program starts anew with other settings than it says."""
    assert "event=memory freed_is_overwritten dumpable=false" in nobodys.output
    read = as_root("cat", f"/proc/{nobodys.process.pid}/environ")
    content = subprocess.run(read, capture_output=True, check=True).stdout.decode()
    # The C library ends each of its settings with a zero when it has read it.
    environment = f":{content}".replace("\0", ":")
    assert all(f":{name}={value}:" in environment for name, value in OVERWRITING.items())


def test_a_crash_leaves_no_core_file(trained: None) -> None:
    """Threat: one fault in a C library writes every chat of the last minutes to the disk."""
    before = set(PROJECT.glob("*core*"))
    with serving() as server:
        server.process.send_signal(signal.SIGSEGV)
        assert server.process.wait(30) == -signal.SIGSEGV
    assert set(PROJECT.glob("*core*")) == before


@pytest.mark.parametrize("protection", [PROTECTED, UNPROTECTED])
def test_only_an_unprotected_crash_dumps_core(protection: str, tmp_path: Path) -> None:
    """Threat: the limit is unlimited, and whoever hands core files on asks for no limit."""
    status = crash(CRASH.format(protection=protection), tmp_path)
    assert os.WTERMSIG(status) == signal.SIGABRT
    if protection is UNPROTECTED and not os.WCOREDUMP(status):
        pytest.skip("this machine dumps no core at all")
    assert os.WCOREDUMP(status) == (protection is UNPROTECTED)
    if protection is PROTECTED:
        assert list(tmp_path.iterdir()) == []


def test_swap_is_counted(tmp_path: Path) -> None:
    """Threat: memory that is written to a disk, and nobody says so."""
    file = tmp_path / "swaps"
    file.write_text(SWAPS, encoding="utf-8")
    assert hardening.swap_kilobytes(file) == 2097148 + 52
    file.write_text(SWAPS.partition("\n")[0], encoding="utf-8")
    assert hardening.swap_kilobytes(file) == 0
    assert hardening.swap_kilobytes(tmp_path / "none") == 0


@pytest.mark.parametrize("missing", [None, *OVERWRITING])
def test_it_knows_whether_freed_memory_is_overwritten(
    missing: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threat: half of the settings are there, and the program thinks all are."""
    for name, value in OVERWRITING.items():
        monkeypatch.setenv(name, value)
    if missing:
        monkeypatch.setenv(missing, "other")
    assert hardening.overwrites_freed_memory() is (missing is None)


@pytest.mark.parametrize("swap", [0, 4096])
@pytest.mark.parametrize("overwritten", [True, False])
def test_who_runs_it_is_told_what_to_change(
    swap: int, *, overwritten: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threat: protection is missing on this machine, and nobody says so."""
    logged: list[dict[str, object]] = []
    said: list[str] = []
    monkeypatch.setattr(hardening, "swap_kilobytes", lambda: swap)
    monkeypatch.setattr(hardening, "overwrites_freed_memory", lambda: overwritten)
    monkeypatch.setattr(hardening, "log", lambda _, **counts: logged.append(counts))
    hardening.report(said.append)
    assert (hardening.NOT_OVERWRITTEN in said) is not overwritten
    assert (hardening.SWAP_IS_ON in said) is bool(swap)
    assert len(said) == (not overwritten) + bool(swap)
    (counts,) = logged
    assert (counts["swap_kilobytes"], counts["freed_is_overwritten"]) == (swap, overwritten)


def read_by_the_same_user(pid: int) -> list[str]:
    """What a process of the unprivileged user reads of another of theirs."""
    maps = subprocess.run(  # by root, since the user may not even know where to look
        ["head", "-1", f"/proc/{pid}/maps"], capture_output=True, text=True, check=False
    )
    address = maps.stdout.partition("-")[0] or "0"
    command = [sys.executable, "-c", READ, str(pid), address]
    done = subprocess.run(as_nobody(*command), capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def crash(script: str, folder: Path) -> int:
    """The status that the system gives of a process that let core files be written and crashed."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        os.execve(sys.executable, [sys.executable, "-c", script], environment)  # noqa: S606
    return os.waitpid(child, 0)[1]
