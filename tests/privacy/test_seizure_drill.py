"""Whoever seizes the running machine finds what the page says, and no more.

Threat: a seized server, a curious host, a thief with root. People decide by our page what to write;
what it leaves out they would learn only when it is too late.
"""

from __future__ import annotations

import pytest

from tests.privacy.seizure_drill import NOT_ROOT, drill, more_than_the_page_says, rows
from tests.privacy.seizure_investigator import Line

pytestmark = pytest.mark.soak

FORGOTTEN_MINUTES = 16
"""The page says 15 minutes and 30 seconds."""


@pytest.fixture(scope="module")
def lines(trained: None) -> list[Line]:
    """What one drill found and did not find."""
    return drill(lambda _: None)


def found(lines: list[Line]) -> set[str]:
    """The rows that were found; without root not all of them can be."""
    if any(line.found is None for line in lines):
        pytest.skip(NOT_ROOT)
    return {line.row for line in lines if line.found}


def test_no_more_is_found_than_the_page_says(lines: list[Line]) -> None:
    """Threat: the memory is copied, and words, names or addresses are in the copy."""
    assert more_than_the_page_says(lines) == []


def test_everything_that_the_page_says_can_be_found(lines: list[Line]) -> None:
    """Threat: a page that lists what is long gone is believed no more."""
    assert found(lines) == rows("What can be found")


def test_everything_that_the_page_says_is_not_there_was_looked_for(lines: list[Line]) -> None:
    """Threat: the page promises that something is nowhere, and nobody ever looked."""
    assert {line.row for line in lines} - found(lines) == rows("What is not there")


@pytest.mark.timeout(FORGOTTEN_MINUTES * 60 + 300)
def test_after_a_quarter_of_an_hour_no_chat_is_remembered(trained: None) -> None:
    """Threat: whoever comes later learns who wrote, and what their last question was about."""
    remembered = {"known-chat", "chat-count", "last-answer"}
    left = found(drill(lambda _: None, FORGOTTEN_MINUTES))
    assert left == rows("What can be found") - remembered
