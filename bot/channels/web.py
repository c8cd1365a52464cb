"""The web widget and its JSON API."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.assistant import Assistant
from bot.log_policy import Stage, log_fault
from bot.memory import ChatKeys
from bot.turn import Turn

FILES = Path(__file__).parent / "widget"

MAX_BODY_BYTES = 64 * 1024
MAX_CHAT_CHARACTERS = 64

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

Handler = Callable[[str, str], Awaitable[Turn]]


class BadRequest(ValueError):
    """The request cannot be understood; the message says what to send."""


def create_app(assistant: Assistant, keys: ChatKeys) -> Starlette:
    """The widget on ``/`` and the API on ``/api/chat``.

    The API takes ``{"chat": any text of one's own, "ask": question}``; in place of ``ask`` it takes
    ``choose`` or ``more`` with an answer's id. It returns the outcome and the messages to show. The
    chat's text only keeps the turns of one page together; it is never stored.
    """
    handlers: dict[str, Handler] = {
        "ask": assistant.ask,
        "choose": assistant.choose,
        "more": assistant.more,
    }

    async def page(request: Request) -> Response:
        return FileResponse(FILES / "index.html")

    async def chat(request: Request) -> Response:
        try:
            name, what, chat_id = _read(await _body(request))
        except BadRequest as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        turn = await handlers[name](keys.key("web", chat_id), what)
        return JSONResponse(
            {
                "outcome": turn.outcome,
                "language": turn.language,
                "answers": turn.shown,
                "messages": turn.messages,
            }
        )

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ready"})

    async def fault(request: Request, error: Exception) -> Response:
        log_fault(Stage.ANSWER, error)
        return JSONResponse({"error": "Something went wrong. Please try again."}, status_code=500)

    routes = [
        Route("/", page),
        Route("/api/chat", chat, methods=["POST"]),
        Route("/health", health),
        Mount("/widget", StaticFiles(directory=FILES)),
    ]
    app = Starlette(routes=routes, exception_handlers={Exception: fault})
    app.add_middleware(_SafeHeaders)
    return app


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BadRequest("The message is too long. Please send a shorter one.")
    return body


def _read(body: bytes) -> tuple[str, str, str]:
    """What is asked for: the handler's name, its text, and the chat."""
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
    return name, what, chat


class _SafeHeaders:
    """Adds the headers above to every response, the faulty ones included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(Headers(raw=message["headers"]).raw))
                for name, value in HEADERS.items():
                    headers[name] = value
                message["headers"] = headers.raw
            await send(message)

        await self._app(scope, receive, send_with_headers)
