"""A person with a phone, as the tests play one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fake_bot_api import FakeBotApi, Sent


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
        return self._and_reply(self.pressed(message, button))

    def pressed(self, message: Sent, button: str) -> dict[str, Any]:
        """An update with a press of theirs."""
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
        return {"callback_query": query}

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
        base: dict[str, Any] = {
            "message_id": self.api.new_message_id(self.chat_id),
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
