"""The assistant's memory over a million turns.

Usage: ``.venv/bin/python -m benchmarks.memory --out PATH [--turns 1000000]``. Writes PATH.csv and
PATH.svg. Chats come and go: every tenth turn somebody new writes, and whoever writes is one of the
last 3,000. Of a hundred turns 80 press a button, 19 press 'More', one asks a question of the exam:
a question takes twenty times as long and leaves no more behind. The first sample is taken when as
many chats as the assistant remembers have come and taken their turns: until then its memory of
chats still fills. Runs in this process, with the allocator that overwrites what is freed, as the
server does; Telegram and the widget are not part of it.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tqdm import tqdm

from benchmarks.exam import exam_texts
from bot import hardening
from bot.cli import prepare_environment

if TYPE_CHECKING:
    from bot.assistant import Assistant

LIVE_CHATS = 3_000
TURNS_A_CHAT = 10
SAMPLES = 100


class Sample(NamedTuple):
    """The memory in use after some turns."""

    turns: int
    seconds: float
    rss_mb: float
    chats: int


def main() -> None:
    """Measures, prints the range, and writes the two files."""
    options = _options()
    hardening.overwrite_freed_memory()
    prepare_environment()
    from bot.commands.loading import load_assistant

    samples = asyncio.run(measure(load_assistant(), options.turns))
    _write(samples, options.out)
    first, last = samples[0], samples[-1]
    shares = [100 * sample.rss_mb / first.rss_mb for sample in samples]
    print(f"{last.turns} turns, {last.turns / last.seconds:.0f} a second; {last.chats} chats known")
    print(f"memory after the warm-up: {first.rss_mb:.1f} MB; at the end: {last.rss_mb:.1f} MB")
    print(f"between {min(shares):.2f} % and {max(shares):.2f} % of the value after the warm-up")
    print(f"written: {options.out}.csv, {options.out}.svg")


async def measure(assistant: Assistant, turns: int) -> list[Sample]:
    """Takes turns, and looks at the memory a hundred times."""
    from bot.memory import MAX_CHATS

    people = People(assistant)
    for _ in tqdm(range(MAX_CHATS * TURNS_A_CHAT), "warm-up", unit=" turns", disable=None):
        await people.turn()
    started = time.monotonic()
    samples = [Sample(0, 0, rss_mb(), len(assistant.memory))]
    for number in tqdm(range(1, turns + 1), "measured", unit=" turns", disable=None):
        await people.turn()
        if number * SAMPLES // turns > (number - 1) * SAMPLES // turns:
            seconds = time.monotonic() - started
            samples.append(Sample(number, seconds, rss_mb(), len(assistant.memory)))
    return samples


class People:
    """Who takes the turns."""

    def __init__(self, assistant: Assistant) -> None:
        from bot.memory import ChatKeys
        from knowledge_base.store import KnowledgeBase, open_engine

        self._assistant = assistant
        self._keys = ChatKeys()
        self._chance = random.Random(11)  # noqa: S311
        self._texts = exam_texts()
        self._answers = sorted(KnowledgeBase(open_engine()).topics())
        self._chats = self._turns = 0

    async def turn(self) -> None:
        """One turn of somebody."""
        self._turns += 1
        self._chats += self._turns % TURNS_A_CHAT == 0
        chat = self._key(self._chats - self._chance.randrange(LIVE_CHATS))
        kind = self._turns % 100
        if kind == 0:
            await self._assistant.ask(chat, self._chance.choice(self._texts))
        elif kind % 5 == 0:
            await self._assistant.more(chat, self._chance.choice(self._answers))
        else:
            await self._assistant.choose(chat, self._chance.choice(self._answers))

    def _key(self, chat: int) -> str:
        return self._keys.key("telegram", str(chat))


def rss_mb() -> float:
    """The memory that this process has in use."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def _write(samples: list[Sample], out: Path) -> None:
    import matplotlib.pyplot as plt

    out.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{out}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Sample._fields)
        writer.writerows((s.turns, f"{s.seconds:.1f}", f"{s.rss_mb:.2f}", s.chats) for s in samples)
    figure, axes = plt.subplots(figsize=(7, 3), layout="tight")
    axes.plot([sample.turns for sample in samples], [sample.rss_mb for sample in samples])
    axes.set_ylim(0, 1.2 * max(sample.rss_mb for sample in samples))
    axes.set_xlabel("turns")
    axes.set_ylabel("memory in use, MB")
    figure.savefig(f"{out}.svg")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.memory", description=__doc__)
    parser.add_argument("--turns", type=int, default=1_000_000, help="how many (%(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="where the files go, without .csv")
    return parser.parse_args()


if __name__ == "__main__":
    main()
