"""Manifests of the imports that the service runs, on disk: a folder for each, until the import has ended.

Nothing in them is opened as a file: an item that names one is refused. What a killed upload left is
found by its age.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ledger_service.adapters.imports.preparer import prepared
from ledger_service.adapters.imports.sources.lines import read_line_blocks
from ledger_service.adapters.imports.sources.rows import read_row_blocks
from ledger_service.domain.errors import ContentStoreUnavailable, InvalidManifest, StorageFull
from ledger_service.domain.imports.import_item import ImportItem, decided_claim
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.imports.prepared_claim import PreparedClaim

RESERVE_BYTES = 64 * 1024 * 1024  # of the disk are left for the database, which may share it
SETTLED_SECONDS = 3600
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class ManifestFolder:
    """Implements ports.ManifestStore."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def receive(self, job: str, form: str) -> Iterator[IncomingFile]:
        kept = False
        try:
            with _translated():
                path = self._path(job, form)
                path.parent.mkdir(mode=0o700, parents=True)
                with path.open("xb") as file:
                    incoming = IncomingFile(file.fileno(), path)
                    yield incoming
                    kept = incoming.is_kept
        finally:
            if not kept:
                self.remove(job)

    def claims(
        self, job: str, form: str, license_name: str, largest_bytes: int, extent: Extent
    ) -> Iterator[PreparedClaim]:
        path = self._path(job, form)
        with _translated():
            try:
                read = read_row_blocks if form == "csv" else read_line_blocks
                for block in read(path, license_name, extent, names_files=False):
                    for found in prepared(block, largest_bytes):
                        if isinstance(found, ImportItem):
                            yield decided_claim(found, largest_bytes)
                        else:
                            yield found
            except FileNotFoundError as exc:
                raise InvalidManifest("gone") from exc

    def remove(self, job: str) -> None:
        """Remove a manifest, if it is there; what cannot be removed now is found again as settled."""
        shutil.rmtree(self._folder / job, ignore_errors=True)

    def settled(self) -> list[str]:
        """Return the imports whose manifest nobody has written to for an hour."""
        found = []
        with suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            for entry in entries:
                files = [Path(entry.path), *Path(entry.path).glob("*")]
                newest = max(path.stat().st_mtime for path in files)
                if time.time() - newest > SETTLED_SECONDS:
                    found.append(entry.name)
        return found

    def _path(self, job: str, form: str) -> Path:
        return self._folder / job / f"manifest.{form}"


class IncomingFile:
    """Implements ports.IncomingManifest."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle = handle
        self._path = path
        self.is_kept = False

    def write(self, data: bytes) -> None:
        """Write the next bytes; raise StorageFull before the disk is full to the brim."""
        with _translated():
            disk = os.statvfs(self._path.parent)
            if disk.f_bavail * disk.f_frsize < RESERVE_BYTES + len(data):
                raise OSError(errno.ENOSPC, "too little is free")
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._handle, rest) :]

    def keep(self) -> None:
        """Return once the disk has it all, and its name."""
        with _translated():
            os.fsync(self._handle)
            for folder in (self._path.parent, self._path.parent.parent):
                handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)
        self.is_kept = True


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        if exc.errno in _NO_ROOM:
            raise StorageFull("manifest") from exc
        raise ContentStoreUnavailable("manifests", cause=str(exc.strerror or exc)) from exc
