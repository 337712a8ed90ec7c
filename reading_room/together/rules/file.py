"""Files of projects: their bounds, and what is sealed beside each version."""

from __future__ import annotations

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidProject, ProjectPartNotFound
from ledger_service.domain.identifiers import Digest
from reading_room.together.rules.project import parse_paper

LARGEST_FILE_BYTES = 200 * 1024**2
MOST_BYTES = 1024**3  # of all versions of all files of a project
MOST_FILES = 1_000  # of a project
MOST_VERSIONS = 500  # of a file
LARGEST_NUMBER = 2**31


def check_file_size(size_bytes: int, left_bytes: int) -> None:
    """Check that a file may have so many bytes; raise InvalidProject. left_bytes: of the project's place."""
    if size_bytes > LARGEST_FILE_BYTES:
        raise InvalidProject("file-size", most=LARGEST_FILE_BYTES)
    if size_bytes > left_bytes:
        raise InvalidProject("project-size", most=MOST_BYTES)


def parse_file(text: str) -> str:
    """Return the id of a file; raise ProjectPartNotFound."""
    try:
        return parse_paper(text)
    except ProjectPartNotFound as exc:
        raise ProjectPartNotFound("file") from exc


def format_about(digest: Digest, restored: int | None = None) -> bytes:
    """Return what is told of a version: its SHA-256, and which older version it brings back, if it does."""
    told: dict[str, str | int] = {"digest": digest.hex()}
    return canonical_json.canonicalize(told if restored is None else {**told, "restored": restored})


def parse_about(data: bytes) -> tuple[Digest, int | None]:
    """Return what `format_about` made the bytes of."""
    told = canonical_json.parse(data)
    restored = told.get("restored")
    return Digest.parse(str(told["digest"])), None if restored is None else int(restored)
