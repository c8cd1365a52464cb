"""``drbot check``: every mistake in the files, with file, line and fix."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

from bot.personal.training import find_personal_details
from knowledge_base.files import ROOT, BadRecords, read_records
from knowledge_base.questions import find_problems, read_questions
from knowledge_base.texts import find_overdue, find_text_problems


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options: it checks the whole project."""


def run(options: argparse.Namespace) -> int:
    """Prints one line a mistake or overdue review; status 1 if there is any."""
    return report(thorough=True)


def report(*, thorough: bool) -> int:
    """As :func:`run`; ``thorough`` adds overdue reviews and questions that are too much alike.

    A date that has passed must not keep anybody from correcting an answer and training again, and
    comparing all questions with one another takes as long as learning them.
    """
    try:
        records = read_records(ROOT)
    except BadRecords as error:
        problems = error.problems
    else:
        problems = [
            *find_problems(records, Path.cwd(), thorough=thorough),
            *find_personal_details(read_questions(Path.cwd() / "data")),
            *find_text_problems(records, Path.cwd()),
        ]
        if thorough:
            today = datetime.datetime.now(tz=datetime.timezone.utc).date()
            problems += find_overdue(records, today)
    for problem in problems:
        sys.stderr.write(f"{_relative(problem.file)}:{problem.line}: {problem.message}\n")
    if problems:
        sys.stderr.write(f"drbot check: {len(problems)} to put right\n")
        return 1
    sys.stderr.write(
        f"drbot check: {len(records.answers)} answers, "
        f"{len(records.organisations)} organisations, no mistakes found\n"
    )
    return 0


def _relative(file: Path) -> Path:
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
