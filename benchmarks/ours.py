"""Worker of ``turn.py``: our assistant, and its encoder alone, on the same questions.

Reads a JSON list of questions a line, prints the milliseconds of each as
``{"encoder": [...], "turn": [...]}``.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time

from bot.cli import prepare_environment

prepare_environment()

from bot.commands.loading import load_assistant  # noqa: E402


def main() -> None:
    """Answers rounds until standard input ends."""
    started = time.perf_counter()
    assistant = load_assistant()
    from bot.nlu.encoder import encode

    ready = time.perf_counter() - started
    print(json.dumps({"ready_seconds": ready}), flush=True)
    loop = asyncio.new_event_loop()
    for line in sys.stdin:
        encoder, turn = [], []
        for number, question in enumerate(json.loads(line)):
            begin = time.perf_counter()
            encode(question)
            middle = time.perf_counter()
            loop.run_until_complete(assistant.ask(f"chat-{number}", question))
            end = time.perf_counter()
            encoder.append(1000 * (middle - begin))
            turn.append(1000 * (end - middle))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"encoder": encoder, "turn": turn, "memory_mb": memory}), flush=True)


if __name__ == "__main__":
    main()
