"""Hands updates on: one after another within a chat, chats beside one another, each only once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Update

from bot.limits import RateLimit
from bot.log_policy import Stage, log_fault

MAX_IN_HAND = 100
"""With more updates than this under way no more are asked for; Telegram keeps them meanwhile."""

MESSAGES_AT_ONCE, MESSAGES_A_SECOND = 12, 0.5
"""What one chat may send; nobody reads faster."""

REMEMBERED_IDS = 5_000

Handle = Callable[[Update], Awaitable[None]]


class UpdateQueue(asyncio.Queue[Any]):
    """Takes updates from an :class:`telegram.ext.Updater` or a webhook.

    It keeps no update after it was handled, and of chats only the keys of those that wait.
    """

    def __init__(
        self,
        key_of: Callable[[Update], str | None],
        handle: Handle,
        refuse: Handle,
        limit: RateLimit | None = None,
    ) -> None:
        """Prepares the queue.

        Args:
            key_of: the key of an update's chat, or nothing if it is not to be handled.
            handle: answers an update.
            refuse: tells a chat that it sends too much; once, until it may send again.
            limit: how much one chat may send.
        """
        super().__init__()
        self._key_of = key_of
        self._handle = handle
        self._refuse = refuse
        # An empty limit is false.
        self._limit = RateLimit(MESSAGES_AT_ONCE, MESSAGES_A_SECOND) if limit is None else limit
        self._waiting: dict[str, deque[tuple[Handle, Update]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._in_hand = 0
        self._room = asyncio.Event()
        self._room.set()

    async def put(self, item: Any) -> None:
        """Takes one update; what was taken before, or is not for us, is passed over."""
        key = self._key_of(item)
        if item.update_id in self._seen or key is None:
            return
        self._seen[item.update_id] = None
        if len(self._seen) > REMEMBERED_IDS:
            self._seen.popitem(last=False)
        if self._limit.allow(key):
            self._add(key, self._handle, item)
        elif self._limit.refusals(key) == 1:
            self._add(key, self._refuse, item)

    async def room(self) -> None:
        """Waits until more updates may come."""
        await self._room.wait()

    def is_full(self) -> bool:
        """Whether no more updates should come now."""
        return not self._room.is_set()

    def drop_idle(self) -> None:
        """Forgets the keys of chats that have been silent."""
        self._limit.drop_full()

    async def drain(self, seconds: float) -> None:
        """Lets what was taken be answered; what takes longer than ``seconds`` is given up."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _add(self, key: str, handle: Handle, update: Update) -> None:
        waiting = self._waiting.setdefault(key, deque())
        waiting.append((handle, update))
        self._count(1)
        if len(waiting) == 1:
            task = asyncio.create_task(self._work_off(key, waiting))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work_off(self, key: str, waiting: deque[tuple[Handle, Update]]) -> None:
        while waiting:
            try:
                # No name for them: a local variable would keep the words until the next turn.
                await waiting[0][0](waiting[0][1])
            except Exception as error:
                log_fault(Stage.RECEIVE, error)
            waiting.popleft()
            self._count(-1)
        del self._waiting[key]

    def _count(self, more: int) -> None:
        self._in_hand += more
        if self._in_hand < MAX_IN_HAND:
            self._room.set()
        else:
            self._room.clear()
