"""MARC records in ISO 2709 as small programs write them: the tests say what is wrong with each."""

from __future__ import annotations

Fields = list[tuple[str, bytes]]
LINK = ("856", b"40\x1fubook.txt")


def title(text: bytes) -> tuple[str, bytes]:
    return "245", b"10\x1fa" + text


def marc(*fields: tuple[str, bytes], coding: bytes = b" ", length: bytes = b"") -> bytes:
    """Return a record. coding: position 9 of its leader; length: as it says it, if that is wrong."""
    directory = body = b""
    for tag, data in fields:
        directory += tag.encode() + b"%04d%05d" % (min(len(data) + 1, 9999), min(len(body), 99999))
        body += data + b"\x1e"
    start = 24 + len(directory) + 1
    said = length or b"%05d" % (start + len(body) + 1)
    leader = said + b"cam " + coding + b"22" + b"%05d" % start + b" a 4500"
    return leader + directory + b"\x1e" + body + b"\x1d"
