"""Give a member all of a project as one ZIP file: its files, their history, its members and its papers.

It is made as it is sent: no plain byte rests anywhere, and memory stays the same for any size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import RawIOBase
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from ledger_service.domain import canonical_json
from ledger_service.domain.instant import instant
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.services.library import Library
from reading_room.together.rules.project import ProjectId
from reading_room.together.verbs.files import File, Version, list_files, list_versions, open_version
from reading_room.together.verbs.membership import Tables, list_members
from reading_room.together.verbs.papers import Paper, list_papers
from reading_room.together.verbs.projects import find_project

FORMAT = "muhr-project/1"
ACCOUNT = "project.json"

PaperFiles = Callable[[Paper], Iterator[tuple[str, bytes]]]
"""Yields what is written in a paper in the forms that it is told in: the ending of a name, and the bytes."""


def export_project(
    library: Library,
    tables: Tables,
    caller: Caller,
    project: ProjectId,
    paper_files: PaperFiles | None = None,
) -> Iterator[bytes]:
    """Return the pieces of a ZIP file with the newest version of each file; raise as `check_member`.

    `project.json` tells of all: docs/together.md. The pieces raise as those of `open_version`.
    """
    reach(caller, Permission.PROJECT_OWN)
    account = _account(library, tables, caller, project)
    files = list_files(library, tables, caller, project)
    papers = list_papers(library, tables, caller, project)

    def pieces() -> Iterator[bytes]:
        sink = _Sink()
        taken: set[str] = {ACCOUNT}
        with ZipFile(sink, "w", ZIP_STORED) as archive:
            told = canonical_json.canonicalize(account)
            archive.writestr(_entry(ACCOUNT, 0, ZIP_DEFLATED), told)
            for file in files:
                entry = _entry(_free(f"files/{file.name}", taken), file.newest.made_at, ZIP_STORED)
                opened = open_version(library, tables, caller, project, file.id)
                with archive.open(entry, "w", force_zip64=True) as place:
                    for piece in opened.pieces:
                        place.write(piece)
                        yield sink.taken()
            for paper in papers:
                for ending, data in paper_files(paper) if paper_files is not None else ():
                    name = _free(f"papers/{_plain(paper.title)}{ending}", taken)
                    archive.writestr(_entry(name, paper.made_at, ZIP_DEFLATED), data)
                    yield sink.taken()
        yield sink.taken()

    return pieces()


class _Sink(RawIOBase):
    """Holds what was written since it was asked last; it cannot be sought, so nothing is written again."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        """Return what was written, and hold it no more."""
        held = bytes(self._held)
        self._held.clear()
        return held


def _account(
    library: Library, tables: Tables, caller: Caller, project: ProjectId
) -> dict[str, object]:
    """Return what `project.json` tells."""
    shown = find_project(library, tables, caller, project)
    return {
        "format": FORMAT,
        "project": shown.id,
        "title": shown.title,
        "state": shown.state.value,
        "made_at": shown.made_at,
        "at": library.clock(),
        "members": [
            {
                "number": one.number,
                "name": one.name,
                "role": one.role.value,
                "joined_at": one.joined_at,
            }
            for one in list_members(library, tables, caller, project)
        ],
        "files": [
            _told(file, list_versions(library, tables, caller, project, file.id))
            for file in list_files(library, tables, caller, project)
        ],
        "papers": [
            {"id": one.id, "title": one.title, "made_by": one.made_by, "made_at": one.made_at}
            for one in list_papers(library, tables, caller, project)
        ],
    }


def _told(file: File, versions: list[Version]) -> dict[str, object]:
    return {
        "id": file.id,
        "name": file.name,
        "versions": [
            {
                "number": one.number,
                "digest": one.digest.hex(),
                "size_bytes": one.size_bytes,
                "made_by": one.made_by,
                "made_at": one.made_at,
                "restored": one.restored,
            }
            for one in versions
        ],
    }


def _entry(name: str, at: int, method: int) -> ZipInfo:
    """Return the head of an entry. at: seconds since 1970 UTC; ZIP knows no time before 1980."""
    when = instant(max(at, 315_532_800))
    parts = (when[:4], when[5:7], when[8:10], when[11:13], when[14:16], when[17:19])
    year, month, day, hour, minute, second = map(int, parts)
    entry = ZipInfo(name, (year, month, day, hour, minute, second))
    entry.compress_type = method
    entry.external_attr = 0o600 << 16
    return entry


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no earlier entry has, also where capital and small letters are the same."""
    stem, dot, ending = name.rpartition(".")
    if not dot or "/" in ending:
        stem, ending = name, ""
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem} ({number}){dot}{ending}" if dot and ending else f"{stem} ({number})"
    taken.add(free.casefold())
    return free


def _plain(title: str) -> str:
    """Return a title as the name of a file may have it."""
    kept = "".join(letter if letter.isalnum() or letter in "-_., " else " " for letter in title)
    return " ".join(kept.split()).strip(". ")[:80] or "paper"
