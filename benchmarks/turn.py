"""How long a turn takes: ours, our encoder alone, and Rasa's default with an action server.

Usage: ``.venv/bin/python -m benchmarks.turn``. The three are measured in turns, round by round, on
the same questions, so that a machine that is busy for a while slows all of them. Rasa's default
learns the first writer's English questions only, and five times instead of a hundred: a turn takes
as long, and all of them would take it a day.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks.routing import PROJECT, writer_of
from knowledge_base.questions import read_questions

DEFAULT = PROJECT / "benchmarks" / "rasa_default"
DEFAULT_MODEL = DEFAULT / "models" / "default.tar.gz"
ROUNDS = 5
QUESTIONS = 100


class Worker:
    """A process that measures one round for each line it is sent."""

    def __init__(self, *command: str | Path) -> None:
        self._process = subprocess.Popen(
            command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ready_seconds = self._read()["ready_seconds"]

    def round(self, questions: list[str]) -> dict[str, Any]:
        """Milliseconds of each question, by what was measured."""
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.write(json.dumps(questions) + "\n")
        self._process.stdin.flush()
        return self._read()

    def stop(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101
        for line in self._process.stdout:
            if line.startswith("{"):
                return dict(json.loads(line))
        raise RuntimeError("the worker stopped; its messages above say why")


def main() -> None:
    """Prints the table."""
    every = [question.text for question in read_questions(PROJECT / "data")]
    questions = every[:: max(1, len(every) // QUESTIONS)][:QUESTIONS]
    python = default_python()
    _prepare_default(python)
    with ExitStack() as stack:
        action_server = _action_server(stack)
        say("loading both")
        default = Worker(python, DEFAULT / "worker.py", DEFAULT_MODEL, action_server)
        stack.callback(default.stop)
        ours = Worker(sys.executable, PROJECT / "benchmarks" / "ours.py")
        stack.callback(ours.stop)
        rounds: list[dict[str, Any]] = []
        for number in range(ROUNDS + 1):
            say(f"round {number} of {ROUNDS}" + (" (not counted)" if number == 0 else ""))
            measured = {**ours.round(questions), "default": default.round(questions)}
            rounds.append(measured)
    _report(rounds[1:], ours.ready_seconds, default.ready_seconds, len(questions))


def default_python() -> Path:
    """The Python of Rasa's default environment, with the real TensorFlow.

    Raises:
        SystemExit: it is not installed; says how to.
    """
    python = DEFAULT / ".venv" / "bin" / "python"
    if not python.exists():
        raise SystemExit(
            "The comparison needs Rasa with the real TensorFlow (2.5 GB). Install it with\n"
            "  .uv/bin/uv sync --project benchmarks/rasa_default\n"
            "(or uv, if it is on your path), then run this again."
        )
    return python


def _prepare_default(python: Path) -> None:
    if not DEFAULT_MODEL.exists():
        say("training Rasa's default configuration (several minutes)")
        config = (DEFAULT / "config.yml").read_text(encoding="utf-8")
        with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as shortened:
            shortened.write(config.replace("epochs: 100", "epochs: 5"))
            shortened.flush()
            _train_default(python, shortened.name)


def _train_default(python: Path, config: str) -> None:
    command: list[str | Path] = [python.parent / "rasa", "train", "--config", config]
    command += ["--domain", "domain.yml", "--data", "data/rules.yml", *_first_english()]
    command += ["--out", DEFAULT_MODEL.parent]
    command += ["--fixed-model-name", DEFAULT_MODEL.name.partition(".")[0]]
    subprocess.run(command, cwd=PROJECT, check=True, stdout=sys.stderr)


def _first_english() -> list[Path]:
    folder = PROJECT / "data" / "nlu"
    return [file for file in folder.glob("*.yml") if writer_of(file) == "english 1"]


def _action_server(stack: ExitStack) -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(server.kill)
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return f"http://127.0.0.1:{port}/webhook"
        time.sleep(0.1)
    raise RuntimeError("the action server did not start")


def _report(
    rounds: list[dict[str, Any]], ours_ready: float, default_ready: float, questions: int
) -> None:
    series = {
        "encoder alone": [r["encoder"] for r in rounds],
        "ours": [r["turn"] for r in rounds],
        "Rasa default, action server": [r["default"]["turn"] for r in rounds],
    }
    medians = {
        name: statistics.median(list(chain.from_iterable(times))) for name, times in series.items()
    }
    print(f"{questions} questions, {len(rounds)} rounds in turns; milliseconds")
    print("| | p50 | p99 | medians of the rounds | p50 / encoder | ready after | memory |")
    print("|---|---|---|---|---|---|---|")
    extra = {
        "ours": (ours_ready, rounds[-1]["memory_mb"]),
        "Rasa default, action server": (default_ready, rounds[-1]["default"]["memory_mb"]),
    }
    for name, times in series.items():
        spread = [statistics.median(one) for one in times]
        p99 = statistics.quantiles(list(chain.from_iterable(times)), n=100)[98]
        ready, memory = extra.get(name, (None, None))
        print(
            f"| {name} | {medians[name]:.1f} | {p99:.1f} | {min(spread):.1f} to {max(spread):.1f} "
            f"| {medians[name] / medians['encoder alone']:.2f} "
            f"| {f'{ready:.1f} s' if ready else ''} | {f'{memory:.0f} MB' if memory else ''} |"
        )
    share = medians["ours"] / medians["Rasa default, action server"]
    print(f"ours / Rasa default: {share:.2f}")


def say(text: str) -> None:
    """Progress, beside the table."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
