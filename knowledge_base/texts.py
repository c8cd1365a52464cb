"""Checks what the answers say: words that may not be used, phone numbers, readability, dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import textstat
import yaml

from knowledge_base.files import ROOT, Problem, Records, folder_of, line_of
from knowledge_base.schema import Answer

MAX_GRADE = 7.0
"""Flesch-Kincaid grade of what a person sees first: below grade 7 a child of 12 can read it."""

MAX_TERM_GRADE = 12.0
"""The same for the meaning of a term, which has to spell out long names."""

LAST_FACT = {"DR": 256, "GPS": 246, "OT": 437}
"""The last number of each of the three collections of facts that the answers rest on."""

_Text = tuple[Path, int, str]
"""A file, the line where a paragraph of it starts, and the paragraph."""

_LONG_NUMBER = re.compile(r"\b0\d(?:[ -]?\d){7,9}\b|\b116 ?123\b|\b85258\b")
_ANY_NUMBER = re.compile(r"\d(?:[ -]?\d)+")


def find_overdue(records: Records, today: datetime.date, root: Path = ROOT) -> list[Problem]:
    """Every text whose sources should have been read again before ``today``."""
    return sorted(
        Problem(
            file,
            line_of(file, (*place, "review_due")),
            f"the review was due on {answer.review_due}: read the sources again, then set a new "
            "date",
        )
        for answer, file, place in _answers(records, root)
        if answer.review_due < today
    )


def find_text_problems(records: Records, project: Path, root: Path = ROOT) -> list[Problem]:
    """Every text of the knowledge base and of domain.yml that breaks a rule."""
    texts = list(_texts(records, project, root))
    return sorted(
        [
            *_answer_problems(records, root),
            *_forbidden(texts, root),
            *_phone_problems(texts, records),
        ]
    )


def _answers(records: Records, root: Path) -> Iterator[tuple[Answer, Path, tuple[int | str, ...]]]:
    """All answers, terms among them, with the file each is in and its place there."""
    for answer in records.answers.values():
        yield answer, _file(answer, records, root), ()
    for index, term in enumerate(records.words.glossary):
        if term.answer is None:
            yield term.as_answer(), root / "glossary.yml", (index,)


def _answer_problems(records: Records, root: Path) -> Iterator[Problem]:
    for answer, file, place in _answers(records, root):
        for field, message in _faults(answer, MAX_TERM_GRADE if place else MAX_GRADE):
            yield Problem(file, line_of(file, (*place, field)), message)


def _faults(answer: Answer, max_grade: float) -> Iterator[tuple[str, str]]:
    for fact in answer.facts:
        collection, number = fact.split("-")
        if not 1 <= int(number) <= LAST_FACT[collection]:
            yield "facts", f"there is no fact {fact}: the last one is {LAST_FACT[collection]}"
    addresses = [str(source.url) for source in answer.sources]
    if len(set(addresses)) < len(addresses):
        yield "sources", "the same page is there twice: keep one"
    if any("example." in address for address in addresses):
        yield "sources", "this address is only an example: give the page that was read"
    grade = textstat.flesch_kincaid_grade(_first_screen(answer))
    if grade >= max_grade:
        yield (
            "answer",
            f"hard to read (grade {grade:.1f}, the limit is {max_grade}): use shorter sentences "
            "and shorter words",
        )


def _first_screen(answer: Answer) -> str:
    parts = [answer.answer, *answer.steps, *answer.warnings]
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts)


def _forbidden(texts: list[_Text], root: Path) -> Iterator[Problem]:
    rules = yaml.safe_load((root / "never_say.yml").read_text(encoding="utf-8"))
    patterns = [(re.compile(rule["says"], re.IGNORECASE), rule["instead"]) for rule in rules]
    for file, line, text in texts:
        for pattern, instead in patterns:
            if found := pattern.search(text):
                yield Problem(file, line, f"never say '{found[0]}': {instead}")


def _phone_problems(texts: list[_Text], records: Records) -> Iterator[Problem]:
    directory = " ".join(f"{o.phone} . {o.does}" for o in records.organisations.values())
    known = {_digits(number) for number in _ANY_NUMBER.findall(directory)}
    for file, line, text in texts:
        for number in _LONG_NUMBER.findall(text):
            if _digits(number) not in known:
                message = (
                    f"no organisation has the phone number {number}: check it, or leave it out"
                )
                yield Problem(file, line, message)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _texts(records: Records, project: Path, root: Path) -> Iterator[_Text]:
    """Every line that people may get to see; a source's title and address are not ours."""
    files = [_file(answer, records, root) for answer in records.answers.values()]
    for file in [*files, root / "glossary.yml", root / "needs.yml", project / "domain.yml"]:
        paragraph, start, hidden = "", 1, False
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            key = re.match(r"\s*(?:- )?([a-z_]+):", line)
            if key is None and not line.lstrip().startswith("- "):
                paragraph += f" {line.strip()}"
                continue
            if not hidden:
                yield file, start, paragraph
            paragraph, start = line.strip(), number
            if key:
                hidden = key[1] in {"sources", "title", "url", "date", "seen", "review_notes"}
        if not hidden:
            yield file, start, paragraph


def _file(answer: Answer, records: Records, root: Path) -> Path:
    return root / folder_of(records.topics[answer.topic]) / f"{answer.id}.yml"
