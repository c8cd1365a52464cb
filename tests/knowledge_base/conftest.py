"""Small record files, and the two kinds of database."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import free_port
from sqlalchemy.engine import Engine

from knowledge_base.store import open_engine

ANSWER = """\
id: {id}
topic: sar_cost_topic
title: What does {id} cost?
answer: It is free.
steps: [Ask., Wait.]
warnings: [Keep a copy.]
more: Old guides say ten pounds.
nations: {{scotland: The same.}}
uncertain: Nothing.
facts: [DR-001]
sources:
  - {{title: A page, url: "https://www.gov.uk/a", date: undated, seen: 2026-11-23}}
  - {{title: B page, url: "https://www.gov.uk/b", date: "2025", seen: 2026-11-24}}
review: unreviewed
review_due: 2027-02-24
next: [{next}]
organisations: [helper]
"""

ORGANISATION = """\
id: helper
name: Helper
does: Helps.
for: Anyone
area: UK
languages: not known
url: https://example.org/
needs: [data_rights]
phone: "111"
phone_checked: {url: "https://example.org/phone", seen: 2026-11-24}
"""


GLOSSARY = """\
- id: fee
  term: Fee
  also: [charge]
  answer: first
- id: form
  term: Form 7
  topic: sar_cost_topic
  means: It is a paper.
  facts: [DR-001]
  sources:
    - {title: A page, url: "https://www.gov.uk/a", date: undated, seen: 2026-11-23}
  review_due: 2027-05-24
  next: [second]
"""
PLACES = "- {name: Leeds, nation: england}\n- {name: Cardiff, nation: wales, also: [Caerdydd]}\n"
NEEDS = "- {need: data_rights, called: personal data, words: [my data]}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A knowledge base of two answers, one organisation and two terms, without mistakes."""
    (tmp_path / "glossary.yml").write_text(GLOSSARY, encoding="utf-8")
    (tmp_path / "places.yml").write_text(PLACES, encoding="utf-8")
    (tmp_path / "needs.yml").write_text(NEEDS, encoding="utf-8")
    (tmp_path / "topics.yml").write_text(
        "- {id: sar_cost_topic, group: data_requests, title: Cost, covers: cost}\n",
        encoding="utf-8",
    )
    folder = tmp_path / "answers" / "data_requests" / "sar_cost_topic"
    folder.mkdir(parents=True)
    for name, following in (("first", "second"), ("second", "first")):
        text = ANSWER.format(id=name, next=following)
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    (tmp_path / "organisations").mkdir()
    (tmp_path / "organisations" / "helper.yml").write_text(ORGANISATION, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL server, in a folder of its own."""
    found = shutil.which("initdb") or next(
        map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None
    )
    if found is None:
        pytest.fail("no PostgreSQL: run scripts/install-test-tools.sh")
    programs, port = Path(found).parent, free_port()
    folder = Path("/tmp") / f"rights-bot-postgresql-{os.getpid()}"  # noqa: S108  # short: a socket
    folder.mkdir()
    # PostgreSQL refuses to run as root; its Debian package brings a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, cwd=folder, user=user, stdout=subprocess.DEVNULL)

    run("initdb", "--auth=trust", "--username=tester", "--encoding=UTF8")
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    run("pg_ctl", "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql+psycopg2://tester@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    from knowledge_base.tables import metadata

    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/kb.sqlite"
    else:
        url = request.getfixturevalue("postgresql")
    opened = open_engine(url)
    metadata.drop_all(opened)
    yield opened
    opened.dispose()
