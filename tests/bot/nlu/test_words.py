"""Terms, places and kinds of help are found in the words people use for them."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.words import DEFINED, WordFinder
from knowledge_base.files import read_words
from knowledge_base.words import NEED, PLACE, TERM


@pytest.fixture(scope="module")
def finder() -> WordFinder:
    return WordFinder(read_words())


def find(finder: WordFinder, text: str) -> tuple[dict[str, list[str]], Any]:
    message = finder.process([Message({TEXT: text})])[0]
    values: dict[str, list[str]] = {TERM: [], PLACE: [], NEED: []}
    for entity in message.get(ENTITIES):
        assert text[entity["start"] : entity["end"]]
        values[entity["entity"]].append(entity["value"])
    return values, message.get(DEFINED)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("what is BAIL 201", "glossary_bail_201"),
        ("BAIL 201", "glossary_bail_201"),
        ("they gave me a paper bail 201 what is it???", "glossary_bail_201"),
        ("what does GCID mean in my letter", "glossary_gcid"),
        ("wat is iaa pls", "glossary_iaa"),
        ("What is a subject access request?", "sar_what_is"),
        ("Define 'controller'", "glossary_controller"),
    ],
)
def test_a_question_for_the_meaning_of_one_term(finder: WordFinder, text: str, answer: str) -> None:
    assert find(finder, text)[1] == answer


@pytest.mark.parametrize(
    "text",
    [
        "how do i change my BAIL 201 address",
        "what is the difference between IAA and ICO",
        "can I work on bail",
        "what is this",
        "",
        "my atlas of the world",
    ],
)
def test_other_questions_are_left_to_the_classifier(finder: WordFinder, text: str) -> None:
    assert find(finder, text)[1] is None


@pytest.mark.parametrize(
    ("text", "needs", "places"),
    [
        ("lawyer for bail in Leeds", ["find_solicitor"], ["Leeds"]),
        ("HELP WITH DOMESTIC VIOLENCE IN GLASGOW", ["violence"], ["Glasgow"]),
        ("food bank in tower hamlets", ["money"], ["London"]),
        ("support in northern ireland", [], ["Northern Ireland"]),
        ("hello", [], []),
    ],
)
def test_needs_and_places(
    finder: WordFinder, text: str, needs: list[str], places: list[str]
) -> None:
    values, _ = find(finder, text)
    assert set(needs) <= set(values[NEED])
    assert values[PLACE] == places


def test_every_term_of_the_glossary_can_be_asked_for(finder: WordFinder) -> None:
    for term in read_words().glossary:
        for word in (term.term, *term.also):
            assert find(finder, f"what is {word}")[1] == term.answer_id, word
