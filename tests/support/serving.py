"""Runs the real program, as ``make run`` does, and collects everything it writes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DRBOT = Path(sys.executable).parent / "drbot"
START_SECONDS = 60.0


@dataclass
class Serving:
    """A running ``drbot serve``."""

    url: str
    process: subprocess.Popen[bytes]
    _chunks: list[bytes]

    @property
    def output(self) -> str:
        """All that was written to standard output and standard error so far."""
        return b"".join(self._chunks).decode("utf-8", "replace")

    def wait_for(self, text: str) -> None:
        """Waits until the program has written ``text``."""
        deadline = time.monotonic() + START_SECONDS
        while text not in self.output:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{text!r} was not written:\n{self.output}")
            time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    environment: Mapping[str, str] | None = None, program: Sequence[str | Path] = (DRBOT,)
) -> Iterator[Serving]:
    """Starts the server with extra environment variables, and stops it as Ctrl+C does."""
    port = free_port()
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM_", "DATABASE_"))}
    process = subprocess.Popen(
        [*program, "serve", "--port", str(port)],
        cwd=PROJECT,
        env={**clean, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    chunks: list[bytes] = []
    reader = threading.Thread(target=_collect, args=(process, chunks), daemon=True)
    reader.start()
    running = Serving(f"http://127.0.0.1:{port}", process, chunks)
    try:
        running.wait_for("Ready:")
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        reader.join(10)


def _collect(process: subprocess.Popen[bytes], chunks: list[bytes]) -> None:
    if process.stdout is not None:
        with process.stdout as output:
            for line in output:
                chunks.append(line)  # at once: the tests read while the program runs
