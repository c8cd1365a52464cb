"""Loading the records, and reading them back as cards, from SQLite and from PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from records import FIRST, edit
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from knowledge_base.files import read_records
from knowledge_base.load import load_records
from knowledge_base.schema import Organisation
from knowledge_base.store import KnowledgeBase, KnowledgeBaseUnavailable, open_engine


@pytest.fixture
def loaded(root: Path, engine: Engine) -> KnowledgeBase:
    load_records(read_records(root), engine)
    return KnowledgeBase(engine)


def test_a_card_has_everything_of_its_record(loaded: KnowledgeBase) -> None:
    assert loaded.answer("first") == {
        "id": "first",
        "topic": "sar_cost_topic",
        "title": "What does first cost?",
        "emergency": False,
        "answer": "It is free.",
        "steps": ["Ask.", "Wait."],
        "warnings": ["Keep a copy."],
        "more": "Old guides say ten pounds.",
        "nations": {"scotland": "The same."},
        "uncertain": "Nothing.",
        "facts": ["DR-001"],
        "sources": [
            {
                "title": "A page",
                "url": "https://www.gov.uk/a",
                "date": "undated",
                "seen": "2026-11-23",
            },
            {
                "title": "B page",
                "url": "https://www.gov.uk/b",
                "date": "2025",
                "seen": "2026-11-24",
            },
        ],
        "organisations": [
            {
                "name": "Helper",
                "does": "Helps.",
                "for_whom": "Anyone",
                "area": "UK",
                "languages": "not known",
                "url": "https://example.org/",
                "phone": "111",
                "hours": None,
            }
        ],
        "next": [{"id": "second", "topic": "sar_cost_topic", "title": "What does second cost?"}],
        "reviewed_by": None,
        "reviewed_on": None,
    }


def test_a_review_is_read_back(root: Path, engine: Engine) -> None:
    edit(root, FIRST, "review: unreviewed", "review: {by: A. Solicitor, on: 2026-12-01}")
    load_records(read_records(root), engine)
    card = KnowledgeBase(engine).answer("first")
    assert card is not None
    assert (card["reviewed_by"], card["reviewed_on"]) == ("A. Solicitor", "2026-12-01")


def test_there_is_no_card_for_an_unknown_id(loaded: KnowledgeBase) -> None:
    assert loaded.answer("third") is None


def test_choices_keep_their_order_and_drop_unknown_ids(loaded: KnowledgeBase) -> None:
    assert [c["id"] for c in loaded.choices(["second", "gone", "first"])] == ["second", "first"]


def test_topics_are_by_answer(loaded: KnowledgeBase) -> None:
    assert loaded.topics() == dict.fromkeys(["first", "second", "glossary_form"], "sar_cost_topic")


def test_loading_again_replaces_what_was_there(root: Path, engine: Engine) -> None:
    records = read_records(root)
    load_records(records, engine)
    alone = records.answers["first"].copy(update={"next": []})
    terms = [term.copy(update={"next": []}) for term in records.words.glossary]
    words = replace(records.words, glossary=terms)
    load_records(replace(records, answers={"first": alone}, words=words), engine)
    assert set(KnowledgeBase(engine).topics()) == {"first", "glossary_form"}


def test_a_load_that_fails_changes_nothing(root: Path, engine: Engine) -> None:
    records = read_records(root)
    load_records(records, engine)
    broken = records.answers["first"].copy(update={"title": None})
    with pytest.raises(SQLAlchemyError):
        load_records(replace(records, answers={"first": broken}), engine)
    assert len(KnowledgeBase(engine).topics()) == 3


def test_a_term_is_an_answer_of_its_own(loaded: KnowledgeBase) -> None:
    card = loaded.answer("glossary_form")
    assert card is not None
    assert (card["title"], card["answer"]) == ("What is Form 7?", "It is a paper.")
    assert [choice["id"] for choice in card["next"]] == ["second"]


def test_tables_of_an_older_version_are_replaced(root: Path, engine: Engine) -> None:
    """Training stopped with an error of the database after a field was added."""
    records = read_records(root)
    load_records(records, engine)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE organisations DROP COLUMN needs"))
    load_records(records, engine)
    assert KnowledgeBase(engine).organisations(["data_rights"], None, None)


def organisation(of: str, **changed: object) -> Organisation:
    given = {
        "id": of,
        "name": of,
        "does": "Helps.",
        "for": "Anyone",
        "area": "UK",
        "languages": "not known",
        "url": "https://www.gov.uk/",
        "needs": ["housing"],
    }
    return Organisation.parse_obj({**given, **changed})


@pytest.fixture
def directory(root: Path, engine: Engine) -> KnowledgeBase:
    made = [
        organisation("anywhere"),
        organisation("in_leeds", nations=["england"], places=["Leeds"]),
        organisation("in_wales", nations=["wales"], needs=["housing", "money"]),
        organisation("lawyers", needs=["find_solicitor"]),
    ]
    records = read_records(root)
    answers = {i: a.copy(update={"organisations": []}) for i, a in records.answers.items()}
    load_records(replace(records, answers=answers, organisations={o.id: o for o in made}), engine)
    return KnowledgeBase(engine)


@pytest.mark.parametrize(
    ("needs", "nation", "place", "names"),
    [
        (["housing"], "england", "Leeds", ["in_leeds", "anywhere"]),
        (["housing"], "england", "York", ["anywhere", "in_leeds"]),
        (["housing"], "wales", None, ["in_wales", "anywhere"]),
        (["housing", "money"], None, None, ["in_wales", "anywhere", "in_leeds"]),
        (["find_solicitor"], "scotland", None, ["lawyers"]),
        ([], "wales", None, ["in_wales", "anywhere", "lawyers"]),
        (["trafficking"], None, None, []),
    ],
)
def test_organisations_are_found_by_need_and_place(
    directory: KnowledgeBase, needs: list[str], nation: str, place: str, names: list[str]
) -> None:
    assert [one["name"] for one in directory.organisations(needs, nation, place)] == names


def test_an_empty_database_says_to_train(engine: Engine) -> None:
    with pytest.raises(KnowledgeBaseUnavailable, match="make train"):
        KnowledgeBase(engine).topics()


def test_an_unreachable_database_says_to_check_its_address() -> None:
    engine = open_engine("postgresql+psycopg2://nobody@127.0.0.1:1/none")
    with pytest.raises(KnowledgeBaseUnavailable, match="DATABASE_URL"):
        KnowledgeBase(engine).topics()


def test_serving_opens_its_own_file_for_reading_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "models").mkdir()
    with pytest.raises(KnowledgeBaseUnavailable):
        KnowledgeBase(open_engine()).topics()
    assert list((tmp_path / "models").iterdir()) == []
