"""Takes updates that Telegram sends by itself, where a public address is set."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, Update

from bot.channels.telegram_intake import decoded, reduced

PATH = "/telegram"
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105
MAX_BODY_BYTES = 1024 * 1024

Take = Callable[[Update], Awaitable[None]]


def webhook_route(bot: Bot, secret: str, take: Take, is_full: Callable[[], bool]) -> Route:
    """The route that Telegram posts to.

    Args:
        bot: whose updates come.
        secret: what Telegram sends along; only it and this process know it.
        take: takes one update.
        is_full: whether Telegram should rather keep it and send it again later.
    """

    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        # In constant time, so that nobody can find the secret letter by letter.
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=404)
        if is_full():
            return Response(status_code=503, headers={"retry-after": "1"})
        if kept := reduced(decoded(await _body(request))):
            await take(Update.de_json(kept, bot))
        return Response()

    return Route(PATH, receive, methods=["POST"])


async def _body(request: Request) -> bytes:
    """The request's content; nothing of it if it is too long for an update."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return b""
    return body
