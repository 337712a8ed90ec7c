"""A film that browsers play, made without a program for films: WebM with an index, a picture in ten seconds.

A lossy WebP file holds a VP8 key frame, which is a picture of a WebM film. Source: RFC 8794 (EBML), RFC 9559
(Matroska), RFC 6386 (VP8).
"""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Sequence

from PIL import Image

SECONDS_A_PICTURE = 10
WIDTH, HEIGHT = 320, 180


def film(seconds: int, seed: int = 14) -> bytes:
    """Return a film of this length; each second of it has some 4 KB."""
    pictures = [_picture(number) for number in range(seed, seed + 8)]
    clusters = [
        _cluster(at, pictures[at // SECONDS_A_PICTURE % len(pictures)])
        for at in range(0, seconds, SECONDS_A_PICTURE)
    ]
    about = _element("1549A966", _number("2AD7B1", 1_000_000), _float("4489", seconds * 1000.0))
    head = about + _tracks()
    index = _cues(clusters, len(head) + len(_cues(clusters, 0)))
    body = b"".join((head, index, *clusters))
    kind = _element("1A45DFA3", _text("4282", "webm"), _number("4287", 2), _number("4285", 2))
    return kind + _element("18538067", body)


def _picture(seed: int) -> bytes:
    """Return a VP8 key frame of noise."""
    noise = random.Random(seed).randbytes(WIDTH * HEIGHT // 4)
    image = (
        Image.frombytes("L", (WIDTH // 2, HEIGHT // 2), noise)
        .resize((WIDTH, HEIGHT))
        .convert("RGB")
    )
    file = io.BytesIO()
    image.save(file, "WEBP", quality=90)
    found = file.getvalue()
    at = found.index(b"VP8 ") + 4
    return found[at + 4 : at + 4 + int.from_bytes(found[at : at + 4], "little")]


def _tracks() -> bytes:
    size = _element("E0", _number("B0", WIDTH), _number("BA", HEIGHT))
    track = (_number("D7", 1), _number("73C5", 1), _number("83", 1), _text("86", "V_VP8"), size)
    return _element("1654AE6B", _element("AE", *track))


def _cluster(at: int, picture: bytes) -> bytes:
    block = b"\x81" + bytes(2) + b"\x80" + picture  # of track 1, at the cluster's time, a key frame
    return _element("1F43B675", _number("E7", at * 1000), _element("A3", block))


def _cues(clusters: Sequence[bytes], first: int) -> bytes:
    """Return the index. first: where the first cluster begins, in the segment."""
    points, at = [], first
    for number, cluster in enumerate(clusters):
        place = _element("B7", _number("F7", 1), _number("F1", at))
        points.append(_element("BB", _number("B3", number * SECONDS_A_PICTURE * 1000), place))
        at += len(cluster)
    return _element("1C53BB6B", *points)


def _element(name: str, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return bytes.fromhex(name) + (len(data) | 1 << 56).to_bytes(8, "big") + data


def _number(name: str, value: int) -> bytes:
    return _element(name, value.to_bytes(8, "big"))


def _float(name: str, value: float) -> bytes:
    return _element(name, struct.pack(">d", value))


def _text(name: str, value: str) -> bytes:
    return _element(name, value.encode())
