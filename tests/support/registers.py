"""Reads the processor's registers of a running program, as a debugger does.

The large registers copy texts, and keep the last bytes of one until they copy something else. A
thread that waits keeps its registers for as long as it waits, and a new thread begins with those
of the thread that made it. No search of the memory finds what is in them. Needs root and Linux.
"""

from __future__ import annotations

import ctypes
import os
import platform
from pathlib import Path

_SEIZE, _INTERRUPT, _GET_REGISTERS, _DETACH = 0x4206, 0x4207, 0x4204, 17
# By itself an x86-64 tells only the lower halves; other processors have one kind for all.
_LARGE_REGISTERS = 0x202 if platform.machine() == "x86_64" else 2
_ANY_THREAD = 0x40000000
_SIZE = 16 * 1024


class _Buffer(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def registers(pid: int) -> bytes:
    """The large registers of all threads, one after another; each thread stops for a moment.

    Raises:
        OSError: this user may not look.
    """
    threads = [int(path.name) for path in Path(f"/proc/{pid}/task").iterdir()]
    return b"".join(_of_thread(thread) for thread in threads)


def _of_thread(thread: int) -> bytes:
    content = ctypes.create_string_buffer(_SIZE)
    buffer = _Buffer(ctypes.cast(content, ctypes.c_void_p), _SIZE)
    _trace(_SEIZE, thread, 0, 0)
    try:
        _trace(_INTERRUPT, thread, 0, 0)
        os.waitpid(thread, _ANY_THREAD)
        _trace(_GET_REGISTERS, thread, _LARGE_REGISTERS, ctypes.addressof(buffer))
    finally:
        _trace(_DETACH, thread, 0, 0)
    return content.raw[: buffer.length]


def _trace(request: int, thread: int, address: int, data: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    library.ptrace.restype = ctypes.c_long
    library.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
    if library.ptrace(request, thread, address, data) == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
