"""Telegram is down, slow, or refuses for a while: every question is answered in the end, and once.

Threat: a network that fails for a minute silences the bot until somebody starts it again.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator

import pytest
from fake_bot_api import FakeBotApi, fake_bot_api
from fake_bot_http import BEGINNING
from serving import Serving, serving

from bot import canned

TOKEN = "123456:" + "o" * 35
HELP, PRIVACY = "/help", "/privacy"


@pytest.fixture(scope="module")
def api() -> Iterator[FakeBotApi]:
    with fake_bot_api(TOKEN) as running:
        yield running


@pytest.fixture(scope="module")
def server(trained: None, api: FakeBotApi) -> Iterator[Serving]:
    with serving({"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}) as running:
        running.wait_for("telegram_on")
        yield running


@pytest.fixture(autouse=True)
def _others_are_answered_once(server: Serving, api: FakeBotApi) -> Iterator[None]:
    """After each test the program answers somebody new, and nobody got more than one reply."""
    api.sent.clear()
    yield
    assert_others_are_answered_once(server, api)


def assert_others_are_answered_once(server: Serving, api: FakeBotApi) -> None:
    """The program answers somebody new, and nobody got more than one reply."""
    assert api.user(30_000).sends(HELP).text
    chats = [message.chat_id for message in api.sent]
    assert len(chats) == len(set(chats))
    assert server.process.poll() is None


def asks(api: FakeBotApi, *chat_ids: int) -> None:
    """Each of these chats sends one message; nobody waits for the reply."""
    for chat_id in chat_ids:
        api.add_update(**api.user(chat_id).message(text=HELP))


def test_what_was_asked_while_telegram_was_down_is_answered(
    server: Serving, api: FakeBotApi
) -> None:
    asks(api, 30_010)
    api.wait_for(30_010, 1)
    api.dead = True
    asks(api, *range(30_011, 30_031))
    server.wait_for("stage=receive")
    time.sleep(1)
    api.dead = False
    asks(api, *range(30_031, 30_041))
    for chat_id in range(30_010, 30_041):
        api.wait_for(chat_id, 1)


def test_a_chat_for_which_telegram_asks_to_wait_holds_up_no_other(api: FakeBotApi) -> None:
    api.fail_chat[30_050] = [429, 429]
    started = time.monotonic()
    asks(api, *range(30_050, 30_060))
    for chat_id in range(30_051, 30_060):
        api.wait_for(chat_id, 1)
    others = max(message.at for message in api.sent) - started
    late = api.wait_for(30_050, 1)[0].at - started
    assert others < 2 <= late


def test_failures_of_telegram_are_overcome(api: FakeBotApi) -> None:
    api.fail_next.update(getUpdates=[500], sendMessage=[502, 500, 429])
    asks(api, *range(30_070, 30_076))
    for chat_id in range(30_070, 30_076):
        api.wait_for(chat_id, 1)


def test_polling_goes_on_after_refusals(api: FakeBotApi) -> None:
    """Telegram has refused a good token before; the same bot may run twice for a moment."""
    api.fail_next["getUpdates"] = [401, 409]
    asks(api, 30_080)
    api.wait_for(30_080, 1)


def test_connections_that_break_half_way_lose_nothing(api: FakeBotApi) -> None:
    api.cut_next.update(getUpdates=[BEGINNING], sendMessage=[b"", BEGINNING])
    asks(api, *range(30_100, 30_104))
    for chat_id in range(30_100, 30_104):
        api.wait_for(chat_id, 1)


def test_slow_replies_do_not_wait_for_each_other(api: FakeBotApi) -> None:
    api.slow["sendMessage"] = 1
    try:
        started = time.monotonic()
        asks(api, *range(30_110, 30_140))
        for chat_id in range(30_110, 30_140):
            api.wait_for(chat_id, 1)
    finally:
        api.slow.clear()
    assert time.monotonic() - started < 10


@pytest.mark.soak
def test_an_answer_that_telegram_takes_late_comes_once(api: FakeBotApi) -> None:
    api.slow["sendMessage"] = 6
    try:
        asks(api, 30_150)
        api.wait_for(30_150, 1)
    finally:
        api.slow.clear()
    asks(api, 30_151)
    api.wait_for(30_151, 1)


def test_a_button_pressed_long_ago_is_still_answered(api: FakeBotApi) -> None:
    """Telegram lets nobody confirm a press after some seconds: the answer is what counts."""
    person = api.user(30_160)
    menu = person.sends("/start")
    api.sent.clear()
    api.sent.append(menu)
    api.fail_next["answerCallbackQuery"] = [400]
    answer = person.presses(next(iter(menu.buttons)))
    assert answer.text not in (menu.text, canned.FAULT)
    api.sent.remove(menu)


def test_a_person_who_blocked_the_bot_stops_nobody(api: FakeBotApi) -> None:
    api.fail_chat[30_170] = [403]
    asks(api, 30_170, 30_171)
    api.wait_for(30_171, 1)
    tried = [asked["chat_id"] for asked in api.parameters["sendMessage"]]
    assert tried.count(30_170) == 1


def test_the_widget_is_there_while_telegram_is_down_at_the_start(trained: None) -> None:
    """Then Telegram's questions are answered too, though a webhook had been set before."""
    with fake_bot_api(TOKEN) as api:
        api.dead = True
        api.webhook = {"url": "https://bot.example.org/telegram"}
        asks(api, 30_001)
        with serving({"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}) as server:
            server.wait_for("stage=start")
            body = json.dumps({"chat": "a", "ask": "what is a subject access request"}).encode()
            address = f"{server.url}/api/chat"
            with urllib.request.urlopen(address, body, timeout=10) as answer:  # noqa: S310
                assert json.load(answer)["outcome"] == "answer"
            assert not api.sent
            api.dead = False
            assert api.wait_for(30_001, 1)
            assert not api.webhook
            assert_others_are_answered_once(server, api)
