"""The real program, a Bot API server and people, all of them in a room of their own.

Usage: ``python alone.py [--trace FILE] [--api URL]``; prints as JSON what came of it. Run in its
own network, no other machine and no name can be reached. With ``--trace``, strace(1) notes each
connection and each packet of the program from its first instruction.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any

import httpx
from canary import TOKEN
from fake_bot_api import FakeBotApi, fake_bot_api
from root import needed
from sandbox import writable
from serving import DRBOT, PROJECT, Serving, serving

QUESTIONS = (
    "what is a subject access request",
    "my tag battery is dead what do i do",
    "¿cómo pido mis datos al Home Office?",
    "how much does a spouse visa cost",
    "is a copy of my data free? call 07700 " + "900123",
    "hello",
)

FOLDERS = ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/dev", str(PROJECT))  # noqa: S108

CALLS = "trace=connect,sendto,sendmsg,sendmmsg"


def run_alone(room: list[str], *options: str) -> dict[str, Any]:
    """What came of a run; ``room`` is the start of the command line that makes it."""
    command = [*room, sys.executable, __file__, *options]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def main() -> None:
    """Starts everything, chats, stops, and prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trace")
    parser.add_argument("--api")
    options = parser.parse_args()
    with fake_bot_api(TOKEN) as api:
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": options.api or api.url}
        with serving(settings, _program(options.trace)) as server:
            told = talk(server, None if options.api else api)
        told["status"] = server.process.returncode
        told["output"] = server.output
        told["bot api"] = api.url
        told["sent"] = api.parameters.get("sendMessage", [])
    sys.stdout.write(json.dumps(told))


def talk(server: Serving, api: FakeBotApi | None) -> dict[str, Any]:
    """Asks everything on the web, and on Telegram if it is there."""
    told: dict[str, Any] = {"user": os.getuid(), "writable": writable(FOLDERS)}
    with httpx.Client(base_url=server.url, timeout=60) as client:
        told["page"] = client.get("/").status_code
        told["web"] = [_ask(client, number, question) for number, question in enumerate(QUESTIONS)]
        if api is None:
            server.wait_for("event=fault")
            time.sleep(1)
            told["web"] += [_ask(client, 99, QUESTIONS[0])]
    if api:
        server.wait_for("telegram_on")
        people = [api.user(1_000 + number) for number in range(len(QUESTIONS))]
        told["telegram"] = [
            person.sends(question).text for person, question in zip(people, QUESTIONS, strict=True)
        ]
        people[0].presses(next(iter(api.wait_for(1_000, 1)[-1].buttons)))
    return told


def _ask(client: httpx.Client, number: int, question: str) -> list[Any]:
    reply = client.post("/api/chat", json={"chat": f"c{number}", "ask": question})
    return [reply.status_code, reply.json()["outcome"], len(reply.json()["messages"])]


def _program(trace: str | None) -> list[str]:
    if trace is None:
        return [str(DRBOT)]
    # As a grandchild (-D), so that the program is ours to stop.
    options = ["-D", "-f", "--seccomp-bpf", "-s", "0", "-o", trace, "-e", CALLS]
    return [needed("strace"), *options, str(DRBOT)]


if __name__ == "__main__":
    main()
