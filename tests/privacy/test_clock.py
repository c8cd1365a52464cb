"""The machine's clock may jump: nothing is kept longer for it, and nobody is turned away.

Threat: a clock that is put back would keep chats for a day longer, and one that is put forward
would forget them, or end the limits, in the middle of a conversation. Whoever holds the machine, or
a time server, sets its clock.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest
from canary import TOKEN
from fake_bot_api import FakeBotApi, fake_bot_api
from serving import Serving, serving
from visitor import burst, visitor

from bot import canned
from bot.channels.web_safety import BURST

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))

JUMPS = {"a day forward": 1, "a day back": -1, "back to the present": 0}
"""By name, the days between the program's clock and the real one."""

PATIENCE_SECONDS = 20.0


class Clock:
    """The wall clock of a program that libfaketime was loaded into."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set(0)

    def set(self, days: int) -> None:
        """Puts it forward or back."""
        self._file.write_text(f"{days:+}d\n", encoding="ascii")

    def environment(self) -> dict[str, str]:
        """What loads it."""
        if not LIBRARIES:
            pytest.fail("faketime is missing: run ./scripts/install-test-tools.sh")
        return {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


Chatting = tuple[Clock, Serving, FakeBotApi]


@pytest.fixture(scope="module")
def chatting(trained: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatting]:
    """A server whose clock the test sets."""
    clock = Clock(tmp_path_factory.mktemp("clock") / "offset")
    with fake_bot_api(TOKEN) as api:
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}
        with serving({**settings, **clock.environment()}) as server:
            server.wait_for("telegram_on")
            yield clock, server, api


@pytest.fixture(scope="module", params=JUMPS)
def jumped(request: pytest.FixtureRequest, chatting: Chatting) -> tuple[Chatting, int]:
    """A jump while two people chat, and while an address has used up what it may ask."""
    clock, server, api = chatting
    person = 1 + list(JUMPS).index(request.param)
    api.user(person).sends("what is a subject access request")
    ask(server, person, "what is a subject access request")
    assert 429 in burst(server, address_of(person), BURST + 20)
    clock.set(JUMPS[request.param])
    wait_for_jump(server, JUMPS[request.param])
    return chatting, person


def test_a_conversation_goes_on(jumped: tuple[Chatting, int]) -> None:
    """Threat: what was said before the jump is forgotten, and 'more' leads nowhere."""
    (_, server, api), person = jumped
    reply = api.user(person).sends("tell me more").text
    assert reply not in (canned.NOTHING_TO_CONTINUE, canned.FAULT)
    assert ask(server, person, "tell me more")["messages"][0]["kind"] == "more"


def test_a_limit_is_neither_lifted_nor_locked(jumped: tuple[Chatting, int]) -> None:
    """Threat: a jump lets a flood through, or shuts an address out for a day."""
    (_, server, _), person = jumped
    assert 429 in burst(server, address_of(person), BURST)
    time.sleep(1.5)
    assert burst(server, address_of(person), 1) == [400]


def test_nothing_failed(jumped: tuple[Chatting, int]) -> None:
    """Threat: a timer that is due in a day's time, or long since, ends the program."""
    (_, server, _), _ = jumped
    assert server.process.poll() is None
    assert "event=fault" not in server.output


def wait_for_jump(server: Serving, days: int) -> None:
    """Waits until the program tells the new time in the head of its answers."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        told = parsedate_to_datetime(httpx.get(f"{server.url}/health").headers["date"])
        if abs(told - datetime.now(timezone.utc) - timedelta(days=days)) < timedelta(minutes=5):
            return
        time.sleep(0.2)
    pytest.fail("the program's clock did not jump")


def ask(server: Serving, person: int, question: str) -> dict[str, list[dict[str, str]]]:
    """What is said to a question on the web."""
    with visitor(server, address_of(100 + person)) as browser:
        reply = browser.post("/api/chat", json={"chat": f"c{person}", "ask": question})
    assert reply.status_code == 200
    return dict(reply.json())


def address_of(person: int) -> str:
    """Where this person's limit is used up; they chat from another."""
    return f"127.5.5.{person}"
