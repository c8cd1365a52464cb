"""nginx with the project's sample, and the program tied down as the systemd unit says.

systemd itself does not run where the tests run. So this file, run as a script, ties itself down
with the same calls of the kernel that systemd uses, and then becomes the program it is given.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from serving import PROJECT, free_port

UNIT = PROJECT / "deploy/digital-rights-bot.service"

PROC_CAPABILITIES = Path("/proc/sys/kernel/cap_last_cap")

# The kernel's and libseccomp's own numbers, from their headers.
CLONE_NEWNS, MS_RDONLY, MS_PRIVATE = 0x20000, 1, 1 << 18
SYS_MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE = 442, -100, 0x8000
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_MDWE = 24, 38, 65
PROT_WRITE, PROT_EXEC = 2, 4
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
EQUAL, MASKED_EQUAL = 4, 7

Settings = dict[str, list[str]]


class Comparison(ctypes.Structure):
    """libseccomp's ``scmp_arg_cmp``: what an argument of a system call has to be."""

    _fields_ = [
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("datum_a", ctypes.c_uint64),
        ("datum_b", ctypes.c_uint64),
    ]


def settings_of(unit: Path) -> Settings:
    """A unit's settings; one that stands there twice has two values."""
    found: Settings = defaultdict(list)
    for line in unit.read_text(encoding="utf-8").splitlines():
        if name := re.match(r"([A-Za-z]+)=", line):
            found[name[1]].append(line[name.end() :])
    return found


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs ``systemd-analyze``."""
    program = shutil.which("systemd-analyze")
    assert program, "systemd-analyze is missing: run scripts/install-test-tools.sh"
    return subprocess.run(
        [program, "--no-pager", *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="session")
def unit() -> Settings:
    """The settings of the project's unit."""
    return settings_of(UNIT)


@dataclass(frozen=True)
class Proxy:
    """A running nginx: its folder, and where it listens."""

    folder: Path
    http: int
    https: int


