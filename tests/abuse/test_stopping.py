"""The program is stopped in the middle of things, and started again.

Threat: a restart loses what people asked, answers it twice, or leaves something of it on the disk.
"""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_bot_api import FakeBotApi, fake_bot_api
from serving import Serving, serving

TOKEN = "123456:" + "x" * 35
CHATS = range(50_000, 50_150)
COMMANDS = ("/help", "/privacy", "/start")
SOON_SECONDS = 15.0
"""Some seconds of turns in hand, on a machine that is busy with other tests."""


@pytest.fixture(scope="module")
def api() -> Iterator[FakeBotApi]:
    with fake_bot_api(TOKEN) as running:
        yield running


@pytest.fixture(scope="module")
def environment(api: FakeBotApi, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The program has a home and a folder for temporary files of its own."""
    home = str(tmp_path_factory.mktemp("home"))
    folders = {"HOME": home, "TMPDIR": home, "XDG_CACHE_HOME": home, "XDG_CONFIG_HOME": home}
    return {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, **folders}


def seconds_to_end(running: Serving, signals: int = 1) -> float:
    """Asks the program to end, and waits until it has."""
    started = time.monotonic()
    for _ in range(signals):
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
    assert running.process.wait(60) == 0, running.output
    return time.monotonic() - started


def commands_of(api: FakeBotApi, texts: dict[str, str], chat_id: int) -> list[str]:
    return [texts[message.text] for message in api.sent if message.chat_id == chat_id]


def test_a_flood_survives_a_restart(
    trained: None, api: FakeBotApi, environment: dict[str, str]
) -> None:
    """Whatever Telegram still holds, and whatever was taken, is answered, in order, and once."""
    with serving(environment) as running:
        person = api.user(49_999)
        texts = {person.sends(command).text: command for command in COMMANDS}
        api.slow["sendMessage"] = 0.1
        for number in range(len(CHATS) * len(COMMANDS)):
            chat_id = CHATS[number % len(CHATS)]
            text = COMMANDS[(number // len(CHATS) + chat_id) % len(COMMANDS)]
            api.add_update(**api.user(chat_id).message(text=text))
        api.wait_for(CHATS[20], 1)
        assert seconds_to_end(running) < SOON_SECONDS
        assert len(api.sent) < len(CHATS) * len(COMMANDS)
    api.slow.clear()
    with serving(environment) as running:
        for chat_id in CHATS:
            api.wait_for(chat_id, len(COMMANDS))
        person.sends("/help")
        for chat_id in CHATS:
            first = chat_id % len(COMMANDS)
            asked = [*COMMANDS[first:], *COMMANDS[:first]]
            assert commands_of(api, texts, chat_id) == asked
        _stops_with_turns_in_hand(api, running)
    assert not list(Path(environment["HOME"]).iterdir())


def _stops_with_turns_in_hand(api: FakeBotApi, running: Serving) -> None:
    """One turn whose reply Telegram takes slowly, one request that is half sent, two signals."""
    address, _, port = running.url.removeprefix("http://").partition(":")
    body = json.dumps({"chat": "a", "ask": "what is a subject access request"}).encode()
    head = f"POST /api/chat HTTP/1.1\r\nhost: {address}:{port}\r\ncontent-length: {len(body)}\r\n"
    with socket.create_connection((address, int(port)), timeout=30) as connection:
        connection.sendall(f"{head}content-type: application/json\r\n\r\n".encode() + body[:9])
        api.slow["sendMessage"] = 2
        before = api.calls.count("sendMessage")
        api.add_update(**api.user(49_998).message(text="/help"))
        while api.calls.count("sendMessage") == before:
            time.sleep(0.01)
        threading.Timer(1, connection.sendall, (body[9:],)).start()
        assert seconds_to_end(running, signals=2) < SOON_SECONDS
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["outcome"] == "answer"
    assert len(api.wait_for(49_998, 1)) == 1
    assert "event=stopped" in running.output
    assert "event=fault" not in running.output
