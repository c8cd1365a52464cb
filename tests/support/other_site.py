"""A website of somebody else, on another port of this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class OtherSite:
    """A site that shows ``html`` and writes down what it is asked for."""

    origin: str = ""
    html: str = "<title>Somewhere else</title>"
    asked: list[str] = field(default_factory=list)


@contextmanager
def other_site() -> Iterator[OtherSite]:
    """Serves a page at ``/``, and at ``/script.js`` a script that sets ``window.ran``."""
    site = OtherSite()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            script = self.path == "/script.js"
            body = ("window.ran = true" if script else f"<!doctype html>{site.html}").encode()
            self.send_response(200)
            self.send_header("content-type", "text/javascript" if script else "text/html")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
