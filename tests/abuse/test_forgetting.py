"""What people send does not stay in their chat longer than they want.

Threat: whoever holds a person's phone, or Telegram's computers, reads it there.
"""

from __future__ import annotations

import pytest
from fake_bot_api import FakeBotApi

from bot import canned
from bot.memory import IDLE_SECONDS

pytestmark = pytest.mark.usefixtures("server")

NUMBER = "07700 " + "900123"
QUESTION = "what is a subject access request"


def test_forget_leaves_only_its_confirmation(bot_api: FakeBotApi) -> None:
    person, other = bot_api.user(24_000), bot_api.user(24_001)
    other.sends(QUESTION)
    person.sends(QUESTION)
    person.presses(canned.MORE)
    kept = set(bot_api.messages[24_001])
    confirmation = person.sends("/forget")
    assert confirmation.text == canned.FORGOTTEN
    assert bot_api.messages[24_000] == {confirmation.message_id}
    assert bot_api.messages[24_001] == kept


def test_forget_reaches_far_back(bot_api: FakeBotApi) -> None:
    """All chats of a bot share one sequence of message ids."""
    person = bot_api.user(24_010)
    person.sends(QUESTION)
    for _ in range(900):
        bot_api.new_message_id(24_011)
    confirmation = person.sends("/forget")
    assert bot_api.messages[24_010] == {confirmation.message_id}
    assert len(bot_api.messages[24_011]) == 900


@pytest.mark.parametrize("spelling", ["/forget", "/FORGET", "/forget@rights_bot", " /forget now"])
def test_forget_is_understood(bot_api: FakeBotApi, spelling: str) -> None:
    assert bot_api.user(24_020).sends(spelling).text == canned.FORGOTTEN


def test_a_person_is_told_if_telegram_deletes_nothing(bot_api: FakeBotApi) -> None:
    """Threat: somebody hands over a phone and believes that nothing is there."""
    person = bot_api.user(24_030)
    bot_api.undeletable.add(24_030)
    person.sends(QUESTION)
    assert person.sends("/forget").text == canned.FORGOTTEN_HERE
    assert len(bot_api.messages[24_030]) == 4


def test_a_message_with_details_is_taken_out_of_the_chat(bot_api: FakeBotApi) -> None:
    person = bot_api.user(24_040)
    notice = person.sends(f"{QUESTION}? call me on {NUMBER}")
    answer = bot_api.wait_for(24_040, 2)[1]
    assert "a phone number" in notice.text
    assert canned.SOURCES in answer.text
    assert bot_api.messages[24_040] == {notice.message_id, answer.message_id}
    assert NUMBER not in notice.text + answer.text


def test_other_messages_stay(bot_api: FakeBotApi) -> None:
    person = bot_api.user(24_050)
    person.sends(QUESTION)
    person.sends(f"call me on {NUMBER}")
    bot_api.wait_for(24_050, 3)
    assert len(bot_api.messages[24_050]) == 4


def test_a_person_is_asked_to_delete_what_telegram_does_not(bot_api: FakeBotApi) -> None:
    person = bot_api.user(24_060)
    bot_api.undeletable.add(24_060)
    assert person.sends(f"{QUESTION}? call me on {NUMBER}").text == canned.DELETE_IT
    notice, answer = bot_api.wait_for(24_060, 3)[1:]
    assert "a phone number" in notice.text
    assert canned.SOURCES in answer.text


def test_privacy_tells_what_the_program_does(bot_api: FakeBotApi) -> None:
    text = bot_api.user(24_070).sends("/privacy").text
    assert f"about {IDLE_SECONDS // 60} minutes" in text
    assert "/forget" in text
    assert "no record" in text
    assert "not end-to-end encrypted" in text
