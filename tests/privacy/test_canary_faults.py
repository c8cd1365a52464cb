"""Nothing of a chat is written when something fails either, and the person is told.

Threat: an error's message, or the local variables of its traceback, quote what somebody wrote. The
program runs with a fault that can be moved from one stage to the next.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from canary import (
    TOKEN,
    WORDS,
    chat_id,
    found_in,
    replies,
    say_on_telegram,
    say_on_the_web,
    send_on_telegram,
    web_client,
)
from fake_bot_api import FakeBotApi, fake_bot_api
from faulty import FUNCTIONS, HEALTHY, break_stage
from serving import PROJECT, Serving, serving

from bot import canned

STAGES = {
    "receive": "answer",
    "detect": "answer",
    "parse": "parse",
    "encode": "parse",
    "classify": "parse",
    "decide": "parse",
    "act": "act",
    "answer": "answer",
    "send": "answer",
    "delete": "answer",
    "intake": "receive",
}
"""By what is broken, the stage that is logged."""

NOT_SENT = ("send", "intake")
NOT_ON_THE_WEB = ("send", "delete", "intake")
"""What only Telegram has."""

Faulty = tuple[Serving, FakeBotApi]


@pytest.fixture(scope="module")
def faulty(trained: None) -> Iterator[Faulty]:
    """The program with switches, all off."""
    with fake_bot_api(TOKEN) as api:
        options = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, "CANARY": WORDS}
        program = (sys.executable, PROJECT / "tests/support/faulty.py")
        with serving(options, program) as server:
            server.wait_for("telegram_on")
            yield server, api


@pytest.fixture(scope="module", params=FUNCTIONS)
def broken(request: pytest.FixtureRequest, faulty: Faulty) -> Iterator[tuple[str, str, int]]:
    """The broken stage, what was written meanwhile, and who chatted."""
    server, api = faulty
    stage, person = str(request.param), list(FUNCTIONS).index(request.param)
    before = len(server.output)
    break_stage(server.process.pid, stage)
    if stage == "intake":  # nothing is taken then
        send_on_telegram(api, person)
        server.wait_for("stage=receive")
    else:
        say_on_telegram(api, person)
    say_on_the_web(server.url, person)
    assert server.process.poll() is None, "the server stopped"
    written = server.output[before:]
    yield stage, written, person
    break_stage(server.process.pid, HEALTHY)


def test_a_fault_writes_nothing_of_the_chat(broken: tuple[str, str, int]) -> None:
    """Threat: errors quote what they choked on."""
    _, written, _ = broken
    assert found_in(written) == []


def test_a_fault_is_logged_as_a_code_and_a_stage(broken: tuple[str, str, int]) -> None:
    """Threat: a fault that nobody sees is not put right, or is looked for in what people wrote."""
    stage, written, _ = broken
    assert f"event=fault stage={STAGES[stage]} error=" in written
    assert "Traceback" not in written


def test_the_person_is_told_on_telegram(broken: tuple[str, str, int], faulty: Faulty) -> None:
    """Threat: somebody in danger waits for an answer that never comes."""
    stage, _, person = broken
    _, api = faulty
    assert (canned.FAULT in replies(api, 2 * person)) == (stage not in NOT_SENT)


def test_the_person_is_told_on_the_web(broken: tuple[str, str, int], faulty: Faulty) -> None:
    """Threat: as above; and an error page that repeats what was sent."""
    stage, _, person = broken
    with web_client(faulty[0].url, person) as client:
        asked = {"chat": "a", "ask": f"what is a subject access request {WORDS}"}
        reply = client.post("/api/chat", json=asked)
    assert found_in(reply.text) == []
    if stage in NOT_ON_THE_WEB:
        assert reply.status_code == 200
        assert canned.FAULT not in reply.text
    elif STAGES[stage] == "answer":
        assert reply.status_code == 500
    else:
        assert reply.json()["messages"][0]["text"] == canned.FAULT


def test_what_was_not_taken_is_answered_later(faulty: Faulty) -> None:
    """Threat: one update that cannot be read ends the service for all, or takes others with it."""
    server, api = faulty
    break_stage(server.process.pid, HEALTHY)
    person = 2 * list(FUNCTIONS).index("intake")
    assert len(api.wait_for(chat_id(person), 9)) >= 9
    assert api.user(chat_id(99)).sends("/help").text != canned.FAULT
