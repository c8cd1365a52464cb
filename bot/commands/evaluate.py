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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The files, and where to write the page."""
    parser.add_argument(
        "file",
        type=Path,
        nargs="+",
        help='JSON lines, each with "text" and "topic" (or "out_of_scope"); "lang" and "kind" '
        '("emergency" for one) are counted too',
    )
    parser.add_argument("--html", type=Path, help="write a page with pictures to this file")


def run(options: argparse.Namespace) -> int:
    """Prints the report to standard output."""
    questions = [question for file in options.file for question in _read(file)]
    assistant = load_assistant()
    from bot.evaluation import Labelled, Result, report

    async def ask_all() -> list[Result]:
        results = []
        for question in tqdm(questions, unit="question", disable=None):
            turn = await assistant.ask("evaluate", question["text"])
            assistant.memory.forget("evaluate")
            results.append(Result(Labelled(**question), turn))
        return results

    results = asyncio.run(ask_all())
    sys.stdout.write(report(results) + "\n")
    if options.html:
        from bot.evaluation_page import as_page

        options.html.write_text(as_page(results), encoding="utf-8")
        sys.stderr.write(f"drbot: the page is {options.html}\n")
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
            records.append(
                {
                    "text": str(record["text"]),
                    "topic": str(record["topic"]),
                    "language": str(record.get("lang", "-")),
                    "kind": str(record.get("kind", "-")),
                }
            )
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f'{file}:{number}: write one JSON object with "text" and "topic" on each line'
            ) from error
    if not records:
        raise UsageError(f"{file}: there are no questions in it")
    return records
