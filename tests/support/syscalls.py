"""What a program asks of the system, as strace(1) tells it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from root import as_root, needed

WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE")
OPENING = frozenset({"open", "openat", "openat2"})
CHANGING = frozenset(
    {
        *("creat", "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2"),
        *("link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "rmdir"),
        *("truncate", "ftruncate", "fallocate", "chmod", "fchmodat", "setxattr", "utimensat"),
        *("memfd_create", "shmget", "mq_open", "io_uring_setup", "io_uring_enter"),
    }
)
"""What makes or changes a file, or something that lasts like one."""

SENDING = frozenset(
    {
        *("write", "writev", "pwrite64", "pwritev", "pwritev2"),
        *("sendto", "sendmsg", "sendfile", "splice", "copy_file_range", "vmsplice"),
    }
)
"""What writes into something that is open."""

NO_FILE = re.compile(r"<(?:socket|pipe|TCP|TCPv6|UNIX|anon_inode):|</dev/null[<>]|</dev/pts/")

_CALL = re.compile(r"^\d+ +(?:<\.\.\. )?([a-z_0-9]+)(\(.*)?")
_INET = re.compile(
    r"sa_family=AF_INET6?, sin6?_port=htons\((\d+)\),.*?(?:inet_addr\(|inet_pton\(AF_INET6, )"
    r'"([^"]+)"'
)
_FAMILY = re.compile(r"sa_family=(AF_\w+)")


@contextmanager
def tracing(pid: int, log: Path) -> Iterator[None]:
    """Notes every call of a running program that could write to a file."""
    calls = ",".join(f"?{call}" for call in sorted({*OPENING, *CHANGING, *SENDING, "mmap"}))
    options = ["-f", "-y", "-s", "0", "-o", str(log), "-e", f"trace={calls}", "-p", str(pid)]
    # A shell in between: another user's strace cannot be stopped, but the shell's input can end.
    script = '"$@" & read -r _; kill -INT $!; wait'
    command = as_root("sh", "-c", script, "sh", needed("strace"), *options)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, stdin=pipe, stderr=pipe) as process:
        assert process.stderr is not None
        told = process.stderr.readline()
        assert "attached" in told, told
        try:
            yield
        finally:
            process.communicate("\n", timeout=30)


def file_writes(log: Path) -> list[str]:
    """The calls in a log that made, changed or opened for writing anything but a socket or pipe."""
    return [line for line in log.read_text(encoding="utf-8").splitlines() if _writes_file(line)]


def destinations(log: Path) -> set[tuple[str, int]]:
    """The internet addresses and ports that were connected to, or sent something."""
    found = _INET.findall(log.read_text(encoding="utf-8"))
    return {(address, int(port)) for port, address in found}


def families(log: Path) -> set[str]:
    """The kinds of addresses in a log: the internet's, the machine's own …"""
    return set(_FAMILY.findall(log.read_text(encoding="utf-8")))


def _writes_file(line: str) -> bool:
    call = _CALL.match(line)
    if call is None or call[2] is None:  # the end of a call, or of a thread
        return False
    name, arguments = call[1], call[2]
    if name in OPENING:
        return bool(WRITING.search(arguments)) and '"/dev/null"' not in arguments
    if name in SENDING:
        return not NO_FILE.search(arguments)
    if name == "mmap":
        return "PROT_WRITE" in arguments and "MAP_SHARED" in arguments and "<" in arguments
    return name in CHANGING
