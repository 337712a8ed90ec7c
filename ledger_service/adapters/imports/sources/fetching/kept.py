"""Fetched files in a folder: each in one of its own, with what is known of where it came from.

Several harvests may fetch the same file at once: each writes a part of its own, and puts it there whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ledger_service.adapters.imports.manifests import RESERVE_BYTES
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson, StorageFull

FOLDER = "fetched"
NOTE = "fetched.json"
LONGEST_NAME = 120  # bytes
PART = ".part"
DEAD_SECONDS = 2 * 3600  # since the last byte of a part: whoever wrote it was ended
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|\u2028\u2029]+")


class Fetched(NamedTuple):
    """A file that is whole. path: absolute; media_type: as its server told it, or empty."""

    path: str
    media_type: str = ""


class Answered(NamedTuple):
    """What a server said of a file. headers: those that ask whether it has changed since (RFC 9110 §13)."""

    came_from: str
    name: str
    media_type: str
    headers: Mapping[str, str]


class Known(NamedTuple):
    """A file that was fetched for an older record. folder: its own, below that of all.

    came_from: where it was at last, of which alone `headers` tell; empty if nobody noted it.
    """

    folder: str
    name: str
    media_type: str
    headers: dict[str, str]
    came_from: str = ""


class KeptFiles:
    """Files by the URL that they came from, and the stamp of the record that named it: none is written over.

    base: a folder, free of symbolic links.
    """

    def __init__(self, base: str) -> None:
        self._base = Path(base) / FOLDER

    def find(self, url: str, stamp: str) -> Fetched | None:
        """Return the file if an earlier harvest fetched it whole."""
        known = _read(self._folder(url, stamp) / NOTE)
        return None if known is None else self._file(known)

    def older(self, url: str) -> Known | None:
        """Return the file of this URL that was fetched last, if its server said how to ask for changes."""
        known = _read(self._last(url))
        return known if known is not None and known.headers and self._file(known) else None

    def keep(self, url: str, stamp: str, answered: Answered, pieces: Iterable[bytes]) -> Fetched:
        """Return the file once the disk has all pieces; what was kept of it before is replaced.

        Raises:
            StorageFull: too little is free; and whatever the pieces raise.
        """
        folder = self._folder(url, stamp)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / safe_name(answered.name)
        with _whole(path, folder) as file:
            for piece in pieces:
                disk = os.statvfs(folder)
                if disk.f_bavail * disk.f_frsize < RESERVE_BYTES + len(piece):
                    raise StorageFull("fetched")
                file.write(piece)
        known = Known(
            folder.name, path.name, answered.media_type, dict(answered.headers), answered.came_from
        )
        self._note(url, stamp, known)
        return Fetched(str(path), known.media_type)

    def keep_again(self, url: str, stamp: str, known: Known) -> Fetched:
        """Return the file of an older record, which is that of this one too."""
        self._folder(url, stamp).mkdir(parents=True, exist_ok=True)
        self._note(url, stamp, known)
        return Fetched(str(self._base / known.folder / known.name), known.media_type)

    def _note(self, url: str, stamp: str, known: Known) -> None:
        note = json.dumps({"url": url, **known._asdict()}).encode()
        folder = self._folder(url, stamp)
        for path in (folder / NOTE, self._last(url)):
            with _whole(path, folder) as file:
                file.write(note)

    def _file(self, known: Known) -> Fetched | None:
        path = self._base / known.folder / known.name
        return Fetched(str(path), known.media_type) if path.is_file() else None

    def _folder(self, url: str, stamp: str) -> Path:
        return self._base / _short(f"{url}\n{stamp}")

    def _last(self, url: str) -> Path:
        return self._base / f"{_short(url)}.json"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read(path: Path) -> Known | None:
    try:
        note = foreign_json.parse(path.read_bytes())
        headers = {str(name): str(value) for name, value in note.get("headers", {}).items()}
        folder = note.get("folder", path.parent.name)
        return Known(
            folder, note["name"], note["media_type"], headers, str(note.get("came_from", ""))
        )
    except (OSError, InvalidJson, KeyError, TypeError, AttributeError):
        return None


@contextmanager
def _whole(path: Path, folder: Path) -> Iterator[BinaryIO]:
    """Yield a file to write, which is at its path once the disk has it, and nowhere if that fails.

    folder: of one file, where the part of it is meanwhile. There may be very many such folders beside it.
    """
    for dead in folder.glob(f"{PART}*"):
        with suppress(FileNotFoundError):
            if time.time() - dead.stat().st_mtime > DEAD_SECONDS:
                dead.unlink()
    part = folder / (PART + secrets.token_hex(8))
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def safe_name(name: str) -> str:
    """Return a name that a file may have in a folder of its own."""
    plain = _NOT_IN_NAMES.sub("_", name).strip(" .") or "file"
    stem, dot, ending = plain.rpartition(".")
    ending = dot + ending if stem and len(ending) <= 10 else ""
    stem = plain.removesuffix(ending) if ending else plain
    cut = stem.encode("utf-8", "replace")[: LONGEST_NAME - len(ending.encode("utf-8", "replace"))]
    made = cut.decode("utf-8", "ignore") + ending
    return "_" + made if made == NOTE or made.startswith(PART) else made
