"""In which order updates are handled, and what is left of them."""

from __future__ import annotations

import asyncio
import gc
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from queued_chats import A_SECOND, WORDS, Chats, in_loop, keys_of, reachable, update
from telegram import Update

from bot.channels.telegram_queue import MAX_IN_HAND, MESSAGES_AT_ONCE, REMEMBERED_IDS
from bot.limits import RateLimit


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 5)), max_size=60))
def test_a_chat_is_answered_in_order_however_long_each_answer_takes(
    steps: list[tuple[int, int]],
) -> None:
    """Threat: an answer stands below another question, and somebody acts on it."""

    async def test() -> None:
        chats = Chats(RateLimit(1_000, 1))
        chats.pauses = deque(pause for _, pause in steps)
        for number, (chat_id, _) in enumerate(steps):
            await chats.queue.put(update(number, chat_id))
            await asyncio.sleep(0)
        await chats.queue.drain(10)
        for chat_id in range(1, 5):
            sent = [number for number, (chat, _) in enumerate(steps) if chat == chat_id]
            assert chats.handled[f"key-{chat_id}"] == sent

    in_loop(test)


def test_a_chat_that_waits_does_not_hold_up_another() -> None:
    """Threat: one chat for which Telegram asks to wait two minutes silences all others."""

    async def test() -> None:
        chats = Chats()
        held = chats.hold(1)
        await chats.queue.put(update(1, 1))
        await chats.queue.put(update(2, 2))
        await asyncio.sleep(0.01)
        assert (chats.handled["key-1"], chats.handled["key-2"]) == ([], [2])
        held.set()
        await chats.queue.drain(10)
        assert chats.handled["key-1"] == [1]

    in_loop(test)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 6), max_size=40))
def test_an_update_is_handled_once_however_often_it_comes(ids: list[int]) -> None:
    async def test() -> None:
        chats = Chats(RateLimit(1_000, 1))
        for number in ids:
            await chats.queue.put(update(number, 1))
        await chats.queue.drain(10)
        for number in ids:
            await chats.queue.put(update(number, 1))
        await chats.queue.drain(10)
        assert chats.handled["key-1"] == list(dict.fromkeys(ids))

    in_loop(test)


def test_a_repeated_update_costs_nothing_of_what_a_chat_may_send() -> None:
    async def test() -> None:
        chats = Chats()
        for _ in range(50):
            await chats.queue.put(update(1, 1))
        await chats.queue.put(update(2, 1))
        await chats.queue.drain(10)
        assert (chats.handled["key-1"], chats.refused["key-1"]) == ([1, 2], [])

    in_loop(test)


def test_only_so_many_ids_are_remembered() -> None:
    """Threat: a flood fills the memory."""

    async def test() -> None:
        chats = Chats(RateLimit(10 * REMEMBERED_IDS, 1))
        for number in range(REMEMBERED_IDS + 50):
            await chats.queue.put(update(number, number % 7))
        await chats.queue.drain(10)
        assert len(chats.queue._seen) == REMEMBERED_IDS

    in_loop(test)


def test_what_is_not_for_us_is_passed_over() -> None:
    async def test() -> None:
        chats = Chats()
        await chats.queue.put(Update(1))
        await chats.queue.drain(10)
        assert not chats.handled

    in_loop(test)


