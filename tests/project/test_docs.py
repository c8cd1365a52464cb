"""The documents say what is true."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import textstat
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


def docstrings_of_test(file: str, name: str) -> list[str]:
    """What a test and its file say of themselves; nothing if pytest would not run it."""
    path = PROJECT / file
    if not (path.is_file() and path.name.startswith("test_") and name.startswith("test_")):
        return []
    module = ast.parse(path.read_text(encoding="utf-8"))
    tests = [n for n in module.body if isinstance(n, ast.FunctionDef) and n.name == name]
    own = [ast.get_docstring(test) or "" for test in tests]
    return [*own, ast.get_docstring(module) or ""] if tests else []


def test_every_promise_of_privacy_names_a_test_that_exists() -> None:
    """Threat: a promise that nothing proves is believed by people who depend on it."""
    notice = text_of("docs/privacy/notice.md")
    promises = re.findall(r"^- `([a-z-]+)`: ", notice, re.MULTILINE)
    proofs = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", notice, re.MULTILINE))
    assert promises
    assert sorted(promises) == sorted(proofs)
    for promise, proof in proofs.items():
        names = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", proof)
        assert names, promise
        for file, name in names:
            found = docstrings_of_test(file, name)
            assert found, f"{promise}: there is no test {file}::{name}"
            assert "Threat" in " ".join(found), f"{file}::{name} names no threat"


def test_the_privacy_notice_is_short_and_easy() -> None:
    """Threat: a notice that nobody can read is one that nobody was given."""
    notice = text_of("docs/privacy/notice.md").partition("\n## Promise by promise\n")[0]
    words = re.sub(r"- `[a-z-]+`: |\]\([^)]*\)|[#\[]", "", notice)
    assert len(words.split()) < 400
    assert textstat.flesch_kincaid_grade(words) < 6


def test_every_test_that_a_document_names_exists() -> None:
    documents = "".join(file.read_text(encoding="utf-8") for file in DOCUMENTS)
    named = set(re.findall(r"`(tests/[\w/]+\.\w+)", documents))
    assert {file for file in named if not (PROJECT / file).exists()} == set()


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    documents = "".join(file.read_text(encoding="utf-8") for file in DOCUMENTS)
    named = set(re.findall(r"(?:`|^)(?:sudo )?make ([a-z-]+)", documents, re.MULTILINE))
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
