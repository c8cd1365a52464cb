"""``drbot train``: files in, database and model out."""

from __future__ import annotations

import argparse
import logging
import sys
import time
import warnings
from pathlib import Path

import structlog

from bot.commands import check
from knowledge_base.files import read_records
from knowledge_base.load import load_records
from knowledge_base.store import DEFAULT_FILE, open_engine

MODEL = Path("models") / "assistant.tar.gz"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options: the files in the project decide everything."""


def run(options: argparse.Namespace) -> int:
    """Checks the files, loads the database, trains the model; says what it is doing."""
    started = time.monotonic()
    _say("1/3 checking answers and training questions")
    if check.report(thorough=False):
        return 1
    _say("2/3 loading the knowledge base into the database")
    DEFAULT_FILE.parent.mkdir(exist_ok=True)
    load_records(read_records(), open_engine(writable=True))
    _say("3/3 training the language model (under a minute; ten with nothing encoded yet)")
    _train()
    _say(f"done in {time.monotonic() - started:.0f} s: {MODEL}")
    return 0


def _train() -> None:
    # Rasa's pinned dependencies warn of each other's old age; a maintainer can do nothing about it.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.filterwarnings("ignore", message="Slot auto-fill")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    from bot.training import train

    train(MODEL)


def _say(text: str) -> None:
    sys.stderr.write(f"drbot train: {text}\n")
    sys.stderr.flush()
