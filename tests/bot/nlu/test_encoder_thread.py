"""The thread in which messages are encoded."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from threadpoolctl import ThreadpoolController

from bot.nlu.encoder import encode
from bot.nlu.encoder_thread import EncoderThread

PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def thread() -> Iterator[EncoderThread]:
    """A thread that has encoded something."""
    made = EncoderThread(lambda: encode("to begin with"))
    yield made
    made._thread.shutdown()


def test_others_go_on_meanwhile(thread: EncoderThread, loop: asyncio.AbstractEventLoop) -> None:
    gate = threading.Event()

    async def both() -> list[str]:
        working = asyncio.create_task(thread.run(gate.wait, PATIENCE_SECONDS))
        await asyncio.sleep(0)
        assert not working.done()
        gate.set()  # which only somebody who was not made to wait can do
        return ["in time" if await working else "too late"]

    assert loop.run_until_complete(both()) == ["in time"]


def test_it_works_in_order_on_a_thread_of_its_own(
    thread: EncoderThread, loop: asyncio.AbstractEventLoop
) -> None:
    done: list[tuple[int, str]] = []

    def note(number: int) -> None:
        done.append((number, threading.current_thread().name))

    async def several() -> None:
        await asyncio.gather(*(thread.run(note, number) for number in range(20)))

    loop.run_until_complete(several())
    assert [number for number, _ in done] == list(range(20))
    (name,) = {name for _, name in done}
    assert name.startswith("encoder")


def test_what_goes_wrong_reaches_the_one_who_asked(
    thread: EncoderThread, loop: asyncio.AbstractEventLoop
) -> None:
    with pytest.raises(ZeroDivisionError):
        loop.run_until_complete(thread.run(lambda: 1 / 0))
    assert loop.run_until_complete(thread.run(lambda: "goes on")) == "goes on"


def test_a_lone_message_has_all_processors_one_of_several_has_one(
    thread: EncoderThread, loop: asyncio.AbstractEventLoop
) -> None:
    """Else encoding and all that is not encoding wait for one another: 2 seconds instead of 0.5."""
    gate = threading.Event()

    def processors() -> int:
        (openmp,) = ThreadpoolController().select(user_api="openmp").info()
        return int(openmp["num_threads"])

    async def several() -> int:
        first = asyncio.create_task(thread.run(gate.wait, PATIENCE_SECONDS))
        second = asyncio.create_task(thread.run(processors))
        await asyncio.sleep(0)
        gate.set()
        await first
        return await second

    every = thread._openmp[0][1]
    assert loop.run_until_complete(thread.run(processors)) == every
    assert loop.run_until_complete(several()) == 1
    assert loop.run_until_complete(thread.run(processors)) == every


def test_it_keeps_nothing_of_what_it_was_given(
    thread: EncoderThread, loop: asyncio.AbstractEventLoop
) -> None:
    """Threat: the words of the last message stay until somebody else writes."""

    class Words(str):
        """A text that says when it is gone."""

    words = Words("wie lange muss ich warten")
    kept = weakref.ref(words)
    loop.run_until_complete(thread.run(encode, words))
    del words
    gc.collect()
    assert kept() is None


def test_two_threads_get_the_same_vectors(
    thread: EncoderThread, loop: asyncio.AbstractEventLoop
) -> None:
    texts = [f"how do i charge tag number {number}" for number in range(20)]

    async def beside() -> list[bytes]:
        working = [asyncio.create_task(thread.run(encode, text)) for text in texts]
        await asyncio.sleep(0)
        here = [encode(text).tobytes() for text in texts]
        there = [(await one).tobytes() for one in working]
        assert here == there
        return here

    assert len(set(loop.run_until_complete(beside()))) == len(texts)
