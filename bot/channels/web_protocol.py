"""Closes connections that only keep others waiting; uvicorn has no time limit for a request.

Whoever opens many connections and sends a byte now and then, or never takes what is sent, would
otherwise hold them all until nobody else gets one.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 10
"""How long a client may take to send the head of a request, or to make room for more of what is
sent to it."""

MAX_WAITING = 256
GRACE_SECONDS = 1
"""How many connections may be open without a request in hand: one more ends those that have waited
longest, though not those that have only just come and may have sent all."""

MAX_CONNECTIONS = 512
"""Over so many, uvicorn answers 503 (its ``limit_concurrency``)."""


class PatientProtocol(H11Protocol):
    """uvicorn's own protocol on h11, which also limits the size of a head, with a deadline.

    The deadline runs from the first byte to the end of a request's head, also between requests and
    while the rest of an answered request comes in; and while a client does not take what is sent.
    """

    _waiting: ClassVar[dict[PatientProtocol, float]] = {}
    """Since when each waits, the longest first."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Called when a client has connected."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called when the connection has ended."""
        self._wait_no_more()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Called when more has come in."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before and not self.flow.write_paused:
            self._wait_no_more()

    def on_response_complete(self) -> None:
        """Called when a request was answered; the next one may be here already."""
        self._wait()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Called when a client does not take what is sent."""
        super().pause_writing()
        self._wait()

    def resume_writing(self) -> None:
        """Called when a client has taken most of it."""
        super().resume_writing()
        if self.cycle is not None and not self.cycle.response_complete:
            self._wait_no_more()

    def _wait(self) -> None:
        self._wait_no_more()
        now = self.loop.time()
        self._waiting[self] = now
        self._deadline = self.loop.call_later(SECONDS, self._give_up)
        while len(self._waiting) > MAX_WAITING:
            longest, since = next(iter(self._waiting.items()))
            if now - since < GRACE_SECONDS:
                return
            longest._give_up()

    def _wait_no_more(self) -> None:
        self._waiting.pop(self, None)
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._wait_no_more()
        # At once: an orderly end would wait for a client that takes nothing.
        self.transport.abort()
