"""``drbot evaluate``: measures the assistant on a file of labelled questions."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from tqdm import tqdm

from bot.cli import UsageError
from bot.commands.loading import load_assistant
from knowledge_base.store import KnowledgeBase, open_engine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file."""
    parser.add_argument(
        "file", type=Path, help='JSON lines, each with "text" and "topic" (or "out_of_scope")'
    )


def run(options: argparse.Namespace) -> int:
    """Prints the report to standard output."""
    records = _read(options.file)
    assistant = load_assistant()
    from bot.evaluation import Labelled, Result, report

    async def ask_all() -> list[Result]:
        results = []
        for record in tqdm(records, unit="question", disable=None):
            turn = await assistant.ask("evaluate", record["text"])
            assistant.memory.forget("evaluate")
            results.append(Result(Labelled(record["text"], record["topic"]), turn))
        return results

    covered = set(KnowledgeBase(open_engine()).topics().values())
    sys.stdout.write(report(asyncio.run(ask_all()), covered) + "\n")
    return 0


def _read(file: Path) -> list[dict[str, str]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file}: cannot be read as UTF-8 text ({type(error).__name__})"
        ) from error
    records = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            records.append({"text": str(record["text"]), "topic": str(record["topic"])})
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f'{file}:{number}: write one JSON object with "text" and "topic" on each line'
            ) from error
    if not records:
        raise UsageError(f"{file}: there are no questions in it")
    return records
