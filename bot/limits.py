"""How often one chat or one address may ask, so that a flood takes no turn from the others."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

MAX_KEYS = 20_000


class _Bucket(NamedTuple):
    left: float
    filled_at: float
    refusals: int = 0


class RateLimit:
    """A token bucket a key, in memory; keys come from :class:`bot.memory.ChatKeys`, never in clear.

    A key that has been silent until its bucket was full again is the same as one never seen, so it
    is dropped.
    """

    def __init__(
        self,
        burst: int,
        per_second: float,
        max_keys: int = MAX_KEYS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Sets the limits.

        Args:
            burst: how many requests may come at once.
            per_second: how many more may come each second.
            max_keys: how many keys are remembered; over that, the one silent for longest goes.
            clock: gives seconds, and never goes back.
        """
        self._burst = burst
        self._per_second = per_second
        self._max_keys = max_keys
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def allow(self, key: str) -> bool:
        """Whether ``key`` may ask now; counts it if so."""
        now = self._clock()
        self.drop_full()
        bucket = self._buckets.pop(key, _Bucket(self._burst, now))
        left = min(self._burst, bucket.left + (now - bucket.filled_at) * self._per_second)
        allowed = left >= 1
        self._buckets[key] = (
            _Bucket(left - 1, now) if allowed else _Bucket(left, now, bucket.refusals + 1)
        )
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return allowed

    def refusals(self, key: str) -> int:
        """How often ``key`` was refused since it was last allowed."""
        bucket = self._buckets.get(key)
        return bucket.refusals if bucket else 0

    def drop_full(self) -> None:
        """Drops the keys, oldest first, that have been silent until their buckets were full."""
        full_before = self._clock() - self._burst / self._per_second
        while self._buckets:
            oldest = next(iter(self._buckets))
            if self._buckets[oldest].filled_at > full_before:
                return
            del self._buckets[oldest]
