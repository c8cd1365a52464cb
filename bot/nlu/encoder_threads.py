"""The threads in which messages are encoded, while the chats of others go on."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from threadpoolctl import threadpool_limits

from bot.hardening import overwrite_registers

SWITCH_SECONDS = 0.0005
"""How long Python lets a thread wait for its turn; the usual 5 ms are a quarter of an encoding."""

CROWDED_SECONDS = 1.0
"""How long after two messages were under way at once each is thought to have company."""

MOST_THREADS = 8
"""More would wait for the interpreter, which does the other half of a turn."""

Result = TypeVar("Result")


class EncoderThreads:
    """Gives a message all processors while it is alone, and each of several messages one.

    Work that all processors share is done sooner. But they wait for one another, and wait in vain
    when one of them is needed elsewhere. docs/decisions/0001 has the figures.
    """

    def __init__(
        self, start: Callable[[], object], crowded_seconds: float = CROWDED_SECONDS
    ) -> None:
        """Starts all threads, those of OpenMP among them, before anybody's words are there.

        A new thread begins with what is in the processor's registers, and keeps it while it waits.

        Args:
            start: encodes something, so that all is loaded.
            crowded_seconds: as :data:`CROWDED_SECONDS`.
        """
        sys.setswitchinterval(SWITCH_SECONDS)
        self._under_way = 0
        self._crowded_seconds, self._crowded_until = crowded_seconds, 0.0
        self._alone = ThreadPoolExecutor(1, "encoder")
        self._alone.submit(start).result()
        all_there = Barrier(min(_processors(), MOST_THREADS))
        self._several = ThreadPoolExecutor(all_there.parties, "encoder", _take_one_processor)
        for started in [self._several.submit(all_there.wait) for _ in range(all_there.parties)]:
            started.result()

    async def run(self, work: Callable[..., Result], *given: object) -> Result:
        """The result of ``work(*given)``, which a thread does."""
        loop = asyncio.get_running_loop()
        self._under_way += 1
        has_company = self._under_way > 1
        if has_company:
            self._crowded_until = loop.time() + self._crowded_seconds
        crowded = has_company or loop.time() < self._crowded_until
        threads = self._several if crowded else self._alone
        try:
            return await loop.run_in_executor(threads, _tidily, work, *given)
        finally:
            self._under_way -= 1


def _tidily(work: Callable[..., Result], *given: object) -> Result:
    try:
        return work(*given)
    finally:
        overwrite_registers()


def _processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _take_one_processor() -> None:
    threadpool_limits(1, user_api="openmp")
