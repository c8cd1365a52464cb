"""Texts that stand for all that a person gives away, and chats that give every one of them away.

Each is built from parts when it is needed, so that none stands in a file of the project.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from fake_bot_api import FakeBotApi

WORDS = "-".join(("canary", "of", "words"))
CHAT_ID = 7_000_000_000 + 123_456_789
"""How all chat ids begin: two more digits tell the chats apart."""
TOKEN = "424242:" + "Canary" * 6
NAME, LAST_NAME, USERNAME = "Canary" + "Name", "Canary" + "Surname", "canary_" + "username"
NETWORK, FORWARDED = ".".join(("127", "83", "61", "")), ".".join(("203", "0", "113", "207"))
"""How all addresses of browsers begin, and what a proxy says of them."""
AGENT = "canary-" + "agent/1.0"
DETAIL = " ".join(("07700", "900", "461"))
CONTACT = "+44" + "7700900" + "738"
LATITUDE, LONGITUDE = float("51." + "739184"), float("-0." + "628417")
CAPTION, EDITED, GROUP = (f"canary{kind}" for kind in ("Caption", "Edited", "Group"))
PRESSED, FILE, WEB_CHAT, PATH = (f"canary{kind}" for kind in ("Button", "File", "Chat", "Path"))

CANARIES: dict[str, str] = {
    "words": WORDS,
    "chat id": str(CHAT_ID),
    "token": TOKEN,
    "token's secret": TOKEN.partition(":")[2],
    "name": NAME,
    "last name": LAST_NAME,
    "username": USERNAME,
    "address": NETWORK,
    "forwarded address": FORWARDED,
    "user agent": AGENT,
    "phone in a message": DETAIL,
    "contact's phone": CONTACT,
    "latitude": str(LATITUDE),
    "longitude": str(LONGITUDE),
    "caption": CAPTION,
    "edited message": EDITED,
    "group's title": GROUP,
    "callback data": PRESSED,
    "file": FILE,
    "web chat": WEB_CHAT,
    "path": PATH,
}

MESSAGES = (
    f"what is a subject access request {WORDS}",
    f"zxcvb {WORDS} qwerty",
    f"is a copy of my data free? call {DETAIL}",
    f"/x{{{WORDS}",
    f'/greeting{{"name": "{WORDS}"}}',
    f"/forget {WORDS}",
    f"/{WORDS}@{WORDS} \\",
    f"{WORDS} " * (10_000 // (len(WORDS) + 1)),
    f"<b>{WORDS}</b> %s {{}} %(name)s \\ud800 \x00",
)
"""What is written, on every channel."""

FEWEST_REPLIES = (len(MESSAGES), 8)
"""How many replies the two chats of a person get at least, if any can be sent."""

QUIET_SECONDS, PATIENT_LOOKS = 0.4, 8


def found_in(text: str) -> list[str]:
    """Which canaries stand in ``text``, whatever their capitals."""
    return [name for name, canary in CANARIES.items() if canary.lower() in text.lower()]


def say_everything(api: FakeBotApi, url: str, person: int = 0) -> None:
    """Gives every canary away on every channel; a new person is not yet limited."""
    say_on_telegram(api, person)
    say_on_the_web(url, person)


def say_on_telegram(api: FakeBotApi, person: int = 0) -> None:
    """Sends what :func:`send_on_telegram` does; waits until it was taken and dealt with."""
    api.wait_until_read(send_on_telegram(api, person))
    for _ in range(PATIENT_LOOKS):
        if all(len(replies(api, 2 * person + n)) >= FEWEST_REPLIES[n] for n in (0, 1)):
            break
        time.sleep(QUIET_SECONDS)
    wait_until_quiet(lambda: len(api.calls) - api.calls.count("getUpdates"))


def replies(api: FakeBotApi, chat: int) -> list[str]:
    """What one of a hundred chats was told."""
    return [message.text for message in api.sent if message.chat_id == chat_id(chat)]


def send_on_telegram(api: FakeBotApi, person: int = 0) -> int:
    """Writes in one chat, sends all else that Telegram has in another; the last update's id."""
    last = 0
    for chat, updates in ((2 * person, _texts), (2 * person + 1, _others)):
        for update in updates(api, chat_id(chat)):
            last = api.add_update(**update)
    return last


def chat_id(chat: int) -> int:
    """The id of one of a hundred chats."""
    return CHAT_ID * 100 + chat


def say_on_the_web(url: str, person: int = 0) -> None:
    """Writes, asks for what is not there and sends what is no request, from an address."""
    with web_client(url, person) as client:
        for text in MESSAGES:
            for name in ("ask", "choose", "more") if text is MESSAGES[0] else ("ask",):
                asked = {"chat": WEB_CHAT, name: text}
                assert client.post(f"/api/chat?{PATH}", json=asked).status_code in (200, 500)
        client.post("/api/chat", content=f"{{{WORDS}")
        client.post("/api/chat", json={WORDS: WORDS})
        client.request(WORDS.upper(), f"/{PATH}")
        for path in (PATH, f"widget/{PATH}.js", f"api/chat/{PATH}", f"api/chat/?{PATH}"):
            client.get(f"/{path}", headers={"range": WORDS, "if-none-match": WORDS})


def web_client(url: str, person: int = 0) -> httpx.Client:
    """A browser at an address of its own, with an agent and a proxy that tell more."""
    address = f"{NETWORK}{person + 1}"
    return httpx.Client(
        base_url=url,
        # A connection for each request: the program ends those that are idle.
        transport=httpx.HTTPTransport(
            local_address=address, limits=httpx.Limits(max_keepalive_connections=0)
        ),
        headers={"user-agent": AGENT, "x-forwarded-for": FORWARDED, "referer": f"http://{PATH}"},
        timeout=60,
    )


def wait_until_quiet(count: Callable[[], int]) -> None:
    """Waits until a count has stopped growing."""
    before = -1
    while before != (before := count()):
        time.sleep(QUIET_SECONDS)


def _texts(api: FakeBotApi, chat: int) -> Iterator[dict[str, Any]]:
    yield from (_message(api, chat, text=text) for text in MESSAGES)


def _others(api: FakeBotApi, chat: int) -> Iterator[dict[str, Any]]:
    """What is not a written message."""
    file = {"file_id": FILE, "file_unique_id": FILE}
    photo = {**file, "width": 1, "height": 1}
    contact = {"phone_number": CONTACT, "first_name": NAME, "last_name": LAST_NAME}
    yield _message(api, chat, photo=[photo], caption=CAPTION)
    yield _message(api, chat, contact=contact)
    yield _message(api, chat, location={"latitude": LATITUDE, "longitude": LONGITUDE})
    yield _message(api, chat, voice={**file, "duration": 1})
    edited = _message(api, chat, text=EDITED, edit_date=1)["message"]
    yield {"edited_message": edited}
    group = {"id": -chat, "type": "group", "title": GROUP}
    yield _message(api, chat, chat=group, text=WORDS)
    yield _message(api, chat, chat=group, new_chat_title=GROUP)
    for data in (PRESSED, f"show:{PRESSED}", f"more:{PRESSED}", "show:sar_what_is"):
        message = _message(api, chat, text=WORDS)["message"]
        query = {"id": FILE, "from": message["from"], "chat_instance": FILE, "data": data}
        yield {"callback_query": {**query, "message": message}}


def _message(api: FakeBotApi, whose: int, **content: Any) -> dict[str, Any]:
    message = api.user(whose, NAME, USERNAME).message()["message"]
    for who in (message["from"], message["chat"]):
        who["last_name"] = LAST_NAME
    return {"message": {**message, **content}}
