"""A minute after a chat, nothing of it stands in the memory of the running program.

Threat: whoever seizes the machine while it runs copies its memory. Not only what is remembered is
looked through, but every page: what Python, its libraries and the C library freed, the buffers of
connections, the stack.
"""

from __future__ import annotations

import struct
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from canary import (
    CANARIES,
    DETAIL,
    NETWORK,
    TOKEN,
    WEB_CHAT,
    chat_id,
    say_on_telegram,
    say_on_the_web,
    web_client,
)
from fake_bot_api import FakeBotApi, fake_bot_api
from httpx import Client, HTTPTransport
from memory_scan import around, count, encoded, scan
from registers import registers
from root import must_be_root
from serving import Serving, serving

from bot import canned

PATIENCE_SECONDS = 65.0
"""The program looks every 30 seconds for what can go."""

STAYS = ("token", "token's secret")
"""What the program needs to go on."""

CONNECTION = ("address", "user agent", "forwarded address", "path")
"""What the program has of a browser while it is connected: its address and its last headers."""

SCRIPTS = {
    "English": " ".join(("my", "brother", "zanzi" + "bar")),
    "Arabic": " ".join(("أخي", "في", "زنج" + "بار")),
    "Tigrinya": " ".join(("ሓወይ", "ኣብ", "ዛን" + "ዚባር")),
    "Chinese": "我的兄弟在" + "桑给" + "巴尔",
    "Russian": " ".join(("мой", "брат", "занзи" + "бар")),
    "Polish": " ".join(("mój", "brat", "zanzi" + "barę")),
    "Vietnamese": " ".join(("anh", "trai", "tôi", "dan" + "díba")),
    "Hindi": " ".join(("मेरा", "भाई", "ज़ंज़ी" + "बार")),
}

UNPROTECTED = (
    "import sys; from bot import cli, hardening; "
    "hardening.overwrites_freed_memory = lambda: True; sys.exit(cli.main())"
)
"""The program with Python's own allocator, which leaves what it frees."""

Patterns = dict[str, list[bytes]]
Chatted = tuple[Serving, Client]


def patterns() -> Patterns:
    """All that was given away, as it may stand in memory."""
    texts = {name: text for name, text in CANARIES.items() if name not in STAYS}
    texts |= SCRIPTS
    texts |= {"phone in a message, joined": DETAIL.replace(" ", "")}
    found = {name: encoded(text) for name, text in texts.items()}
    # Python keeps a number in digits of 30 bits.
    numbers = (struct.pack("<II", n & (2**30 - 1), n >> 30) for n in map(chat_id, range(3)))
    return {**found, "chat id as a number": list(numbers)}


def say_in_every_script(api: FakeBotApi, client: Client) -> None:
    for text in SCRIPTS.values():
        for asked in (text, f"what is a subject access request? {text}", f"{text} {DETAIL}"):
            api.add_update(**api.user(chat_id(2)).message(text=asked[:200]))
            reply = client.post("/api/chat", json={"chat": WEB_CHAT, "ask": asked})
            assert reply.status_code == 200


@pytest.fixture(scope="module")
def chatted(trained: None) -> Iterator[Chatted]:
    """A server that was just told everything, and a browser that is still connected."""
    with fake_bot_api(TOKEN) as api:
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.named_url}
        with serving(settings) as server, connected_client(server.url) as connected:
            server.wait_for("telegram_on")
            say_on_telegram(api)
            say_on_the_web(server.url)
            say_in_every_script(api, connected)
            yield server, connected


def connected_client(url: str) -> Client:
    """A browser that keeps its connection."""
    other = web_client(url)
    transport = HTTPTransport(local_address=f"{NETWORK}9")
    return Client(base_url=url, transport=transport, headers=other.headers, timeout=60)


def left_of(server: Serving, given: Patterns, keep_up: Callable[[], object]) -> Patterns:
    """What can still be found when there was time enough for it to go, and what is around it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while given and time.monotonic() < deadline:
        keep_up()
        counts = count(server.process.pid, given)
        # What is gone is not said again.
        given = {name: given[name] for name, number in counts.items() if number}
    return {name: around(server.process.pid, patterns)[:3] for name, patterns in given.items()}


def test_nothing_of_a_chat_stays_in_memory(chatted: Chatted) -> None:
    """Threat: the memory is copied while the program runs."""
    server, connected = chatted
    given = patterns()
    of_connection = {name: given.pop(name) for name in CONNECTION}
    # Who asks for something now and then stays connected.
    assert left_of(server, given, lambda: connected.get("/health").raise_for_status()) == {}
    connected.close()
    assert left_of(server, of_connection, lambda: time.sleep(1)) == {}


def test_nothing_of_a_chat_stays_in_the_registers(chatted: Chatted) -> None:
    """Threat: a thread that waits keeps a word in the processor's registers.

    Found by the seizure drill: a thread that began after the first message held ten letters of it
    until the program stopped.
    """
    server, _ = chatted
    must_be_root()
    held = registers(server.process.pid)
    assert len(held) > 0
    parts = {name: [one[:16] for one in several] for name, several in patterns().items()}
    assert {name for name, several in parts.items() if any(one in held for one in several)} == set()


def test_what_is_in_memory_is_found(chatted: Chatted) -> None:
    """Threat: the test above passes because the search finds nothing at all."""
    server, _ = chatted
    counts = scan(server.process.pid, [canned.NOT_TEXT, TOKEN, "no such text " * 2])
    assert counts[canned.NOT_TEXT] > 0
    assert counts[TOKEN] > 0
    assert counts["no such text " * 2] == 0


def test_without_protection_words_would_stay(trained: None) -> None:
    """Threat: as above; and somebody thinks that the protection can go."""
    with serving(program=(sys.executable, "-c", UNPROTECTED)) as server:
        say_on_the_web(server.url)
        counts = scan(server.process.pid, [CANARIES["words"]])
        assert counts[CANARIES["words"]] > 0
