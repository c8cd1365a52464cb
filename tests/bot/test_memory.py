"""The short memory of chats."""

from __future__ import annotations

import asyncio

import pytest
from rasa.core.agent import Agent
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered

from bot.memory import ChatKeys, EphemeralTrackerStore, WrongTrackerStore, assert_ephemeral

DOMAIN = Domain.from_dict(
    {
        "slots": {
            "last_answer": {
                "type": "text",
                "influence_conversation": False,
                "mappings": [{"type": "custom"}],
            }
        }
    }
)


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> EphemeralTrackerStore:
    return EphemeralTrackerStore(DOMAIN, idle_seconds=60, max_chats=3, clock=clock)


def talk(store: EphemeralTrackerStore, chat: str, answer: str = "sar_cost") -> None:
    tracker = asyncio.run(store.retrieve(chat))
    tracker.update(UserUttered("my secret words"))
    tracker.update(SlotSet("last_answer", answer))
    asyncio.run(store.save(tracker))


def last_answer(store: EphemeralTrackerStore, chat: str) -> object:
    return asyncio.run(store.retrieve(chat)).get_slot("last_answer")


def test_the_last_answer_is_remembered(store: EphemeralTrackerStore) -> None:
    talk(store, "a", "gps_breach")
    assert last_answer(store, "a") == "gps_breach"
    assert last_answer(store, "b") is None


def test_words_are_not_kept(store: EphemeralTrackerStore) -> None:
    talk(store, "a")
    assert "secret" not in repr(vars(store))
    assert not any(isinstance(e, UserUttered) for e in asyncio.run(store.retrieve("a")).events)


def test_a_silent_chat_is_dropped_after_its_time(
    store: EphemeralTrackerStore, clock: Clock
) -> None:
    talk(store, "a")
    clock.now = 59
    assert last_answer(store, "a") == "sar_cost"
    clock.now = 60
    assert last_answer(store, "a") is None
    assert len(store) == 0


def test_talking_keeps_a_chat_alive(store: EphemeralTrackerStore, clock: Clock) -> None:
    talk(store, "a")
    clock.now = 59
    talk(store, "a")
    clock.now = 118
    assert last_answer(store, "a") == "sar_cost"


def test_over_the_cap_the_oldest_chat_goes(store: EphemeralTrackerStore) -> None:
    for chat in "abcd":
        talk(store, chat)
    assert set(asyncio.run(store.keys())) == {"b", "c", "d"}


def test_a_chat_can_be_forgotten_at_once_and_twice(store: EphemeralTrackerStore) -> None:
    talk(store, "a")
    store.forget("a")
    store.forget("a")
    assert last_answer(store, "a") is None


def test_keys_differ_by_run_channel_and_chat_and_hide_the_id() -> None:
    one, other = ChatKeys(), ChatKeys()
    keys = {one.key("web", "1"), one.key("telegram", "1"), one.key("web", "2")}
    assert len(keys | {other.key("web", "1")}) == 4
    assert one.key("web", "1") == one.key("web", "1")
    assert "77777" not in one.key("web", "77777")


def test_rasas_own_agent_is_refused() -> None:
    """Rasa wraps every store in one that falls back to keeping all."""
    with pytest.raises(WrongTrackerStore, match="falls back"):
        assert_ephemeral(Agent(tracker_store=EphemeralTrackerStore()))


def test_any_other_store_is_refused() -> None:
    agent = Agent()
    agent.tracker_store = InMemoryTrackerStore(DOMAIN)
    with pytest.raises(WrongTrackerStore, match="InMemoryTrackerStore"):
        assert_ephemeral(agent)


def test_an_agent_without_a_processor_is_refused() -> None:
    agent = Agent()
    agent.tracker_store = EphemeralTrackerStore(DOMAIN)
    with pytest.raises(WrongTrackerStore, match="processor"):
        assert_ephemeral(agent)
