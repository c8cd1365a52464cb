"""Clients that send too much, too slowly or no HTTP at all, on the running program.

Threat of all: one client, or a few, keep the assistant from everybody else, or make it write what
they sent.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from serving import Serving
from visitor import visitor

from bot.channels.web_protocol import GRACE_SECONDS, MAX_CONNECTIONS, MAX_WAITING, SECONDS
from bot.channels.web_requests import BODY_SECONDS, MAX_BODY_BYTES

CANARY = b"-".join((b"canary", b"in", b"bytes"))
POST = b"POST /api/chat HTTP/1.1\r\nHost: h\r\nX-Words: " + CANARY + b"\r\n"
GET = b"GET /health HTTP/1.1\r\nHost: h\r\nX-Words: " + CANARY + b"\r\n\r\n"
SLACK = 4.0
"""How much later than promised something may happen on a busy machine."""


def assert_others_are_answered(server: Serving) -> None:
    started = time.monotonic()
    with visitor(server, "127.0.0.90") as other:
        reply = other.post("/api/chat", json={"chat": "c", "ask": "hello"}, timeout=10)
    assert reply.status_code == 200
    assert time.monotonic() - started < SLACK


@pytest.fixture(autouse=True)
def nothing_is_written_and_others_are_answered(server: Serving) -> Iterator[None]:
    before = len(server.output)
    yield
    assert_others_are_answered(server)
    assert CANARY.decode() not in server.output
    assert "event=fault" not in server.output[before:]


def connect(server: Serving, *sent: bytes, address: str = "127.0.0.91") -> socket.socket:
    """A connection from a loopback address, on which something was sent."""
    to = urlsplit(server.url)
    made = socket.create_connection((to.hostname, to.port or 80), 30, source_address=(address, 0))
    for part in sent:
        made.sendall(part)
    return made


@contextmanager
def connections(
    server: Serving, count: int, sent: bytes = b"", network: str = "127.0.1"
) -> Iterator[list[socket.socket]]:
    """Many connections, 50 from an address at most."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(connect(server, sent, address=f"{network}.{number // 50 + 1}"))
            for number in range(count)
        ]


def all_from(connection: socket.socket) -> bytes:
    """What comes until the server ends the connection."""
    received = b""
    with suppress(ConnectionError):  # ended while more was on its way, which is an end too
        while part := connection.recv(65536):
            received += part
    return received


class Slow(NamedTuple):
    """How a slow client got on."""

    received: bytes
    seconds: float


def drip(server: Serving, *sent: bytes) -> Slow:
    """Sends something, then a byte now and then until the server has had enough."""
    started = time.monotonic()
    received = b""
    with connect(server, *sent, address="127.0.0.92") as connection:
        connection.settimeout(0.3)
        while time.monotonic() - started < 3 * SECONDS:
            try:
                connection.sendall(b"x")
                part = connection.recv(65536)
            except TimeoutError:
                continue
            except ConnectionError:
                break
            if not part:
                break
            received += part
    return Slow(received, time.monotonic() - started)


def take_nothing(server: Serving) -> Slow:
    """Asks for the same file again and again without reading it."""
    started = time.monotonic()
    asking = b"GET /widget/widget.js HTTP/1.1\r\nHost: h\r\n\r\n"
    with socket.socket() as connection:
        # Before it connects, so that little is under way when nothing more is taken.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.bind(("127.0.0.92", 0))
        to = urlsplit(server.url)
        connection.connect((to.hostname, to.port))
        connection.sendall(asking * 4_000)
        while time.monotonic() - started < 3 * SECONDS:
            time.sleep(0.3)
            try:
                connection.send(asking)
            except ConnectionError:
                break
    return Slow(b"", time.monotonic() - started)


SLOW: dict[str, Callable[[Serving], Slow]] = {
    "a head that never ends": lambda server: drip(server, b"GET / HTTP/1.1\r\nX-Words: " + CANARY),
    "a second head that never ends": lambda server: drip(server, GET, b"GET / HTTP/1.1\r\nX: "),
    "a body": lambda server: drip(server, POST + b"Content-Length: 900\r\n\r\n", CANARY),
    "a body that was refused": lambda server: drip(server, POST + b"Content-Length: 99000\r\n\r\n"),
    "a body that nobody wants": lambda server: drip(
        server, b"GET /health HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n"
    ),
    "nothing is taken": take_nothing,
}


@pytest.fixture(scope="module")
def slow(server: Serving) -> Iterator[dict[str, Future[Slow]]]:
    """All slow clients at once, since each of them takes its time."""
    with ThreadPoolExecutor(len(SLOW)) as pool:
        yield {name: pool.submit(run, server) for name, run in SLOW.items()}


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_client_is_given_up(slow: dict[str, Future[Slow]], name: str) -> None:
    """Threat: connections that are held for ever, a byte at a time, until there is none left."""
    assert slow[name].result().seconds < SECONDS + SLACK


