"""What is taken from Telegram: of an update only what an answer needs, and nothing that is broken.

Names, usernames, languages, photos and files are dropped before anything is made of them. An update
that cannot be read is passed over: python-telegram-bot would ask for it again for ever.
"""

from __future__ import annotations

import json
from typing import Any

from telegram.error import NetworkError
from telegram.request import HTTPXRequest

UPDATES = ("message", "callback_query")
"""All that Telegram is asked for. Edited messages are not, so an edit changes nothing."""

MEDIA = frozenset(
    {
        "animation",
        "audio",
        "checklist",
        "contact",
        "dice",
        "document",
        "game",
        "live_photo",
        "location",
        "paid_media",
        "photo",
        "poll",
        "rich_message",
        "sticker",
        "story",
        "venue",
        "video",
        "video_note",
        "voice",
    }
)
"""What people send in place of text. Service messages ('pinned …') are none of it."""

_NOBODY = {"id": 0, "is_bot": False, "first_name": ""}
# A date of 0 would mean a message that Telegram can no longer show.
_SOME_DATE = 1
_MAX_DIGITS = 20

Json = dict[str, Any]


class IntakeRequest(HTTPXRequest):
    """Asks for updates and reduces what comes."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> Json:
        """The server's answer with reduced updates.

        Raises:
            NetworkError: it is no answer of a Bot API server; the request is then made again.
        """
        answer = decoded(payload)
        if not isinstance(answer, dict):
            raise NetworkError("no answer of a Bot API server")
        updates = answer.get("result")
        if isinstance(updates, list):
            answer["result"] = [one for update in updates if (one := reduced(update))]
        return answer


def decoded(payload: bytes) -> object:
    """What stands in JSON; nothing if it cannot be read."""
    try:
        content: object = json.loads(payload.decode("utf-8", "replace"), parse_int=_number)
    except (ValueError, RecursionError):
        return None
    return content


def reduced(update: object) -> Json | None:
    """The parts of an update that are used.

    Args:
        update: as Telegram sent it, decoded from JSON.

    Returns:
        The update's id alone if there is nothing to answer in it; nothing if it has no id.
    """
    if not isinstance(update, dict) or not _is_id(update.get("update_id")):
        return None
    kept: Json = {"update_id": update["update_id"]}
    if message := _message(update.get("message")):
        kept["message"] = message
    elif query := _callback_query(update.get("callback_query")):
        kept["callback_query"] = query
    return kept


def _message(message: object) -> Json | None:
    if not isinstance(message, dict):
        return None
    base = _where(message)
    text = message.get("text")
    if base is None or (not isinstance(text, str) and not message.keys() & MEDIA):
        return None
    return {**base, "text": text} if isinstance(text, str) else base


def _callback_query(query: object) -> Json | None:
    if not isinstance(query, dict):
        return None
    message = query.get("message")
    where = _where(message) if isinstance(message, dict) else None
    query_id, data = query.get("id"), query.get("data")
    if where is None or not isinstance(query_id, str) or not isinstance(data, str):
        return None
    return {"id": query_id, "from": _NOBODY, "chat_instance": "", "data": data, "message": where}


def _where(message: Json) -> Json | None:
    """The message's and chat's ids, if it is a chat with one person."""
    chat = message.get("chat")
    if not isinstance(chat, dict) or chat.get("type") != "private":
        return None
    if not _is_id(chat.get("id")) or not _is_id(message.get("message_id")):
        return None
    return {
        "message_id": message["message_id"],
        "date": _SOME_DATE,
        "chat": {"id": chat["id"], "type": "private"},
    }


def _number(digits: str) -> int | None:
    """Python reads no endless numbers, and would give up what stands beside them too."""
    return int(digits) if len(digits) <= _MAX_DIGITS else None


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
