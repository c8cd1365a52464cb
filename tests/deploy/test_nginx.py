"""nginx, started with the project's sample, keeps nothing of what it passes on.

Threat: an ordinary web server writes down who asked when and for what, and puts long messages into
files. Whoever seizes its disk would have what the program never wrote.
"""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from serving import PROJECT, free_port

from tests.deploy.conftest import Proxy, nginx

SAMPLE = (PROJECT / "deploy/nginx.conf").read_text(encoding="utf-8")

# Built from parts, so that no canary stands in a file of the project.
WORDS = "-".join(("canary", "of", "words"))
AGENT = "canary-" + "agent"
ADDRESS = ".".join(("127", "9", "8", "7"))
FORGED = ".".join(("203", "0", "113", "77"))
CANARIES = tuple(canary.encode() for canary in (WORDS, AGENT, ADDRESS, FORGED))

LONG_ANSWER = 30 * 1024 * 1024
"""More than the kernel keeps for a slow reader, so that nginx has to keep it."""

LONGEST = 65_000
"""A little less than the program takes."""

Behind = tuple[int, list[dict[str, str]]]
"""The program's port, and the headers of each request that reached it."""


class Program(BaseHTTPRequestHandler):
    """Stands in for the program behind nginx."""

    protocol_version = "HTTP/1.1"
    seen: list[dict[str, str]]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.seen.append({name.lower(): value for name, value in self.headers.items()})
        answer = WORDS.encode().ljust(LONG_ANSWER if self.path == "/long" else 100)
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def program() -> Iterator[Behind]:
    seen: list[dict[str, str]] = []
    handler = type("Handler", (Program,), {"seen": seen})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server.server_port, seen
        server.shutdown()
        thread.join(10)


def connect(port: int, *, tls: bool = True, buffer: int = 0) -> socket.socket:
    """A connection from the address of a canary."""
    plain = socket.create_connection(("127.0.0.1", port), 30, (ADDRESS, 0))
    if buffer:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain) if tls else plain


def answer_to(raw: bytes, port: int, *, tls: bool = True) -> bytes:
    """What comes back until nginx ends the connection."""
    received = b""
    with connect(port, tls=tls) as connection:
        try:
            connection.sendall(raw)
            while part := connection.recv(65536):
                received += part
        except (ConnectionError, ssl.SSLError):
            pass  # it may hang up on what it refuses
    return received


def request(path: str, body: bytes = b"", length: str = "") -> bytes:
    """A request with canaries wherever a browser may put words of a person."""
    lines = [
        f"{'POST' if body else 'GET'} {path} HTTP/1.1",
        "Host: your.host",
        "Connection: close",
        f"User-Agent: {AGENT}",
        f"Referer: https://your.host/{WORDS}",
        f"Cookie: chat={WORDS}",
        f"X-Forwarded-For: {FORGED}",
        length or f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def read_slowly(proxy: Proxy) -> None:
    with connect(proxy.https, buffer=4096) as connection:
        connection.sendall(request("/long"))
        time.sleep(1)


def break_off(proxy: Proxy) -> None:
    """As where a telephone loses its network in the middle of a message."""
    with connect(proxy.https) as connection:
        connection.sendall(request("/api/chat", WORDS.encode(), "Content-Length: 5000"))
        time.sleep(0.2)
        at_once = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)


def talk(proxy: Proxy, passed_on: int) -> None:
    """Says everything that goes well or wrong; what is passed on gets the status ``passed_on``."""
    words, pieces = WORDS.encode(), b"1\r\nc\r\n" * 40_000 + b"0\r\n\r\n"
    longest = (words * LONGEST)[:LONGEST]
    in_address = request(f"/{WORDS}?{WORDS}")
    said = {
        in_address: passed_on,
        request("/api/chat", words): passed_on,
        request("/api/chat", longest): passed_on,
        request("/api/chat", longest * 3): 413,
        request("/api/chat", pieces, "Transfer-Encoding: chunked"): 411,
        request(f"/{WORDS * 2000}"): 414,
        f"{WORDS}\0\r\n\r\n".encode(): 400,
    }
    answers = {raw: answer_to(raw, proxy.https) for raw in said}
    assert {raw: status(answer) for raw, answer in answers.items()} == said
    assert status(answer_to(in_address, proxy.http, tls=False)) == 301
    assert status(answer_to(in_address, proxy.https, tls=False)) == 400
    break_off(proxy)
    read_slowly(proxy)
    time.sleep(0.3)  # what is written late would be written now


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def everything_in(folder: Path) -> dict[Path, tuple[int, int]]:
    """Files and folders. A folder changes also when a file in it comes and goes."""
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


