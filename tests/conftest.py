"""Fixtures for tests that run the real program."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from fake_bot_api import FakeBotApi, fake_bot_api
from serving import PROJECT, Serving, serving

if TYPE_CHECKING:
    from bot.assistant import Assistant

TOKEN = "123456:" + "t" * 35


@pytest.fixture(scope="session")
def trained() -> None:
    """The model that ``make test`` trains before it starts pytest."""
    for file in ("models/assistant.tar.gz", "models/knowledge_base.sqlite"):
        if not (PROJECT / file).is_file():
            pytest.fail(f"{file} is missing: run 'make train' first")


@pytest.fixture(scope="module")
def assistant(trained: None) -> Assistant:
    """The assistant itself, in this process; each module has its own."""
    # Only now: it takes seconds to import, and most tests do without it.
    from bot.assistant import Assistant
    from knowledge_base.store import KnowledgeBase, open_engine

    return Assistant.load(KnowledgeBase(open_engine()))


@pytest.fixture(scope="session")
def bot_api() -> Iterator[FakeBotApi]:
    """A Telegram server of our own."""
    with fake_bot_api(TOKEN) as api:
        yield api


@pytest.fixture(scope="session")
def server(trained: None, bot_api: FakeBotApi) -> Iterator[Serving]:
    """The program as ``make run`` starts it, connected to :func:`bot_api`."""
    with serving({"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": bot_api.url}) as running:
        yield running


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop of the test's own."""
    made = asyncio.new_event_loop()
    yield made
    made.close()
