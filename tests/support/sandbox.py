"""A room for a program: its own empty folders, nothing to write to, or nobody's rights.

Usage, as root: ``unshare --mount python sandbox.py [--cover FOLDER …] [--loopback] [--read-only]
[--nobody] COMMAND …``. A covered folder is empty for the program, but for what it needs to run.
Nothing of this can be seen from outside, and it is gone with the program.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from root import in_own_rooms, needed
from serving import PROJECT

NOBODY = 65534

SYSTEMS_OWN = ("/proc", "/sys", "/dev/pts")
"""What cannot be made read-only, since it is no disk."""


def room(
    cover: Iterable[Path | str] = (),
    network: bool = False,
    read_only: bool = False,
    nobody: bool = False,
) -> list[str]:
    """The start of a command line that runs what follows in such a room.

    Args:
        cover: folders that are to be empty.
        network: whether it has a network of its own, in which there is nobody else.
        read_only: whether nothing can be written.
        nobody: whether the program has no rights, and no variables of the tester's environment.
    """
    options = [f"--cover={folder}" for folder in cover]
    given = {"--loopback": network, "--read-only": read_only, "--nobody": nobody}
    options += [option for option, is_given in given.items() if is_given]
    rooms = ["--mount", "--net"] if network else ["--mount"]
    return [*in_own_rooms(*rooms), sys.executable, __file__, *options]


def kept() -> list[Path]:
    """What the program needs to run, wherever it is installed."""
    paths = (PROJECT, PROJECT / "models", Path(sys.prefix), Path(sys.base_prefix))
    whole = sorted({path.resolve() for path in paths})
    return [path for path in whole if not any(path.is_relative_to(o) for o in whole if o != path)]


def closed_above(paths: Iterable[Path]) -> set[Path]:
    """The folders that keep others than their owner from reaching ``paths``."""
    above = {folder for path in paths for folder in path.parents}
    closed = {folder for folder in above if not folder.stat().st_mode & 0o001}
    return {folder for folder in closed if not closed & set(folder.parents)}


_SET_FLAGS, _UP = 0x8914, 0x1


def main() -> None:
    """Furnishes the room and becomes the command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cover", action="append", default=[])
    for option in ("--loopback", "--read-only", "--nobody"):
        parser.add_argument(option, action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    folder = os.getcwd()
    covered = {Path(given).resolve() for given in options.cover}
    _cover(covered | (closed_above(kept()) if options.nobody else set()))
    if options.loopback:
        _switch_loopback_on()
    if options.read_only:
        _make_read_only()
    os.chdir(folder)
    command, environment = options.command, dict(os.environ)
    if options.nobody:
        command, environment = [*_without_rights(), *command], _bare(environment)
    os.execvpe(command[0], command, environment)  # noqa: S606


def _cover(folders: set[Path]) -> None:
    """Puts an empty folder over each, and what is kept back into it."""
    if not folders:
        return
    aside = Path("/mnt")
    _run("mount", "-t", "tmpfs", "none", aside)
    paths = [path for path in kept() if any(path.is_relative_to(folder) for folder in folders)]
    for number, path in enumerate(paths):
        (aside / str(number)).mkdir()
        _run("mount", "--bind", path, aside / str(number))
    for folder in folders:
        _run("mount", "-t", "tmpfs", "-o", f"mode={_mode(folder)}", "none", folder)
    for number, path in enumerate(paths):
        path.mkdir(parents=True)
        _run("mount", "--bind", aside / str(number), path)
        _run("umount", aside / str(number))
    _run("umount", aside)


def _switch_loopback_on() -> None:
    """In a new network not even the machine itself can be reached."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))


def _mode(folder: Path) -> str:
    return "1777" if folder.stat().st_mode & 0o002 else "755"


def _make_read_only() -> None:
    mounts = Path("/proc/self/mounts").read_text(encoding="utf-8")
    for place in dict.fromkeys(line.split()[1] for line in mounts.splitlines()):
        if not place.startswith(SYSTEMS_OWN):
            # What refuses is noticed by the tests: they try to write.
            command = ["mount", "-o", "remount,ro,bind", place]
            subprocess.run(command, capture_output=True, check=False)


def _without_rights() -> list[str]:
    ids = f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"
    return [needed("setpriv"), *ids, "--bounding-set=-all", "--no-new-privs"]


def _bare(environment: dict[str, str]) -> dict[str, str]:
    """What 'env -i' leaves, and where the packages of a copied project are."""
    wanted = {name: text for name, text in environment.items() if name in ("PATH", "PYTHONPATH")}
    return {**wanted, "HOME": "/nonexistent"}


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True)


def writable(folders: Sequence[str]) -> list[str]:
    """The folders in which a file can be made."""
    found = []
    for folder in folders:
        file = Path(folder, f"written-{os.getpid()}")
        try:
            file.touch()
        except OSError:
            continue
        file.unlink()
        found.append(folder)
    return found


if __name__ == "__main__":
    main()