@contextmanager
def nginx(folder: Path, upstream: int, sample: str, before: Sequence[str] = ()) -> Iterator[Proxy]:
    """Starts nginx in ``folder`` with the sample, at places and ports of the test's own."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "nginx is missing: run scripts/install-test-tools.sh"
    proxy = Proxy(folder, free_port(), free_port())
    (folder / "run").mkdir()
    (folder / "nginx.conf").write_text(_placed(sample, proxy, upstream), encoding="utf-8")
    _make_certificate(folder)
    command = [*before, program, "-p", str(folder), "-c", "nginx.conf", "-g", "daemon off;"]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        _wait_for(proxy, process)
        yield proxy
    finally:
        # Not to 'before', which would leave nginx behind.
        if (pid := folder / "run/nginx.pid").is_file():
            os.kill(int(pid.read_text(encoding="ascii")), signal.SIGTERM)
        else:
            process.terminate()
        process.wait(20)


def _placed(sample: str, proxy: Proxy, upstream: int) -> str:
    changes = {
        # nginx's usual user may not enter the test's folder: it would not write where it wants to.
        r"^user www-data;": "user root;" if os.geteuid() == 0 else "",
        r"/run/": f"{proxy.folder}/run/",
        r"/etc/ssl/your\.host/": f"{proxy.folder}/",
        r"^ *listen \[::\].*\n": "",
        r"listen 80 ": f"listen 127.0.0.1:{proxy.http} ",
        r"listen 443 ": f"listen 127.0.0.1:{proxy.https} ",
        r"127\.0\.0\.1:8000": f"127.0.0.1:{upstream}",
    }
    for old, new in changes.items():
        sample, count = re.subn(old, new, sample, flags=re.MULTILINE)
        assert count, f"the sample has no {old}"
    return sample


def _make_certificate(folder: Path) -> None:
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    command = ["openssl", "req", "-x509", "-subj", "/CN=your.host", *key, *files]
    subprocess.run(command, capture_output=True, check=True)


def _wait_for(proxy: Proxy, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while True:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", proxy.https)):
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError((proxy.folder / "said").read_text(encoding="utf-8"))
        time.sleep(0.05)


def confine(unit: Settings) -> None:
    """Ties this process down, and whatever it becomes, as ``unit`` says."""
    calls = _allowed_calls(unit)  # asks systemd-analyze, which could not be started later
    _drop_capabilities(unit)
    _hide_files(unit)
    core = int(unit["LimitCORE"][0])
    resource.setrlimit(resource.RLIMIT_CORE, (core, core))
    os.umask(int(unit["UMask"][0], 8))
    if unit["MemoryDenyWriteExecute"] == ["yes"]:
        ctypes.CDLL(None).prctl(PR_SET_MDWE, 1, 0, 0, 0)  # from Linux 6.3 on
    _filter_calls(calls, unit)


def _call(function: str, *arguments: object) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), function)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


def _drop_capabilities(unit: Settings) -> None:
    if unit["CapabilityBoundingSet"] == [""]:
        # Those that are out of bounds are lost when this process becomes another program.
        for capability in range(int(PROC_CAPABILITIES.read_text(encoding="ascii")) + 1):
            _call("prctl", PR_CAPBSET_DROP, capability, 0, 0, 0)


def _hide_files(unit: Settings) -> None:
    _call("unshare", CLONE_NEWNS)
    read_only = MS_RDONLY if unit["ReadOnlyPaths"] == ["/"] else 0
    mounts = struct.pack("4Q", read_only, 0, MS_PRIVATE, 0)
    _call("syscall", SYS_MOUNT_SETATTR, AT_FDCWD, b"/", AT_RECURSIVE, mounts, len(mounts))
    for path in " ".join(unit["InaccessiblePaths"]).split():
        if not PROJECT.is_relative_to(path):
            _call("mount", b"none", path.encode(), b"tmpfs", MS_RDONLY, b"size=4k")
    if unit["ProcSubset"] == ["pid"]:
        _call("mount", b"proc", b"/proc", b"proc", 0, b"subset=pid")


def _allowed_calls(unit: Settings) -> set[str]:
    allowed: set[str] = set()
    for line in unit["SystemCallFilter"]:
        named = {call for word in line.removeprefix("~").split() for call in _calls_in(word)}
        allowed = allowed - named if line.startswith("~") else allowed | named
    return allowed


def _calls_in(name: str) -> set[str]:
    """The names of the system calls that a set such as ``@system-service`` stands for."""
    if not name.startswith("@"):
        return {name}
    listed = analyze("syscall-filter", name).stdout.splitlines()[1:]
    words = [line.strip() for line in listed if line.strip() and "#" not in line]
    return {call for word in words for call in _calls_in(word)}


def _filter_calls(allowed: set[str], unit: Settings) -> None:
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ERRNO | errno.EPERM))
    special = _comparisons(unit)
    for name in allowed:
        number = library.seccomp_syscall_resolve_name(name.encode())
        for only in special.get(name, [()]):
            library.seccomp_rule_add_array(
                context, ALLOW, number, len(only), (Comparison * len(only))(*only)
            )
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if library.seccomp_load(context):
        raise OSError("the filter of system calls was not taken")


def _comparisons(unit: Settings) -> dict[str, list[tuple[Comparison, ...]]]:
    """Which calls are allowed with some arguments only: the alternatives for each."""
    families = " ".join(unit["RestrictAddressFamilies"]).split()
    numbers = [int(getattr(socket, family)) for family in families]
    only: dict[str, list[tuple[Comparison, ...]]] = {}
    if numbers:
        only["socket"] = [(Comparison(0, EQUAL, number, 0),) for number in numbers]
    if unit["MemoryDenyWriteExecute"] == ["yes"]:
        not_code = (Comparison(2, MASKED_EQUAL, PROT_EXEC, 0),)
        not_written = (Comparison(2, MASKED_EQUAL, PROT_WRITE, 0),)
        only["mmap"] = [not_code, not_written]
        only["mprotect"] = only["pkey_mprotect"] = [not_code]
    return only


if __name__ == "__main__":
    confine(settings_of(UNIT))
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606
