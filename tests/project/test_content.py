"""The guide is whole: nothing that people ask most about is lost by an edit."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml
from serving import PROJECT

from bot.nlu.intents import OUT_OF_SCOPE_PREFIX
from knowledge_base.files import Records, read_records
from knowledge_base.questions import read_questions


@pytest.fixture(scope="module")
def records() -> Records:
    return read_records()


@pytest.fixture(scope="module")
def questions() -> Counter[str]:
    return Counter(question.intent for question in read_questions(PROJECT / "data"))


def test_every_topic_has_answers(records: Records) -> None:
    with_answers = {answer.topic for answer in records.answers.values()}
    assert set(records.topics) - with_answers == {"out_of_scope"}


def test_every_emergency_has_many_ways_to_say_it(records: Records, questions: Counter[str]) -> None:
    emergencies = [answer.id for answer in records.answers.values() if answer.emergency]
    assert {name for name in emergencies if questions[name] < 60} == set()
    assert all(name.startswith(("emergency_", "gps_")) for name in emergencies)


def test_an_emergency_names_somebody_to_call(records: Records) -> None:
    for answer in records.answers.values():
        if answer.emergency:
            told = " ".join([answer.answer, *answer.steps])
            numbers = [records.organisations[one].phone for one in answer.organisations]
            assert any(numbers) or "handbook" in told or "solicitor" in told, answer.id


def test_every_reason_for_not_answering_has_a_reply_of_its_own(questions: Counter[str]) -> None:
    responses = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    reasons = {name for name in questions if name.startswith(OUT_OF_SCOPE_PREFIX)}
    assert sum(questions[reason] for reason in reasons) >= 400
    texts = [responses[f"utter_{reason}"][0]["text"] for reason in reasons]
    assert len(set(texts)) == len(texts)


def test_every_button_of_a_reply_leads_to_an_answer(records: Records) -> None:
    domain = (PROJECT / "domain.yml").read_text(encoding="utf-8")
    responses = yaml.safe_load(domain)["responses"]
    payloads = [
        button["payload"].lstrip("/")
        for (response,) in responses.values()
        for button in response.get("buttons", [])
    ]
    assert set(payloads) <= set(records.answers)


def test_no_answer_claims_a_review_that_nobody_made(records: Records) -> None:
    assert [answer.id for answer in records.answers.values() if answer.reviewed] == []
