"""Updates of every type that Telegram's Bot API knows, whole ones and mangled ones.

The types are those of Bot API 10.3. See https://core.telegram.org/bots/api#update.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

PRIVATE = "only-the-person-knows"
"""Stands in every field that holds something about a person, but the words of a message."""

MESSAGES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_message",
    "edited_business_message",
    "guest_message",
)
OTHERS = (
    "business_connection",
    "callback_query",
    "chat_boost",
    "chat_join_request",
    "chat_member",
    "chosen_inline_result",
    "deleted_business_messages",
    "inline_query",
    "managed_bot",
    "message_reaction",
    "message_reaction_count",
    "my_chat_member",
    "poll",
    "poll_answer",
    "pre_checkout_query",
    "purchased_paid_media",
    "removed_chat_boost",
    "shipping_query",
    "stopped_message_generation",
    "subscription",
)
TYPES = (*MESSAGES, *OTHERS)

WORDS = "how long do i have to wear the tag"


def person(chat_id: int) -> Json:
    """Somebody, with all that Telegram tells of them."""
    told = dict.fromkeys(("first_name", "last_name", "username", "language_code"), PRIVATE)
    return {"id": chat_id, "is_bot": False, "is_premium": True, **told}


def private_chat(chat_id: int) -> Json:
    """Their chat with the bot."""
    names = dict.fromkeys(("first_name", "last_name", "username", "title", "bio"), PRIVATE)
    return {"id": chat_id, "type": "private", "photo": _file(), **names}


def whole_message(chat_id: int, message_id: int, **content: Any) -> Json:
    """A message with everything that may go with one."""
    other = {"message_id": 1, "date": 1, "chat": private_chat(chat_id), "text": PRIVATE}
    return {
        "message_id": message_id,
        "date": 1_790_000_000,
        "edit_date": 1_790_000_001,
        "chat": private_chat(chat_id),
        "from": person(chat_id),
        "sender_chat": private_chat(chat_id),
        "via_bot": person(2),
        "author_signature": PRIVATE,
        "business_connection_id": PRIVATE,
        "caption": PRIVATE,
        "contact": {"phone_number": PRIVATE, "first_name": PRIVATE, "vcard": PRIVATE},
        "entities": [{"type": "text_mention", "offset": 0, "length": 3, "user": person(3)}],
        "external_reply": {"origin": {"type": "user", "date": 1, "sender_user": person(4)}},
        "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": PRIVATE},
        "link_preview_options": {"url": PRIVATE},
        "location": {"latitude": 51.5, "longitude": -0.1},
        "photo": [_file()],
        "pinned_message": other,
        "quote": {"text": PRIVATE, "position": 0},
        "reply_markup": {"inline_keyboard": [[{"text": PRIVATE, "callback_data": PRIVATE}]]},
        "reply_to_message": {**other, "reply_to_message": other},
        **content,
    }


def whole_update(kind: str, update_id: int, chat_id: int) -> Json:
    """An update of one type; other parts than those of messages stand in for the rest."""
    if kind in MESSAGES:
        return {"update_id": update_id, kind: whole_message(chat_id, update_id, text=WORDS)}
    content = {
        **dict.fromkeys(("id", "query", "poll_id", "data", "result_id"), PRIVATE),
        **dict.fromkeys(("from", "user", "owner", "bot"), person(chat_id)),
        "chat": private_chat(chat_id),
        "message": whole_message(chat_id, update_id, text=PRIVATE),
        "draft_id": 1,
        "new_chat_member": {"status": "kicked", "user": person(chat_id)},
        "new_reaction": [{"type": "emoji", "emoji": "👍"}],
        "option_ids": [0],
    }
    return {"update_id": update_id, kind: content}


def any_json() -> st.SearchStrategy[Any]:
    """Any JSON whatever, with what no text should hold: halves of characters, endless numbers."""
    texts = st.text(st.characters(), max_size=20)  # surrogates too
    huge = st.integers(0, 400).map(lambda power: -(10**power))
    scalars = st.none() | st.booleans() | st.integers() | huge | st.floats() | texts
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=12,
    )


@st.composite
def mangled(draw: st.DrawFn, update_id: int = 1, chat_id: int = 1) -> Json:
    """A real update, of which some parts are missing, of another type or in the wrong place."""
    update = whole_update(draw(st.sampled_from(TYPES)), update_id, chat_id)
    update = copy.deepcopy(update)
    for _ in range(draw(st.integers(1, 4))):
        places = [place for place in _places(update) if place[1] != "update_id"]
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        change = draw(st.sampled_from(("take out", "replace", "wrap", "deep")))
        if change == "take out":
            del holder[key]
        elif change == "replace":
            holder[key] = draw(any_json())
        elif change == "wrap":
            holder[key] = [holder[key]]
        else:
            for _ in range(draw(st.integers(1, 200))):
                holder[key] = {key: holder[key]} if isinstance(key, str) else [holder[key]]
    return update


def _places(part: Any) -> Iterator[tuple[Any, Any]]:
    """Each place in JSON, as what holds it and the key there."""
    keys = list(part) if isinstance(part, dict) else range(len(part))
    for key in keys:
        yield part, key
        if isinstance(part[key], dict | list):
            yield from _places(part[key])


def _file() -> Json:
    return {"file_id": PRIVATE, "file_unique_id": PRIVATE, "width": 1, "height": 1}
