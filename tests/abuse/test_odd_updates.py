"""Updates that nobody expects: of every type, mangled, endless.

Threat: one message stops the program, or is asked for again and again, and nobody is answered.
"""

from __future__ import annotations

from typing import Any

import pytest
from fake_bot_api import FakeBotApi
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odd_updates import PRIVATE, TYPES, WORDS, mangled, whole_update
from serving import Serving

from bot import canned

pytestmark = pytest.mark.usefixtures("server")

MEGABYTE = 1_000_000
SETTINGS: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
        HealthCheck.large_base_example,
        HealthCheck.too_slow,
    ],
}


def assert_it_answers(server: Serving, api: FakeBotApi, chat_id: int) -> None:
    """The next message is answered, and nothing of the updates was written anywhere."""
    before = len(api.sent)
    assert api.user(chat_id).sends("/help").text
    assert [m.chat_id for m in api.sent[before:] if m.chat_id == chat_id] == [chat_id]
    assert server.process.poll() is None
    assert PRIVATE not in server.output


@pytest.mark.parametrize("kind", TYPES)
def test_of_every_type_only_two_are_answered(
    server: Serving, bot_api: FakeBotApi, kind: str
) -> None:
    """Groups, channels, edits, business chats and guests are none of ours."""
    chat_id = 22_000 + TYPES.index(kind)
    bot_api.add_forced(whole_update(kind, bot_api.new_update_id(), chat_id))
    assert_it_answers(server, bot_api, 22_100 + TYPES.index(kind))
    if kind in ("message", "callback_query"):
        bot_api.wait_for(chat_id, 1)
    else:
        assert chat_id not in {message.chat_id for message in bot_api.sent}


@settings(max_examples=6, **SETTINGS)
@given(st.lists(mangled(chat_id=22_200), min_size=15, max_size=25))
def test_mangled_updates_stop_nobody(
    server: Serving, bot_api: FakeBotApi, updates: list[dict[str, Any]]
) -> None:
    for update in updates:
        bot_api.add_forced({**update, "update_id": bot_api.new_update_id()})
    assert_it_answers(server, bot_api, bot_api.new_message_id(0) + 10_000_000)


@pytest.mark.soak
@settings(max_examples=500, **SETTINGS)
@given(st.lists(mangled(chat_id=22_201), min_size=15, max_size=60))
def test_many_mangled_updates_stop_nobody(
    server: Serving, bot_api: FakeBotApi, updates: list[dict[str, Any]]
) -> None:
    for update in updates:
        bot_api.add_forced({**update, "update_id": bot_api.new_update_id()})
    assert_it_answers(server, bot_api, bot_api.new_message_id(0) + 10_000_000)


@pytest.mark.parametrize(
    "text",
    [
        f"{WORDS} " * (MEGABYTE // len(WORDS)),
        "x" * MEGABYTE,
        "1 2 3 " * (MEGABYTE // 6),
        "a.b.c at d.e " * (MEGABYTE // 13),
        "\ufdfa" * (MEGABYTE // 3),
        "\u202e\u0300" * (MEGABYTE // 4),
        "\ud800" * (MEGABYTE // 6),
    ],
    ids=["words", "letter", "digits", "addresses", "long ligature", "marks", "half characters"],
)
def test_a_megabyte_of_text_is_answered_like_any_other(
    server: Serving, bot_api: FakeBotApi, text: str
) -> None:
    assert bot_api.user(22_300).sends(text).text not in (canned.FAULT, canned.TOO_MANY)
    assert_it_answers(server, bot_api, 22_301)


def test_a_megabyte_in_every_other_field_is_dropped(server: Serving, bot_api: FakeBotApi) -> None:
    person = bot_api.user(22_310, first_name="n" * MEGABYTE, username="u" * MEGABYTE)
    caption = "c" * MEGABYTE
    photo = [{"file_id": "f" * MEGABYTE, "file_unique_id": "u", "width": 1, "height": 1}]
    assert person.sends_media(photo=photo, caption=caption).text == canned.NOT_TEXT
    button = {"id": "1", "data": "d" * MEGABYTE, "message": person.message()["message"]}
    bot_api.add_forced({"update_id": bot_api.new_update_id(), "callback_query": button})
    assert bot_api.wait_for(22_310, 2)[1].text == canned.GONE
    assert_it_answers(server, bot_api, 22_311)


@pytest.mark.parametrize("chat_id", [0, -1, 10**18, -(10**19), 10**19])
def test_impossible_chats_stop_nobody(server: Serving, bot_api: FakeBotApi, chat_id: int) -> None:
    bot_api.add_update(**bot_api.user(chat_id).message(text=WORDS))
    assert_it_answers(server, bot_api, 22_320)
