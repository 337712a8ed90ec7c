"""What a file is, by its first bytes: neither by its name nor by what was said of it."""

from __future__ import annotations

import zipfile
from typing import IO, cast

import puremagic

from reading_room.media.reading.asked_file import AskedFile
from reading_room.media.reading.findings import LONGEST_TYPE

HEAD_BYTES = 64 * 1024
EPUB = "application/epub+zip"
PDF = "application/pdf"
PLAIN = "text/plain"
HTML = "text/html"
UNKNOWN = "application/octet-stream"
PDF_BEGINS_WITHIN = 1024  # bytes, as readers of PDF allow it
TEXT_ENDS = 4  # bytes at the end of the head that may be part of a letter

_ALIASES = {
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/mp3": "audio/mpeg",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "video/x-m4v": "video/mp4",
    "application/x-pdf": PDF,
}
_BRANDS = {
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"avif": "image/avif",
    b"heic": "image/heic",
    b"qt  ": "video/quicktime",
}


def media_type_of(file: AskedFile) -> str:
    """Return the media type of what the file holds."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if b"%PDF-" in head[:PDF_BEGINS_WITHIN]:
        return PDF
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"WEBP": "image/webp"}.get(head[8:12], UNKNOWN)
    if head[:3] == b"ID3" or _is_mpeg_audio(head):
        return "audio/mpeg"
    if head[:2] == b"PK":
        return _of_zip(file)
    if (text := _of_text(head)) is not None:
        return text
    return _of_magic(head)


def _is_mpeg_audio(head: bytes) -> bool:
    """Return whether an MPEG frame begins here: its sync, a known version, layer III, a bit rate."""
    return (
        len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] >> 4 not in (0, 15)
    )


def _of_zip(file: AskedFile) -> str:
    file.seek(0)
    try:
        with zipfile.ZipFile(cast("IO[bytes]", file)) as archive:
            with archive.open("mimetype") as told:
                named = told.read(LONGEST_TYPE).strip()
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, RuntimeError, NotImplementedError):
        return "application/zip"
    if named == EPUB.encode() or named.startswith(b"application/vnd.oasis.opendocument."):
        return named.decode("ascii", "replace")
    return "application/zip"


def _of_text(head: bytes) -> str | None:
    if not head or b"\0" in head:
        return None
    for cut in range(min(TEXT_ENDS, len(head))):
        try:
            text = head[: len(head) - cut].decode()
        except UnicodeDecodeError:
            continue
        begins = text.lstrip("\ufeff \t\r\n")[:512].lower()
        if begins.startswith("<!doctype html") or "<html" in begins:
            return HTML
        if begins.startswith("<svg") or (begins.startswith("<?xml") and "<svg" in begins):
            return "image/svg+xml"
        return "application/xml" if begins.startswith("<?xml") else PLAIN
    return None


def _of_magic(head: bytes) -> str:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    named = next((str(item.mime_type) for item in found if item.mime_type), UNKNOWN).lower()
    return _ALIASES.get(named, named)[:LONGEST_TYPE]
