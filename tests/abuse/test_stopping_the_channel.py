"""The Telegram channel stops soon, whatever Telegram does meanwhile.

Threat: a program that does not end is killed, with the questions of many people in its hands.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator

import pytest
from channel_alone import channel_alone
from fake_bot_api import FakeBotApi, fake_bot_api

from bot.channels import telegram
from bot.channels.telegram_queue import MAX_IN_HAND

TOKEN = "123456:" + "s" * 35
SOON_SECONDS = 6.0
PATIENCE_SECONDS = 30.0

Meanwhile = Callable[[], Awaitable[None]]


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBotApi]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    monkeypatch.setattr(telegram, "DRAIN_SECONDS", 0.5)
    monkeypatch.setattr(telegram, "RETRY_SECONDS", 0.2)
    with fake_bot_api(TOKEN) as running:
        yield running


def seconds_to_stop(api: FakeBotApi, meanwhile: Meanwhile, webhook_url: str | None = None) -> float:
    """How long a channel takes to end after it was asked to, once ``meanwhile`` is over."""

    async def run() -> float:
        stop = asyncio.Event()
        channel = asyncio.ensure_future(channel_alone(api, webhook_url).run(stop))
        before = asyncio.ensure_future(meanwhile())
        await asyncio.wait(
            {channel, before}, timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        assert before.done()
        assert not channel.done()
        stop.set()
        started = time.monotonic()
        await asyncio.wait_for(channel, 60)
        return time.monotonic() - started

    return asyncio.run(run())


def called(api: FakeBotApi, method: str, times: int = 1) -> Meanwhile:
    """Waits until a method was called so often."""

    async def wait() -> None:
        while api.calls.count(method) < times:
            await asyncio.sleep(0.01)

    return wait


def test_it_stops_while_it_polls(api: FakeBotApi) -> None:
    assert seconds_to_stop(api, called(api, "getUpdates", 2)) < SOON_SECONDS


def test_it_stops_while_telegram_is_down_at_the_start(api: FakeBotApi) -> None:
    api.dead = True
    assert seconds_to_stop(api, lambda: asyncio.sleep(0.5)) < SOON_SECONDS


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook"])
def test_it_stops_while_telegram_answers_late_at_the_start(api: FakeBotApi, method: str) -> None:
    api.slow[method] = 20
    assert seconds_to_stop(api, called(api, method)) < SOON_SECONDS


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook", "setWebhook"])
@pytest.mark.parametrize("status", [429, 500, 502])
def test_it_stops_while_it_tries_again_to_start(api: FakeBotApi, method: str, status: int) -> None:
    api.retry_after = 60
    api.fail_next[method] = [status] * 1_000
    url = "https://bot.example.org/telegram" if method == "setWebhook" else None
    assert seconds_to_stop(api, called(api, method), url) < SOON_SECONDS


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook", "setWebhook"])
def test_it_starts_when_telegram_recovers(api: FakeBotApi, method: str) -> None:
    """Threat: one refusal at the start, and the bot is off until somebody looks."""
    api.fail_next[method] = [429, 500, 502, 500, 500, 500]
    url = "https://bot.example.org/telegram" if method == "setWebhook" else None

    async def started() -> None:
        while (not api.webhook) if url else ("getUpdates" not in api.calls):
            await asyncio.sleep(0.01)

    assert seconds_to_stop(api, started, url) < SOON_SECONDS


def test_it_stops_while_it_waits_to_poll_again(api: FakeBotApi) -> None:
    """python-telegram-bot sleeps after a failure, here for a minute, and nothing wakes it."""
    api.retry_after = 60
    api.fail_next["getUpdates"] = [429]
    assert seconds_to_stop(api, called(api, "getUpdates")) < SOON_SECONDS


def test_it_stops_without_room_and_confirms_what_it_took(api: FakeBotApi) -> None:
    """Threat: chats for which Telegram asks to wait keep it from stopping; the rest comes twice."""
    api.retry_after = 60
    chats = range(100, 100 + MAX_IN_HAND)
    for chat_id in chats:
        api.fail_chat[chat_id] = [429]
        last = api.add_update(**api.user(chat_id).message(text="words"))
    refused = called(api, "sendMessage", MAX_IN_HAND)
    assert seconds_to_stop(api, refused) < SOON_SECONDS
    api.wait_until_read(last)


def test_what_was_taken_is_finished_and_nothing_comes_twice(
    api: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram, "DRAIN_SECONDS", 10)
    api.slow["sendMessage"] = 1
    for chat_id in range(100, 150):
        api.add_update(**api.user(chat_id).message(text="words"))
    seconds_to_stop(api, called(api, "sendMessage"))
    api.slow.clear()
    api.add_update(**api.user(200).message(text="words"))
    seconds_to_stop(api, called(api, "getUpdates", api.calls.count("getUpdates") + 2))
    assert sorted(message.chat_id for message in api.sent) == [*range(100, 150), 200]
