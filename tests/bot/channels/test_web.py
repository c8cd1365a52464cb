"""The widget's API, on the running program over HTTP."""

from __future__ import annotations

import asyncio
import re
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from serving import PROJECT, Serving

from bot import canned
from bot.assistant import Assistant
from bot.channels.web import create_app
from bot.channels.web_requests import MAX_CHAT_CHARACTERS
from bot.channels.web_safety import headers
from bot.channels.web_settings import WebSettings
from bot.memory import ChatKeys
from bot.turn import Turn

QUESTION = "what is a subject access request"


def post(server: Serving, **content: Any) -> httpx.Response:
    return httpx.post(f"{server.url}/api/chat", json={"chat": "test", **content}, timeout=30)


def test_a_question_gets_an_answer_with_sources_and_review_state(server: Serving) -> None:
    reply = post(server, ask=QUESTION).json()
    card = reply["messages"][0]["answer"]
    assert reply["outcome"] == "answer"
    assert reply["answers"][0]["topic"] == "sar_basics"
    assert card["sources"][0]["url"].startswith("https://")
    assert card["reviewed_by"] is None


def test_a_choice_shows_that_answer(server: Serving) -> None:
    reply = post(server, choose="gps_what_is").json()
    assert reply["answers"] == [{"id": "gps_what_is", "topic": "gps_what_is", "confidence": 1.0}]


def test_more_works_without_an_earlier_turn(server: Serving) -> None:
    reply = post(server, chat="somebody new", more="sar_what_is").json()
    assert reply["messages"][0]["kind"] == "more"


def test_two_chats_do_not_share_their_last_answer(server: Serving) -> None:
    post(server, chat="one", ask=QUESTION)
    reply = post(server, chat="two", ask="tell me more").json()
    assert reply["messages"][0]["text"] == canned.NOTHING_TO_CONTINUE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "🙂",
        "\u202e",
        "\ufffd",
    ],
    ids=["empty", "blanks", "emoji", "direction mark", "no character"],
)
def test_nothing_to_read_gets_a_kind_reply(server: Serving, text: str) -> None:
    reply = post(server, ask=text).json()
    assert reply["messages"][0]["text"] == canned.NOTHING_TO_READ


def test_a_lone_surrogate_is_survived(server: Serving) -> None:
    body = b'{"chat": "a\\ud800", "ask": "\\ud800 what is a subject access request"}'
    reply = httpx.post(f"{server.url}/api/chat", content=body, timeout=30)
    assert reply.json()["outcome"] == "answer"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "Send JSON"),
        (b"\xff\xfe\x00", "Send JSON"),
        (b"[" * 50_000, "Send JSON"),
        (b"[]", "JSON object"),
        (b'{"ask": "x"}', "'chat' must"),
        (b'{"chat": "", "ask": "x"}', "'chat' must"),
        (b'{"chat": "%s", "ask": "x"}' % (b"c" * (MAX_CHAT_CHARACTERS + 1)), "'chat' must"),
        (b'{"chat": "c"}', "exactly one"),
        (b'{"chat": "c", "ask": "x", "more": "y"}', "exactly one"),
        (b'{"chat": "c", "delete": "x"}', "exactly one"),
        (b'{"chat": "c", "ask": 5}', "'ask' must be a text"),
    ],
)
def test_a_request_that_makes_no_sense_is_told_what_to_send(
    server: Serving, body: bytes, says: str
) -> None:
    reply = httpx.post(f"{server.url}/api/chat", content=body, timeout=30)
    assert reply.status_code == 400
    assert says in reply.json()["error"]


@pytest.mark.parametrize("path", ["/", "/widget/widget.js", "/health", "/nowhere", "/api/chat"])
def test_every_response_carries_the_safe_headers(server: Serving, path: str) -> None:
    reply = httpx.get(server.url + path)
    assert {name: reply.headers.get(name) for name in headers()} == headers()
    assert "server" not in reply.headers
    assert "set-cookie" not in reply.headers


def test_a_fault_carries_them_too(loop: asyncio.AbstractEventLoop) -> None:
    """Threat: what goes wrong is kept by a cache on the way."""

    async def fails(chat: str, what: str) -> Turn:
        raise RuntimeError(what)

    async def ask() -> httpx.Response:
        broken = cast(Assistant, SimpleNamespace(ask=fails, choose=fails, more=fails))
        app = create_app(broken, ChatKeys(), settings=WebSettings())
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.post("/api/chat", json={"chat": "c", "ask": "words"})

    reply = loop.run_until_complete(ask())
    assert reply.status_code == 500
    assert "words" not in reply.text
    assert {name: reply.headers.get(name) for name in headers()} == headers()


def test_an_address_with_a_slash_too_many_is_not_repeated(server: Serving) -> None:
    """Threat: a redirect made of what a visitor, or whoever sent them a link, has written."""
    reply = httpx.post(f"{server.url}/api/chat/?words", headers={"host": "elsewhere.example"})
    assert reply.status_code == 404
    assert "location" not in reply.headers


@pytest.mark.parametrize(
    ("path", "file", "kind"),
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/widget/widget.js", "widget.js", "text/javascript; charset=utf-8"),
        ("/widget/widget.css", "widget.css", "text/css; charset=utf-8"),
        ("/widget/icon.svg", "icon.svg", "image/svg+xml"),
    ],
)
def test_the_files_of_the_widget_are_served_as_they_are(
    server: Serving, path: str, file: str, kind: str
) -> None:
    reply = httpx.get(server.url + path, headers={"range": "bytes=0-9"})
    assert reply.status_code == 200
    assert reply.content == (PROJECT / "bot/channels/widget" / file).read_bytes()
    assert reply.headers["content-type"] == kind


def test_files_outside_the_widget_are_not_served(server: Serving) -> None:
    with httpx.Client() as client:
        request = client.build_request("GET", f"{server.url}/widget/..%2fweb.py")
        assert client.send(request).status_code == 404


def test_the_widget_loads_nothing_from_anywhere_else() -> None:
    """A font or script of a third party would tell it who asks for help.

    The page that the quick exit leads to is asked for only then.
    """
    exit_to = {"leave.js": {"https://www.bbc.co.uk/weather"}}
    for file in (PROJECT / "bot/channels/widget").iterdir():
        addresses = set(re.findall(r"https?://[^\s\"'<)]+", file.read_text(encoding="utf-8")))
        allowed = {"http://www.w3.org/2000/svg"} | exit_to.get(file.name, set())
        assert addresses <= allowed, file.name
