"""What is left in memory of a chat is its last answer's id, under a key that is not its chat id."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant import Assistant
from bot.memory import ChatKeys, EphemeralTrackerStore, assert_ephemeral

CANARY = "-".join(("canary", "in", "memory"))


@pytest.fixture
def chat(assistant: Assistant) -> Iterator[str]:
    key = ChatKeys().key("telegram", CANARY)
    yield key
    assistant.memory.forget(key)


def test_only_the_last_answers_id_is_kept(assistant: Assistant, chat: str) -> None:
    asyncio.run(assistant.ask(chat, f"what is a subject access request {CANARY}"))
    asyncio.run(assistant.choose(chat, "sar_what_is"))
    tracker = asyncio.run(assistant.memory.retrieve(chat))
    kept = {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None}
    assert kept == {"last_answer": "sar_what_is"}
    assert not any(isinstance(event, UserUttered) for event in tracker.events)


def test_no_tracker_outlives_its_turn(assistant: Assistant, chat: str) -> None:
    asyncio.run(assistant.ask(chat, f"what is a subject access request {CANARY}"))
    gc.collect()
    alive = [o for o in gc.get_objects() if isinstance(o, DialogueStateTracker)]
    assert [t for t in alive if any(CANARY in str(vars(event)) for event in t.events)] == []


def test_nothing_is_kept_of_a_chat_without_an_answer(assistant: Assistant, chat: str) -> None:
    asyncio.run(assistant.ask(chat, "hello"))
    assert chat not in asyncio.run(assistant.memory.keys())


def test_the_agent_really_remembers_in_the_ephemeral_store(assistant: Assistant) -> None:
    agent = assistant._agent
    assert_ephemeral(agent)
    assert type(agent.tracker_store) is EphemeralTrackerStore
