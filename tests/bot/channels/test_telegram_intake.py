"""What of an update comes into the program."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odd_updates import (
    PRIVATE,
    TYPES,
    WORDS,
    any_json,
    mangled,
    person,
    private_chat,
    whole_message,
    whole_update,
)
from telegram import Update
from telegram.error import NetworkError

from bot.channels.telegram_intake import MEDIA, UPDATES, IntakeRequest, reduced

NOBODY = {"id": 0, "is_bot": False, "first_name": ""}
"""python-telegram-bot makes no query without a person, so it gets one who is nobody."""


def assert_only_what_is_used(kept: dict[str, Any]) -> None:
    """The allow-list once more, written from what an answer needs."""
    assert kept.keys() in ({"update_id"}, {"update_id", "message"}, {"update_id", "callback_query"})
    message = kept.get("message")
    if query := kept.get("callback_query"):
        assert query.keys() == {"id", "from", "chat_instance", "data", "message"}
        assert (query["from"], query["chat_instance"]) == (NOBODY, "")
        assert (type(query["id"]), type(query["data"])) == (str, str)
        message = query["message"]
        assert "text" not in message
    if message:
        assert message.keys() - {"text"} == {"message_id", "date", "chat"}
        assert message["chat"].keys() == {"id", "type"}
        assert message["chat"]["type"] == "private"
        assert message["date"] == 1
        assert (type(message["message_id"]), type(message["chat"]["id"])) == (int, int)
        assert isinstance(message.get("text", ""), str)


def test_of_a_message_the_ids_and_the_words_are_kept() -> None:
    """Threat: names, numbers and files of people lie in the memory of a machine that is seized."""
    update = {"update_id": 7, "message": whole_message(20, 30, text=WORDS)}
    chat = {"id": 20, "type": "private"}
    assert reduced(update) == {
        "update_id": 7,
        "message": {"message_id": 30, "date": 1, "chat": chat, "text": WORDS},
    }


def test_of_a_button_the_ids_and_its_code_are_kept() -> None:
    query = {
        "id": "40",
        "from": person(20),
        "chat_instance": PRIVATE,
        "message": whole_message(20, 30, text=PRIVATE),
        "data": "show:tag_charging",
        "game_short_name": PRIVATE,
        "inline_message_id": PRIVATE,
    }
    assert reduced({"update_id": 7, "callback_query": query}) == {
        "update_id": 7,
        "callback_query": {
            "id": "40",
            "from": NOBODY,
            "chat_instance": "",
            "data": "show:tag_charging",
            "message": {"message_id": 30, "date": 1, "chat": {"id": 20, "type": "private"}},
        },
    }


@pytest.mark.parametrize("kind", TYPES)
def test_of_no_type_of_update_anything_else_is_kept(kind: str) -> None:
    """Threat: a type that Telegram adds one day brings in what nobody thought of."""
    kept = reduced(whole_update(kind, 7, 20))
    assert kept is not None
    assert_only_what_is_used(kept)
    assert set(kept) == {"update_id", *({kind} & set(UPDATES))}
    if kind == "message":
        assert PRIVATE not in json.dumps(kept)


@pytest.mark.parametrize("kind", sorted(MEDIA))
def test_of_what_is_not_text_only_that_it_came_is_kept(kind: str) -> None:
    """Threat: a photo of a letter, or the place where somebody is, is read or fetched."""
    message = {"message_id": 30, "date": 2, "chat": private_chat(20), "from": person(20)}
    content = {"file_id": PRIVATE, "latitude": 51.5, "phone_number": PRIVATE, "caption": PRIVATE}
    kept = reduced({"update_id": 7, "message": {**message, kind: content, "caption": PRIVATE}})
    chat = {"id": 20, "type": "private"}
    assert kept == {"update_id": 7, "message": {"message_id": 30, "date": 1, "chat": chat}}


@pytest.mark.parametrize("kind", ["live_photo", "rich_message"])
def test_newer_kinds_of_messages_are_known(kind: str) -> None:
    """Without this, whoever sends one waits for a reply that never comes."""
    assert kind in MEDIA


@pytest.mark.parametrize(
    "service",
    [
        {"pinned_message": {"message_id": 1, "text": PRIVATE}},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}},
        {"write_access_allowed": {}},
        {"new_chat_title": PRIVATE},
        {},
    ],
    ids=lambda service: next(iter(service), "nothing"),
)
def test_service_messages_are_not_answered(service: dict[str, object]) -> None:
    message = {"message_id": 30, "date": 2, "chat": private_chat(20), **service}
    assert reduced({"update_id": 7, "message": message}) == {"update_id": 7}


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel", "", None, "Private"])
def test_only_chats_with_one_person_are_answered(kind: object) -> None:
    """Threat: a group reads what somebody asked."""
    message = whole_message(20, 30, text=WORDS)
    message["chat"]["type"] = kind
    query = {"id": "1", "data": "show:x", "message": message}
    assert reduced({"update_id": 7, "message": message}) == {"update_id": 7}
    assert reduced({"update_id": 7, "callback_query": query}) == {"update_id": 7}


@given(any_json())
def test_any_json_whatever_is_reduced_or_passed_over(update: Any) -> None:
    kept = reduced(update)
    if kept is not None:
        assert_only_what_is_used(kept)
        assert Update.de_json(kept, None).update_id == kept["update_id"]


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(mangled())
def test_what_is_kept_of_a_mangled_update_can_be_read(update: dict[str, Any]) -> None:
    """Threat: one update that nobody can read is asked for again and again, and nobody answered."""
    kept = reduced(update)
    assert kept is not None
    assert_only_what_is_used(kept)
    read = Update.de_json(kept, None)
    assert read.update_id == update["update_id"]
    message = read.effective_message
    assert (message is not None) == (len(kept) == 2)
    if message and read.message:
        assert message.text == kept["message"].get("text")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(mangled() | any_json(), max_size=4))
def test_a_good_update_comes_through_among_bad_ones(bad: list[Any]) -> None:
    good = whole_update("message", 7, 20)
    payload = json.dumps({"ok": True, "result": [*bad, good]}).encode()
    result = IntakeRequest.parse_json_payload(payload)["result"]
    assert result[-1] == reduced(good)
    for kept in result:
        assert_only_what_is_used(kept)


def test_an_endless_number_spoils_only_its_own_update() -> None:
    """Threat: Python reads no number of 5,000 digits, so all updates beside it would be lost."""
    good = json.dumps(whole_update("message", 7, 20))
    payload = f'{{"ok": true, "result": [{{"update_id": {"9" * 5_000}}}, {good}]}}'.encode()
    assert [one["update_id"] for one in IntakeRequest.parse_json_payload(payload)["result"]] == [7]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b"\xff\xfe\x00",
        b"[1, 2]",
        b'"ok"',
        b"null",
        b"7",
        b'{"ok": true, "result": [',
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=["nothing", "HTML", "bytes", "list", "text", "null", "number", "cut", "deep", "deeper"],
)
def test_what_is_no_answer_of_a_bot_api_server_is_a_fault_of_the_network(payload: bytes) -> None:
    """Then python-telegram-bot waits and asks again; another error would go round without rest."""
    with pytest.raises(NetworkError):
        IntakeRequest.parse_json_payload(payload)


@given(st.binary(max_size=200))
def test_any_bytes_whatever_are_read_or_a_fault_of_the_network(payload: bytes) -> None:
    with suppress(NetworkError):
        assert isinstance(IntakeRequest.parse_json_payload(payload), dict)


def test_the_answers_other_parts_stay() -> None:
    """How long Telegram asks to wait stands there."""
    refused = {"ok": False, "error_code": 429, "parameters": {"retry_after": 3}}
    assert IntakeRequest.parse_json_payload(json.dumps(refused).encode()) == refused
