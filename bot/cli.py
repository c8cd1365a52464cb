"""The command line: ``drbot serve | train | check | ask | evaluate``."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile

COMMANDS = {
    "serve": "answer people, in the web widget and on Telegram",
    "train": "build the knowledge base's database and the language model",
    "check": "find mistakes in answers, organisations and training questions",
    "ask": "answer questions here, as a chat would",
    "evaluate": "measure the answers on a file of questions",
    "pack": "write all answers as one page to print",
}


class UsageError(Exception):
    """Something the person at the command line can put right; its message says how."""


def prepare_environment(*, training: bool = False) -> None:
    """Settles what libraries read when they are imported; call it before anything else."""
    # No telemetry, no plea to upgrade SQLAlchemy.
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    # Spans of time as such, which python-telegram-bot will give in any case one day.
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    if not training:
        # The matrices of a turn are small: threads only fight with the encoder for the processor.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        # Libraries ask where temporary files go when they are imported. Python would find that out
        # by writing one, and fail where nothing can be written.
        tempfile.tempdir = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns the exit status: 0 well, 1 mistakes found, 2 wrong use."""
    given = sys.argv[1:] if arguments is None else arguments
    prepare_environment(training="train" in given[:1])
    parser = argparse.ArgumentParser(prog="drbot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary.capitalize() + ".")
        if name in given:
            # Only a command that may be meant: what the others import takes more than a second.
            importlib.import_module(f"bot.commands.{name}").add_arguments(command)
    options = parser.parse_args(given)
    try:
        return int(importlib.import_module(f"bot.commands.{options.command}").run(options))
    except UsageError as error:
        sys.stderr.write(f"drbot: {error}\n")
        return 2
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
