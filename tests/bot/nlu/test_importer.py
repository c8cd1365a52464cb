"""What Rasa learns from: the questions below data/nlu, and the answers' own words."""

from __future__ import annotations

from pathlib import Path

from serving import PROJECT

from bot.nlu.importer import ProjectImporter
from knowledge_base.files import read_records

QUESTIONS = """version: "3.1"
nlu:
  - intent: sar_cost
    examples: |
      - is it free
      - ካብ ገንዘብ ነጻ ድዩ
"""


def importer(tmp_path: Path) -> ProjectImporter:
    folder = tmp_path / "nlu" / "languages" / "ti"
    folder.mkdir(parents=True)
    (folder / "data.yml").write_text(QUESTIONS, encoding="utf-8")
    (tmp_path / "rules.yml").write_text(
        (PROJECT / "data" / "rules.yml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    return ProjectImporter(
        str(PROJECT / "config.yml"), str(PROJECT / "domain.yml"), [str(tmp_path)]
    )


def test_every_question_in_any_folder_is_learnt_and_every_answers_own_words(tmp_path: Path) -> None:
    answers = read_records().answers
    learnt = importer(tmp_path).get_nlu_data().intent_examples
    pairs = {(message.get("intent"), message.get("text")) for message in learnt}
    own_words = {(a.id, text) for a in answers.values() for text in (a.title, a.answer)}
    assert pairs == own_words | {("sar_cost", "is it free"), ("sar_cost", "ካብ ገንዘብ ነጻ ድዩ")}


def test_domain_rules_and_configuration_are_read_as_rasa_does(tmp_path: Path) -> None:
    read = importer(tmp_path)
    assert "sar_cost" in read.get_domain().intents
    assert read.get_stories().story_steps
    assert read.get_config()["language"] == "en"
