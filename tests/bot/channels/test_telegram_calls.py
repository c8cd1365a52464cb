"""Calls to a Bot API that is slow, down, or asks for patience: over HTTP, to a server on loopback.

Threat: an answer that somebody waits for is lost, or comes again and again, because of the network.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import TypeVar

import pytest
from fake_bot_api import FakeBotApi, fake_bot_api
from fake_bot_http import BEGINNING
from serving import free_port
from telegram import Update
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.channels import telegram_calls
from bot.channels.telegram_calls import LONGEST_WAIT, PAUSES, PatientBot, deliver, seconds_asked

TOKEN = "123456:" + "c" * 35
CHAT = 20

OK = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b"
GARBAGE = [b"<html>captive portal</html>", b"[]", b"7", b"{}", b'{"ok": true}', b'{"result": 7}']
HALVES = [b"", b"HTTP/1.1 2", BEGINNING]
FIVE_SECONDS = timedelta(seconds=5)

Result = TypeVar("Result")


@pytest.fixture(scope="module")
def server() -> Iterator[FakeBotApi]:
    with fake_bot_api(TOKEN) as running:
        yield running


@pytest.fixture
def api(server: FakeBotApi, monkeypatch: pytest.MonkeyPatch) -> FakeBotApi:
    """A server that was not called yet, and attempts that follow each other fast."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    monkeypatch.setattr(telegram_calls, "PAUSES", (0.05,) * len(PAUSES))
    server.calls.clear()
    server.sent.clear()
    return server


async def always() -> None:
    """There is room at once."""


def with_bot(
    url: str,
    use: Callable[[PatientBot], Awaitable[Result]],
    room: Callable[[], Awaitable[None]] = always,
) -> Result:
    async def run() -> Result:
        bot = PatientBot(TOKEN, url, room)
        try:
            await bot.initialize()
            return await use(bot)
        finally:
            await bot.shutdown()

    return asyncio.run(asyncio.wait_for(run(), 60))


def send(api: FakeBotApi) -> None:
    with_bot(api.url, lambda bot: deliver(lambda: bot.send_message(CHAT, "words")))


def ask(api: FakeBotApi, room: Callable[[], Awaitable[None]] = always) -> tuple[Update, ...]:
    return with_bot(api.url, lambda bot: bot.get_updates(timeout=FIVE_SECONDS), room)


def test_a_message_waits_as_long_as_telegram_asks(api: FakeBotApi) -> None:
    """Threat: Telegram blocks a bot that goes on sending."""
    api.fail_next["sendMessage"] = [429, 429]
    started = time.monotonic()
    send(api)
    assert 2 <= time.monotonic() - started < 10
    assert len(api.sent) == 1


