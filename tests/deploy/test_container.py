"""The image holds what answering takes and no more, and its container can write nothing.

No container engine runs where the tests run, so the files are read, and what would be in the image
is put into a folder and asked a question.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from serving import PROJECT

CONTAINERFILE = PROJECT / "deploy/Containerfile"
PLACE = "/opt/digital-rights-bot"

BASE = "docker.io/library/python:3.10-slim-bookworm"

FOLDERS = ("actions", "bot", "knowledge_base", "models")
"""What is in the image, beside the installed libraries."""


class Line(NamedTuple):
    """An instruction of the Containerfile, such as ``COPY a b``."""

    name: str
    rest: str


def stages() -> list[list[Line]]:
    """The instructions of each stage, the first of each being ``FROM``."""
    text = re.sub(r"\\\n", " ", CONTAINERFILE.read_text(encoding="utf-8"))
    found: list[list[Line]] = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            if name == "FROM":
                found.append([])
            found[-1].append(Line(name, rest.strip()))
    return found


BUILD, FINAL = stages()


def those(stage: list[Line], name: str) -> list[str]:
    return [line.rest for line in stage if line.name == name]


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    """The container as compose.yml starts it."""
    composed = yaml.safe_load((PROJECT / "deploy/compose.yml").read_text(encoding="utf-8"))
    ((_, found),) = composed["services"].items()
    return dict(found)


def test_the_image_is_made_of_a_known_base() -> None:
    """Threat: another base brings along programs, or another Python than the one that is tested."""
    assert those(BUILD, "FROM") == [f"{BASE} AS build"]
    assert those(FINAL, "FROM") == [BASE]


def test_it_is_built_as_everywhere_else() -> None:
    """Threat: the image is not what was tested, or fetches something when it starts."""
    commands = " && ".join(those(BUILD, "RUN"))
    assert "make install" in commands
    assert "make train" in commands
    assert "--no-dev" in (PROJECT / "Makefile").read_text(encoding="utf-8")


def test_nothing_is_run_in_the_image_that_is_kept() -> None:
    """Threat: tools, downloads and caches of the build help whoever takes the program over."""
    assert {line.name for line in FINAL} == {
        "FROM", "COPY", "WORKDIR", "ENV", "USER", "ENTRYPOINT"
    }  # fmt: skip
    assert those(FINAL, "COPY") == [
        f"--from=build {PLACE}/{name} {PLACE}/{name}" for name in (".venv", *FOLDERS)
    ]


def test_only_named_files_of_the_project_are_taken() -> None:
    """Threat: a token, somebody's notes or the project's history get into a layer of the image."""
    copied = [name for line in those(BUILD, "COPY") for name in line.split()[:-1]]
    assert all(re.match(r"[\w-][\w.-]*$", name) for name in copied), "a pattern, or a hidden file"
    assert all((PROJECT / name).exists() for name in copied)
    assert not those(BUILD, "ADD")


def test_no_secret_is_in_the_image() -> None:
    """Threat: whoever is given the image has the token, and reads what people write."""
    for stage in (BUILD, FINAL):
        assert not those(stage, "ARG")
        settings = " ".join(those(stage, "ENV"))
        assert not re.search("TOKEN|SECRET|PASSWORD|KEY|DATABASE", settings)
    assert not re.search(r"\d{6,}:[\w-]{30,}", CONTAINERFILE.read_text(encoding="utf-8"))


def test_the_program_is_nobody() -> None:
    """Threat: as root, whoever takes the program over may get out of the container."""
    (user,) = those(FINAL, "USER")
    assert all(int(number) >= 1000 for number in user.split(":"))
    after = FINAL[[line.name for line in FINAL].index("USER") :]
    assert [line.name for line in after] == ["USER", "ENTRYPOINT"]


def test_the_program_is_started_without_a_shell() -> None:
    """Threat: a shell keeps the signal to stop to itself, and questions in hand are lost."""
    (entrypoint,) = those(FINAL, "ENTRYPOINT")
    assert json.loads(entrypoint) == [
        f"{PLACE}/.venv/bin/drbot", "serve", "--host", "0.0.0.0"  # noqa: S104
    ]  # fmt: skip


def test_a_shell_in_the_container_keeps_no_history() -> None:
    """Threat: somebody looks for a fault with a person's words, and the shell writes them down."""
    (settings,) = those(FINAL, "ENV")
    assert "HISTFILE=/dev/null" in settings.split()


def test_what_is_in_the_image_is_enough_to_answer(trained: None, tmp_path: Path) -> None:
    """Threat: a part is left out, and the image that was made safe cannot be used."""
    for name in FOLDERS:
        shutil.copytree(PROJECT / name, tmp_path / name)
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    # Without site, which would add the project's own folder.
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}]; sys.path.append({libraries!r})\n"
        "from bot.cli import main; sys.exit(main(['ask', 'what is a subject access request']))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Home Office" in done.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("read_only", True),
        ("cap_drop", ["ALL"]),
        ("security_opt", ["no-new-privileges:true"]),
        ("ulimits", {"core": 0}),
        ("logging", {"driver": "none"}),
        ("env_file", "/etc/digital-rights-bot.env"),
    ],
)
def test_the_container_keeps_nothing(service: dict[str, Any], name: str, value: object) -> None:
    """Threat: words of a chat reach a disk as a file, a core file or a log, or a token is shown."""
    assert service[name] == value


def test_the_container_has_no_swap(service: dict[str, Any]) -> None:
    """Threat: memory, and words of a chat with it, is swapped to a disk."""
    assert service["memswap_limit"] == service["mem_limit"] == "600m"


@pytest.mark.parametrize(
    "name",
    ["tmpfs", "volumes", "cap_add", "privileged", "devices", "environment", "network_mode", "pid"],
)
def test_the_container_is_given_nothing_more(service: dict[str, Any], name: str) -> None:
    """Threat: a place to write, a right or a view of the machine is added without notice."""
    assert name not in service


def test_only_this_machine_reaches_the_container(service: dict[str, Any]) -> None:
    """Threat: Docker opens published ports to the net, past the firewall and without TLS."""
    assert [port.split(":")[0] for port in service["ports"]] == ["127.0.0.1"]


def test_the_container_is_stopped_gently(service: dict[str, Any]) -> None:
    """Threat: after Docker's ten seconds the program is killed, with questions in hand."""
    assert service["stop_grace_period"] == "60s"
    assert service["restart"] == "on-failure"
