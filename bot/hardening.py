"""Leaves less of a chat in the machine's memory than the operating system would by itself.

A word that was freed stays readable in a process's memory until something else is written there,
for hours in a quiet process. So the memory allocator overwrites whatever is freed. No core file is
written if the process crashes, and no other process of the same user may read its memory.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from bot.log_policy import Code, log

OVERWRITING = {
    # Every object through the C library's allocator, which then overwrites what it takes back; its
    # caches per thread would hand freed blocks on without that.
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.perturb=165",
}
"""What the allocator reads when a process starts."""

_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4
_BLANKS = [bytearray(1 << power) for power in range(13)]
_SWAPS = Path("/proc/swaps")

SWAP_IS_ON = (
    "This machine has swap: memory may be written to its disk, and words of a chat with it. "
    "Switch it off with 'sudo swapoff -a', or let systemd do so for this program: MemorySwapMax=0."
)
NOT_OVERWRITTEN = (
    "On this system freed memory is not overwritten: words of a chat can stay in memory for a "
    "while. On Linux with glibc they do not."
)


def overwrite_freed_memory() -> None:
    """Starts this process anew, once, with an allocator that overwrites what is freed.

    Call it first: nothing that was done before survives.
    """
    if platform.libc_ver()[0] != "glibc" or overwrites_freed_memory():
        return
    sys.stdout.flush()
    environment = {**os.environ, **OVERWRITING}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)  # noqa: S606


def overwrites_freed_memory() -> bool:
    """Whether this process was started with such an allocator."""
    return all(os.environ.get(name) == value for name, value in OVERWRITING.items())


def overwrite_registers() -> None:
    """Leaves nothing of a text in the registers of this thread; call it before a thread waits.

    The C library copies through large registers, other ones for each order of length.
    """
    for blank in _BLANKS:
        bytes(blank)


def forbid_dumps() -> None:
    """No core files, and no reading of this process's memory except by the machine's root."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def is_dumpable() -> bool:
    """Whether another process of the same user may read this one's memory."""
    return sys.platform != "linux" or bool(ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0))


def swap_kilobytes(swaps: Path = _SWAPS) -> int:
    """How much swap this machine has switched on; 0 if that cannot be read."""
    try:
        lines = swaps.read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        return 0
    return sum(int(line.split()[2]) for line in lines)


def report(say: Callable[[str], None]) -> None:
    """Logs how well memory is protected, and says what the person who runs this should change."""
    overwritten, swap = overwrites_freed_memory(), swap_kilobytes()
    log(
        Code.MEMORY,
        freed_is_overwritten=overwritten,
        dumpable=is_dumpable(),
        swap_kilobytes=swap,
    )
    if not overwritten:
        say(NOT_OVERWRITTEN)
    if swap:
        say(SWAP_IS_ON)
