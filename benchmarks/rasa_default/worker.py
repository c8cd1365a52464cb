"""Worker of ``../turn.py``: Rasa's default configuration with an action server.

Usage: ``python worker.py MODEL ACTION_SERVER_URL``. Reads a JSON list of questions a line, prints
the milliseconds of each as ``{"turn": [...]}``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import sys
import time

started = time.perf_counter()

import structlog  # noqa: E402

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))

from rasa.core.agent import Agent  # noqa: E402
from rasa.core.channels.channel import UserMessage  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402


async def main(model: str, action_server: str) -> None:
    """Answers rounds until standard input ends."""
    agent = Agent.load(model, action_endpoint=EndpointConfig(url=action_server))
    print(json.dumps({"ready_seconds": time.perf_counter() - started}), flush=True)
    chat = 0
    for line in sys.stdin:
        turn = []
        for question in json.loads(line):
            chat += 1
            begin = time.perf_counter()
            said = await agent.handle_message(UserMessage(question, sender_id=f"chat-{chat}"))
            turn.append(1000 * (time.perf_counter() - begin))
            if not said:
                raise RuntimeError("no reply: is the action server running?")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"turn": turn, "memory_mb": memory}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
