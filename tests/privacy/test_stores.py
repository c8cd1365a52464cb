"""Rasa's own ways of keeping a conversation are all shut, and what is in memory runs empty.

Threat: Rasa falls back to a store that keeps everything, sends events to a broker, remembers what
to say later, or reports how it is used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import rasa.core.jobs
import rasa.telemetry
from queued_chats import Clock, update
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import FailSafeTrackerStore
from telegram import Update

from bot.assistant import Assistant
from bot.channels.telegram_queue import MESSAGES_AT_ONCE, UpdateQueue
from bot.cli import prepare_environment
from bot.limits import RateLimit
from bot.memory import IDLE_SECONDS, ChatKeys, EphemeralTrackerStore

CHATS = 30


@pytest.fixture
def asked(assistant: Assistant) -> Iterator[None]:
    """Somebody has just asked something."""
    asyncio.run(assistant.ask("a", "what is a subject access request"))
    yield
    assistant.memory.forget("a")


@pytest.fixture
def clock(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(assistant.memory, "_clock", clock)
    return clock


def test_the_tracker_store_is_ours_and_not_wrapped(assistant: Assistant) -> None:
    """Threat: Rasa's default store keeps every word until the program ends."""
    agent = assistant._agent
    assert agent.processor is not None
    for store in (agent.tracker_store, agent.processor.tracker_store):
        assert type(store) is EphemeralTrackerStore
        assert not isinstance(store, FailSafeTrackerStore)
        assert store is assistant.memory


def test_there_is_no_event_broker(assistant: Assistant) -> None:
    """Threat: a broker passes each message on to a queue or a database."""
    assert assistant.memory.event_broker is None


@pytest.mark.usefixtures("asked")
def test_locks_are_in_memory_and_let_go(assistant: Assistant) -> None:
    """Threat: a lock store in Redis holds the chats' keys; one in memory, for ever."""
    store = assistant._agent.lock_store
    assert type(store) is InMemoryLockStore
    assert store.conversation_locks == {}


@pytest.mark.usefixtures("asked")
def test_nothing_is_scheduled() -> None:
    """Threat: a reminder keeps a chat until it is due."""
    assert vars(rasa.core.jobs)["__scheduler"] is None


def test_telemetry_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threat: Rasa reports how it is used, unless it is told not to."""
    monkeypatch.setenv("RASA_TELEMETRY_ENABLED", "true")
    prepare_environment()
    assert not rasa.telemetry.is_telemetry_enabled()


def test_memory_and_limits_run_empty(assistant: Assistant, clock: Clock) -> None:
    """Threat: a table of who wrote, if only of keys, grows until the machine is seized."""
    keys, limit = ChatKeys(), RateLimit(MESSAGES_AT_ONCE, 0.5, clock=clock)

    def key_of(one: Update) -> str:
        return keys.key("telegram", str(one.message.chat.id) if one.message else "")

    async def handle(one: Update) -> None:
        await assistant.ask(key_of(one), "what is a subject access request")

    async def chat() -> UpdateQueue:
        queue = UpdateQueue(key_of, handle, handle, limit)
        for number in range(CHATS):
            await queue.put(update(number, number))
        await queue.drain(60)
        return queue

    queue = asyncio.run(chat())
    assert (len(assistant.memory), len(limit)) == (CHATS, CHATS)
    clock.now += IDLE_SECONDS + 1
    assistant.memory.drop_idle()
    queue.drop_idle()
    assert (len(assistant.memory), len(limit), queue._waiting, queue._tasks) == (0, 0, {}, set())
