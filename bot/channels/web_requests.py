"""Reads what a browser sends to the API: not too much, not for too long, and only what is meant."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.requests import Request

MAX_BODY_BYTES = 64 * 1024
MAX_CHAT_CHARACTERS = 64

BODY_SECONDS = 10
"""How long the whole body may take: a phone on a bad line sends 64 KB in less."""


class BadRequest(ValueError):
    """The request cannot be understood; the message says what to send."""

    status = 400
    headers: Mapping[str, str] = {}


class TooLong(BadRequest):
    """More was sent, or is about to be, than any message has."""

    status = 413


class TooSlow(BadRequest):
    """The body did not come in time."""

    status = 408
    headers: Mapping[str, str] = {"connection": "close"}


class Asked(NamedTuple):
    """What is asked for.

    Attributes:
        handler: ``ask``, ``choose`` or ``more``.
        what: the question, or an answer's id.
        chat: whatever the page calls its chat.
    """

    handler: str
    what: str
    chat: str


async def read(request: Request) -> Asked:
    """Reads one request of the API.

    Raises:
        BadRequest: it makes no sense, is too long or too slow.
        ClientDisconnect: the browser has gone.
    """
    if int(request.headers.get("content-length", 0)) > MAX_BODY_BYTES:
        raise TooLong(_TOO_LONG)
    try:
        return _parsed(await asyncio.wait_for(_body(request), BODY_SECONDS))
    except asyncio.TimeoutError as error:
        raise TooSlow(
            f"The message did not arrive within {BODY_SECONDS} seconds. Please send it again."
        ) from error


_TOO_LONG = "The message is too long. Please send a shorter one."


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise TooLong(_TOO_LONG)
    return body


def _parsed(body: bytes) -> Asked:
    try:
        content: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest('Send JSON: {"chat": "...", "ask": "your question"}') from error
    if not isinstance(content, dict):
        raise BadRequest('Send a JSON object: {"chat": "...", "ask": "your question"}')
    chat = content.pop("chat", None)
    if not isinstance(chat, str) or not 0 < len(chat) <= MAX_CHAT_CHARACTERS:
        raise BadRequest(f"'chat' must be a text of 1 to {MAX_CHAT_CHARACTERS} characters")
    if len(content) != 1 or not content.keys() <= {"ask", "choose", "more"}:
        raise BadRequest("Send exactly one of 'ask', 'choose' and 'more' beside 'chat'")
    ((name, what),) = content.items()
    if not isinstance(what, str):
        raise BadRequest(f"'{name}' must be a text")
    return Asked(name, what, chat)
