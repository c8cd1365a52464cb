"""Many messages at once: from one chat, and from many.

Threat: somebody who wants the bot silent sends so much that nobody else is answered.
"""

from __future__ import annotations

import json
import random
import time
import urllib.request
from collections import Counter
from collections.abc import Iterable

import pytest
from fake_bot_api import FakeBotApi
from serving import Serving

from bot import canned
from bot.channels.telegram_queue import MESSAGES_A_SECOND, MESSAGES_AT_ONCE

pytestmark = pytest.mark.usefixtures("server")

FLOOD = 2_000
FEW_SECONDS = 10.0
"""Much more than it takes, since other tests may keep the machine busy."""

QUESTION = "my tag battery is dead what do i do"
COMMANDS = ("/help", "/privacy", "/start")


def texts_to(api: FakeBotApi, chat_id: int) -> list[str]:
    return [message.text for message in api.sent if message.chat_id == chat_id]


def assert_within_its_allowance(texts: Iterable[str], seconds: float) -> None:
    """A chat that goes on sending may do so again every other second, and is told each time."""
    count = Counter(text == canned.TOO_MANY for text in texts)
    later = int(seconds * MESSAGES_A_SECOND) + 1
    assert MESSAGES_AT_ONCE <= count[False] <= MESSAGES_AT_ONCE + later
    assert 1 <= count[True] <= 1 + later


def test_a_flood_from_one_chat_takes_no_turn_from_another(
    server: Serving, bot_api: FakeBotApi
) -> None:
    flooder, early, late = (bot_api.user(chat_id) for chat_id in (20_000, 20_001, 20_002))
    started = time.monotonic()
    for number in range(FLOOD):
        if number == FLOOD // 2:
            bot_api.add_update(**early.message(text=QUESTION))
        last = bot_api.add_update(**flooder.message(text="/help"))
    bot_api.add_update(**late.message(text=QUESTION))
    body = json.dumps({"chat": "a", "ask": QUESTION}).encode()
    with urllib.request.urlopen(f"{server.url}/api/chat", body, timeout=30) as answer:  # noqa: S310
        assert "battery" in json.dumps(json.load(answer))
    for other in (early, late):
        reply = bot_api.wait_for(other.chat_id, 1)[0]
        assert "battery" in reply.text
        assert reply.at - started < FEW_SECONDS
    bot_api.wait_until_read(last)
    bot_api.wait_for(flooder.chat_id, MESSAGES_AT_ONCE + 1)
    assert_within_its_allowance(texts_to(bot_api, flooder.chat_id), time.monotonic() - started)


def test_a_flood_of_pressed_buttons_is_limited_too(bot_api: FakeBotApi) -> None:
    person = bot_api.user(20_010)
    started = time.monotonic()
    menu = person.sends("/start")
    for _ in range(200):
        last = bot_api.add_update(**person.pressed(menu, next(iter(menu.buttons))))
    bot_api.wait_until_read(last)
    bot_api.wait_for(20_010, MESSAGES_AT_ONCE + 1)
    assert_within_its_allowance(texts_to(bot_api, 20_010), time.monotonic() - started)


def test_whoever_sent_too_much_is_answered_again_soon(bot_api: FakeBotApi) -> None:
    person = bot_api.user(20_020)
    for _ in range(MESSAGES_AT_ONCE + 5):
        last = bot_api.add_update(**person.message(text="/help"))
    bot_api.wait_until_read(last)
    bot_api.wait_for(20_020, MESSAGES_AT_ONCE + 1)
    time.sleep(1 / MESSAGES_A_SECOND)
    assert person.sends("/privacy").text != canned.TOO_MANY


def test_300_chats_at_once_are_answered_each_in_order(bot_api: FakeBotApi) -> None:
    person = bot_api.user(20_030)
    commands = {person.sends(command).text: command for command in COMMANDS}
    order = random.Random(7)  # noqa: S311
    asked = {chat_id: order.sample(COMMANDS, len(COMMANDS)) for chat_id in range(21_000, 21_300)}
    for number in range(len(COMMANDS)):
        for chat_id, texts in asked.items():
            bot_api.add_update(**bot_api.user(chat_id).message(text=texts[number]))
    for chat_id in asked:
        bot_api.wait_for(chat_id, len(COMMANDS))
    answered: dict[int, list[str]] = {chat_id: [] for chat_id in asked}
    for message in bot_api.sent:
        if message.chat_id in answered:
            answered[message.chat_id].append(commands[message.text])
    assert answered == asked
