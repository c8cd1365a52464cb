"""A person's words, ids and names are nowhere after a chat.

Threat: a seized or curious server. Whoever reads its output, its logs, its files or its memory of
chats must find nothing of what was said or by whom, also when something goes wrong.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fake_bot_api import FakeBotApi, fake_bot_api
from faulty import FUNCTIONS
from serving import DRBOT, PROJECT, Serving, serving

# Built from parts, so that no canary stands in a file of the project.
WORDS = "-".join(("canary", "of", "words"))
NAME, USERNAME = "Canary" + "Name", "canary_" + "username"
CHAT_ID = 7_000_000_000 + 123_456_789
TOKEN = "424242:" + "Canary" * 5
AGENT = "canary-" + "agent/1.0"
CANARIES = (WORDS, NAME, USERNAME, str(CHAT_ID), TOKEN, TOKEN.partition(":")[2], AGENT)

MESSAGES = (
    f"what is a subject access request {WORDS}",
    f"zxcvb {WORDS} qwerty",
    f"/x{{{WORDS}",
    f'/greeting{{"name": "{WORDS}"}}',
    f"/forget {WORDS}",
    f"{WORDS} " * 600,
    f"<b>{WORDS}</b> %s {{}} \\ud800",
)

IGNORED = ("__pycache__", ".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache")


def snapshot() -> dict[str, tuple[int, int]]:
    """Every file of the project with its size and time of change."""
    found = {}
    for file in PROJECT.rglob("*"):
        parts = file.relative_to(PROJECT).parts
        if parts[0] != ".venv" and not set(parts) & set(IGNORED) and file.is_file():
            found[str(file)] = (file.stat().st_size, file.stat().st_mtime_ns)
    return found


def chat_everywhere(server: Serving, api: FakeBotApi) -> None:
    """Says every message on every channel and waits until each was dealt with."""
    person = api.user(CHAT_ID, NAME, USERNAME)
    for text in MESSAGES:
        last = api.add_update(**person.message(text=text))
        reply = httpx.post(
            f"{server.url}/api/chat?{WORDS}",
            json={"chat": WORDS, "ask": text},
            headers={"user-agent": AGENT},
            timeout=60,
        )
        assert reply.status_code in (200, 500)
    last = api.add_update(**person.message(caption=WORDS, photo=[]))
    api.wait_until_read(last)
    httpx.post(f"{server.url}/api/chat", content=f"{{{WORDS}", timeout=60)
    httpx.get(f"{server.url}/{WORDS}", timeout=60)
    time.sleep(0.5)  # what is written late would be written now


def found_in(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


@pytest.fixture(scope="module", params=["healthy", *FUNCTIONS])
def chatted(request: pytest.FixtureRequest, trained: None) -> Iterator[tuple[str, Serving]]:
    """A server that was chatted with, healthy or with a fault at one stage."""
    stage = str(request.param)
    before = snapshot()
    with fake_bot_api(TOKEN) as api:
        options = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, "CANARY": WORDS}
        options |= {"PYTHONASYNCIODEBUG": "1", "LOG_LEVEL": "DEBUG"}
        faulty = (sys.executable, PROJECT / "tests/support/faulty.py", stage)
        program = (DRBOT,) if stage == "healthy" else faulty
        with serving(options, program) as server:
            chat_everywhere(server, api)
            assert server.process.poll() is None, "the server stopped"
            yield stage, server
    changed = {file for file, state in snapshot().items() if before.get(file) != state}
    assert changed == set(), "a chat created or changed files"


def test_nothing_of_a_chat_is_written(chatted: tuple[str, Serving]) -> None:
    _, server = chatted
    assert found_in(server.output) == []


def test_a_fault_is_logged_as_a_code(chatted: tuple[str, Serving]) -> None:
    stage, server = chatted
    assert ("event=fault" in server.output) == (stage != "healthy")


def test_no_open_file_holds_a_chat(chatted: tuple[str, Serving]) -> None:
    """Also a deleted temporary file would be found on a disk."""
    _, server = chatted
    for descriptor in Path(f"/proc/{server.process.pid}/fd").iterdir():
        if descriptor.is_file():
            assert found_in(descriptor.read_bytes().decode("utf-8", "replace")) == []
