"""A Telegram Bot API server on loopback, written from the published API.

It is as strict as the real one where a bot can go wrong: unknown tokens, messages over 4,096
characters, HTML that Telegram cannot parse, callback data over 64 bytes, updates that were not
asked for. See https://core.telegram.org/bots/api.
"""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fake_bot_http import Refused, listening
from fake_person import User
from telegram_html import BadHtml, html_as_text

FORCED = "forced"
"""Marks an update that is given out whatever was asked for."""

PATIENCE_SECONDS = 60.0
"""How long a person waits for a reply before the test fails."""

METHODS = frozenset(
    {
        "answerCallbackQuery",
        "deleteMessages",
        "deleteWebhook",
        "getMe",
        "getUpdates",
        "sendMessage",
        "setWebhook",
    }
)


@dataclass
class Sent:
    """A message that the bot sent: as its text looks, and its buttons by title."""

    chat_id: int
    text: str
    buttons: dict[str, str]
    message_id: int
    at: float


@dataclass
class FakeBotApi:
    """The server's state, and what a test does with it."""

    token: str
    url: str = ""
    sent: list[Sent] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    parameters: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By method, what each call gave along; of ``getUpdates`` the last call alone."""
    answered_callbacks: list[str] = field(default_factory=list)
    webhook: dict[str, Any] = field(default_factory=dict)
    fail_next: dict[str, list[int]] = field(default_factory=dict)
    """By method, the statuses that the next calls get."""
    retry_after: int = 1
    """The seconds that a 429 asks to wait."""
    fail_chat: dict[int, list[int]] = field(default_factory=dict)
    """By chat, the statuses that the next messages to it get."""
    cut_next: dict[str, list[bytes]] = field(default_factory=dict)
    """By method, what comes of the next answers before the connection is closed."""
    slow: dict[str, float] = field(default_factory=dict)
    """By method, the seconds that an answer takes."""
    dead: bool = False
    """Whether connections are closed without an answer."""
    messages: dict[int, set[int]] = field(default_factory=dict)
    """By chat, the ids of the messages that can be seen in it."""
    undeletable: set[int] = field(default_factory=set)
    """The chats whose messages a bot may not delete."""
    _updates: list[dict[str, Any]] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def named_url(self) -> str:
        """The address with a name, which has to be looked up as Telegram's has."""
        return self.url.replace("127.0.0.1", "localhost")

    def new_update_id(self) -> int:
        """An id that comes after all others."""
        return next(self._ids)

    def add_update(self, **content: Any) -> int:
        """Puts an update into the bot's queue; returns its id."""
        with self._changed:
            update_id = self.new_update_id()
            self._updates.append({"update_id": update_id, **content})
            self._changed.notify_all()
        return update_id

    def add_forced(self, update: dict[str, Any]) -> None:
        """Puts anything into the queue as it is, also what the bot did not ask for."""
        with self._changed:
            self._updates.append({**update, FORCED: True})
            self._changed.notify_all()

    def new_message_id(self, chat_id: int) -> int:
        """The id of a new message in a chat; all chats of a bot share one sequence."""
        with self._changed:
            message_id = next(self._ids)
            self.messages.setdefault(chat_id, set()).add(message_id)
        return message_id

    def user(self, chat_id: int, first_name: str = "A", username: str = "a_person") -> User:
        """Somebody with a private chat with the bot."""
        return User(self, chat_id, first_name, username)

    def wait_for(self, chat_id: int, count: int) -> list[Sent]:
        """Waits until the bot has sent ``count`` messages to a chat; all of them."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        with self._changed:
            while True:
                found = [message for message in self.sent if message.chat_id == chat_id]
                if len(found) >= count:
                    return found
                if not self._changed.wait(deadline - time.monotonic()):
                    raise AssertionError(f"{len(found)} of {count} messages came")

    def wait_until_read(self, update_id: int) -> None:
        """Waits until the bot has asked for what comes after an update, so has taken it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        with self._changed:
            while any(update.get("update_id", 0) <= update_id for update in self._updates):
                if not self._changed.wait(deadline - time.monotonic()):
                    raise AssertionError("the bot did not take the update")

    def call(self, token: str, method: str, parameters: dict[str, Any]) -> Any:
        """One method call of the bot; what the real server would give as ``result``."""
        if token != self.token:
            raise Refused("Unauthorized", 401)
        with self._changed:
            self.calls.append(method)
            if method == "getUpdates":
                self.parameters.pop(method, None)
            self.parameters.setdefault(method, []).append(parameters)
            self._fail(self.fail_next.get(method, []))
            if method == "sendMessage":
                self._fail(self.fail_chat.get(int(parameters["chat_id"]), []))
        time.sleep(self.slow.get(method, 0))
        if method == "getMe":
            return {"id": 1, "is_bot": True, "first_name": "Rights", "username": "rights_bot"}
        if method == "getUpdates":
            return self._get_updates(parameters)
        if method == "sendMessage":
            return self._send_message(parameters)
        if method == "answerCallbackQuery":
            self.answered_callbacks.append(str(parameters["callback_query_id"]))
            return True
        if method == "deleteMessages":
            return self._delete_messages(parameters)
        if method in ("deleteWebhook", "setWebhook"):
            self.webhook = _checked(parameters) if method == "setWebhook" else {}
            return True
        raise Refused("Not Found", 404)

    def _fail(self, statuses: list[int]) -> None:
        if statuses:
            status = statuses.pop(0)
            wait = {"retry_after": self.retry_after} if status == 429 else {}
            raise Refused("refused for the test", status, **wait)

    def _get_updates(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook:
            raise Refused("can't use getUpdates method while webhook is active", 409)
        offset = int(parameters.get("offset", 0))
        wanted = {*parameters.get("allowed_updates", ())}
        with self._changed:
            # What was not asked for is not kept either.
            self._updates = [
                update
                for update in self._updates
                if update.get("update_id", offset) >= offset and _is_asked_for(update, wanted)
            ]
            self._changed.notify_all()
            if not self._updates:
                self._changed.wait(min(float(parameters.get("timeout", 0)), 1.0))
            return [update for update in self._updates[:100] if _is_asked_for(update, wanted)]

    def _delete_messages(self, parameters: dict[str, Any]) -> bool:
        ids = parameters["message_ids"]
        if not 1 <= len(ids) <= 100:
            raise Refused("message_ids must have 1 to 100 items")
        if int(parameters["chat_id"]) in self.undeletable:
            raise Refused("message can't be deleted")
        # "If some of the specified messages can't be found, they are skipped."
        self.messages.get(int(parameters["chat_id"]), set()).difference_update(ids)
        return True

    def _send_message(self, parameters: dict[str, Any]) -> dict[str, Any]:
        text = str(parameters["text"])
        if parameters.get("parse_mode") == "HTML":
            try:
                text = html_as_text(text)
            except BadHtml as error:
                raise Refused(str(error)) from error
        if not text.strip():
            raise Refused("message text is empty")
        if len(text) > 4096:
            raise Refused("message is too long")
        keyboard = (parameters.get("reply_markup") or {}).get("inline_keyboard", [])
        buttons = {b["text"]: b["callback_data"] for row in keyboard for b in row}
        if any(not 1 <= len(data.encode()) <= 64 for data in buttons.values()):
            raise Refused("BUTTON_DATA_INVALID")
        with self._changed:
            message_id = next(self._ids)
            chat_id = int(parameters["chat_id"])
            self.sent.append(Sent(chat_id, text, buttons, message_id, time.monotonic()))
            self.messages.setdefault(chat_id, set()).add(message_id)
            self._changed.notify_all()
        chat = {"id": chat_id, "type": "private", "first_name": "A"}
        return {"message_id": message_id, "date": int(time.time()), "chat": chat, "text": text}


def _is_asked_for(update: dict[str, Any], wanted: set[str]) -> bool:
    return not wanted or bool(update.keys() & {*wanted, FORCED})


def _checked(webhook: dict[str, Any]) -> dict[str, Any]:
    """What the real server refuses of a webhook."""
    if not str(webhook["url"]).startswith("https://"):
        raise Refused("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", str(webhook.get("secret_token", "none"))):
        raise Refused("secret token contains unallowed characters")
    return webhook


@contextmanager
def fake_bot_api(token: str) -> Iterator[FakeBotApi]:
    """Runs the server on a free port."""
    api = FakeBotApi(token)
    with listening(api) as url:
        api.url = url
        yield api
