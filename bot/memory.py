"""The only memory of a conversation: a few choices, in this process, for a quarter of an hour.

What is kept of a chat are its slots (the last answer's id), under a key that cannot be turned back
into a chat id. A person's words, and every event Rasa makes of them, are dropped as soon as their
turn is answered, because the store never keeps a tracker at all.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from rasa.core.agent import Agent
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

IDLE_SECONDS = 15 * 60
MAX_CHATS = 10_000


class WrongTrackerStore(RuntimeError):
    """The agent would keep conversations somewhere else than in :class:`EphemeralTrackerStore`."""


class ChatKeys:
    """Turns a channel's chat id into a key that means nothing outside this run of the program."""

    def __init__(self) -> None:
        """Draws a new secret, so that keys of two runs cannot be compared."""
        self._secret = secrets.token_bytes(32)

    def key(self, channel: str, chat_id: str) -> str:
        """The key of one chat: 64 hexadecimal digits (HMAC-SHA256)."""
        return hmac.new(
            self._secret, f"{channel}:{chat_id}".encode("utf-8", "replace"), hashlib.sha256
        ).hexdigest()


class _Remembered(NamedTuple):
    last_used: float
    slots: dict[str, Any]


class EphemeralTrackerStore(TrackerStore):
    """Keeps the slots of recent chats in memory, and nothing else of them.

    It never raises: Rasa answers an error here by turning to a store that keeps everything.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        idle_seconds: float = IDLE_SECONDS,
        max_chats: int = MAX_CHATS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Sets the limits; ``clock`` gives seconds."""
        super().__init__(domain)
        self._idle_seconds = idle_seconds
        self._max_chats = max_chats
        self._clock = clock
        self._chats: OrderedDict[str, _Remembered] = OrderedDict()

    def __len__(self) -> int:
        return len(self._chats)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Remembers the slots that are set; the tracker itself is not kept."""
        slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None}
        self.forget(tracker.sender_id)
        if slots:
            self._chats[tracker.sender_id] = _Remembered(self._clock(), slots)
        self.drop_idle()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        """A new tracker, listening, with the chat's remembered slots."""
        tracker = self.init_tracker(sender_id)
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        for name, value in self.slots(sender_id).items():
            tracker.update(SlotSet(name, value))
        return tracker

    def slots(self, sender_id: str) -> dict[str, Any]:
        """What is remembered of a chat, by slot name."""
        self.drop_idle()
        remembered = self._chats.get(sender_id)
        return remembered.slots if remembered else {}

    async def keys(self) -> Iterable[str]:
        """The keys of the chats remembered now."""
        self.drop_idle()
        return list(self._chats)

    def forget(self, sender_id: str) -> None:
        """Drops one chat at once."""
        self._chats.pop(sender_id, None)

    def drop_idle(self) -> None:
        """Drops chats that were silent too long, and the oldest ones over the cap."""
        oldest_allowed = self._clock() - self._idle_seconds
        while self._chats:
            oldest = next(iter(self._chats))
            if (
                len(self._chats) <= self._max_chats
                and self._chats[oldest].last_used > oldest_allowed
            ):
                return
            del self._chats[oldest]


def assert_ephemeral(agent: Agent) -> None:
    """Checks that ``agent`` remembers in an :class:`EphemeralTrackerStore` and nowhere else.

    Rasa replaces a store it cannot find or that fails by one that keeps everything for ever, so
    this runs at every start.

    Raises:
        WrongTrackerStore: if anything else could hold a conversation.
    """
    store = agent.tracker_store
    if isinstance(store, FailSafeTrackerStore):
        raise WrongTrackerStore(
            "the tracker store is wrapped in one that falls back to keeping all"
        )
    if type(store) is not EphemeralTrackerStore:
        raise WrongTrackerStore(f"the tracker store is a {type(store).__name__}")
    if agent.processor is None or agent.processor.tracker_store is not store:
        raise WrongTrackerStore("the message processor uses another tracker store than the agent")
    if store.event_broker is not None:
        raise WrongTrackerStore("an event broker is set")
