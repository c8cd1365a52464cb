"""Personal details in a message go no further than the detector."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from serving import DRBOT, PROJECT

from bot import canned
from bot.assistant import Assistant
from bot.processor import InProcessAgent

NUMBER = "07700 " + "900123"


class Listening:
    """Hands messages on to the agent and notes what it was given to understand."""

    def __init__(self, agent: InProcessAgent) -> None:
        self.agent = agent
        self.texts: list[str] = []

    async def handle_message(self, message: UserMessage) -> Any:
        """As the agent's."""
        self.texts.append(str(message.text))
        return await self.agent.handle_message(message)


@pytest.fixture
def listening(assistant: Assistant) -> Iterator[Listening]:
    listener = Listening(assistant._agent)
    vars(assistant)["_agent"] = listener
    yield listener
    vars(assistant)["_agent"] = listener.agent


def test_what_is_understood_holds_no_detail(assistant: Assistant, listening: Listening) -> None:
    """Threat: a number that reaches the model reaches whatever the model keeps or prints."""
    asyncio.run(assistant.ask("a", f"is a copy of my data free, call {NUMBER}"))
    assert listening.texts == ["is a copy of my data free, call"]


def test_the_person_is_told_first_and_still_answered(assistant: Assistant) -> None:
    """Threat: somebody goes on sending numbers because nobody told them not to."""
    turn = asyncio.run(assistant.ask("a", f"what is a subject access request? call {NUMBER}"))
    assert turn.messages[0]["kind"] == "notice"
    assert turn.details == ("phone",)
    assert turn.shown


def test_the_notice_is_in_the_persons_language(assistant: Assistant) -> None:
    turn = asyncio.run(assistant.ask("a", f"¿cómo pido mis datos al Home Office? {NUMBER}"))
    (notice,) = [message for message in turn.messages if message["kind"] == "notice"]
    assert notice["language"] == "es"


def test_a_message_of_details_alone_is_no_question(
    assistant: Assistant, listening: Listening
) -> None:
    turn = asyncio.run(assistant.ask("a", NUMBER))
    last = turn.messages[-1]
    assert last["kind"] == "text"
    assert last["text"] == canned.NOTHING_TO_READ
    assert listening.texts == []


def test_the_check_refuses_a_training_question_with_a_detail(tmp_path: Path) -> None:
    """Threat: a real message is copied into data/, and the number in it into every model."""
    for folder in ("data", "knowledge_base"):
        copytree(PROJECT / folder, tmp_path / folder)
    (tmp_path / "domain.yml").write_bytes((PROJECT / "domain.yml").read_bytes())
    file = tmp_path / "data/nlu/sar_basics.yml"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines.insert(6, f"      - is a copy of my data free, call {NUMBER}")
    file.write_text("\n".join(lines), encoding="utf-8")
    done = subprocess.run([DRBOT, "train"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"data/nlu/sar_basics.yml:7: this looks like a phone number" in done.stderr
