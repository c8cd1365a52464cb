"""The documents say what is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from serving import PROJECT

DOCUMENTS = sorted(
    [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("benchmarks/*.md")]
)


def text_of(*patterns: str) -> str:
    files = [file for pattern in patterns for file in PROJECT.glob(pattern)]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (document.parent / link).exists()] == []


def test_every_setting_is_documented() -> None:
    sources = text_of("bot/**/*.py", "knowledge_base/*.py")
    used = set(re.findall(r"environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"", sources))
    set_by_us = {"RASA_TELEMETRY_ENABLED"}
    documented = set(re.findall(r"^\| `([A-Z_]+)`", text_of("docs/hosting.md"), re.MULTILINE))
    assert used - set_by_us == documented


def test_every_promise_of_privacy_names_a_test_that_exists() -> None:
    rows = re.findall(
        r"^\| (?!promise|---)(.+?) \| (.+) \|$", text_of("docs/privacy.md"), re.MULTILINE
    )
    assert rows
    for promise, proof in rows:
        names = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", proof)
        assert names, promise
        for file, name in names:
            assert f"def {name}(" in (PROJECT / file).read_text(encoding="utf-8"), name


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    documents = "".join(file.read_text(encoding="utf-8") for file in DOCUMENTS)
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", documents, re.MULTILINE))
    assert {"run", "test"} <= named <= targets


def test_a_newcomer_sees_the_two_commands_first() -> None:
    first_screen = (PROJECT / "README.md").read_text(encoding="utf-8")[:900]
    assert "make run" in first_screen
    assert "make test" in first_screen
    assert "docs/pictures/widget.png" in first_screen


def test_every_benchmark_is_described() -> None:
    described = text_of("benchmarks/README.md")
    scripts = {file.name for file in PROJECT.glob("benchmarks/*.py")}
    assert {name for name in scripts if name not in described} == set()
