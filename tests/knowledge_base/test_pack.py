"""The printed pack has every answer, with its sources, and is one page without anything else."""

from __future__ import annotations

import datetime
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from records import FIRST, edit

from bot import canned
from knowledge_base.files import read_records
from knowledge_base.pack import as_html

TODAY = datetime.date(2026, 11, 24)


class Page(HTMLParser):
    """Collects ids, inner links and what the page would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if tag == "a" else []
        self.loads += [str(found[name]) for name in ("src", "srcset") if name in found]


@pytest.fixture(scope="module")
def page() -> str:
    return as_html(read_records(), canned, TODAY)


def test_every_answer_is_there_once_and_every_link_leads_to_one(page: str) -> None:
    found = Page(page)
    answers = set(read_records().answers)
    assert len(found.ids) == len(set(found.ids))
    assert answers <= set(found.ids)
    assert {link.lstrip("#") for link in found.links} <= set(found.ids)


def test_every_source_and_organisation_is_printed(page: str) -> None:
    text = re.sub(r"&amp;", "&", page)
    records = read_records()
    for answer in records.answers.values():
        assert all(str(source.url) in text for source in answer.sources), answer.id
    assert all(str(one.url) in text for one in records.organisations.values())


def test_the_page_loads_nothing(page: str) -> None:
    assert Page(page).loads == []
    assert "<script" not in page
    assert "@import" not in page


def test_what_is_in_a_record_stays_text(root: Path) -> None:
    edit(root, FIRST, "It is free.", "<script>x</script>")
    assert "<script>" not in as_html(read_records(root), canned, TODAY)


def test_a_named_review_is_printed(root: Path) -> None:
    edit(root, FIRST, "review: unreviewed", "review: {by: A. Solicitor, on: 2026-12-01}")
    assert "Checked by A. Solicitor on 2026-12-01" in as_html(read_records(root), canned, TODAY)
