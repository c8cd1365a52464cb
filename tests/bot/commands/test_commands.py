"""The command line on the real model, as a person would type it."""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from fake_bot_api import fake_bot_api
from serving import DRBOT, PROJECT, serving

from bot.cli import UsageError
from bot.commands import check, pack

OUTCOMES = {"answer", "clarify", "out_of_scope", "emergency"}


def drbot(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [DRBOT, *arguments], cwd=PROJECT, input=stdin, capture_output=True, check=False
    )


@pytest.fixture(scope="module")
def asked(trained: None) -> list[dict[str, Any]]:
    """One run of ``ask --json`` on lines of many kinds."""
    lines = [
        b"what is a subject access request",
        b"how much is a spouse visa",
        b"i want to kill myself",
        b"",
        b"\xff\xfe\x00 binary",
        b'/greeting{"a": 1}',
        "پرونده من".encode(),
        b"word " * 2000,
        b"hello",
    ]
    done = drbot("ask", "--json", stdin=b"\n".join(lines) + b"\n")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_line_gets_one_object_in_order(asked: list[dict[str, Any]]) -> None:
    assert len(asked) == 9
    assert [one["text"] for one in asked][:3] == [
        "what is a subject access request",
        "how much is a spouse visa",
        "i want to kill myself",
    ]


def test_every_object_has_the_promised_form(asked: list[dict[str, Any]]) -> None:
    for one in asked:
        assert list(one) == ["text", "language", "outcome", "answers", "reply"]
        assert one["outcome"] in OUTCOMES
        assert one["reply"]
        for answer in one["answers"]:
            assert list(answer) == ["id", "topic", "confidence"]
            assert 0 <= answer["confidence"] <= 1


def test_outcomes_are_told_apart(asked: list[dict[str, Any]]) -> None:
    assert [one["outcome"] for one in asked][:4] == [
        "answer",
        "out_of_scope",
        "emergency",
        "out_of_scope",
    ]


def test_each_line_is_a_fresh_chat(trained: None) -> None:
    done = drbot("ask", "--json", stdin=b"what is a subject access request\ntell me more\n")
    assert json.loads(done.stdout.splitlines()[1])["answers"] == []


def test_a_question_on_the_command_line_is_answered_in_words(trained: None) -> None:
    done = drbot("ask", "what is a subject access request")
    assert b"Where this comes from" in done.stdout


def test_the_same_question_twice_gets_the_same_bytes(trained: None) -> None:
    question = b"they blacked out half of my file\n"
    assert (
        drbot("ask", "--json", stdin=question).stdout
        == drbot("ask", "--json", stdin=question).stdout
    )


def test_json_with_a_question_says_what_to_do() -> None:
    done = drbot("ask", "--json", "hello")
    assert done.returncode == 2
    assert b"standard input" in done.stderr


def test_evaluate_reports_topics_and_misses(trained: None, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '{"text": "what is a subject access request", "topic": "sar_basics"}\n\n'
        '{"text": "how much is a spouse visa", "topic": "out_of_scope"}\n',
        encoding="utf-8",
    )
    report = drbot("evaluate", file).stdout.decode()
    assert "right topic shown or offered: 1 of 1" in report
    assert "out of scope, not answered as known: 1 of 1" in report


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not json\n", ":1: write one JSON object"),
        (b'{"text": "a", "topic": "b"}\n{"text": "a"}\n', ":2: write one JSON object"),
        (b"[]\n", ":1: write one JSON object"),
        (b"\n", "no questions"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_evaluate_says_what_is_wrong_with_its_file(
    tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_bytes(content)
    done = drbot("evaluate", file)
    assert done.returncode == 2
    assert says in done.stderr.decode()


def test_evaluate_of_a_file_that_is_not_there() -> None:
    done = drbot("evaluate", "/nowhere.jsonl")
    assert done.returncode == 2
    assert b"cannot be read" in done.stderr


def test_the_projects_own_files_pass_the_check() -> None:
    assert check.report(thorough=False) == 0


def test_without_a_model_serve_says_to_train(tmp_path: Path) -> None:
    done = subprocess.run(
        [DRBOT, "serve", "--port", "0"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"make train" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_said_at_once(trained: None) -> None:
    with serving() as running:
        done = drbot("serve", "--port", running.url.rpartition(":")[2])
    assert done.returncode == 2
    assert b"--port" in done.stderr


def test_without_a_token_serve_says_how_to_add_telegram(trained: None) -> None:
    with serving() as running:
        running.wait_for("TELEGRAM_TOKEN")


def test_a_token_that_telegram_refuses_is_said_and_the_widget_goes_on(trained: None) -> None:
    with (
        fake_bot_api("1:right") as api,
        serving({"TELEGRAM_TOKEN": "1:wrong", "TELEGRAM_API_URL": api.url}) as running,
    ):
        running.wait_for("Telegram refused TELEGRAM_TOKEN")
        assert "1:wrong" not in running.output


def test_pack_writes_one_page(tmp_path: Path) -> None:
    page = tmp_path / "pack.html"
    assert pack.run(argparse.Namespace(file=page)) == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_pack_says_when_it_cannot_write(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        pack.run(argparse.Namespace(file=tmp_path / "no_such_folder" / "pack.html"))
