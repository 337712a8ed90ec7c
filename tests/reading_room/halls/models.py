"""Models that are wrong in one way each."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

from reading_room.halls.models.shown import flange
from reading_room.halls.rules.glb_file import read_glb

Change = Callable[[dict[str, Any]], None]


def glb(document: object, data: bytes = b"") -> bytes:
    """Return a GLB of this JSON and these bytes."""
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    if data:
        chunks += struct.pack("<I4s", len(data), b"BIN\0") + data
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def changed(change: Change) -> bytes:
    """Return the flange with one thing changed in its JSON."""
    document, data = read_glb(flange())
    change(document)
    return glb(document, data)


def put(path: str, value: object) -> Change:
    """Return a change that puts a value at a place such as `meshes.0.name`."""

    def change(document: Any) -> None:
        *way, last = path.split(".")
        for step in way:
            document = document[int(step) if step.isdigit() else step]
        document[int(last) if last.isdigit() else last] = value

    return change
