"""A chat creates and changes no file, and the program needs nothing to write to.

Threat: a seized machine. What is on its disks is the same whether nobody or everybody chatted. The
running program is looked at from three sides: what is in the folders that it could write to, what
it asks the system for, and whether it works where nothing can be written at all.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from alone import QUESTIONS, run_alone
from fake_bot_api import FakeBotApi, fake_bot_api
from root import must_be_root
from sandbox import NOBODY, room
from serving import DRBOT, PROJECT, Serving, serving
from syscalls import file_writes, tracing
from visitor import visitor

CONVERSATIONS, FROM_ONE_ADDRESS = 500, 20
"""How many on the web, and how many of them from one address, which is limited."""

OWN = ("/tmp", "/var/tmp", "/dev/shm", str(Path.home()))  # noqa: S108
"""Where programs write: empty for this one, so that nobody else's files are among its own."""

IGNORED = {
    ".git": "git's own",
    ".hypothesis": "the tests' examples",
    ".mypy_cache": "mypy",
    ".pytest_cache": "pytest",
    ".ruff_cache": "ruff",
    ".uv": "what installs packages",
    ".venv": "packages, only read; seen by the trace",
    "__pycache__": "Python's translation of the tests, and of whatever was edited meanwhile",
}
"""Folders of the project in which other programs write."""

Files = Mapping[str, tuple[int, int]]


class Run:
    """A server that was chatted with, and what was seen of it."""

    def __init__(self, server: Serving, before: Files, log: Path) -> None:
        self.server = server
        self.before = before
        self.log = log

    def left_in(self, folder: str) -> list[str]:
        """The files in a folder as the program sees it, but for those that it was installed in."""
        root = Path(f"/proc/{self.server.process.pid}/root")
        seen = root / folder.lstrip("/")
        return [str(file) for file in seen.rglob("*") if file.is_file() and _is_on(file, seen)]


def snapshot() -> Files:
    """Every file of the project with its size and time of change."""
    files = (file for file in PROJECT.rglob("*") if not {*file.parts} & {*IGNORED})
    return {str(f): (f.stat().st_size, f.stat().st_mtime_ns) for f in files if f.is_file()}


def chat_on_the_web(server: Serving) -> None:
    """Has the conversations."""
    for conversation in range(CONVERSATIONS):
        address = f"127.9.1.{1 + conversation // FROM_ONE_ADDRESS}"
        with visitor(server, address) as client:
            question = QUESTIONS[conversation % len(QUESTIONS)]
            asked = {"chat": f"c{conversation}", "ask": f"{question} {conversation}"}
            assert client.post("/api/chat", json=asked).status_code == 200


def chat_on_telegram(api: FakeBotApi) -> None:
    """Asks everything, presses a button and has the chat forgotten."""
    for number, question in enumerate(QUESTIONS):
        person = api.user(2_000 + number)
        person.sends(question)
        menu = person.sends("/start")
        person.presses(next(iter(menu.buttons)))
        person.sends("/forget")


@pytest.fixture(scope="module")
def run(trained: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A server with folders of its own, traced from 'Ready' on."""
    must_be_root()
    log = tmp_path_factory.mktemp("storage") / "calls"
    before = snapshot()
    with fake_bot_api("1:" + "t" * 35) as api:
        settings = {"TELEGRAM_TOKEN": api.token, "TELEGRAM_API_URL": api.url}
        with serving(settings, [*room(cover=OWN), DRBOT]) as server:
            server.wait_for("telegram_on")
            with tracing(server.process.pid, log):
                chat_on_the_web(server)
                chat_on_telegram(api)
            yield Run(server, before, log)


def test_no_file_of_the_project_is_created_or_changed(run: Run) -> None:
    """Threat: a conversation is found in the program's own folder, or its database."""
    after = snapshot()
    assert {file for file, state in after.items() if run.before.get(file) != state} == set()
    assert run.before.keys() - after.keys() == set()


@pytest.mark.parametrize("folder", OWN)
def test_no_file_is_left_where_programs_write(run: Run, folder: str) -> None:
    """Threat: a library's cache or temporary file."""
    assert run.left_in(folder) == []


def test_no_file_is_opened_for_writing(run: Run) -> None:
    """Threat: a file that is written and deleted again is still on the disk."""
    assert file_writes(run.log) == []


def test_the_conversations_were_seen(run: Run) -> None:
    """Threat: the test above passes because nothing was traced."""
    lines = run.log.read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if "<socket:" in line]) > CONVERSATIONS


def test_a_written_file_would_be_seen(tmp_path: Path) -> None:
    """Threat: as above."""
    script = "import sys; input(); open(sys.argv[1], 'w').write('words')"
    file, log = tmp_path / "written", tmp_path / "calls"
    command = [sys.executable, "-c", script, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process, tracing(process.pid, log):
        process.communicate(b"\n")
    assert file.name in "".join(file_writes(log))


def test_it_runs_where_nothing_can_be_written(trained: None) -> None:
    """Threat: a library wants a folder of its own, so that somebody gives the program one."""
    told = run_alone(room(network=True, read_only=True, nobody=True))
    assert (told["user"], told["writable"]) == (NOBODY, [])
    assert [status for status, *_ in told["web"]] == [200] * len(QUESTIONS)
    assert len(told["telegram"]) == len(QUESTIONS)
    assert told["status"] == 0
    assert "event=fault" not in told["output"]


def _is_on(file: Path, folder: Path) -> bool:
    """Whether a file is in a folder's own file system, not in one that was bound into it."""
    return file.lstat().st_dev == folder.stat().st_dev
