"""The Telegram channel, by long polling."""

from __future__ import annotations

import asyncio
import os
from typing import Any, cast

from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    Updater,
    filters,
)

from bot import canned
from bot.assistant import Assistant, Turn
from bot.channels.telegram_text import MORE, Screen, as_screens
from bot.log_policy import Code, Stage, log, log_fault
from bot.memory import ChatKeys

UPDATES = ["message", "callback_query"]
"""All that is asked for. Edited messages are not, so an edit changes nothing."""

COMMANDS = {"start": "greeting", "help": "help_menu", "privacy": "assistant_privacy"}
"""What a command shows: an answer's id or a small-talk intent."""

RETRY_SECONDS = 5.0


class TelegramRefused(RuntimeError):
    """Telegram does not know the token."""


class TelegramChannel:
    """Carries private chats between Telegram and the assistant."""

    def __init__(
        self, assistant: Assistant, keys: ChatKeys, token: str, api_url: str | None = None
    ) -> None:
        """Prepares the channel; nothing is sent before :meth:`run`.

        Args:
            assistant: who answers.
            keys: turns chat ids into keys for the memory.
            token: the bot's token.
            api_url: another Bot API server than Telegram's, for example ``http://127.0.0.1:8081``.
        """
        self._assistant = assistant
        self._keys = keys
        builder = Application.builder().token(token)
        if api_url:
            builder = builder.base_url(f"{api_url.rstrip('/')}/bot")
        self._application = builder.build()
        private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
        add = self._application.add_handler
        add(CommandHandler(list(COMMANDS), self._on_command, private))
        add(CommandHandler("forget", self._on_forget, private))
        add(MessageHandler(private & filters.TEXT, self._on_text))
        add(MessageHandler(private & ~filters.StatusUpdate.ALL, self._on_other))
        add(CallbackQueryHandler(self._on_button))
        self._application.add_error_handler(_on_error)

    async def run(self, stop: asyncio.Event) -> None:
        """Connects, and answers until ``stop`` is set.

        Raises:
            TelegramRefused: the token is wrong. A network that is down is waited for instead.
        """
        if not await self._connect(stop):
            return
        await self._application.start()
        updater = cast(Updater, self._application.updater)
        await updater.start_polling(allowed_updates=UPDATES, bootstrap_retries=-1)
        log(Code.TELEGRAM_ON)
        try:
            await stop.wait()
        finally:
            await updater.stop()
            await self._application.stop()
            await self._application.shutdown()

    async def _connect(self, stop: asyncio.Event) -> bool:
        while not stop.is_set():
            try:
                await self._application.initialize()
            except InvalidToken as error:
                raise TelegramRefused from error
            except NetworkError as error:
                log_fault(Stage.START, error)
                try:
                    await asyncio.wait_for(stop.wait(), RETRY_SECONDS)
                except asyncio.TimeoutError:
                    continue
            else:
                return True
        return False

    async def _on_command(self, update: Update, _: Any) -> None:
        message = _message(update)
        name = _text(message).split()[0].partition("@")[0].lstrip("/").lower()
        await self._send(message, await self._assistant.choose(self._key(message), COMMANDS[name]))

    async def _on_forget(self, update: Update, _: Any) -> None:
        message = _message(update)
        self._assistant.memory.forget(self._key(message))
        await message.reply_text(canned.FORGOTTEN)

    async def _on_text(self, update: Update, _: Any) -> None:
        message = _message(update)
        await self._send(message, await self._assistant.ask(self._key(message), _text(message)))

    async def _on_other(self, update: Update, _: Any) -> None:
        await _message(update).reply_text(canned.NOT_TEXT)

    async def _on_button(self, update: Update, _: Any) -> None:
        query = cast(CallbackQuery, update.callback_query)
        await query.answer()
        message = query.message
        if not isinstance(message, Message) or message.chat.type != message.chat.PRIVATE:
            return
        action, _, answer_id = (query.data or "").partition(":")
        follow = self._assistant.more if action == MORE else self._assistant.choose
        await self._send(message, await follow(self._key(message), answer_id))

    async def _send(self, message: Message, turn: Turn) -> None:
        for screen in as_screens(turn):
            await message.chat.send_message(
                screen.html,
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=_keyboard(screen),
            )

    def _key(self, message: Message) -> str:
        return self._keys.key("telegram", str(message.chat.id))


def from_environment(assistant: Assistant, keys: ChatKeys) -> TelegramChannel | None:
    """The channel, if TELEGRAM_TOKEN is set; TELEGRAM_API_URL names another Bot API server."""
    token = os.environ.get("TELEGRAM_TOKEN", "").strip()
    if not token:
        return None
    return TelegramChannel(assistant, keys, token, os.environ.get("TELEGRAM_API_URL"))


def _message(update: Update) -> Message:
    """The handlers' filters let nothing through but updates with a message."""
    return cast(Message, update.effective_message)


def _text(message: Message) -> str:
    return message.text or ""


def _keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    if not screen.buttons:
        return None
    rows = [[InlineKeyboardButton(b.text, callback_data=b.data)] for b in screen.buttons]
    return InlineKeyboardMarkup(rows)


async def _on_error(_: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    error = context.error
    log_fault(
        Stage.SEND if isinstance(error, TelegramError) else Stage.RECEIVE, error or Exception()
    )
