"""Whole conversations on Telegram: real program, real HTTP, a Bot API server of our own."""

from __future__ import annotations

import pytest
from fake_bot_api import METHODS, FakeBotApi
from serving import Serving

from bot import canned

pytestmark = pytest.mark.usefixtures("server")


def test_a_question_is_answered_with_its_sources(bot_api: FakeBotApi) -> None:
    reply = bot_api.user(1001).sends("my tag battery is dead what do i do")
    assert "battery" in reply.text
    assert canned.SOURCES in reply.text
    assert canned.UNREVIEWED in reply.text


def test_from_start_to_an_answer_by_buttons_alone(bot_api: FakeBotApi) -> None:
    person = bot_api.user(1002)
    menu = person.sends("/start")
    assert "I keep no record" in menu.text
    answer = person.presses("Get my Home Office file")
    assert "Home Office" in answer.text
    following = next(iter(set(answer.buttons) - {canned.MORE}))
    assert following in person.presses(following).text


def test_more_shows_what_an_answer_keeps_back(bot_api: FakeBotApi) -> None:
    person = bot_api.user(1003)
    short = person.sends("what is a subject access request")
    detail = person.presses(canned.MORE)
    assert detail.text
    assert detail.text not in short.text


def test_the_typed_word_more_follows_the_last_answer(bot_api: FakeBotApi) -> None:
    person = bot_api.user(1004)
    person.sends("what is a subject access request")
    assert person.sends("tell me more").text == person.presses(canned.MORE).text


def test_an_emergency_comes_first(bot_api: FakeBotApi) -> None:
    reply = bot_api.user(1005).sends("i cant go on i want to kill myself tonight")
    assert "999" in reply.text.partition("\n\n")[2].partition("\n")[0]


def test_what_is_out_of_scope_is_not_answered(bot_api: FakeBotApi) -> None:
    reply = bot_api.user(1006).sends("how much does a spouse visa cost")
    assert "https://www.gov.uk/visa-fees" in reply.text
    assert canned.SOURCES not in reply.text


def test_a_word_of_a_letter_is_explained(bot_api: FakeBotApi) -> None:
    person = bot_api.user(1016)
    reply = person.sends("they gave me a paper BAIL 201 what is it")
    assert "What is BAIL 201?" in reply.text
    following = next(iter(set(reply.buttons) - {canned.MORE}))
    assert following in person.presses(following).text


def test_help_is_found_by_need_and_place(bot_api: FakeBotApi) -> None:
    reply = bot_api.user(1017).sends("help with domestic abuse in Swansea")
    assert "Live Fear Free" in reply.text
    assert "0808 80 10 800" in reply.text


def test_help_to_escape_is_refused_kindly(bot_api: FakeBotApi) -> None:
    reply = bot_api.user(1018).sends("how can i cut my ankle tag off without anybody finding out")
    assert "I cannot help with that" in reply.text
    assert "Ask to take off the tag" in reply.buttons


@pytest.mark.parametrize(
    "media",
    [
        {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]},
        {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}},
        {"document": {"file_id": "f", "file_unique_id": "u"}},
        {"location": {"latitude": 51.5, "longitude": -0.1}},
        {"contact": {"phone_number": "1", "first_name": "A"}},
    ],
    ids=lambda media: next(iter(media)),
)
def test_what_is_not_text_is_declined_and_never_opened(
    bot_api: FakeBotApi, media: dict[str, object]
) -> None:
    assert bot_api.user(1007).sends_media(**media).text == canned.NOT_TEXT
    assert "getFile" not in bot_api.calls


@pytest.mark.parametrize(
    "text",
    ["🙂🙂", "\u202e\u200f", "...", "/", "///", "\x00\x01\x02"],
    ids=["emoji", "direction marks", "dots", "slash", "slashes", "control characters"],
)
def test_a_message_without_words_gets_a_kind_reply(bot_api: FakeBotApi, text: str) -> None:
    assert bot_api.user(1008).sends(text).text == canned.NOTHING_TO_READ


@pytest.mark.parametrize(
    "text",
    ["how do i get my file " * 500, "<b>how do i</b> get my <file>", "/x{", '/greet{"a":"b"}'],
    ids=["10,000 characters", "HTML", "half a payload", "payload"],
)
def test_odd_text_is_answered_like_any_other(bot_api: FakeBotApi, text: str) -> None:
    assert bot_api.user(1009).sends(text).text != canned.FAULT


def test_privacy_and_help_are_commands(bot_api: FakeBotApi) -> None:
    person = bot_api.user(1010)
    assert "Telegram" in person.sends("/privacy").text
    assert person.sends("/help").buttons


def test_forget_drops_the_last_answer(bot_api: FakeBotApi) -> None:
    person = bot_api.user(1011)
    person.sends("what is a subject access request")
    assert person.sends("/forget").text == canned.FORGOTTEN
    assert person.sends("tell me more").text == canned.NOTHING_TO_CONTINUE


def test_groups_and_edits_are_ignored(bot_api: FakeBotApi) -> None:
    person = bot_api.user(1012)
    person.edits("what is a subject access request")
    last = person.writes_in_group("what is a subject access request")
    bot_api.wait_until_read(last)
    assert person.sends("/help").message_id
    assert {message.chat_id for message in bot_api.sent} >= {1012}
    assert -1012 not in {message.chat_id for message in bot_api.sent}
    assert len([message for message in bot_api.sent if message.chat_id == 1012]) == 1


def test_a_button_of_an_answer_that_is_gone_gets_a_kind_reply(bot_api: FakeBotApi) -> None:
    person = bot_api.user(1013)
    menu = person.sends("/start")
    menu.buttons["Old button"] = "show:an_answer_of_last_year"
    assert person.presses("Old button").text == canned.GONE


def test_every_button_press_is_acknowledged(bot_api: FakeBotApi) -> None:
    person = bot_api.user(1014)
    pressed = person.sends("/start")
    person.presses("My GPS tag")
    assert str(pressed.message_id) in bot_api.answered_callbacks


def test_a_reply_that_telegram_refuses_does_not_stop_the_next(
    bot_api: FakeBotApi, server: Serving
) -> None:
    person = bot_api.user(1015)
    bot_api.fail_next["sendMessage"] = [500]
    refused = bot_api.add_update(**person.message(text="/start"))
    bot_api.wait_until_read(refused)
    assert person.sends("/help").text
    assert "stage=send" in server.output


def test_only_the_methods_that_are_needed_are_called(bot_api: FakeBotApi) -> None:
    """A method more would be a way for data to leave that nobody looked at."""
    bot_api.user(1016).sends("/help")
    assert set(bot_api.calls) <= METHODS
