"""What the program asks Telegram for, and what it puts into buttons.

Threat: Telegram, and whoever holds a phone, learns more of a conversation than its messages.
"""

from __future__ import annotations

import re

import pytest
from fake_bot_api import METHODS, FakeBotApi
from serving import Serving

from bot import canned
from bot.channels.telegram_text import as_screens
from bot.nlu.intents import SMALL_TALK
from bot.turn import AnswerMessage, Turn
from knowledge_base.store import KnowledgeBase, open_engine

CODE = re.compile(r"^(show|more):([a-z0-9_]+)$")
UNUSUAL = ("zyxwv", "qwerty", "battery")
QUESTIONS = (
    "zyxwv my tag battery is dead qwerty",
    "what is a subject access request zyxwv",
    "tag qwerty",
    "they gave me a paper BAIL 201 zyxwv what is it",
    "help with domestic abuse in Swansea qwerty",
    "i want to kill myself zyxwv",
    "/start zyxwv",
    "/help qwerty",
)


@pytest.fixture(scope="module")
def known(trained: None) -> set[str]:
    """The ids that a button may have."""
    return {*KnowledgeBase(open_engine()).topics(), *SMALL_TALK}


def assert_codes_alone(buttons: dict[str, str], known: set[str]) -> None:
    for data in buttons.values():
        code = CODE.match(data)
        assert code, data
        assert code[2] in known
        assert not any(word in data for word in UNUSUAL if word != "battery")


@pytest.mark.usefixtures("server")
def test_buttons_carry_codes_and_no_words_of_the_person(
    bot_api: FakeBotApi, known: set[str]
) -> None:
    person = bot_api.user(23_000)
    seen: dict[str, str] = {}
    for question in QUESTIONS:
        reply = person.sends(question)
        seen.update(reply.buttons)
        if canned.MORE in reply.buttons:
            seen.update(person.presses(canned.MORE).buttons)
    assert len(seen) > 10
    assert_codes_alone(seen, known)


def test_the_buttons_of_every_answer_lead_somewhere(known: set[str]) -> None:
    knowledge_base = KnowledgeBase(open_engine())
    for answer_id in knowledge_base.topics():
        card = knowledge_base.answer(answer_id)
        assert card
        for kind in ("answer", "more"):
            message = AnswerMessage(kind=kind, answer=card)
            turn = Turn(outcome="answer", language="en", shown=[], messages=[message])
            for screen in as_screens(turn):
                assert_codes_alone({button.text: button.data for button in screen.buttons}, known)


@pytest.mark.usefixtures("server")
def test_telegram_is_asked_for_messages_and_buttons_alone(bot_api: FakeBotApi) -> None:
    """Edits, reactions, memberships and the rest would only tell more about people."""
    bot_api.user(23_010).sends("/help")
    (asked,) = bot_api.parameters["getUpdates"]
    assert asked["allowed_updates"] == ["message", "callback_query"]
    assert not bot_api.parameters["deleteWebhook"][0].get("drop_pending_updates")


def test_no_file_is_ever_fetched(server: Serving, bot_api: FakeBotApi) -> None:
    """Threat: the photo of a letter comes into the program's memory."""
    person = bot_api.user(23_020)
    file = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1}
    sizes = {"photo": [file], "animation": file, "document": file, "video": file, "voice": file}
    for kind, content in sizes.items():
        reply = person.sends_media(**{kind: content}, caption="what is a subject access request")
        assert reply.text == canned.NOT_TEXT
    assert set(bot_api.calls) <= METHODS
    assert "file" not in " ".join(METHODS).lower()


@pytest.mark.usefixtures("server")
def test_messages_show_no_preview_of_links(bot_api: FakeBotApi) -> None:
    """Threat: Telegram fetches the page of an answer, and its owner sees when."""
    bot_api.user(23_030).sends("what is a subject access request")
    for asked in bot_api.parameters["sendMessage"]:
        assert asked["link_preview_options"] == {"is_disabled": True}
