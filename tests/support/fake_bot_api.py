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
from html import unescape
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

PATIENCE_SECONDS = 60.0
"""How long a person waits for a reply before the test fails."""

ENTITIES = {"amp": "&", "gt": ">", "lt": "<", "quot": '"'}
TAGS = frozenset({"a", "b", "i", "u", "s", "code", "pre", "blockquote"})
METHODS = frozenset({"answerCallbackQuery", "deleteWebhook", "getMe", "getUpdates", "sendMessage"})


class _Refused(Exception):
    """What the real server answers with ``ok: false``."""


class _Html(HTMLParser):
    """Telegram's HTML: few tags, all of them closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise _Refused(f'can\'t parse entities: unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise _Refused(f'can\'t parse entities: unexpected end tag "{tag}"')

    def handle_entityref(self, name: str) -> None:
        if name not in ENTITIES:
            raise _Refused(f'can\'t parse entities: unsupported entity "{name}"')
        self.text += ENTITIES[name]

    def handle_charref(self, name: str) -> None:
        self.text += unescape(f"&#{name};")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise _Refused("can't parse entities: unescaped '<'")
        self.text += data


def html_as_text(html: str) -> str:
    """How Telegram shows HTML; refuses what Telegram refuses."""
    parser = _Html()
    parser.feed(html)
    parser.close()
    if parser.open:
        raise _Refused("can't parse entities: missing end tag")
    return parser.text


@dataclass
class Sent:
    """A message that the bot sent: as its text looks, and its buttons by title."""

    chat_id: int
    text: str
    buttons: dict[str, str]
    message_id: int


@dataclass
class FakeBotApi:
    """The server's state, and what a test does with it."""

    token: str
    url: str = ""
    sent: list[Sent] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    answered_callbacks: list[str] = field(default_factory=list)
    fail_next: dict[str, int] = field(default_factory=dict)
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
            while any(update["update_id"] <= update_id for update in self._updates):
                if not self._changed.wait(deadline - time.monotonic()):
                    raise AssertionError("the bot did not take the update")

    def call(self, token: str, method: str, parameters: dict[str, Any]) -> Any:
        """One method call of the bot; what the real server would give as ``result``."""
        if token != self.token:
            raise _Refused("Unauthorized")
        with self._changed:
            self.calls.append(method)
            if self.fail_next.get(method):
                self.fail_next[method] -= 1
                raise _Refused("Internal Server Error")
        if method == "getMe":
            return {"id": 1, "is_bot": True, "first_name": "Rights", "username": "rights_bot"}
        if method == "getUpdates":
            return self._get_updates(parameters)
        if method == "sendMessage":
            return self._send_message(parameters)
        if method == "answerCallbackQuery":
            self.answered_callbacks.append(str(parameters["callback_query_id"]))
            return True
        if method == "deleteWebhook":
            return True
        raise _Refused("Not Found")

    def _get_updates(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        offset = int(parameters.get("offset", 0))
        wanted = parameters.get("allowed_updates")
        with self._changed:
            self._updates = [u for u in self._updates if u["update_id"] >= offset]
            self._changed.notify_all()
            if not self._updates:
                self._changed.wait(min(float(parameters.get("timeout", 0)), 1.0))
            return [u for u in self._updates if not wanted or u.keys() & set(wanted)]

    def _send_message(self, parameters: dict[str, Any]) -> dict[str, Any]:
        text = str(parameters["text"])
        if parameters.get("parse_mode") == "HTML":
            text = html_as_text(text)
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
            self.sent.append(Sent(chat_id, text, buttons, message_id))
            self._changed.notify_all()
        chat = {"id": chat_id, "type": "private", "first_name": "A"}
        return {"message_id": message_id, "date": int(time.time()), "chat": chat, "text": text}


@dataclass
class User:
    """A person with a phone."""

    api: FakeBotApi
    chat_id: int
    first_name: str
    username: str

    def sends(self, text: str) -> Sent:
        """Writes to the bot and waits for its first new message."""
        return self._and_reply(self.message(text=text, **_entities(text)))

    def sends_media(self, **content: Any) -> Sent:
        """Sends something that is not text, such as ``photo=[…]``."""
        return self._and_reply(self.message(**content))

    def presses(self, button: str) -> Sent:
        """Presses a button of the last message that has it."""
        message = next(m for m in reversed(self._received()) if button in m.buttons)
        query = {
            "id": str(message.message_id),
            "from": self._who(),
            "chat_instance": "1",
            "message": {
                "message_id": message.message_id,
                "date": int(time.time()),
                "chat": self._chat(),
                "text": message.text,
            },
            "data": message.buttons[button],
        }
        return self._and_reply({"callback_query": query})

    def edits(self, text: str) -> int:
        """Edits a message; returns the update's id."""
        content = self.message(text=text)["message"]
        return self.api.add_update(edited_message={**content, "edit_date": int(time.time())})

    def writes_in_group(self, text: str) -> int:
        """Writes in a group that the bot is in; returns the update's id."""
        content = self.message(text=text)["message"]
        group = {"id": -self.chat_id, "type": "group", "title": "Group"}
        return self.api.add_update(message={**content, "chat": group})

    def _and_reply(self, update: dict[str, Any]) -> Sent:
        before = len(self._received())
        self.api.add_update(**update)
        return self.api.wait_for(self.chat_id, before + 1)[before]

    def _received(self) -> list[Sent]:
        return [message for message in self.api.sent if message.chat_id == self.chat_id]

    def message(self, **content: Any) -> dict[str, Any]:
        """An update with a message of theirs."""
        base = {
            "message_id": 1,
            "date": int(time.time()),
            "chat": self._chat(),
            "from": self._who(),
        }
        return {"message": {**base, **content}}

    def _who(self) -> dict[str, Any]:
        name = {"first_name": self.first_name, "username": self.username}
        return {"id": self.chat_id, "is_bot": False, **name}

    def _chat(self) -> dict[str, Any]:
        name = {"first_name": self.first_name, "username": self.username}
        return {"id": self.chat_id, "type": "private", **name}


def _entities(text: str) -> dict[str, Any]:
    if not text.startswith("/") or len(text) < 2:
        return {}
    command = text.split()[0].partition("{")[0]
    return {"entities": [{"type": "bot_command", "offset": 0, "length": len(command)}]}


@contextmanager
def fake_bot_api(token: str) -> Iterator[FakeBotApi]:
    """Runs the server on a free port."""
    api = FakeBotApi(token)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            _, bot, method = self.path.split("/")
            parameters = {k: _value(v) for k, v in parse_qsl(body)}
            try:
                self._reply(200, {"ok": True, "result": api.call(bot[3:], method, parameters)})
            except _Refused as error:
                status = {"Unauthorized": 401, "Not Found": 404, "Internal Server Error": 500}
                code = status.get(str(error), 400)
                text = str(error) if code != 400 else f"Bad Request: {error}"
                self._reply(code, {"ok": False, "error_code": code, "description": text})

        def _reply(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError):  # the bot stopped while it was polling
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