def test_a_slow_body_is_told_so(slow: dict[str, Future[Slow]]) -> None:
    """Threat: as above; but a phone on a bad line should learn why."""
    received, seconds = slow["a body"].result()
    assert received.startswith(b"HTTP/1.1 408 ")
    assert b"did not arrive within 10 seconds" in received
    assert seconds > BODY_SECONDS - 1
    assert slow["a body that was refused"].result().received.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET /hea", GET, POST, POST + b"Content-Length: 900\r\n\r\n" + CANARY],
    ids=["nothing", "part of a line", "all", "part of a head", "part of a body"],
)
def test_a_half_closed_connection_is_ended(server: Serving, sent: bytes) -> None:
    """Threat: connections of clients that have gone."""
    with connect(server, sent) as connection:
        connection.shutdown(socket.SHUT_WR)
        started = time.monotonic()
        assert all_from(connection)[:12] in (b"", b"HTTP/1.1 200")
        assert time.monotonic() - started < 5


def test_idle_connections_do_not_keep_others_out(server: Serving) -> None:
    """Threat: a few hundred connections on which nothing is ever sent."""
    with connections(server, 200):
        for _ in range(5):
            assert_others_are_answered(server)


def test_of_too_many_idle_connections_the_oldest_end(server: Serving) -> None:
    """Threat: so many idle connections that the system gives the program no more."""
    with connections(server, MAX_WAITING + 50) as idle:
        time.sleep(GRACE_SECONDS)
        assert_others_are_answered(server)
        ended, _, _ = select.select(idle, [], [], 0)
        assert idle[0] in ended
        assert idle[-1] not in ended


def test_over_the_limit_of_connections_the_others_are_told(server: Serving) -> None:
    """Threat: thousands of requests in hand at once, until memory is full."""
    part = POST + b"Content-Length: 900\r\n\r\n"
    with connections(server, MAX_CONNECTIONS, part, "127.0.2"), connect(server, GET) as one_more:
        assert one_more.recv(12) == b"HTTP/1.1 503"


def test_a_long_body_is_refused_before_it_is_sent(server: Serving) -> None:
    """Threat: memory, and hours of reading."""
    length = str(MAX_BODY_BYTES + 1).encode()
    with connect(server, POST + b"Content-Length: " + length + b"\r\n\r\n") as connection:
        assert connection.recv(12) == b"HTTP/1.1 413"


def test_a_long_body_that_does_not_say_so_is_refused(server: Serving) -> None:
    """Threat: as above, in chunks of unknown number."""
    chunk = b"1000\r\n" + CANARY.ljust(0x1000, b"x") + b"\r\n"
    chunks = chunk * (MAX_BODY_BYTES // 0x1000 + 1)
    with connect(server, POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks) as connection:
        assert connection.recv(12) == b"HTTP/1.1 413"


NOT_HTTP = {
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + CANARY + b"\r\n\r\n",
    "words": CANARY + b"\r\n\r\n",
    "a long path": b"GET /" + CANARY * 20_000 + b" HTTP/1.1\r\n\r\n",
    "a long header": b"GET / HTTP/1.1\r\nHost: h\r\nX: " + CANARY * 20_000 + b"\r\n\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\nHost: h\r\n" + CANARY + b"\r\n\r\n",
    "a zero byte": b"GET / HTTP/1.1\r\nHost: h\r\nX: \x00" + CANARY + b"\r\n\r\n",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n",
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}" + CANARY,
    "no chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nzz" + CANARY + b"\r\n",
    "an unknown encoding": POST + b"Transfer-Encoding: " + CANARY + b"\r\n\r\n",
}


@pytest.mark.parametrize("sent", NOT_HTTP.values(), ids=NOT_HTTP.keys())
def test_what_is_not_http_is_refused(server: Serving, sent: bytes) -> None:
    """Threat: bytes that a lenient reader takes for something else than the one before it does."""
    with connect(server, sent) as connection:
        received = all_from(connection)
    assert received[:12] in (b"HTTP/1.1 400", b"")
    assert CANARY not in received


def test_garbage_behind_a_request_is_refused_alone(server: Serving) -> None:
    """Threat: the same, on a connection that was fine so far."""
    with connect(server, GET + GET + b"\x00" + CANARY + b"\r\n\r\n" + GET) as connection:
        received = all_from(connection)
    assert received.count(b"HTTP/1.1 200 ") == 2
    assert received.count(b"HTTP/1.1 400 ") == 1


def test_an_old_client_is_answered(server: Serving) -> None:
    with connect(server, b"GET /health HTTP/1.0\r\n\r\n") as connection:
        received = all_from(connection)
    assert received.startswith(b"HTTP/1.1 200 ")
    assert received.endswith(b'{"status":"ready"}')
