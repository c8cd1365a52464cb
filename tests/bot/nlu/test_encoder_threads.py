"""The threads in which messages are encoded."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from threadpoolctl import ThreadpoolController

from bot.nlu.encoder import encode
from bot.nlu.encoder_threads import EncoderThreads, Result

PATIENCE_SECONDS = 30
NEVER, AT_ONCE = 3600.0, 0.0

Loop = asyncio.AbstractEventLoop


@pytest.fixture(scope="module")
def threads() -> Iterator[EncoderThreads]:
    """Threads that have encoded something."""
    made = _threads(AT_ONCE)
    yield made
    _end(made)


def test_others_go_on_meanwhile(threads: EncoderThreads, loop: Loop) -> None:
    gate = threading.Event()

    async def both() -> bool:
        working = asyncio.create_task(threads.run(gate.wait, PATIENCE_SECONDS))
        await asyncio.sleep(0)
        assert not working.done()
        gate.set()  # which only somebody who was not made to wait can do
        return await working

    assert loop.run_until_complete(both()), "too late"


def test_a_long_message_does_not_hold_up_the_next(threads: EncoderThreads, loop: Loop) -> None:
    assert loop.run_until_complete(_beside_another(threads, lambda: "answered")) == "answered"


def test_what_goes_wrong_reaches_the_one_who_asked(threads: EncoderThreads, loop: Loop) -> None:
    with pytest.raises(ZeroDivisionError):
        loop.run_until_complete(threads.run(lambda: 1 / 0))
    assert loop.run_until_complete(threads.run(lambda: "goes on")) == "goes on"


def test_a_lone_message_has_all_processors_one_of_several_has_one(
    threads: EncoderThreads, loop: Loop
) -> None:
    """Else those that share a message wait for one that is needed elsewhere."""
    every = _openmp_threads()
    assert loop.run_until_complete(threads.run(_openmp_threads)) == every
    assert loop.run_until_complete(_beside_another(threads, _openmp_threads)) == 1
    assert loop.run_until_complete(threads.run(_openmp_threads)) == every


def test_where_there_was_company_there_will_be_more(loop: Loop) -> None:
    """Between the messages of a crowd there are gaps; one that falls into them is not alone."""
    threads = _threads(NEVER)
    loop.run_until_complete(_beside_another(threads, _openmp_threads))
    assert loop.run_until_complete(threads.run(_openmp_threads)) == 1
    _end(threads)


def test_all_threads_are_there_from_the_start(loop: Loop) -> None:
    """Threat: a new thread begins with the processor's registers, a person's letters in them."""
    threads = _threads(NEVER)
    before = set(os.listdir("/proc/self/task"))
    loop.run_until_complete(_beside_another(threads, _openmp_threads))

    async def crowd() -> None:
        await asyncio.gather(*(threads.run(encode, f"tag {number}") for number in range(50)))

    loop.run_until_complete(crowd())
    loop.run_until_complete(threads.run(encode, "alone again"))
    assert set(os.listdir("/proc/self/task")) <= before
    _end(threads)


def test_they_keep_nothing_of_what_they_were_given(threads: EncoderThreads, loop: Loop) -> None:
    """Threat: the words of the last message stay until somebody else writes."""

    class Words(str):
        """A text that says when it is gone."""

    words = Words("wie lange muss ich warten")
    kept = weakref.ref(words)
    loop.run_until_complete(threads.run(encode, words))
    del words
    gc.collect()
    assert kept() is None


def test_messages_at_once_get_their_own_vectors(threads: EncoderThreads, loop: Loop) -> None:
    """Threat: two threads share one encoder, so a person could be answered for another."""
    texts = [f"how do i charge tag number {number} " * (number + 1) for number in range(40)]

    async def at_once() -> list[bytes]:
        encoded = await asyncio.gather(*(threads.run(encode, text) for text in texts))
        return [vector.tobytes() for vector in encoded]

    alone = [encode(text).tobytes() for text in texts]
    assert loop.run_until_complete(at_once()) == alone
    assert len(set(alone)) == len(texts)


async def _beside_another(threads: EncoderThreads, work: Callable[[], Result]) -> Result:
    """The result of work that is done while other work goes on."""
    gate = threading.Event()
    other = asyncio.create_task(threads.run(gate.wait, PATIENCE_SECONDS))
    await asyncio.sleep(0)
    result = await threads.run(work)
    gate.set()
    assert await other, "too late"
    return result


def _openmp_threads() -> int:
    """With how many this thread works."""
    (openmp,) = ThreadpoolController().select(user_api="openmp").info()
    return int(openmp["num_threads"])


def _threads(crowded_seconds: float) -> EncoderThreads:
    return EncoderThreads(lambda: encode("to begin with"), crowded_seconds)


def _end(threads: EncoderThreads) -> None:
    threads._alone.shutdown()
    threads._several.shutdown()
