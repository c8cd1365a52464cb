"""Messages are taken apart where a new question begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.splitter import ASKS, MAX_PARTS, QuestionSplitter, asks, questions


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("how do i get my home office file", []),
        ("Hello. How do I get my file?", []),
        (
            "How do I get my file? How long does it take?",
            ["How do I get my file?", "How long does it take?"],
        ),
        (
            "how do i get my file and how long does it take",
            ["how do i get my file", "how long does it take"],
        ),
        ("my tag and my phone are broken", []),
        (
            "كيف أحصل على ملفي؟ كم يستغرق ذلك من وقت؟",
            ["كيف أحصل على ملفي؟", "كم يستغرق ذلك من وقت؟"],
        ),
        (
            "怎么才能拿到我在内政部的档案？要等多长时间才能收到？",
            ["怎么才能拿到我在内政部的档案？", "要等多长时间才能收到？"],
        ),
        (
            "ፋይለይ ከመይ ጌረ እረክብ? ክንደይ ግዜ ይወስድ እዩ?",
            ["ፋይለይ ከመይ ጌረ እረክብ?", "ክንደይ ግዜ ይወስድ እዩ?"],
        ),
    ],
)
def test_each_case(text: str, parts: list[str]) -> None:
    assert questions(text) == parts


def test_of_a_long_story_the_end_is_kept() -> None:
    story = " ".join(f"I came here in year number {n}." for n in range(20)) + " Can I get my file?"
    assert len(questions(story)) == MAX_PARTS
    assert questions(story)[-1] == "Can I get my file?"


@pytest.mark.parametrize(
    ("part", "expected"),
    [("can i get it", True), ("ممكن آخذه؟", True), ("they took my phone", False)],
)
def test_what_is_written_as_a_question(part: str, expected: bool) -> None:
    assert asks(part) is expected


def test_parts_follow_their_message() -> None:
    first = Message({"text": "They took my phone. How do I get it back?"})
    second = Message({"text": "tag dead"})
    texts = [m.get("text") for m in QuestionSplitter().process([first, second])]
    assert texts == [first.get("text"), "They took my phone.", "How do I get it back?", "tag dead"]
    assert first.get(ASKS) is None


@given(st.text())
def test_any_text_is_survived_and_no_part_is_invented(text: str) -> None:
    parts = questions(text)
    assert len(parts) != 1
    assert all(part in text for part in parts)
