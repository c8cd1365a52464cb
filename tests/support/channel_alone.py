"""The Telegram channel by itself, with somebody in place of the assistant who repeats each word."""

from __future__ import annotations

from typing import cast

from fake_bot_api import FakeBotApi

from bot.assistant import Assistant
from bot.channels.telegram import TelegramChannel
from bot.memory import ChatKeys
from bot.turn import TextMessage, Turn


class Echo:
    """Answers as an assistant would, but with the question."""

    async def ask(self, chat: str, text: str) -> Turn:
        """Says what was asked."""
        said = TextMessage(kind="text", text=text, choices=[])
        return Turn(outcome="out_of_scope", language="en", shown=[], messages=[said])

    choose = more = ask


def channel_alone(api: FakeBotApi, webhook_url: str | None = None) -> TelegramChannel:
    """A channel to ``api`` that was not started yet."""
    echo = cast(Assistant, Echo())
    return TelegramChannel(echo, ChatKeys(), api.token, api.url, webhook_url)
