"""Every mistake a maintainer can make names the file, the line and the fix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from records import FIRST, edit

from knowledge_base.files import BadRecords, Problem, read_records

HELPER = "organisations/helper.yml"

Edit = Callable[[str], str]


def problems(root: Path) -> list[Problem]:
    with pytest.raises(BadRecords) as caught:
        read_records(root)
    return caught.value.problems


def test_records_without_mistakes_are_read(root: Path) -> None:
    records = read_records(root)
    assert set(records.answers) == {"first", "second"}
    assert set(records.organisations) == {"helper"}


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "says"),
    [
        (FIRST, "title: What does first cost?", "title: Costs", 3, "ends with '?'"),
        (FIRST, "title: What does", f"title: {'Very ' * 20}", 3, "make it shorter"),
        (FIRST, "answer: It is free.\n", "", 1, "add this field"),
        (FIRST, "warnings:", "warning:", 6, "check its spelling"),
        (FIRST, "answer: It is", "answer: It: is: so", 4, "not valid YAML"),
        (FIRST, "more: Old", "more: New\nmore: Old", 8, "'more' is there twice"),
        (FIRST, "answer: It is free.", f"answer: {'word ' * 130}", 6, "limit is 120"),
        (FIRST, "facts: [DR-001]", "facts: [DR-1]", 10, "looks like GPS-069"),
        (FIRST, "facts: [DR-001]", "facts: []", 10, "facts"),
        (FIRST, "https://www.gov.uk/a", "www.gov.uk/a", 12, "https://"),
        (FIRST, "seen: 2026-11-24", "seen: yesterday", 13, "2026-11-24"),
        (FIRST, "review: unreviewed", "review: fine", 14, "unreviewed"),
        (FIRST, "next: [second]", "next: [third]", 16, "no answer 'third'"),
        (FIRST, "[helper]", "[nobody]", 17, "organisations/nobody.yml"),
        (FIRST, "topic: sar_cost_topic", "topic: money", 2, "knowledge_base/topics.yml"),
        (FIRST, "{scotland:", "{cornwall:", 8, "nations"),
        (FIRST, "id: first", "id: First One", 1, "small letters"),
        (HELPER, "phone_checked:", "# phone_checked:", 1, "needs phone_checked"),
        ("glossary.yml", "answer: first", "answer: third", 4, "no answer 'third'"),
        ("glossary.yml", "topic: sar_cost_topic", "topic: money", 7, "topics.yml"),
        ("glossary.yml", "  means: It is a paper.\n", "", 12, "give either 'answer'"),
        ("places.yml", "nation: england", "nation: cornwall", 1, "nation"),
        ("needs.yml", "need: data_rights", "need: luck", 1, "need"),
        (HELPER, "id: helper", "id: other", 1, "name the file other.yml"),
    ],
)
def test_a_mistake_names_its_file_line_and_fix(
    root: Path, file: str, old: str, new: str, line: int, says: str
) -> None:
    edit(root, file, old, new)
    found = [p for p in problems(root) if p.file == root / file and says in p.message]
    assert [p.line for p in found] == [line], [str(p) for p in problems(root)]


def test_a_file_in_the_wrong_folder_is_told_where_to_go(root: Path) -> None:
    wrong = root / "answers" / "gps" / "tags"
    wrong.mkdir(parents=True)
    (root / FIRST).rename(wrong / "first.yml")
    assert "answers/data_requests/sar_cost_topic/" in str(problems(root)[0])


def test_a_file_one_folder_too_deep_is_told_where_to_go(root: Path) -> None:
    """It passed here, and the check of its text then looked for it in vain."""
    deep = root / "answers" / "extra" / Path(FIRST).relative_to("answers")
    deep.parent.mkdir(parents=True)
    (root / FIRST).rename(deep)
    assert any("move the file to answers/data_requests/" in p.message for p in problems(root))


def test_a_file_that_is_not_utf_8_is_told_to_be(root: Path) -> None:
    (root / FIRST).write_bytes(b"title: \xff")
    assert any("UTF-8" in problem.message for problem in problems(root))


def test_an_empty_file_is_told_so(root: Path) -> None:
    (root / FIRST).write_text("", encoding="utf-8")
    assert any("empty" in problem.message for problem in problems(root))


def test_all_mistakes_are_told_at_once(root: Path) -> None:
    edit(root, FIRST, "review: unreviewed", "review: fine")
    edit(root, HELPER, "name: Helper\n", "")
    assert {problem.file.name for problem in problems(root)} >= {"first.yml", "helper.yml"}


def test_a_word_that_starts_with_true_is_a_word(root: Path) -> None:
    """It was read as a yes-or-no value, and the check ended in a traceback."""
    edit(root, HELPER, "name: ", "name: true_vision ")
    assert read_records(root).organisations["helper"].name.startswith("true_vision")
