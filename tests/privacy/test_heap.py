"""A minute after a chat, nothing of it stands in the memory of the running program.

Threat: whoever takes the machine while it runs copies its memory, and what was freed but not
overwritten is in the copy. The whole memory is searched, in the encodings of Python, C and the
network.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from canary import CANARIES, NETWORK, TOKEN, WORDS, say_everything
from fake_bot_api import FakeBotApi, fake_bot_api
from memory_scan import scan
from root import as_root
from serving import PROJECT, Serving, serving

from bot.server import SWEEP_SECONDS

MAY_STAY = {"token", "token's secret"}
"""The program needs its token; docs/privacy/what-we-could-hand-over.md says so."""

SCRIPTS = {
    "Arabic": "كناري" + "مخفي",
    "Ethiopic": "ካናሪ" + "ምስጢር",
    "Chinese": "金丝" + "雀密",
}
WANTED = {**{k: v for k, v in CANARIES.items() if k not in MAY_STAY}, **SCRIPTS}

WAIT_SECONDS = 2 * SWEEP_SECONDS + 3

UNPROTECTED = """
from bot import hardening
hardening.overwrite_freed_memory = lambda: None
from bot.cli import main
raise SystemExit(main())
"""


def options(api: FakeBotApi) -> dict[str, str]:
    return {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}


def found(server: Serving) -> set[str]:
    """The names of the canaries that stand in the program's memory."""
    as_root("true")
    counts = scan(server.process.pid, list(WANTED.values()))
    return {name for name, text in WANTED.items() if counts[text]}


@pytest.fixture(scope="module")
def chatted(trained: None) -> Iterator[Serving]:
    """A server that was told everything a minute ago, its last visitor still connected."""
    with fake_bot_api(TOKEN) as api, serving(options(api)) as server:
        server.wait_for("telegram_on")
        say_everything(api, server.url)
        person = api.user(1, SCRIPTS["Arabic"], "plain")
        for number, text in enumerate(SCRIPTS.values()):
            person.sends(f"{text} {number}")
        transport = httpx.HTTPTransport(local_address=f"{NETWORK}200")
        with httpx.Client(base_url=server.url, transport=transport, timeout=60) as client:
            client.post("/api/chat", json={"chat": "c", "ask": f"my file {WORDS}"})
            time.sleep(WAIT_SECONDS)
            yield server


def test_nothing_of_a_chat_is_in_memory_a_minute_later(chatted: Serving) -> None:
    """Threat: the memory is copied, and tells what people asked in the hours before."""
    assert found(chatted) == set()


def test_the_scan_finds_what_is_in_memory(chatted: Serving) -> None:
    """The test above can fail: the token, which the program needs, is found."""
    assert scan(chatted.process.pid, [TOKEN])[TOKEN] > 0


def test_without_overwriting_a_chat_stays_in_memory(trained: None) -> None:
    """The protection matters: the same program without it keeps words long after they were used."""
    program = (sys.executable, "-c", UNPROTECTED)
    environment = {"PYTHONPATH": str(PROJECT)}
    with fake_bot_api(TOKEN) as api, serving({**options(api), **environment}, program) as server:
        server.wait_for("telegram_on")
        say_everything(api, server.url)
        time.sleep(SWEEP_SECONDS / 3)
        assert "words" in found(server)
