"""Reads the memory of the running program as somebody who copied it would: object by object.

Which texts stand in it, tests/support/memory_scan.py finds. This finds what no search for a text
shows: the key under which chats are remembered, and with it whether a chat that is known from
elsewhere is among them. It follows the objects of CPython 3.10, which the program runs on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from bot.memory import ChatKeys

# Objects of CPython 3.10, in bytes. Sizes and hashes stand behind the count of uses and the type.
_SIZE, _HASH = 16, 24
_TEXT, _BYTES, _ITEMS = 48, 32, 24
_DICT_KEYS = 32
_KEYS_INDEX, _KEYS_USED, _KEYS_HEAD = 8, 32, 40
_ENTRY, _ENTRY_KEY, _ENTRY_VALUE = 24, 8, 16

_SECRET = (32).to_bytes(8, "little") + b"\xff" * 8
"""How bytes of the length of our secret begin: their size, and no hash, since none was needed."""

_KEY = (64).to_bytes(8, "little")
_HEX = re.compile(rb"[0-9a-f]{64}\0")

_REMEMBERED, _COUNTED = 2, 3
"""How many items a chat has in bot/memory.py, and a sender in bot/limits.py."""


class Copy:
    """What a process can write to, copied at one moment."""

    def __init__(self, pid: int) -> None:
        """Copies it; takes root.

        Raises:
            PermissionError: the process does not let this one read its memory.
        """
        self._ranges: dict[int, bytes] = {}
        descriptor = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
        try:
            for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
                span, rights, *_ = line.split()
                if rights.startswith("rw"):
                    start, end = (int(part, 16) for part in span.split("-"))
                    self._ranges[start] = os.pread(descriptor, end - start, start)
        finally:
            os.close(descriptor)

    def places(self, pattern: bytes) -> Iterator[int]:
        """Every address where ``pattern`` stands."""
        for start, content in self._ranges.items():
            at = content.find(pattern)
            while at >= 0:
                yield start + at
                at = content.find(pattern, at + 1)

    def read(self, address: int, size: int) -> bytes:
        """The bytes at an address; zeros where nothing was copied."""
        for start, content in self._ranges.items():
            if start <= address < start + len(content):
                return content[address - start : address - start + size].ljust(size, b"\0")
        return b"\0" * size

    def number(self, address: int) -> int:
        """The size, count or pointer at an address."""
        return int.from_bytes(self.read(address, 8), "little")

    def text(self, address: int) -> str:
        """A text object, if it is plain ASCII, as ids are."""
        size = min(self.number(address + _SIZE), 1_000)
        return self.read(address + _TEXT, size).decode("ascii", "replace")


class Chats:
    """What a copy of the memory tells of recent chats."""

    def __init__(self, copy: Copy) -> None:
        """Looks for what may be the secret, and for what may be keys of chats."""
        self._copy = copy
        self._secrets = {
            copy.read(place - _SIZE + _BYTES, 32) for place in set(copy.places(_SECRET))
        }
        self._keys = {
            copy.text(place - _SIZE): place - _SIZE
            for place in copy.places(_KEY)
            if _HEX.match(copy.read(place - _SIZE + _TEXT, 65))
        }

    def key_of(self, channel: str, chat: str) -> str | None:
        """The key of a known chat, if any secret in the memory makes a key that is in it too."""
        keys = ChatKeys()
        for secret in self._secrets:
            vars(keys)["_secret"] = secret
            if (key := keys.key(channel, chat)) in self._keys:
                return key
        return None

    def slots(self, key: str) -> dict[str, str]:
        """What is remembered under a key: the names and values of its slots."""
        return next((self._slots(chat) for chat in self._values(key, _REMEMBERED)), {})

    def is_counted(self, key: str) -> bool:
        """Whether the rate limit knows a key."""
        return any(self._values(key, _COUNTED))

    def remembered(self) -> int:
        """How many chats are remembered, whoever they are."""
        return sum(any(self.slots(key)) for key in self._keys)

    def _values(self, key: str, items: int) -> Iterator[int]:
        """The addresses of tuples of a size that a dictionary has under a key."""
        place = self._keys[key]
        entry = self._copy.read(place + _HASH, 8) + place.to_bytes(8, "little")
        for found in self._copy.places(entry):
            value = self._copy.number(found + _ENTRY_VALUE)
            if self._copy.number(value + _SIZE) == items:
                yield value

    def _slots(self, chat: int) -> dict[str, str]:
        """The dictionary that is the second item of a remembered chat."""
        number = self._copy.number
        keys = number(number(chat + _ITEMS + 8) + _DICT_KEYS)
        first = keys + _KEYS_HEAD + number(keys + _KEYS_INDEX)
        entries = range(first, first + _ENTRY * min(number(keys + _KEYS_USED), 100), _ENTRY)
        return {
            self._copy.text(number(entry + _ENTRY_KEY)): self._copy.text(
                number(entry + _ENTRY_VALUE)
            )
            for entry in entries
        }
