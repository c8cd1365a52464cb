"""Rasa's own commands work on the project unchanged."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from serving import PROJECT

RASA = Path(sys.executable).parent / "rasa"


@pytest.mark.timeout(900)
def test_rasa_data_validate_finds_nothing() -> None:
    done = subprocess.run(
        [RASA, "data", "validate", "--fail-on-warnings"],
        cwd=PROJECT,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(900)
def test_rasa_test_nlu_measures_the_trained_model(trained: None, tmp_path: Path) -> None:
    questions = tmp_path / "nlu.yml"
    questions.write_text(
        'version: "3.1"\nnlu:\n'
        "- intent: sar_what_is\n  examples: |\n    - explain what a subject access request is\n"
        "- intent: greeting\n  examples: |\n    - hello there\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [RASA, "test", "nlu", "--nlu", questions, "--out", tmp_path / "results", "--no-plot"],
        cwd=PROJECT,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "results" / "intent_report.json").is_file()
