"""The one thread in which messages are encoded, while the chats of others go on."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from threadpoolctl import LibController, ThreadpoolController

SWITCH_SECONDS = 0.0005
"""How long Python lets the thread wait for its turn; the usual 5 ms are a quarter of an encoding.

Measured with ``benchmarks/load.py``: the longest waits are a third shorter."""

Result = TypeVar("Result")


class EncoderThread:
    """Runs work on one thread, with all processors while there is nothing else to do.

    With several messages under way each gets one processor: the others are needed for all that is
    not encoding, and threads that wait for one another would only be in its way.
    """

    def __init__(self, start: Callable[[], object]) -> None:
        """Starts the thread, and those of OpenMP behind it, before anybody's words are there.

        A new thread begins with what is in the processor's registers, and keeps it while it waits.

        Args:
            start: encodes something, so that all is loaded and all threads are there.
        """
        sys.setswitchinterval(SWITCH_SECONDS)
        self._under_way = 0
        self._openmp: list[tuple[LibController, int]] = []
        self._thread = ThreadPoolExecutor(1, "encoder")
        self._thread.submit(self._start, start).result()

    async def run(self, work: Callable[..., Result], *given: object) -> Result:
        """The result of ``work(*given)``, which the thread does after what it was given before."""
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, self._work, work, *given
            )
        finally:
            self._under_way -= 1

    def _start(self, start: Callable[[], object]) -> None:
        start()
        found = ThreadpoolController().select(user_api="openmp").lib_controllers
        self._openmp = [(library, library.num_threads) for library in found]

    def _work(self, work: Callable[..., Result], *given: object) -> Result:
        alone = self._under_way == 1
        for library, processors in self._openmp:
            library.set_num_threads(processors if alone else 1)
        return work(*given)
