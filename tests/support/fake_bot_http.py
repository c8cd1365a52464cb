"""How the Bot API server of the tests speaks HTTP, and the ways in which its connections break."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl

BEGINNING = b'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"ok": true, "result": ['
"""All that came of an answer when its connection broke."""


class Refused(Exception):
    """What the real server answers with ``ok: false``."""

    def __init__(self, text: str, status: int = 400, **parameters: int) -> None:
        super().__init__(text)
        self.status = status
        self.parameters = parameters


class Answering(Protocol):
    """Who answers the calls."""

    dead: bool
    cut_next: dict[str, list[bytes]]

    def call(self, token: str, method: str, parameters: dict[str, Any]) -> Any:
        """The ``result`` of one call, or :class:`Refused`."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # a bot opens many connections at once; a full queue costs seconds

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of a bot that was killed; the base class prints a traceback."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def listening(api: Answering) -> Iterator[str]:
    """Serves ``api`` on a free port; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            _, bot, method = self.path.split("/")
            if api.dead or api.cut_next.get(method):
                self._cut(b"" if api.dead else api.cut_next[method].pop(0))
                return
            parameters = {k: _value(v) for k, v in parse_qsl(body)}
            try:
                self._reply(200, {"ok": True, "result": api.call(bot[3:], method, parameters)})
            except Refused as error:
                content = {"ok": False, "error_code": error.status, "description": str(error)}
                if error.parameters:
                    content["parameters"] = error.parameters
                self._reply(error.status, content)

        def _cut(self, answer: bytes) -> None:
            """Closes the connection after ``answer``; the call is not carried out."""
            with suppress(ConnectionError):
                self.wfile.write(answer)
            self.close_connection = True

        def _reply(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            with suppress(ConnectionError):  # the bot stopped while it was polling
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Nothing: the base class writes each request to standard error."""

    server = _Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
