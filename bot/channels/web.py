"""The web widget and its JSON API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from mimetypes import guess_type
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.assistant import Assistant
from bot.channels import web_requests, web_safety, web_settings
from bot.channels.web_requests import BadRequest
from bot.channels.web_safety import AddressLimit, BelievedProxies, SafeApp
from bot.channels.web_settings import WebSettings
from bot.limits import RateLimit
from bot.log_policy import Stage, log_fault
from bot.memory import ChatKeys
from bot.turn import Turn

FILES = Path(__file__).parent / "widget"

Handler = Callable[[str, str], Awaitable[Turn]]


def create_app(
    assistant: Assistant,
    keys: ChatKeys,
    limit: RateLimit | None = None,
    settings: WebSettings | None = None,
) -> SafeApp:
    """The widget on ``/`` and the API on ``/api/chat``, which docs/api/openapi.yml describes.

    Args:
        assistant: answers.
        keys: turns chats and addresses into keys.
        limit: how often one address may ask.
        settings: those of the environment, if none are given.
    """
    settings = settings or web_settings.from_environment()
    api = _Api(assistant, keys, AddressLimit(keys, limit))
    routes = [
        Route("/", _file(FILES / "index.html")),
        *(Route(f"/widget/{path.name}", _file(path)) for path in FILES.iterdir()),
        Route("/api/chat", api.chat, methods=["POST"]),
        Route("/health", _health),
    ]
    app = SafeApp(routes=routes, exception_handlers={Exception: _fault})
    app.safe_headers = web_safety.headers(settings.embed_origins)
    # A redirect to the address without its last slash would repeat what was asked, and whatever
    # host the visitor named.
    app.router.redirect_slashes = False
    if settings.trusted_proxies:
        app.add_middleware(BelievedProxies, trusted_hosts=settings.trusted_proxies)
    return app


class _Api:
    """Answers chats.

    It takes ``{"chat": any text of one's own, "ask": question}``; in place of ``ask`` it takes
    ``choose`` or ``more`` with an answer's id. It returns the outcome and the messages to show. The
    chat's text only keeps the turns of one page together; it is never stored.
    """

    def __init__(self, assistant: Assistant, keys: ChatKeys, addresses: AddressLimit) -> None:
        self._handlers: dict[str, Handler] = {
            "ask": assistant.ask,
            "choose": assistant.choose,
            "more": assistant.more,
        }
        self._keys = keys
        self._addresses = addresses

    async def chat(self, request: Request) -> Response:
        if web_safety.is_from_another_site(request):
            return _error(403, web_safety.ANOTHER_SITE)
        if not self._addresses.allow(request):
            return _error(429, web_safety.TOO_MANY, {"retry-after": str(web_safety.RETRY_SECONDS)})
        try:
            asked = await web_requests.read(request)
        except BadRequest as error:
            return _error(error.status, str(error), error.headers)
        except ClientDisconnect:
            # Nobody is left to read an answer, and it is no fault that a log should tell.
            return Response(status_code=400)
        turn = await self._handlers[asked.handler](self._keys.key("web", asked.chat), asked.what)
        return JSONResponse(
            {
                "outcome": turn.outcome,
                "language": turn.language,
                "answers": turn.shown,
                "messages": turn.messages,
            }
        )


def _file(path: Path) -> Callable[[Request], Awaitable[Response]]:
    # Starlette would read files in threads. One that waits keeps in its registers the last bytes of
    # a text, such as a visitor's headers, for hours.
    content, media_type = path.read_bytes(), guess_type(path)[0]

    async def file(request: Request) -> Response:
        return Response(content, media_type=media_type)

    return file


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ready"})


async def _fault(request: Request, error: Exception) -> Response:
    log_fault(Stage.ANSWER, error)
    return _error(500, "Something went wrong. Please try again. If you are in danger, call 999.")


def _error(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": text}, status_code=status, headers=headers)
