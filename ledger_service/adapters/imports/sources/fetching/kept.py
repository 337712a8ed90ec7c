"""Fetched files in a folder: each in one of its own, with what is known of where it came from."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ledger_service.adapters.imports.manifests import RESERVE_BYTES
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson, StorageFull

FOLDER = "fetched"
NOTE = "fetched.json"
LONGEST_NAME = 120  # bytes
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|\u2028\u2029]+")


class Fetched(NamedTuple):
    """A file that is whole. path: absolute; media_type: as its server told it, or empty."""

    path: str
    media_type: str = ""


class KeptFiles:
    """Files by the URL that they came from, and the stamp of the record that named it: none is written over.

    base: a folder, free of symbolic links.
    """

    def __init__(self, base: str) -> None:
        self._base = Path(base) / FOLDER

    def find(self, url: str, stamp: str) -> Fetched | None:
        """Return the file if an earlier harvest fetched it whole."""
        folder = self._folder(url, stamp)
        try:
            note = foreign_json.parse((folder / NOTE).read_bytes())
            path = folder / note["name"]
            return Fetched(str(path), note["media_type"]) if path.is_file() else None
        except (OSError, InvalidJson, KeyError, TypeError):
            return None

    def keep(
        self,
        url: str,
        stamp: str,
        came_from: str,
        name: str,
        media_type: str,
        pieces: Iterable[bytes],
    ) -> Fetched:
        """Return the file once the disk has all pieces; what was kept of it before is replaced.

        Raises:
            StorageFull: too little is free; and whatever the pieces raise.
        """
        folder = self._folder(url, stamp)
        folder.mkdir(parents=True, exist_ok=True)
        path, part = folder / safe_name(name), folder / ".part"
        with part.open("wb") as file:
            for piece in pieces:
                disk = os.statvfs(folder)
                if disk.f_bavail * disk.f_frsize < RESERVE_BYTES + len(piece):
                    raise StorageFull("fetched")
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
        note = {"url": url, "came_from": came_from, "name": path.name, "media_type": media_type}
        part.write_text(json.dumps(note))
        os.replace(part, folder / NOTE)
        return Fetched(str(path), media_type)

    def _folder(self, url: str, stamp: str) -> Path:
        return self._base / hashlib.sha256(f"{url}\n{stamp}".encode()).hexdigest()[:32]


def safe_name(name: str) -> str:
    """Return a name that a file may have in a folder of its own."""
    plain = _NOT_IN_NAMES.sub("_", name).strip(" .") or "file"
    stem, dot, ending = plain.rpartition(".")
    ending = dot + ending if stem and len(ending) <= 10 else ""
    stem = plain.removesuffix(ending) if ending else plain
    cut = stem.encode("utf-8", "replace")[: LONGEST_NAME - len(ending.encode("utf-8", "replace"))]
    made = cut.decode("utf-8", "ignore") + ending
    return "_" + made if made in (NOTE, ".part") else made
