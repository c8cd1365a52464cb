"""The Telegram channel: long polling, or a webhook where a public address is set."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Coroutine
from contextlib import suppress

from starlette.routing import Route
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Updater

from bot.assistant import Assistant
from bot.channels.telegram_calls import PatientBot, seconds_asked
from bot.channels.telegram_chats import PrivateChats
from bot.channels.telegram_intake import UPDATES
from bot.channels.telegram_queue import UpdateQueue
from bot.channels.telegram_webhook import PATH, webhook_route
from bot.log_policy import Code, Stage, log, log_fault
from bot.memory import ChatKeys

RETRY_SECONDS = 5.0

STOP_SECONDS = 3.0
"""How long python-telegram-bot may take to stop polling; after failures it sleeps for longer."""

DRAIN_SECONDS = 20.0
"""How long the turns in hand may take when the program is stopped."""

WEBHOOK_CONNECTIONS = 20


class TelegramRefused(RuntimeError):
    """Telegram does not know the token."""


class BadWebhook(ValueError):
    """TELEGRAM_WEBHOOK_URL is not one that Telegram could call; the message says what is."""


class TelegramChannel:
    """Carries private chats between Telegram and the assistant."""

    def __init__(
        self,
        assistant: Assistant,
        keys: ChatKeys,
        token: str,
        api_url: str | None = None,
        webhook_url: str | None = None,
    ) -> None:
        """Prepares the channel; nothing is sent before :meth:`run`.

        Args:
            assistant: who answers.
            keys: turns chat ids into keys for the memory.
            token: the bot's token.
            api_url: another Bot API server than Telegram's, for example ``http://127.0.0.1:8081``.
            webhook_url: the https address under which Telegram reaches :meth:`routes`.

        Raises:
            BadWebhook: the address cannot be used.
        """
        if webhook_url and not (webhook_url.startswith("https://") and webhook_url.endswith(PATH)):
            raise BadWebhook(f"TELEGRAM_WEBHOOK_URL must look like https://your.host{PATH}")
        chats = PrivateChats(assistant, keys)
        self._webhook_url = webhook_url
        # A new one at every start: it is never written down.
        self._secret = secrets.token_urlsafe(32)
        self._queue = UpdateQueue(chats.key_of, chats.handle, chats.refuse)
        self._bot = PatientBot(token, api_url, self._queue.room)
        self._updater = Updater(self._bot, self._queue)

    def routes(self) -> list[Route]:
        """What the web server has to pass on to this channel."""
        if not self._webhook_url:
            return []
        return [webhook_route(self._bot, self._secret, self._queue.put, self._queue.is_full)]

    async def run(self, stop: asyncio.Event) -> None:
        """Connects, and answers until ``stop`` is set; the turns in hand are finished.

        What was written while nobody was here is answered: Telegram keeps it for up to 24 hours.

        Raises:
            TelegramRefused: the token is wrong. A network that is down is waited for instead.
        """
        try:
            if await _done_before(stop, self._connect()):
                log(Code.TELEGRAM_ON)
                await stop.wait()
        finally:
            if self._updater.running:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._updater.stop(), STOP_SECONDS)
            await self._queue.drain(DRAIN_SECONDS)
            await self._bot.shutdown()

    def drop_idle(self) -> None:
        """Forgets the keys of chats that have been silent."""
        self._queue.drop_idle()

    async def _connect(self) -> None:
        while True:
            try:
                await self._updater.initialize()
                await self._ask_for_updates()
            except InvalidToken as error:
                raise TelegramRefused from error
            except BadRequest:
                raise
            except TelegramError as error:
                log_fault(Stage.START, error)
                await asyncio.sleep(seconds_asked(error) or RETRY_SECONDS)
            else:
                return

    async def _ask_for_updates(self) -> None:
        if self._webhook_url:
            await self._bot.set_webhook(
                self._webhook_url,
                allowed_updates=UPDATES,
                drop_pending_updates=False,
                max_connections=WEBHOOK_CONNECTIONS,
                secret_token=self._secret,
            )
        else:
            await self._updater.start_polling(
                allowed_updates=UPDATES,
                drop_pending_updates=False,
                error_callback=lambda error: log_fault(Stage.RECEIVE, error),
            )


async def _done_before(stop: asyncio.Event, work: Coroutine[None, None, None]) -> bool:
    """Whether ``work`` was done before ``stop`` was set; else it is given up."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        working.result()
        return True
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    return False


def from_environment(assistant: Assistant, keys: ChatKeys) -> TelegramChannel | None:
    """The channel, if TELEGRAM_TOKEN is set; docs/hosting.md tells the other settings.

    Raises:
        BadWebhook: TELEGRAM_WEBHOOK_URL cannot be used.
    """
    token = os.environ.get("TELEGRAM_TOKEN", "").strip()
    if not token:
        return None
    api_url = os.environ.get("TELEGRAM_API_URL")
    webhook_url = os.environ.get("TELEGRAM_WEBHOOK_URL", "").strip() or None
    return TelegramChannel(assistant, keys, token, api_url, webhook_url)
