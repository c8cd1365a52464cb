"""``drbot train``: files in, database and model out."""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from pathlib import Path

from bot.commands import check
from knowledge_base.files import read_records
from knowledge_base.load import load_records
from knowledge_base.store import DEFAULT_FILE, open_engine

MODEL_NAME = "assistant"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options: the files in the project decide everything."""


def run(options: argparse.Namespace) -> int:
    """Checks the files, loads the database, trains the model; says what it is doing."""
    started = time.monotonic()
    _say("1/3 checking answers and training questions")
    if check.report(reviews=False):
        return 1
    _say("2/3 loading the knowledge base into the database")
    DEFAULT_FILE.parent.mkdir(exist_ok=True)
    load_records(read_records(), open_engine(writable=True))
    _say("3/3 training the language model (about half a minute)")
    model = _train()
    _say(f"done in {time.monotonic() - started:.0f} s: {model}")
    return 0


def _train() -> Path:
    # Rasa's pinned dependencies warn of each other's old age; a maintainer can do nothing about it.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.filterwarnings("ignore", message="Slot auto-fill")
    from rasa.model_training import train

    result = train(
        domain="domain.yml",
        config="config.yml",
        training_files=["data"],
        output="models",
        fixed_model_name=MODEL_NAME,
    )
    if result.code != 0 or result.model is None:
        raise RuntimeError("Rasa did not produce a model; its messages above say why.")
    return Path(result.model)


def _say(text: str) -> None:
    sys.stderr.write(f"drbot train: {text}\n")
    sys.stderr.flush()
