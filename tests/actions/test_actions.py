"""The custom actions, with Rasa's own tracker and dispatcher and the loaded knowledge base."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import all_actions
from bot import canned
from knowledge_base.store import KnowledgeBase, open_engine


@pytest.fixture
def knowledge_base(trained: None) -> KnowledgeBase:
    return KnowledgeBase(open_engine())


def run(
    knowledge_base: KnowledgeBase,
    action: str,
    message: dict[str, Any],
    slots: dict[str, Any] | None = None,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the action says first, and its events."""
    dispatcher = CollectingDispatcher()
    tracker = Tracker("chat", slots or {}, message, [], False, None, {}, "action_listen")
    events = all_actions(knowledge_base)[action].run(dispatcher, tracker, {})
    return dispatcher.messages[0], events


def parsed(
    intent: str, choices: list[str] | None = None, answers: list[str] | None = None
) -> dict[str, Any]:
    """A message as the decision leaves it: 0.75 for the intent, 0.125 for everything else."""

    def ranked(names: list[str] | None) -> list[dict[str, Any]]:
        return [{"name": n, "confidence": 0.75 if n == intent else 0.125} for n in names or []]

    return {
        "intent": ranked([intent])[0],
        "entities": [],
        "answers": ranked(answers),
        "choices": ranked(choices),
    }


def test_an_answer_is_shown_and_remembered(knowledge_base: KnowledgeBase) -> None:
    said, events = run(knowledge_base, "action_answer", parsed("sar_cost", ["gps_breach"]))
    custom = said["custom"]
    assert custom["outcome"] == "answer"
    assert custom["answer"]["id"] == "sar_cost"
    assert custom["shown"] == [{"id": "sar_cost", "topic": "sar_basics", "confidence": 0.75}]
    assert events == [
        {"event": "slot", "timestamp": None, "name": "last_answer", "value": "sar_cost"}
    ]


def test_an_emergency_also_offers_what_else_was_asked(knowledge_base: KnowledgeBase) -> None:
    message = parsed("emergency_arrest", ["emergency_arrest", "gps_breach"])
    custom = run(knowledge_base, "action_answer", message)[0]["custom"]
    assert custom["outcome"] == "emergency"
    assert [one["id"] for one in custom["shown"]] == ["emergency_arrest", "gps_breach"]
    assert custom["answer"]["next"][0]["id"] == "gps_breach"
    assert [c["id"] for c in custom["answer"]["next"]].count("gps_breach") == 1


def test_two_questions_get_two_answers(knowledge_base: KnowledgeBase) -> None:
    dispatcher = CollectingDispatcher()
    message = parsed("sar_cost", answers=["sar_cost", "gps_breach"])
    tracker = Tracker("chat", {}, message, [], False, None, {}, "action_listen")
    events = all_actions(knowledge_base)["action_answer"].run(dispatcher, tracker, {})
    said = [one["custom"]["answer"]["id"] for one in dispatcher.messages]
    assert said == ["sar_cost", "gps_breach"]
    assert events[0]["value"] == "gps_breach"


def test_an_intent_without_an_answer_is_a_fault(knowledge_base: KnowledgeBase) -> None:
    with pytest.raises(LookupError):
        run(knowledge_base, "action_answer", parsed("no_such_answer"))


def test_choices_are_offered_by_title(knowledge_base: KnowledgeBase) -> None:
    message = parsed("sar_cost", ["sar_cost", "gps_breach"])
    custom = run(knowledge_base, "action_clarify", message)[0]["custom"]
    assert custom["outcome"] == "clarify"
    assert [one["confidence"] for one in custom["shown"]] == [0.75, 0.125]
    assert all(choice["title"].endswith("?") for choice in custom["choices"])


def test_without_choices_it_says_that_it_does_not_know(knowledge_base: KnowledgeBase) -> None:
    said, _ = run(knowledge_base, "action_clarify", parsed("nlu_fallback"))
    assert said["text"] == canned.NOT_KNOWN
    assert said["buttons"]


def test_more_follows_the_last_answer(knowledge_base: KnowledgeBase) -> None:
    said, _ = run(knowledge_base, "action_more", parsed("more"), {"last_answer": "sar_cost"})
    assert said["custom"]["kind"] == "more"
    assert said["custom"]["answer"]["id"] == "sar_cost"


def test_more_of_nothing_asks_for_a_question(knowledge_base: KnowledgeBase) -> None:
    said, _ = run(knowledge_base, "action_more", parsed("more"))
    assert said["text"] == canned.NOTHING_TO_CONTINUE


def asking(intent: str, *entities: tuple[str, str]) -> dict[str, Any]:
    found = [{"entity": kind, "value": value} for kind, value in entities]
    return {**parsed(intent), "entities": found}


def test_a_term_is_explained(knowledge_base: KnowledgeBase) -> None:
    message = asking("glossary", ("term", "glossary_bail_201"))
    custom = run(knowledge_base, "action_answer", message)[0]["custom"]
    assert custom["answer"]["title"] == "What is BAIL 201?"
    assert custom["shown"] == [
        {"id": "glossary_bail_201", "topic": "gps_who_when", "confidence": 0.75}
    ]


def test_help_is_found_by_need_and_place(knowledge_base: KnowledgeBase) -> None:
    message = asking("help_by_need", ("need", "violence"), ("place", "Cardiff"))
    card = run(knowledge_base, "action_find_help", message)[0]["custom"]["answer"]
    assert card["organisations"][0]["name"] == "Live Fear Free Helpline"
    assert all("Scotland" not in one["area"] for one in card["organisations"])
    assert "violence and abuse" in card["answer"]
    assert "I know none in Cardiff itself" in card["answer"]
    assert card["warnings"] == [canned.ASK_THEM]


def test_an_organisation_in_the_place_comes_first(knowledge_base: KnowledgeBase) -> None:
    message = asking("help_by_need", ("need", "asylum_support"), ("place", "Leeds"))
    card = run(knowledge_base, "action_find_help", message)[0]["custom"]["answer"]
    assert card["organisations"][0]["name"] == "PAFRAS"
    assert "I know none" not in card["answer"]


def test_finding_help_does_not_change_the_answer_it_starts_from(
    knowledge_base: KnowledgeBase,
) -> None:
    before = knowledge_base.answer("help_by_need")
    run(knowledge_base, "action_find_help", asking("help_by_need", ("need", "housing")))
    assert knowledge_base.answer("help_by_need") == before


@pytest.mark.parametrize("entities", [[], [("need", "find_solicitor")]], ids=["nothing", "lawyer"])
def test_without_a_place_or_a_special_need_the_plain_answer_is_shown(
    knowledge_base: KnowledgeBase, entities: list[tuple[str, str]]
) -> None:
    message = asking("find_adviser", *entities)
    card = run(knowledge_base, "action_find_help", message)[0]["custom"]["answer"]
    assert card == knowledge_base.answer("find_adviser")
