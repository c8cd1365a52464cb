"""Searches the memory of a running process for texts, as somebody who seizes the machine would.

Every page that can be read is searched, whatever it is used for: what was freed and not yet
overwritten is found too. It takes root, because the program forbids all others to read its memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from root import as_root

ENCODINGS = ("utf-8", "latin-1", "utf-16-le", "utf-32-le")
"""How Python and C libraries keep a text."""

_PIECE = 16 * 1024 * 1024


def scan(pid: int, needles: Sequence[str]) -> dict[str, int]:
    """How often each text stands in the memory of a process, in all encodings together."""
    return count(pid, {needle: encoded(needle) for needle in needles})


def count(pid: int, patterns: Mapping[str, Sequence[bytes]]) -> dict[str, int]:
    """How often the patterns of each name stand in the memory of a process."""
    try:
        return _count(pid, patterns)
    except PermissionError:
        command = as_root(sys.executable, __file__, str(pid))
        given = json.dumps({name: [one.hex() for one in them] for name, them in patterns.items()})
        done = subprocess.run(command, input=given, stdout=subprocess.PIPE, text=True, check=True)
        return dict(json.loads(done.stdout))


def _count(pid: int, patterns: Mapping[str, Sequence[bytes]]) -> dict[str, int]:
    found = dict.fromkeys(patterns, 0)
    overlapping = max(len(pattern) for several in patterns.values() for pattern in several) - 1
    for _, piece, overlap in _pieces(pid, overlapping):
        for name, several in patterns.items():
            for pattern in several:
                # What lies wholly in the overlap was counted with the piece before.
                found[name] += piece.count(pattern) - piece[:overlap].count(pattern)
    return found


def around(pid: int, patterns: Sequence[bytes], width: int = 100) -> list[bytes]:
    """The bytes around each place where a pattern stands, which tell what holds it; takes root."""
    found = []
    for _, piece, _ in _pieces(pid, 0):
        for pattern in patterns:
            at = piece.find(pattern)
            while at >= 0:
                found.append(piece[max(at - width, 0) : at + len(pattern) + width])
                at = piece.find(pattern, at + 1)
    return found


def encoded(needle: str) -> list[bytes]:
    """A text as it may stand in memory, also as JSON and addresses carry it."""
    patterns = [json.dumps(needle)[1:-1].encode(), quote(needle).encode()]
    for encoding in ENCODINGS:
        with suppress(UnicodeEncodeError):
            patterns.append(needle.encode(encoding))
    return list(dict.fromkeys(patterns))


def _pieces(pid: int, overlap: int) -> Iterator[tuple[int, bytes, int]]:
    """Address, content and how much of it was in the piece before."""
    descriptor = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    try:
        for start, end in _ranges(pid):
            before = b""
            for address in range(start, end, _PIECE):
                try:
                    read = os.pread(descriptor, min(_PIECE, end - address), address)
                except OSError:  # a range of the kernel's own, or gone meanwhile
                    before = b""
                    continue
                yield address - len(before), before + read, len(before)
                before = read[-overlap:] if overlap else b""
    finally:
        os.close(descriptor)


def _ranges(pid: int) -> list[tuple[int, int]]:
    """What of the address space can be read."""
    ranges = []
    for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
        span, rights, *_ = line.split()
        if rights.startswith("r") and "[v" not in line:  # not [vvar], [vdso], [vsyscall]
            start, end = (int(part, 16) for part in span.split("-"))
            ranges.append((start, end))
    return ranges


if __name__ == "__main__":
    asked = {name: [*map(bytes.fromhex, them)] for name, them in json.load(sys.stdin).items()}
    sys.stdout.write(json.dumps(_count(int(sys.argv[1]), asked)))
