"""Where a trained model is read from: a folder beside its archive, so that starting writes no file.

Rasa unpacks the archive into a temporary folder at every start, which takes longer and cannot be
done on a machine where nothing can be written. The archive stays what Rasa's own commands read.
"""

from __future__ import annotations

import hashlib
import shutil
import tarfile
from pathlib import Path

from rasa.engine.storage.local_model_storage import (
    MODEL_ARCHIVE_COMPONENTS_DIR,
    LocalModelStorage,
)
from rasa.engine.storage.storage import ModelMetadata

_DIGEST = "archive.sha256"
"""The file that tells which archive a folder was unpacked from."""


class UnpackedModelStorage(LocalModelStorage):
    """Reads a model from the folder that :func:`unpack` made."""

    @classmethod
    def from_model_archive(
        cls, storage_path: Path, model_archive_path: str | Path
    ) -> tuple[UnpackedModelStorage, ModelMetadata]:
        """The storage in ``storage_path``; the archive itself is not read."""
        return cls(storage_path / MODEL_ARCHIVE_COMPONENTS_DIR), cls._load_metadata(storage_path)


def unpack(archive: Path) -> None:
    """Unpacks a model of our own training beside its archive, where everybody can read it."""
    folder = _folder_of(archive)
    new = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    with tarfile.open(archive) as tar:
        for member in tar:
            # The folders' rights in the archive are those of a temporary one, for its owner alone.
            if content := tar.extractfile(member):
                file = new / member.name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content.read())
    (new / _DIGEST).write_text(_digest(archive), encoding="ascii")
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def unpacked(archive: Path) -> Path | None:
    """The folder that ``archive`` was unpacked into; nothing if there is none, or of another."""
    if not archive.is_file():
        return None
    folder = _folder_of(archive)
    try:
        given = (folder / _DIGEST).read_text(encoding="ascii")
    except OSError:
        return None
    return folder if given == _digest(archive) else None


def _folder_of(archive: Path) -> Path:
    return archive.with_name(archive.name.removesuffix(".tar.gz"))


def _digest(archive: Path) -> str:
    return hashlib.sha256(archive.read_bytes()).hexdigest()
