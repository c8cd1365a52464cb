"""The systemd unit is as tight as it says, and the program runs inside of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
from fake_bot_api import FakeBotApi
from serving import DRBOT, PROJECT, Serving, serving

from bot.channels.telegram import DRAIN_SECONDS
from bot.server import STOP_SECONDS
from tests.deploy.conftest import UNIT, Settings, analyze

EXPOSURE = 10
"""In tenths. What is left of systemd's points is that the program has a network."""

TOKEN = "123456:" + "t" * 35

ATTEMPTS = (
    *(
        f"os.open({place!r}, os.O_WRONLY | os.O_TMPFILE)"
        for place in (".", "/var", "/run", "/tmp", "/var/tmp", "/dev/shm")  # noqa: S108
    ),
    "mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)",
    "socket.socket(socket.AF_UNIX)",
    "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "resource.setrlimit(resource.RLIMIT_CORE, (1, 1))",
    "os.chown('.', 1, 1)",
    "os.setuid(1)",
    "open('/proc/swaps')",
)
"""What somebody might try who runs code of their own in the program."""

CONFINED = (sys.executable, PROJECT / "tests/deploy/conftest.py")
ENVIRONMENT = {"PYTHONPATH": str(PROJECT / "tests/support")}

only_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root may take a program's rights away as systemd does"
)


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    """Threat: a mistyped setting is passed over in silence, and its protection is not there."""
    text = UNIT.read_text(encoding="utf-8")
    copy = tmp_path / UNIT.name
    copy.write_text(
        text.replace("/opt/digital-rights-bot/.venv/bin/drbot", str(DRBOT)), encoding="utf-8"
    )
    done = analyze("verify", copy)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_exposure_is_as_low_as_it_was_made() -> None:
    """Threat: a later change opens what was closed, and nobody notices."""
    done = analyze("security", "--offline=true", f"--threshold={EXPOSURE}", UNIT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("LimitCORE", ["0"]),
        ("MemorySwapMax", ["0"]),
        ("MemoryMax", ["600M"]),
        ("ReadOnlyPaths", ["/"]),
        ("InaccessiblePaths", ["/tmp /var/tmp /dev/shm"]),  # noqa: S108
        ("CapabilityBoundingSet", [""]),
        ("DynamicUser", ["yes"]),
        ("UMask", ["0077"]),
        ("RestrictAddressFamilies", ["AF_INET AF_INET6"]),
        ("MemoryDenyWriteExecute", ["yes"]),
        ("StandardOutput", ["journal"]),
        ("StandardError", ["journal"]),
    ],
)
def test_no_disk_is_reached(unit: Settings, name: str, values: list[str]) -> None:
    """Threat: words of a chat reach a disk, as swap, as a core file or as a temporary file.

    systemd's own measure gives no points for swap, core files and limits: so they are named here.
    """
    assert unit[name] == values


@pytest.mark.parametrize(
    "name",
    ["BindPaths", "CacheDirectory", "LogsDirectory", "ReadWritePaths", "StateDirectory"],
)
def test_no_place_to_write_is_added(unit: Settings, name: str) -> None:
    """Threat: somebody makes a place for files, which then outlive a chat."""
    assert name not in unit


def test_the_token_is_not_in_the_unit(unit: Settings) -> None:
    """Threat: whoever has the token reads what people write; everybody may read a unit."""
    assert unit["EnvironmentFile"] == ["-/etc/digital-rights-bot.env"]
    assert "Environment" not in unit
    assert not re.search(r"\d{6,}:[\w-]{30,}", UNIT.read_text(encoding="utf-8"))


def test_only_this_machine_and_telegram_are_reached(unit: Settings) -> None:
    """Threat: whoever takes the program over sends what people write somewhere else."""
    assert unit["IPAddressDeny"] == ["any"]
    allowed = " ".join(unit["IPAddressAllow"]).split()
    networks = [ip_network(one) for one in allowed if one != "localhost"]
    assert {str(one) for one in networks} >= {"149.154.160.0/20", "91.108.4.0/22"}
    assert all(one.is_global and one.prefixlen >= 20 for one in networks)


def test_it_is_stopped_gently_and_started_again(unit: Settings) -> None:
    """Threat: a question is lost when the program is stopped, or every one after a crash."""
    assert unit["KillSignal"] == ["SIGTERM"]
    assert unit["Restart"] == ["on-failure"]
    assert int(unit["TimeoutStopSec"][0]) > STOP_SECONDS + DRAIN_SECONDS


@pytest.fixture(scope="module")
def confined(trained: None, bot_api: FakeBotApi) -> Iterator[Serving]:
    """The program as the unit runs it. Telegram has a name, so that names are looked up too."""
    api = bot_api.url.replace("127.0.0.1", "localhost")
    with serving(
        {**ENVIRONMENT, "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api}, (*CONFINED, DRBOT)
    ) as running:
        yield running


@only_root
def test_the_program_runs_like_that(confined: Serving, bot_api: FakeBotApi) -> None:
    """Threat: hardening that the program cannot run with is the first thing to be switched off."""
    question = {"chat": "a", "ask": "what is a subject access request"}
    reply = httpx.post(f"{confined.url}/api/chat", json=question, timeout=60)
    assert reply.json()["outcome"] == "answer"
    assert "Home Office" in bot_api.user(8001).sends("how do i get my home office file").text
    assert "event=fault" not in confined.output


@only_root
def test_the_program_needs_less_memory_than_it_may_have(confined: Serving, unit: Settings) -> None:
    """Threat: with too low a limit the program is killed while people ask."""
    status = Path(f"/proc/{confined.process.pid}/status").read_text(encoding="ascii")
    most = int(status.split("VmHWM:")[1].split()[0]) * 1024
    assert most < 0.9 * int(unit["MemoryMax"][0].removesuffix("M")) * 1024**2


@only_root
def test_whoever_takes_the_program_over_is_refused() -> None:
    """Threat: somebody runs code of their own in the program to keep what people write.

    It also shows that the bonds in which the program was seen to run are real.
    """
    code = "import mmap, os, resource, socket\n" + "".join(
        f"try:\n {attempt}\n print({number})\nexcept (OSError, ValueError): pass\n"
        for number, attempt in enumerate(ATTEMPTS)
    )
    done = subprocess.run(
        [*CONFINED, sys.executable, "-c", code],
        env={**os.environ, **ENVIRONMENT},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert [ATTEMPTS[int(number)] for number in done.stdout.split()] == []
    assert (done.returncode, done.stderr) == (0, "")
