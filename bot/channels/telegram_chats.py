"""What happens on each message, command and button of a private chat on Telegram."""

from __future__ import annotations

from html import escape
from typing import cast

from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot import canned
from bot.assistant import Assistant
from bot.channels.telegram_calls import deliver
from bot.channels.telegram_text import MORE, Screen, as_screens
from bot.log_policy import Stage, log_fault
from bot.memory import ChatKeys
from bot.turn import Turn

COMMANDS = {"start": "greeting", "help": "help_menu", "privacy": "assistant_privacy"}
"""What a command shows: an answer's id or a small-talk intent."""

FORGET = "forget"

DELETE_AT_ONCE, DELETE_BACK = 100, 1_000
"""Telegram's own limit for one call; how far /forget goes back, counting all chats' messages."""


class PrivateChats:
    """Answers updates that :mod:`bot.channels.telegram_intake` has reduced."""

    def __init__(self, assistant: Assistant, keys: ChatKeys) -> None:
        """Takes who answers, and what turns chat ids into keys for the memory."""
        self._assistant = assistant
        self._keys = keys

    def key_of(self, update: Update) -> str | None:
        """The key of an update's chat; nothing if there is no message to answer."""
        return self._key(update) if update.effective_message else None

    async def handle(self, update: Update) -> None:
        """Answers one update; if that fails, the person is told so."""
        try:
            await self._answer(update)
        except TelegramError as error:
            log_fault(Stage.SEND, error)
        except Exception as error:
            log_fault(Stage.ANSWER, error)
            await _say(_message(update), canned.FAULT)

    async def refuse(self, update: Update) -> None:
        """Tells a chat that it sends too much."""
        await _say(_message(update), canned.TOO_MANY)

    async def _answer(self, update: Update) -> None:
        key, message = self._key(update), _message(update)
        if update.callback_query:
            await _send(message, await self._pressed(key, update.callback_query))
        elif message.text is None:
            await _say(message, canned.NOT_TEXT)
        else:
            command = _command(message.text)
            if command == FORGET:
                await self._forget(key, message)
            elif command in COMMANDS:
                await _send(message, await self._assistant.choose(key, COMMANDS[command]))
            else:
                await self._asked(key, message)

    async def _asked(self, key: str, message: Message) -> None:
        turn = await self._assistant.ask(key, cast(str, message.text))
        if turn.details and not await _delete(message, [message.message_id]):
            await _say(message, canned.DELETE_IT)
        await _send(message, turn)

    async def _pressed(self, key: str, query: CallbackQuery) -> Turn:
        await _confirm(query)
        action, _, answer_id = (query.data or "").partition(":")
        follow = self._assistant.more if action == MORE else self._assistant.choose
        return await follow(key, answer_id)

    async def _forget(self, key: str, message: Message) -> None:
        """Forgets the chat, and takes out of it what Telegram lets a bot delete.

        No message id is remembered, so the newest ones are tried; Telegram passes over those that
        belong to other chats or are older than 48 hours.
        """
        self._assistant.memory.forget(key)
        newest, deleted = message.message_id, False
        for end in range(newest, max(newest - DELETE_BACK, 0), -DELETE_AT_ONCE):
            deleted |= await _delete(message, range(end, max(end - DELETE_AT_ONCE, 0), -1))
        await _say(message, canned.FORGOTTEN if deleted else canned.FORGOTTEN_HERE)

    def _key(self, update: Update) -> str:
        return self._keys.key("telegram", str(_message(update).chat.id))


def _message(update: Update) -> Message:
    """The intake lets nothing through but updates with a message."""
    return cast(Message, update.effective_message)


def _command(text: str) -> str | None:
    first = next(iter(text.split()), "")
    return first[1:].partition("@")[0].lower() if first.startswith("/") else None


async def _send(message: Message, turn: Turn) -> None:
    for screen in as_screens(turn):
        await _show(message, screen)


async def _say(message: Message, text: str) -> None:
    """Says one sentence of our own; nothing more can be done where that fails too."""
    try:
        await _show(message, Screen(escape(text), ()))
    except TelegramError as error:
        log_fault(Stage.SEND, error)


async def _show(message: Message, screen: Screen) -> None:
    await deliver(
        lambda: message.chat.send_message(
            screen.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=_keyboard(screen),
        )
    )


async def _confirm(query: CallbackQuery) -> None:
    """Tells Telegram that a press has arrived; of one that is long ago it wants to know no more."""
    try:
        await deliver(query.answer)
    except TelegramError as error:
        log_fault(Stage.SEND, error)


async def _delete(message: Message, message_ids: range | list[int]) -> bool:
    """Whether Telegram deleted what it could of these messages."""
    try:
        return await deliver(lambda: message.chat.delete_messages(message_ids))
    except TelegramError as error:
        log_fault(Stage.SEND, error)
        return False


def _keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    if not screen.buttons:
        return None
    rows = [[InlineKeyboardButton(b.text, callback_data=b.data)] for b in screen.buttons]
    return InlineKeyboardMarkup(rows)
