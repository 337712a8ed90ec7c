"""A model in one file (glTF 2.0, GLB) as far as it is read here: its JSON and its one buffer.

Whatever lies elsewhere, also as a `data:` address, is refused: nothing that the file does not hold itself
comes into a room. Source: glTF 2.0 §4 (GLB).
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson, InvalidModel

MEDIA_TYPE = "model/gltf-binary"
LARGEST_MODEL_BYTES = 4 * 1024 * 1024
LARGEST_JSON_BYTES = 512 * 1024
HEADER_BYTES = 12
CHUNK_BYTES = 8
_JSON, _BIN = b"JSON", b"BIN\0"


class GlbFile(NamedTuple):
    """document: the JSON, an object; data: the buffer, empty if there is none."""

    document: dict[str, Any]
    data: bytes


def read_glb(file: bytes) -> GlbFile:
    """Return the parts of a model; raise InvalidModel if it is too large, or no such file."""
    if len(file) > LARGEST_MODEL_BYTES:
        raise InvalidModel("too-large", most=LARGEST_MODEL_BYTES)
    if len(file) < HEADER_BYTES + CHUNK_BYTES:
        raise InvalidModel("no-glb")
    magic, version, length = struct.unpack_from("<4sII", file)
    if magic != b"glTF" or version != 2 or length != len(file):
        raise InvalidModel("no-glb")
    chunks = _chunks(file)
    kinds = [kind for kind, _ in chunks]
    if kinds not in ([_JSON], [_JSON, _BIN]):
        raise InvalidModel("no-glb")
    try:
        document = foreign_json.parse(chunks[0][1], LARGEST_JSON_BYTES)
    except InvalidJson as exc:
        raise InvalidModel("json") from exc
    if not isinstance(document, dict):
        raise InvalidModel("json")
    return GlbFile(document, chunks[1][1] if len(chunks) == 2 else b"")


def _chunks(file: bytes) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    at = HEADER_BYTES
    while at < len(file):
        if at + CHUNK_BYTES > len(file) or len(found) == 2:
            raise InvalidModel("no-glb")
        size, kind = struct.unpack_from("<I4s", file, at)
        at += CHUNK_BYTES
        if size % 4 or at + size > len(file):
            raise InvalidModel("no-glb")
        found.append((kind, file[at : at + size]))
        at += size
    return found
