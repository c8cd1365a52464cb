"""Worker of ``../compare.py``: the language part of Rasa's default configuration.

Usage: ``python diet.py DATA.json``, with ``{"train": [[text, intent], …], "test": [text, …]}``.
Prints ``{"intents": […], "confidences": [[…], …], "fit_seconds", "answer_ms", "memory_mb"}``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import structlog

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))

import yaml  # noqa: E402
from rasa.core.agent import Agent  # noqa: E402
from rasa.model_training import train_nlu  # noqa: E402
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLWriter  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402

HERE = Path(__file__).resolve().parent


def main(data: dict[str, list[Any]]) -> None:
    """Trains, answers, prints."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        model = _train(data["train"], Path(folder))
        fit_seconds = time.perf_counter() - begin
        agent = Agent.load(model)
        begin = time.perf_counter()
        rankings = asyncio.run(_answer(agent, data["test"]))
        answer_ms = 1000 * (time.perf_counter() - begin) / len(rankings)
    intents = sorted({intent for _, intent in data["train"]})
    found = {
        "intents": intents,
        "confidences": [[row.get(intent, 0.0) for intent in intents] for row in rankings],
        "fit_seconds": fit_seconds,
        "answer_ms": answer_ms,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(found))


def _train(examples: list[list[str]], folder: Path) -> str:
    messages = [Message.build(text, intent) for text, intent in examples]
    RasaYAMLWriter().dump(str(folder / "nlu.yml"), TrainingData(messages))
    config = yaml.safe_load((HERE / "config.yml").read_text(encoding="utf-8"))
    for step in config["pipeline"]:
        if step["name"] == "DIETClassifier":
            step["ranking_length"] = 0  # all intents, not ten
    # There are no responses to select here.
    config["pipeline"] = [s for s in config["pipeline"] if s["name"] != "ResponseSelector"]
    (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder))
    return str(model)


async def _answer(agent: Agent, texts: list[str]) -> list[dict[str, float]]:
    rankings = []
    for text in texts:
        parsed = await agent.parse_message(text)
        rankings.append({one["name"]: one["confidence"] for one in parsed["intent_ranking"]})
    return rankings


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
