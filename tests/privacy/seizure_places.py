"""The places where somebody who holds the machine looks for texts."""

from __future__ import annotations

import os
import sqlite3
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from memory_scan import encoded
from serving import PROJECT

WRITABLE = (PROJECT, Path.home(), *map(Path, ("/tmp", "/var/tmp", "/dev/shm", "/var/log")))  # noqa: S108
"""Where a program may leave something."""

MODELS, DATABASE = PROJECT / "models", PROJECT / "models/knowledge_base.sqlite"

_PIECE = 16 * 1024 * 1024
_TIME_WAIT = "06"


class Search:
    """Looks for texts in one content after another, and notes where each was found."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Takes what to look for."""
        self.found: dict[str, set[str]] = {text: set() for text in texts}
        self._patterns = [(text, pattern) for text in self.found for pattern in encoded(text)]

    def content(self, where: str, content: bytes) -> None:
        """Looks through bytes."""
        for text, pattern in self._patterns:
            if pattern in content:
                self.found[text].add(where)

    def file(self, where: str, path: Path) -> None:
        """Looks through a file and its name, piece by piece; what cannot be read is passed over."""
        self.content(where, os.fsencode(path))
        overlap = max(len(pattern) for _, pattern in self._patterns)
        with suppress(OSError), path.open("rb") as file:
            before = b""
            while piece := file.read(_PIECE):
                self.content(where, before + piece)
                before = piece[-overlap:]

    def add(self, where: str, counts: dict[str, int]) -> None:
        """Takes over what was found by other means."""
        for text, count in counts.items():
            if count:
                self.found[text].add(where)


def may_read_memory(pid: int) -> bool:
    """Whether this user may read another process's memory; containers forbid it even to root."""
    try:
        os.close(os.open(f"/proc/{pid}/mem", os.O_RDONLY))
    except PermissionError:
        return False
    return True


def changed_files(since: float) -> Iterator[Path]:
    """The files that were created or changed since a time, where programs may write."""
    roots = {root.resolve() for root in WRITABLE if root.is_dir()}
    for root in sorted(r for r in roots if not any(r.is_relative_to(o) for o in roots - {r})):
        for folder, _, names in os.walk(root):
            for name in names:
                path = Path(folder, name)
                with suppress(OSError):
                    status = path.lstat()
                    if max(status.st_mtime, status.st_ctime) >= since and path.is_file():
                        yield path


def search_process(search: Search, pid: int) -> None:
    """Looks through what the system tells of a process, and through its open files."""
    where, process = "what the system tells of the process", Path(f"/proc/{pid}")
    for name in ("environ", "cmdline", "maps", "status"):
        search.content(where, (process / name).read_bytes())
    for descriptor in (process / "fd").iterdir():
        search.content(where, os.fsencode(descriptor.readlink()))
        if descriptor.is_file():  # also one that was deleted
            search.file("its open files", descriptor)


def search_database(search: Search) -> None:
    """Looks through every column of every table."""
    with closing(sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
                search.content("the database", "\n".join(map(str, row)).encode("utf-8", "replace"))
    # What was deleted may still stand in it.
    search.file("the database", DATABASE)


def search_model(search: Search) -> None:
    """Looks through all that training made, its archive unpacked."""
    for path in MODELS.rglob("*"):
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    content = archive.extractfile(member)
                    search.content("the model", member.name.encode())
                    search.content("the model", content.read() if content else b"")
        elif path.is_file():
            search.file("the model", path)


def peers(pid: int, port: int) -> set[str]:
    """The addresses at the other end of a process's connections, and of those just over.

    The system remembers a connection for a minute after the process closed it, by its port.
    """
    own = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            own.add(os.readlink(descriptor))
    found = set()
    for line in Path(f"/proc/{pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        _, local, remote, state, *rest = line.split()
        is_over = state == _TIME_WAIT and int(local.partition(":")[2], 16) == port
        if f"socket:[{rest[5]}]" in own or is_over:
            found.add(_address(remote))
    return found


def _address(given: str) -> str:
    """An IPv4 address as people write it; the system gives it as a hexadecimal number."""
    return ".".join(str(byte) for byte in reversed(bytes.fromhex(given.partition(":")[0])))
