"""How large a picture in WebP is, by its first bytes. Source: RFC 9649, §2."""

from __future__ import annotations

HEAD_BYTES = 30


def webp_extent(head: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels; None for bytes that are no such picture."""
    if len(head) < HEAD_BYTES or head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    kind = head[12:16]
    if kind == b"VP8 ":
        return _number(head[26:28]) & 0x3FFF, _number(head[28:30]) & 0x3FFF
    if kind == b"VP8L":
        bits = _number(head[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        return _number(head[24:27]) + 1, _number(head[27:30]) + 1
    return None


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")
