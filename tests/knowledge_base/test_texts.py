"""What no answer may say is found in every file that people get to see."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest
from records import FIRST, edit

from knowledge_base.files import ROOT, read_records
from knowledge_base.texts import LAST_FACT, find_overdue, find_text_problems

HARD = (
    "Notwithstanding aforementioned administrative considerations, organisations habitually "
    "necessitate supplementary documentation establishing identification."
)


def problems(root: Path) -> list[str]:
    shutil.copy(ROOT / "never_say.yml", root)
    domain = root / "domain.yml"
    if not domain.exists():
        domain.write_text("responses:\n  utter_x:\n    - text: Hello.\n", encoding="utf-8")
    found = find_text_problems(read_records(root), root, root)
    return [f"{p.file.relative_to(root)}:{p.line}: {p.message}" for p in found]


def test_texts_without_mistakes_have_no_problems(root: Path) -> None:
    assert problems(root) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("answer: It is free.", "answer: They have 40 days.", 4, "one month"),
        ("more: Old guides say", "more: Call 020 7946 0000 for", 7, "no organisation has"),
        ("answer: It is free.", f"answer: {HARD}", 4, "hard to read"),
        ("facts: [DR-001]", "facts: [DR-999]", 10, "no fact DR-999"),
        ("https://www.gov.uk/b", "https://www.gov.uk/a", 11, "twice"),
        ("https://www.gov.uk/b", "https://www.example.org/b", 11, "only an example"),
        ("Keep a copy.", "You will win", 6, "promise nothing"),
        ("scotland: The same.", "scotland: The police never share data.", 8, "say which"),
        ("Nothing.", "Cut the tag if you must.", 9, "never advise"),
    ],
)
def test_a_mistake_names_file_line_and_fix(
    root: Path, old: str, new: str, line: int, says: str
) -> None:
    edit(root, FIRST, old, new)
    (problem,) = problems(root)
    assert problem.startswith(f"{FIRST}:{line}: ")
    assert says in problem


def test_a_sentence_over_two_lines_is_read_as_one(root: Path) -> None:
    edit(root, FIRST, "more: Old", "more: >-\n  you will\n  win. Old")
    assert any("promise nothing" in problem for problem in problems(root))


def test_words_of_a_source_are_not_ours(root: Path) -> None:
    edit(root, FIRST, "title: A page", "title: The 40 days rule")
    assert problems(root) == []


def test_small_talk_and_glossary_are_read_too(root: Path) -> None:
    edit(root, "glossary.yml", "It is a paper.", "This chat is private.")
    (root / "domain.yml").write_text("x:\n  - text: I am a lawyer.\n", encoding="utf-8")
    found = problems(root)
    assert [problem.partition(":")[0] for problem in found] == ["domain.yml", "glossary.yml"]


def test_a_number_of_the_directory_may_be_used(root: Path) -> None:
    edit(root, "organisations/helper.yml", 'phone: "111"', "phone: 020 7946 0000")
    edit(root, FIRST, "more: Old", "more: Call 02079460000. Old")
    assert problems(root) == []


def test_a_review_that_is_overdue_is_told(root: Path) -> None:
    records = read_records(root)
    assert find_overdue(records, datetime.date(2027, 2, 24), root) == []
    found = find_overdue(records, datetime.date(2027, 3, 1), root)
    assert [(one.file.name, one.line) for one in found] == [("first.yml", 15), ("second.yml", 15)]
    assert all("review was due on 2027-02-24" in one.message for one in found)
    assert len(find_overdue(records, datetime.date(2027, 6, 1), root)) == 3


def test_every_fact_of_the_projects_answers_exists() -> None:
    """One that was mistyped would point a reviewer to another fact."""
    facts = {fact for answer in read_records().answers.values() for fact in answer.facts}
    assert all(1 <= int(f.split("-")[1]) <= LAST_FACT[f.split("-")[0]] for f in facts)
