"""Keeps the training questions' vectors between trainings, so that an edit costs seconds."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def cache_folder() -> Path:
    """The user's own cache folder for this program (XDG base directory specification)."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "digital-rights-bot"


class EncodingCache:
    """Vectors of training texts by the hash of the text. What people ask never comes here.

    The file holds the texts of the last training only, so it does not grow. A file that cannot be
    read or written costs time, nothing else.
    """

    def __init__(self, encode: Callable[[Sequence[str]], Vectors], version: str) -> None:
        """Takes the encoder of many texts, and what its vectors depend on."""
        self._encode = encode
        self._file = cache_folder() / f"encodings-{version}.npz"

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors of ``texts``, shape ``(len(texts), dimensions)``."""
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        known = self._load()
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            known.update(zip(new, self._encode(list(new.values())), strict=True))
        vectors = np.vstack([known[key] for key in keys])
        if new:
            self._save(dict(zip(keys, vectors, strict=True)))
        return vectors

    def _load(self) -> dict[bytes, Vectors]:
        try:
            with np.load(self._file, allow_pickle=False) as stored:
                return {bytes(k): v for k, v in zip(stored["keys"], stored["vectors"], strict=True)}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, EOFError) as error:
            _say(f"{self._file} is not usable ({type(error).__name__}): everything is encoded anew")
            return {}

    def _save(self, known: dict[bytes, Vectors]) -> None:
        keys = np.frombuffer(b"".join(known), dtype=np.uint8).reshape(len(known), -1)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # Written beside and moved: two trainings at once must not mix their halves.
            with tempfile.NamedTemporaryFile(dir=self._file.parent, delete=False) as new:
                np.savez(new, keys=keys, vectors=np.vstack(list(known.values())))
            os.replace(new.name, self._file)
        except OSError as error:
            _say(f"{self._file} cannot be written ({type(error).__name__}): slow again next time")


def _say(text: str) -> None:
    sys.stderr.write(f"drbot train: {text}\n")