@pytest.mark.parametrize("passed_on", [200, 502], ids=["program runs", "program is down"])
def test_nothing_is_written(program: Behind, tmp_path: Path, passed_on: int) -> None:
    """Threat: nginx's logs and temporary files, above all when something goes wrong."""
    port = program[0] if passed_on == 200 else free_port()
    with nginx(tmp_path, port, SAMPLE) as proxy:
        before = everything_in(tmp_path)
        talk(proxy, passed_on)
        assert everything_in(tmp_path) == before
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert [file for file in files if any(c in file.read_bytes() for c in CANARIES)] == []
    assert (tmp_path / "said").read_bytes() == b""


def test_no_file_is_opened_for_writing(program: Behind, tmp_path: Path) -> None:
    """Threat: it writes outside of its folder, where the test above does not look."""
    tracer = shutil.which("strace")
    assert tracer, "strace is missing: run scripts/install-test-tools.sh"
    folder, trace = tmp_path / "nginx", tmp_path / "trace"
    folder.mkdir()
    watched = (tracer, "-f", "-qq", "-e", "trace=%file", "-o", str(trace))
    with nginx(folder, program[0], SAMPLE, watched) as proxy:
        talk(proxy, 200)
    # Before it reads the sample it opens the log that it was built with.
    _, _, after = trace.read_text(encoding="utf-8").partition("nginx.conf")
    opened = re.findall(r'open\w*\(.*?"(.+?)", \S*O_(?:WRONLY|RDWR|CREAT)', after)
    assert {*opened} == {"/dev/null", f"{folder}/run/nginx.pid"}


def test_the_program_sees_the_true_address_alone(program: Behind, tmp_path: Path) -> None:
    """Threat: somebody gets round the limit for an address, or has another one held back.

    And what tells browsers apart is not even passed on.
    """
    with nginx(tmp_path, program[0], SAMPLE) as proxy:
        answer_to(request("/api/chat", b"{}"), proxy.https)
    (headers,) = program[1]
    assert headers["x-forwarded-for"] == ADDRESS
    assert headers.keys() == {"host", "x-forwarded-for", "content-length"}


def test_answers_of_nginx_itself_tell_nothing(tmp_path: Path) -> None:
    """Threat: words in an address are repeated where others see them; nginx names its version."""
    with nginx(tmp_path, free_port(), SAMPLE) as proxy:
        moved = answer_to(request(f"/{WORDS}?{WORDS}"), proxy.http, tls=False)
        failed = answer_to(request(f"/{WORDS}"), proxy.https)
    assert b"Location: https://your.host/\r\n" in moved
    for answer in (moved, failed):
        assert WORDS.encode() not in answer
        assert b"nginx/" not in answer


@pytest.mark.parametrize("sent", [b"GET / HT", request("/", b"{", "Content-Length: 9")])
def test_a_slow_sender_is_cut_off(tmp_path: Path, sent: bytes) -> None:
    """Threat: somebody holds all connections open, and nobody else gets an answer."""
    quick, count = re.subn(r"(_timeout) 10s;", r"\1 1s;", SAMPLE)
    assert count >= 3
    with nginx(tmp_path, free_port(), quick) as proxy:
        began = time.monotonic()
        answer_to(sent, proxy.https)
        assert time.monotonic() - began < 5


def test_no_session_is_kept(tmp_path: Path) -> None:
    """Threat: two visits are seen to be the same browser's, or recorded ones read later on."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # later versions tell it only afterwards
    with (
        nginx(tmp_path, free_port(), SAMPLE) as proxy,
        socket.create_connection(("127.0.0.1", proxy.https), 30) as plain,
        context.wrap_socket(plain) as connection,
    ):
        assert connection.session is not None
        assert (connection.session.has_ticket, connection.session.id) == (False, b"")


def test_no_part_of_the_sample_logs_or_caches() -> None:
    """Threat: a log or a cache in a part of the sample that no test walks through."""
    directives = re.findall(r"^ *(\w+) (.+?);", SAMPLE, re.MULTILINE)
    kept = [(name, value) for name, value in directives if re.search("log|cache|store", name)]
    assert sorted(kept) == [
        ("access_log", "off"),
        ("error_log", "/dev/null emerg"),
        ("proxy_cache", "off"),
        ("ssl_session_cache", "off"),
    ]
