"""``drbot pack``: all answers on paper, for people without a phone."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

from bot import canned
from bot.cli import UsageError
from knowledge_base.files import BadRecords, read_records
from knowledge_base.pack import as_html

DEFAULT_FILE = Path("digital-rights.html")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to write it."""
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        default=DEFAULT_FILE,
        help=f"the page to write (default: {DEFAULT_FILE}); a browser prints it or saves it as PDF",
    )


def run(options: argparse.Namespace) -> int:
    """Writes the page.

    Raises:
        UsageError: the answers have mistakes, or the file cannot be written.
    """
    today = datetime.datetime.now(tz=datetime.timezone.utc).date()
    try:
        page = as_html(read_records(), canned, today)
        options.file.write_text(page, encoding="utf-8")
    except BadRecords as error:
        raise UsageError("the answers have mistakes: run 'drbot check' and correct them") from error
    except OSError as error:
        raise UsageError(f"cannot write {options.file}: {error.strerror}") from error
    sys.stderr.write(f"drbot pack: wrote {options.file}. Open it in a browser and print it.\n")
    return 0
