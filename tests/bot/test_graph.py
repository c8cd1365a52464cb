"""The trained graph, run node by node."""

from __future__ import annotations

import asyncio
import threading

from bot.assistant import Assistant
from bot.nlu.encoder_threads import EncoderThreads

PATIENCE_SECONDS = 30


def test_a_button_is_answered_while_a_message_is_encoded(
    assistant: Assistant, loop: asyncio.AbstractEventLoop
) -> None:
    gate = threading.Event()
    threads = _encoder_threads(assistant)

    async def both() -> tuple[str, str]:
        """The topics of both."""
        asked = asyncio.create_task(assistant.ask("one", "What is a GPS tag?"))
        await asyncio.sleep(0)
        pressed = await assistant.choose("another", "gps_charging")
        assert not asked.done()
        gate.set()
        return pressed.shown[0]["topic"], (await asked).shown[0]["topic"]

    # All threads are busy until a button was answered.
    held = [
        pool.submit(gate.wait, PATIENCE_SECONDS)
        for pool in (threads._alone, threads._several)
        for _ in range(pool._max_workers)
    ]
    assert loop.run_until_complete(both()) == ("gps_charging_faults", "gps_what_is")
    assert all(one.result() for one in held), "too late"


def test_messages_that_wait_for_one_another_get_their_own_answers(
    assistant: Assistant, loop: asyncio.AbstractEventLoop
) -> None:
    """Threat: a person reads what was meant for another."""
    questions = ["hello", "How much is a spouse visa?", "What is a GPS tag?", "thank you", "help"]

    async def together() -> list[object]:
        asking = (assistant.ask(f"chat {n}", text) for n, text in enumerate(questions))
        return [turn.messages for turn in await asyncio.gather(*asking)]

    alone = [
        loop.run_until_complete(assistant.ask(f"alone {n}", text)).messages
        for n, text in enumerate(questions)
    ]
    assert loop.run_until_complete(together()) == alone


def _encoder_threads(assistant: Assistant) -> EncoderThreads:
    """Those that the loaded model has."""
    nodes = assistant._agent.processor.graph_runner._nodes.values()
    (threads,) = [n._component.threads for n in nodes if hasattr(n._component, "threads")]
    assert isinstance(threads, EncoderThreads)
    return threads
