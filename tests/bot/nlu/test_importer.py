"""The answers' own words are learnt from."""

from __future__ import annotations

from bot.nlu.importer import KnowledgeBaseImporter
from knowledge_base.files import read_records


def test_every_answer_gives_its_title_and_its_first_sentences() -> None:
    answers = read_records().answers
    learnt = KnowledgeBaseImporter().get_nlu_data().intent_examples
    pairs = {(message.get("intent"), message.get("text")) for message in learnt}
    assert pairs == {(a.id, text) for a in answers.values() for text in (a.title, a.answer)}


def test_it_adds_nothing_else() -> None:
    importer = KnowledgeBaseImporter()
    assert importer.get_config() == {}
    assert importer.get_domain().is_empty()
    assert importer.get_stories().is_empty()
    assert importer.get_conversation_tests().is_empty()
    assert importer.get_config_file_for_auto_config() is None
