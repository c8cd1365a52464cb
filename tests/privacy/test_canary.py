"""A person's words, ids, names and addresses are nowhere in what the program writes or holds open.

Threat: a seized or curious server. Whoever reads its output, its logs or its open files must find
nothing of what was said, by whom or from where, however talkative the machine is set up.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from canary import (
    CANARIES,
    FEWEST_REPLIES,
    TOKEN,
    chat_id,
    found_in,
    replies,
    say_everything,
)
from fake_bot_api import FakeBotApi, fake_bot_api
from root import as_root
from serving import Serving, serving

TALKATIVE = {
    "debugging": {
        "PYTHONASYNCIODEBUG": "1",
        "LOG_LEVEL": "DEBUG",
        "LOG_LEVEL_LIBRARIES": "DEBUG",
        "HTTPX_LOG_LEVEL": "trace",
    },
    "development": {
        "PYTHONDEVMODE": "1",
        "PYTHONWARNINGS": "always",
        "PYTHONFAULTHANDLER": "1",
    },
}
"""What people set to see more of a program."""

Chatted = tuple[Serving, FakeBotApi]


@pytest.fixture(scope="module", params=TALKATIVE)
def chatted(request: pytest.FixtureRequest, trained: None) -> Iterator[Chatted]:
    """A server that was told everything."""
    with fake_bot_api(TOKEN) as api:
        options = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}
        with serving({**options, **TALKATIVE[request.param]}) as server:
            say_everything(api, server.url)
            assert server.process.poll() is None, "the server stopped"
            yield server, api


def test_nothing_of_a_chat_is_written(chatted: Chatted) -> None:
    """Threat: standard output and error end in a journal that is kept for months."""
    server, _ = chatted
    assert found_in(server.output) == []


def test_no_open_file_holds_a_chat(chatted: Chatted) -> None:
    """Threat: a deleted temporary file is still found on a disk."""
    server, _ = chatted
    files = f"/proc/{server.process.pid}/fd/*"
    read = as_root("sh", "-c", f'for file in {files}; do [ ! -f "$file" ] || cat "$file"; done')
    content = subprocess.run(read, capture_output=True, check=True).stdout
    assert found_in(content.decode("utf-8", "replace")) == []


def test_a_chat_adds_no_line(server: Serving, bot_api: FakeBotApi) -> None:
    """Threat: one line a message, even an empty one, tells when somebody wrote."""
    server.wait_for("telegram_on")
    before = server.output
    say_everything(bot_api, server.url)
    assert server.output == before


def test_debugging_adds_no_more_than_that_something_was_slow(chatted: Chatted) -> None:
    """Threat: whoever is asked to find a mistake switches on what tells more."""
    server, _ = chatted
    _, _, after = server.output.partition("event=telegram_on\n")
    lines = {line.partition(" ")[2] for line in after.splitlines()}
    assert lines <= {"event=library package=asyncio level=30"}


def test_all_that_is_said_was_answered(chatted: Chatted) -> None:
    """Threat: the tests above pass because nothing arrived."""
    _, api = chatted
    for chat, fewest in enumerate(FEWEST_REPLIES):
        assert len(replies(api, chat)) >= fewest
    assert {message.chat_id for message in api.sent} == {chat_id(0), chat_id(1)}


def test_every_line_is_a_code(chatted: Chatted) -> None:
    """Threat: a line whose form is free can carry anything."""
    server, _ = chatted
    pairs = r"timestamp=\S+ event=[a-z_]+(?: [a-z_]+(?:=[A-Za-z0-9_]+)?)*"
    said = r"drbot: loading the model \(about 5 seconds\)|Ready: open \S+ \(Ctrl\+C stops\)"
    lines = server.output.splitlines()
    assert [line for line in lines if not re.fullmatch(f"{pairs}|{said}", line)] == []


def test_no_canary_stands_in_this_project() -> None:
    """Threat: a canary in a file of the project could hide one that was written."""
    support = Path(__file__).parents[1] / "support"
    for file in (Path(__file__), *support.glob("*.py")):
        content = file.read_text(encoding="utf-8")
        assert [name for name in found_in(content) if len(CANARIES[name]) > 8] == []
