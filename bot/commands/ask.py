"""``drbot ask``: the assistant's answers on the command line, through the same path as a chat."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Iterator

from bot.cli import UsageError
from bot.commands.loading import load_assistant


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A question, or ``--json`` with questions on standard input."""
    parser.add_argument("question", nargs="*", help="one question; without it, one a line is read")
    parser.add_argument(
        "--json",
        action="store_true",
        help="read one question a line on standard input, print one JSON object a line",
    )


def run(options: argparse.Namespace) -> int:
    """Answers each question in a chat of its own, in order."""
    if options.json and options.question:
        raise UsageError("--json reads the questions from standard input: leave the question out")
    if options.question:
        questions: Iterable[str] = [" ".join(options.question)]
    else:
        questions = _lines()
    asyncio.run(_answer(questions, options.json))
    return 0


def _lines() -> Iterator[str]:
    # Whatever bytes come in, each line gets an answer.
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace").rstrip("\r\n")


async def _answer(questions: Iterable[str], as_json: bool) -> None:
    assistant = load_assistant()
    from bot.plain import as_text

    for number, question in enumerate(questions):
        chat = f"ask-{number}"
        turn = await assistant.ask(chat, question)
        assistant.memory.forget(chat)
        if as_json:
            record = {
                "text": question,
                "language": turn.language,
                "outcome": turn.outcome,
                "answers": turn.shown,
                "reply": as_text(turn),
            }
            text = json.dumps(record, ensure_ascii=False)
        else:
            text = as_text(turn) + "\n"
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