def test_nobody_waits_for_ever(api: FakeBotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_calls, "LONGEST_WAIT", 0.05)
    api.fail_next["sendMessage"] = [429]
    started = time.monotonic()
    send(api)
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("spans", ["1", ""])
def test_the_wait_is_understood_as_a_span_and_as_a_number(
    monkeypatch: pytest.MonkeyPatch, spans: str
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", spans)
    assert seconds_asked(RetryAfter(7)) == 7
    assert seconds_asked(RetryAfter(timedelta(hours=1))) == LONGEST_WAIT
    assert seconds_asked(NetworkError("down")) == 0


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_message_is_sent_again_when_telegram_fails(api: FakeBotApi, status: int) -> None:
    api.fail_next["sendMessage"] = [status] * len(PAUSES)
    send(api)
    assert len(api.sent) == 1


def test_a_message_is_given_up_after_some_attempts(api: FakeBotApi) -> None:
    api.fail_next["sendMessage"] = [500] * 20
    with pytest.raises(NetworkError):
        send(api)
    api.fail_next.clear()
    assert api.calls.count("sendMessage") == len(PAUSES) + 1


@pytest.mark.parametrize(
    ("status", "error"), [(400, BadRequest), (403, Forbidden), (401, InvalidToken)]
)
def test_what_telegram_refuses_is_not_sent_again(
    api: FakeBotApi, status: int, error: type[Exception]
) -> None:
    """Threat: a person who blocked the bot is written to again and again."""
    api.fail_next["sendMessage"] = [status]
    with pytest.raises(error):
        send(api)
    assert api.calls.count("sendMessage") == 1


@pytest.mark.parametrize("half", HALVES, ids=["at once", "in the first line", "in the content"])
def test_a_connection_that_breaks_is_opened_again(api: FakeBotApi, half: bytes) -> None:
    api.cut_next["sendMessage"] = [half]
    send(api)
    assert len(api.sent) == 1


def test_a_server_that_was_away_gets_the_message(
    api: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_calls, "PAUSES", (0.5,) * len(PAUSES))

    async def use(bot: PatientBot) -> None:
        api.dead = True
        threading.Timer(1, setattr, (api, "dead", False)).start()
        await deliver(lambda: bot.send_message(CHAT, "words"))

    with_bot(api.url, use)
    assert len(api.sent) == 1


def test_a_slow_answer_is_waited_for(api: FakeBotApi) -> None:
    """Threat: Telegram takes the message but answers late, and the person gets it five times."""
    api.slow["sendMessage"] = 6
    try:
        send(api)
    finally:
        api.slow.clear()
    assert len(api.sent) == 1


def test_a_server_that_is_not_there_is_a_fault_of_the_network(api: FakeBotApi) -> None:
    with pytest.raises(NetworkError):
        with_bot(f"http://127.0.0.1:{free_port()}", lambda bot: bot.get_me())


def test_a_token_refused_while_polling_is_tried_again(api: FakeBotApi) -> None:
    """Threat: Telegram answers 'not found' for a moment, and the bot is silent from then on."""
    for status in (401, 404):
        api.fail_next["getUpdates"] = [status]
        with pytest.raises(NetworkError):
            ask(api)


def test_a_token_refused_at_the_start_is_told(api: FakeBotApi) -> None:
    api.fail_next["getMe"] = [401]
    with pytest.raises(InvalidToken):
        ask(api)


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda garbage: garbage.decode())
def test_what_is_no_list_of_updates_is_a_fault_of_the_network(
    api: FakeBotApi, garbage: bytes
) -> None:
    """Threat: at any other error python-telegram-bot asks again at once, as fast as it can."""
    api.cut_next["getUpdates"] = [OK % (len(garbage), garbage)]
    with pytest.raises(NetworkError):
        ask(api)


def test_odd_parameters_of_a_refusal_are_a_fault_of_the_network(api: FakeBotApi) -> None:
    body = b'{"ok": false, "error_code": 429, "parameters": [1]}'
    head = b"HTTP/1.1 429 Too Many Requests\r\ncontent-length: %d\r\n\r\n" % len(body)
    api.cut_next["getUpdates"] = [head + body]
    with pytest.raises(NetworkError):
        ask(api)


def test_updates_are_asked_for_when_there_is_room(api: FakeBotApi) -> None:
    async def room() -> None:
        await opened.wait()

    async def use(bot: PatientBot) -> None:
        asking = asyncio.create_task(bot.get_updates(timeout=FIVE_SECONDS))
        await asyncio.sleep(0.2)
        assert "getUpdates" not in api.calls
        opened.set()
        await asking

    opened = asyncio.Event()
    with_bot(api.url, use, room)
    assert "getUpdates" in api.calls


def test_what_was_taken_is_confirmed_even_without_room(api: FakeBotApi) -> None:
    """Threat: the program cannot be stopped, or answers everything again when it is started."""

    async def never() -> None:
        await asyncio.Event().wait()

    update_id = api.add_update(message={})
    with_bot(
        api.url, lambda bot: bot.get_updates(offset=update_id + 1, timeout=timedelta(0)), never
    )
    api.wait_until_read(update_id)
