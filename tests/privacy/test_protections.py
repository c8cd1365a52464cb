"""The list of protections is true: each is still in the program, and its test exists."""

from __future__ import annotations

import re

import pytest

from tests.privacy.prove import PROJECT, Protection, read_protections


@pytest.mark.parametrize("protection", read_protections(), ids=lambda one: one.name)
def test_a_protection_stands_where_the_list_says(protection: Protection) -> None:
    """Threat: a protection is moved, and nothing shows any more that its test can fail."""
    text = (PROJECT / protection.file).read_text(encoding="utf-8")
    assert text.count(protection.text) == 1
    file, _, name = protection.test.partition("::")
    tests = (PROJECT / file).read_text(encoding="utf-8")
    assert not name or re.search(rf"def {name.partition('[')[0]}\(", tests)