def test_a_chat_gets_its_allowance_and_is_told_once() -> None:
    """Threat: a flood takes the turns of all others, and its replies wake the whole house."""

    async def test() -> None:
        chats = Chats()
        for number in range(500):
            await chats.queue.put(update(number, 1))
            await chats.queue.put(update(1_000 + number, 2 + number // 12))
        await chats.queue.drain(10)
        assert chats.handled["key-1"] == list(range(MESSAGES_AT_ONCE))
        assert chats.refused == {"key-1": [MESSAGES_AT_ONCE]}
        assert sum(len(ids) for ids in chats.handled.values()) == MESSAGES_AT_ONCE + 500

    in_loop(test)


def test_a_chat_may_send_again_after_a_while() -> None:
    async def test() -> None:
        chats = Chats()
        for number in range(20):
            await chats.queue.put(update(number, 1))
        chats.clock.now += 2 / A_SECOND
        for number in range(20, 30):
            await chats.queue.put(update(number, 1))
        await chats.queue.drain(10)
        assert chats.handled["key-1"] == [*range(MESSAGES_AT_ONCE), 20, 21]
        assert chats.refused["key-1"] == [MESSAGES_AT_ONCE, 22]

    in_loop(test)


def test_no_more_are_asked_for_while_many_are_under_way() -> None:
    """Threat: all that Telegram holds is taken at once, fills the memory and is lost in a crash."""

    async def test() -> None:
        chats = Chats()
        held = [chats.hold(chat_id) for chat_id in range(MAX_IN_HAND)]
        for chat_id in range(MAX_IN_HAND - 1):
            await chats.queue.put(update(chat_id, chat_id))
        assert not chats.queue.is_full()
        await asyncio.wait_for(chats.queue.room(), 1)
        await chats.queue.put(update(MAX_IN_HAND, MAX_IN_HAND - 1))
        assert chats.queue.is_full()
        waiting = asyncio.create_task(chats.queue.room())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        held[0].set()
        await asyncio.wait_for(waiting, 1)
        assert not chats.queue.is_full()
        for event in held:
            event.set()
        await chats.queue.drain(10)

    in_loop(test)


def test_a_flood_that_is_refused_takes_no_room() -> None:
    async def test() -> None:
        chats = Chats()
        held = chats.hold(1)
        for number in range(10 * MAX_IN_HAND):
            await chats.queue.put(update(number, 1))
        assert not chats.queue.is_full()
        held.set()
        await chats.queue.drain(10)

    in_loop(test)


def test_a_fault_does_not_stop_a_chat() -> None:
    async def test() -> None:
        chats = Chats()
        await chats.queue.put(update(1, 1, "fault"))
        await chats.queue.put(update(2, 1))
        await chats.queue.drain(10)
        assert chats.handled["key-1"] == [1, 2]
        assert not chats.queue.is_full()

    in_loop(test)


def test_draining_waits_for_what_was_taken_but_not_for_ever() -> None:
    """Threat: a program that must stop hangs on one chat, and is killed with all others in hand."""

    async def test() -> None:
        chats = Chats()
        chats.hold(1)
        chats.pauses = deque([5])
        await chats.queue.put(update(1, 1))
        await chats.queue.put(update(2, 2))
        started = asyncio.get_running_loop().time()
        await chats.queue.drain(0.2)
        assert 0.1 < asyncio.get_running_loop().time() - started < 2
        assert (chats.handled["key-1"], chats.handled["key-2"]) == ([], [2])
        assert not chats.queue._tasks

    in_loop(test)


def test_draining_an_empty_queue_takes_no_time() -> None:
    in_loop(lambda: Chats().queue.drain(10))


@pytest.mark.parametrize("text", [WORDS, "fault"])
def test_nothing_of_an_update_is_kept_after_it_was_handled(text: str) -> None:
    """Threat: whoever seizes the machine finds in its memory what was asked last, and by whom."""

    async def test() -> None:
        chats = Chats()
        for number in range(40):
            await chats.queue.put(update(number, number % 3, text))
        await chats.queue.drain(10)
        gc.collect()
        assert not [one for one in gc.get_objects() if isinstance(one, Update)]
        assert not [one for one in reachable(chats.queue) if isinstance(one, str) and text in one]
        assert keys_of(chats.queue) == {"key-0", "key-1", "key-2"}  # for the limit alone
        chats.clock.now += MESSAGES_AT_ONCE / A_SECOND
        chats.queue.drop_idle()
        assert keys_of(chats.queue) == set()

    in_loop(test)
