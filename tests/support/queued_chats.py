"""A queue of updates whose handler does what a test wants, and what is left in its memory."""

from __future__ import annotations

import asyncio
import gc
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator
from types import FunctionType, MethodType, ModuleType
from typing import Any

from telegram import Update

from bot.channels.telegram_queue import MESSAGES_AT_ONCE, UpdateQueue
from bot.limits import RateLimit

A_SECOND = 0.5

WORDS = "-".join(("words", "of", "a", "person"))


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Chats:
    """Notes what is handled, and lets a test hold up a chat."""

    def __init__(self, limit: RateLimit | None = None) -> None:
        self.clock = Clock()
        if limit is None:
            limit = RateLimit(MESSAGES_AT_ONCE, A_SECOND, clock=self.clock)
        self.handled: defaultdict[str, list[int]] = defaultdict(list)
        self.refused: defaultdict[str, list[int]] = defaultdict(list)
        self._held: dict[str, asyncio.Event] = {}
        self.pauses: deque[int] = deque()
        self.queue = UpdateQueue(self.key_of, self.handle, self.refuse, limit)

    def key_of(self, update: Update) -> str | None:
        """As a channel's: a key for what is to be handled."""
        return f"key-{update.message.chat.id}" if update.message else None

    async def handle(self, update: Update) -> None:
        """Takes as long as :meth:`hold` and ``pauses`` say; the text 'fault' raises an error."""
        key = str(self.key_of(update))
        if key in self._held:
            await self._held[key].wait()
        for _ in range(self.pauses.popleft() if self.pauses else 0):
            await asyncio.sleep(0)
        self.handled[key].append(update.update_id)
        if update.message and update.message.text == "fault":
            raise ValueError("a fault of the handler")

    async def refuse(self, update: Update) -> None:
        """Notes who was told that it is too much."""
        self.refused[str(self.key_of(update))].append(update.update_id)

    def hold(self, chat_id: int) -> asyncio.Event:
        """Holds up a chat until the event is set."""
        self._held[f"key-{chat_id}"] = asyncio.Event()
        return self._held[f"key-{chat_id}"]


def update(update_id: int, chat_id: int, text: str = WORDS) -> Update:
    """A message in a chat."""
    chat = {"id": chat_id, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "text": text}
    return Update.de_json({"update_id": update_id, "message": message}, None)


def in_loop(test: Callable[[], Awaitable[None]]) -> None:
    """Runs a test to its end; an event that never comes ends it too."""
    asyncio.run(asyncio.wait_for(test(), 20))


def keys_of(queue: UpdateQueue) -> set[str]:
    """The keys of chats that it still holds."""
    return {one for one in reachable(queue) if isinstance(one, str) and one.startswith("key-")}


def reachable(start: object) -> Iterator[Any]:
    """All that an object holds, but for code."""
    seen, left = {id(start)}, [start]
    while left:
        one = left.pop()
        yield one
        if isinstance(one, type | ModuleType | FunctionType | MethodType | asyncio.BaseEventLoop):
            continue
        for held in gc.get_referents(one):
            if id(held) not in seen:
                seen.add(id(held))
                left.append(held)
