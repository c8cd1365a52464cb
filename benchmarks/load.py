"""How long people wait for a reply on Telegram while many write at once.

Usage: ``.venv/bin/python -m benchmarks.load [--rate 30] [--minutes 10]``. The real program runs as
``make run`` starts it. This process plays Telegram (the tests' Bot API server, on loopback) and the
people: each message is a question of the exam, from a chat that writes every other minute, after a
pause that is random, as real ones are, however long replies take. A person's wait goes from the
moment Telegram has the message until it has the last part of the reply.
"""

from __future__ import annotations

import argparse
import bisect
import os
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from benchmarks.exam import exam_texts
from benchmarks.routing import PROJECT

sys.path.append(str(PROJECT / "tests" / "support"))

from fake_bot_api import FakeBotApi, fake_bot_api
from serving import Serving, serving

TOKEN = "123456:" + "l" * 35
SECONDS_BETWEEN = 120
"""How often one chat writes."""

WARM_UP_MESSAGES = 50
LAST_SECONDS = 60.0
"""How long replies are waited for after the last message."""

SPINS, SPIN_STEPS = 100, 100_000
TICK = os.sysconf("SC_CLK_TCK")


class Asked(NamedTuple):
    """A message: whose it is, and when Telegram had it."""

    chat_id: int
    at: float


class Processor(NamedTuple):
    """Seconds of processor time that were used until now: by all, by the program, by us."""

    everybody: float
    program: float
    ours: float
    stolen: float


def main() -> None:
    """Prints the table."""
    options = _options()
    _say_spin("before")
    with fake_bot_api(TOKEN) as api:
        environment = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}
        with serving(environment) as program:
            _wait_for_replies(api, asks(api, 2, WARM_UP_MESSAGES, first_chat=1))
            api.sent.clear()
            memory, before = memory_mb(program), processor(program)
            started = time.monotonic()
            messages = int(options.rate * options.minutes * 60)
            asked = asks(api, options.rate, messages, first_chat=1_000)
            _wait_for_replies(api, asked)
            used, seconds = processor(program), time.monotonic() - started
            report(asked, waits(api, asked), seconds)
            print(f"memory of the program: {memory:.0f} MB before, {memory_mb(program):.0f} after")
            _report_processor(before, used, seconds)
    _say_spin("after")


def asks(api: FakeBotApi, rate: float, messages: int, first_chat: int) -> list[Asked]:
    """Sends ``rate`` messages a second, at random moments, whether replies come or not."""
    chance = random.Random(5)  # noqa: S311
    texts = exam_texts()
    chats = int(rate * SECONDS_BETWEEN)
    asked = []
    due = time.monotonic()
    for number in tqdm(range(messages), unit=" messages", disable=None):
        due += chance.expovariate(rate)
        time.sleep(max(due - time.monotonic(), 0))
        person = api.user(first_chat + number % chats)
        update = person.message(text=chance.choice(texts))
        asked.append(Asked(person.chat_id, time.monotonic()))
        api.add_update(**update)
    return asked


def waits(api: FakeBotApi, asked: Sequence[Asked]) -> list[float]:
    """Seconds from each message to the last part of its reply; of unanswered ones nothing."""
    replies: defaultdict[int, list[float]] = defaultdict(list)
    for message in api.sent:
        replies[message.chat_id].append(message.at)
    following: dict[int, float] = {}
    found = []
    for chat_id, at in reversed(asked):
        times = replies[chat_id]
        last = bisect.bisect_left(times, following.get(chat_id, float("inf"))) - 1
        if last >= 0 and times[last] > at:
            found.append(times[last] - at)
        following[chat_id] = at
    return found


def report(asked: Sequence[Asked], found: Sequence[float], seconds: float) -> None:
    """Prints what people waited."""
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    print(f"{len(asked)} messages in {seconds:.0f} s, {len(asked) / seconds:.1f} a second")
    print(f"answered {len(found)}, lost {len(asked) - len(found)}")
    print("| p50 | p95 | p99 | max |")
    print("|---|---|---|---|")
    print(
        "| " + " | ".join(f"{s:.3f} s" for s in (cuts[49], cuts[94], cuts[98], max(found))) + " |"
    )


def processor(program: Serving) -> Processor:
    """What was used until now."""
    user, nice, system, _, _, interrupts, soft, stolen = (
        int(part) / TICK for part in Path("/proc/stat").read_text().split(maxsplit=9)[1:9]
    )
    of_program = Path(f"/proc/{program.process.pid}/stat").read_text().rpartition(")")[2].split()
    return Processor(
        everybody=user + nice + system + interrupts + soft,
        program=(int(of_program[11]) + int(of_program[12])) / TICK,
        ours=sum(os.times()[:2]),
        stolen=stolen,
    )


def memory_mb(program: Serving) -> float:
    """The program's memory that is in use now."""
    pages = int(Path(f"/proc/{program.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def _report_processor(before: Processor, after: Processor, seconds: float) -> None:
    everybody, program, ours, stolen = (
        (late - early) / seconds for early, late in zip(before, after, strict=True)
    )
    others = everybody - program - ours
    print(
        f"of {os.cpu_count()} processors: the program {program:.2f}, Telegram and people "
        f"{ours:.2f}, others {others:.2f}, taken by the machine's host {stolen:.2f}"
    )


def _wait_for_replies(api: FakeBotApi, asked: Sequence[Asked]) -> None:
    """Until all have one, or it takes too long; the last parts of the last replies come too."""
    deadline = time.monotonic() + LAST_SECONDS
    while len(waits(api, asked)) < len(asked) and time.monotonic() < deadline:
        time.sleep(1)
    time.sleep(2)


def _say_spin(when: str) -> None:
    """How evenly the machine works: the same small sum again and again."""
    times = []
    for _ in range(SPINS):
        started = time.perf_counter()
        sum(range(SPIN_STEPS))
        times.append(1000 * (time.perf_counter() - started))
    print(
        f"noise {when}: the same sum takes {min(times):.1f} to {max(times):.1f} ms, "
        f"p50 {statistics.median(times):.1f}",
        flush=True,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.load", description=__doc__)
    parser.add_argument("--rate", type=float, default=30, help="messages a second (%(default)s)")
    parser.add_argument("--minutes", type=float, default=10, help="how long (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
