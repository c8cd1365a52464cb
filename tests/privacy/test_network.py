"""The program reaches Telegram's server, and no other.

Threat: figures of use, crash reports, fonts, models, previews of links or a name server tell
somebody that, when and what people ask. The program runs in a network of its own, in which there is
nothing but the Bot API server of the tests, and every connection is noted from its first
instruction.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from alone import QUESTIONS, run_alone
from sandbox import room
from syscalls import destinations, families

ANSWERED = 200


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("network") / "calls"


@pytest.fixture(scope="module")
def told(trained: None, log: Path) -> dict[str, Any]:
    return run_alone(room(network=True), "--trace", str(log))


def test_only_telegrams_server_is_reached(told: dict[str, Any], log: Path) -> None:
    """Threat: a library that calls home, or a name server that is asked for one."""
    server = urlsplit(told["bot api"])
    assert destinations(log) == {(server.hostname, server.port)}
    assert families(log) == {"AF_INET"}


def test_nothing_else_is_needed(told: dict[str, Any]) -> None:
    """Threat: what was cut off above is missing, and somebody opens the way to it."""
    assert told["page"] == ANSWERED
    assert [status for status, *_ in told["web"]] == [ANSWERED] * len(QUESTIONS)
    assert {outcome for _, outcome, _ in told["web"]} >= {"answer", "emergency", "clarify"}
    assert len(told["telegram"]) == len(QUESTIONS)
    assert "SAR" in told["telegram"][0]
    assert told["status"] == 0
    assert "event=fault" not in told["output"]


def test_no_message_has_a_preview_of_its_links(told: dict[str, Any]) -> None:
    """Threat: Telegram's servers, or the phone, fetch every page that an answer names."""
    assert any("https://" in message["text"] for message in told["sent"])
    without = [m for m in told["sent"] if m.get("link_preview_options") == {"is_disabled": True}]
    assert without == told["sent"]


def test_the_widget_is_served_while_telegram_cannot_be_found(trained: None) -> None:
    """Threat: a country that blocks Telegram takes the widget away too."""
    told = run_alone(room(network=True), "--api", "http://telegram.invalid")
    assert told["page"] == ANSWERED
    assert [status for status, *_ in told["web"]] == [ANSWERED] * (len(QUESTIONS) + 1)
    assert "event=fault stage=start error=NetworkError" in told["output"]
    assert told["status"] == 0
