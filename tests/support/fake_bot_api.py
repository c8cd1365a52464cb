"""A Telegram Bot API server on loopback, written from the published API.

It is as strict as the real one where a bot can go wrong: unknown tokens, messages over 4,096
characters, HTML that Telegram cannot parse, callback data over 64 bytes, updates that were not
asked for. See https://core.telegram.org/bots/api.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

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


class _Refused(Exception):
    """What the real server answers with ``ok: false``."""

    def __init__(self, text: str, status: int = 400, **parameters: int) -> None:
        super().__init__(text)
        self.status = status
        self.parameters = parameters


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
    answered_callbacks: list[str] = field(default_factory=list)
    webhook: dict[str, Any] = field(default_factory=dict)
    fail_next: dict[str, list[int]] = field(default_factory=dict)
    """By method, the statuses that the next calls get; 429 asks to wait a second."""
    slow: dict[str, float] = field(default_factory=dict)
    """By method, the seconds that an answer takes."""
    dead: bool = False
    """Whether connections are closed without an answer."""
    messages: dict[int, set[int]] = field(default_factory=dict)
    """By chat, the ids of the messages that can be seen in it."""
    _updates: list[dict[str, Any]] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def add_update(self, **content: Any) -> int:
        """Puts an update into the bot's queue; returns its id."""
        with self._changed:
            update_id = next(self._ids)
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
            raise _Refused("Unauthorized", 401)
        with self._changed:
            self.calls.append(method)
            if self.fail_next.get(method):
                status = self.fail_next[method].pop(0)
                parameters = {"retry_after": 1} if status == 429 else {}
                raise _Refused("refused for the test", status, **parameters)
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
            self.webhook = parameters if method == "setWebhook" else {}
            return True
        raise _Refused("Not Found", 404)

    def _get_updates(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        offset = int(parameters.get("offset", 0))
        wanted = parameters.get("allowed_updates")
        with self._changed:
            self._updates = [u for u in self._updates if u.get("update_id", offset) >= offset]
            self._changed.notify_all()
            if not self._updates:
                self._changed.wait(min(float(parameters.get("timeout", 0)), 1.0))
            return [
                update
                for update in self._updates[:100]
                if not wanted or update.keys() & {*wanted, FORCED}
            ]

    def _delete_messages(self, parameters: dict[str, Any]) -> bool:
        ids = parameters["message_ids"]
        if not 1 <= len(ids) <= 100:
            raise _Refused("message_ids must have 1 to 100 items")
        # "If some of the specified messages can't be found, they are skipped."
        self.messages.get(int(parameters["chat_id"]), set()).difference_update(ids)
        return True

    def _send_message(self, parameters: dict[str, Any]) -> dict[str, Any]:
        text = str(parameters["text"])
        if parameters.get("parse_mode") == "HTML":
            try:
                text = html_as_text(text)
            except BadHtml as error:
                raise _Refused(str(error)) from error
        if not text.strip():
            raise _Refused("message text is empty")
        if len(text) > 4096:
            raise _Refused("message is too long")
        keyboard = (parameters.get("reply_markup") or {}).get("inline_keyboard", [])
        buttons = {b["text"]: b["callback_data"] for row in keyboard for b in row}
        if any(not 1 <= len(data.encode()) <= 64 for data in buttons.values()):
            raise _Refused("BUTTON_DATA_INVALID")
        with self._changed:
            message_id = next(self._ids)
            chat_id = int(parameters["chat_id"])
            self.sent.append(Sent(chat_id, text, buttons, message_id, time.monotonic()))
            self.messages.setdefault(chat_id, set()).add(message_id)
            self._changed.notify_all()
        chat = {"id": chat_id, "type": "private", "first_name": "A"}
        return {"message_id": message_id, "date": int(time.time()), "chat": chat, "text": text}


@contextmanager
def fake_bot_api(token: str) -> Iterator[FakeBotApi]:
    """Runs the server on a free port."""
    api = FakeBotApi(token)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            if api.dead:
                self.close_connection = True
                return
            _, bot, method = self.path.split("/")
            parameters = {k: _value(v) for k, v in parse_qsl(body)}
            try:
                self._reply(200, {"ok": True, "result": api.call(bot[3:], method, parameters)})
            except _Refused as error:
                content = {"ok": False, "error_code": error.status, "description": str(error)}
                if error.parameters:
                    content["parameters"] = error.parameters
                self._reply(error.status, content)

        def _reply(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # the bot stopped while it was polling
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Nothing: the base class writes each request to standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
