"""Plays the seizure of the running machine: what could somebody who takes it find of the people?

Usage: ``make seizure-drill``, or ``python -m tests.privacy.seizure_drill [MINUTES]``. It starts the
program with a Telegram of its own, lets five people talk to it, waits a minute (or as many as are
given: after 16, what is remembered of chats is gone too), and then searches as root would: memory,
files, output, database, model. The status is 1 if it finds more than
docs/privacy/what-we-could-hand-over.md says. Reading the memory takes root; without it, the rest is
done.
"""

from __future__ import annotations

import os
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"

from fake_bot_api import fake_bot_api
from serving import PROJECT, serving

from tests.privacy.seizure_investigator import Investigator, Line
from tests.privacy.seizure_people import People
from tests.privacy.seizure_places import WRITABLE

PAGE = PROJECT / "docs/privacy/what-we-could-hand-over.md"

STEP_SECONDS = 10
"""How often progress is shown."""

EVERYWHERE = (
    "'Everywhere' is the program's memory and registers, environment, connections and open files, "
    "its output, the database, the model, and every file below these that was changed since the "
    "start: "
)

NOT_ROOT = (
    "Memory, environment and connections of the program cannot be read: that takes root, and in a "
    "container the right to trace (CAP_SYS_PTRACE). The rest is done. For all of it: "
    "sudo make seizure-drill"
)

Say = Callable[[str], None]


def drill(say: Say, minutes: int = 1) -> list[Line]:
    """Does it all, in about two minutes.

    Args:
        say: shows progress.
        minutes: how long is waited before the search; the page speaks of one.
    """
    started, people = time.time(), People()
    with fake_bot_api(people.token) as api, core_files_allowed():
        say("Starting the program …")
        settings = {"TELEGRAM_TOKEN": people.token, "TELEGRAM_API_URL": api.url}
        with serving(settings) as server:
            investigator = Investigator(people, server, started)
            if not investigator.may_read_memory:
                say(NOT_ROOT)
            say("Five people talk to it …")
            people.talk(server, api)
            people.ask_and_wait(api)
            say("The investigator looks, while a message is being answered …")
            investigator.look_at_once()
            people.get_the_answer(api)
            for left in range(minutes * 60, 0, -STEP_SECONDS):
                say(f"Waiting until it should have forgotten: {left} s left …")
                time.sleep(STEP_SECONDS)
            say("The investigator searches everything …")
            investigator.look_later()
        investigator.use_the_token(api)
    return investigator.lines


@contextmanager
def core_files_allowed() -> Iterator[None]:
    """Lets programs that are started here write core files, so that ours has to forbid them."""
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)


def rows(heading: str) -> set[str]:
    """The ids in the first column of the table below a heading of the page."""
    section = (
        PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    )
    return set(re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE))


def more_than_the_page_says(lines: Sequence[Line]) -> list[Line]:
    """What was found and has no row in the page's table of what can be found."""
    said = rows("What can be found")
    return [line for line in lines if line.found and line.row not in said]


def table(lines: Sequence[Line]) -> str:
    """The report: what was found first."""
    words = {True: "FOUND", False: "not found", None: "not looked"}
    cells = [
        (words[line.found], line.row, line.what, line.where)
        for line in sorted(lines, key=lambda line: (not line.found, line.found is None))
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    return "\n".join(
        "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]])
        for row in cells
    )


def closing(lines: Sequence[Line], more: Sequence[Line]) -> str:
    """The report's last sentence."""
    if more:
        return f"FOUND MORE THAN {PAGE.relative_to(PROJECT)} SAYS: " + "; ".join(
            f"{line.what} ({line.where})" for line in more
        )
    sentence = (
        f"{sum(1 for line in lines if line.found)} things were found, and the page says each of "
        "them. Of what people wrote, who they are and where they wrote from, nothing was found."
    )
    if any(line.found is None for line in lines):
        return f"{sentence} The memory was not looked at: that takes root."
    return sentence


def main(arguments: Sequence[str]) -> int:
    """Prints the report; the status is 1 if more was found than the page says."""
    lines = drill(_say, int(arguments[0]) if arguments else 1)
    more = more_than_the_page_says(lines)
    searched = EVERYWHERE + ", ".join(map(str, WRITABLE))
    sys.stdout.write(f"\n{table(lines)}\n\n{searched}.\n{closing(lines, more)}\n")
    return 1 if more else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
