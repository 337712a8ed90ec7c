"""Write parts as a model: glTF 2.0 in one binary file, nothing of which lies elsewhere."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reading_room.halls.models.solids import Solid

ARRAY, INDEXES = 34962, 34963  # what a buffer view is for
FLOATS, SHORTS, INTS = 5126, 5123, 5125
MOST_SHORT = 65_535


@dataclass(frozen=True)
class Part:
    """A part that has a name, by which steps of a laboratory point at it. color: sRGB, and its cover."""

    name: str
    solid: Solid
    color: tuple[float, float, float, float]
    rough: float = 0.6
    metal: float = 0.0


def write_glb(title: str, parts: Sequence[Part]) -> bytes:
    """Return the model of these parts, each a node. The same parts give the same bytes."""
    writer = _Writer()
    for part in parts:
        writer.add(part)
    document = writer.document(title)
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    data = bytes(writer.data) + bytes(-len(writer.data) % 4)
    length = 12 + 8 + len(text) + 8 + len(data)
    return b"".join(
        (
            struct.pack("<4sII", b"glTF", 2, length),
            struct.pack("<I4s", len(text), b"JSON") + text,
            struct.pack("<I4s", len(data), b"BIN\0") + data,
        )
    )


class _Writer:
    def __init__(self) -> None:
        self.data = bytearray()
        self._views: list[dict[str, Any]] = []
        self._accessors: list[dict[str, Any]] = []
        self._meshes: list[dict[str, Any]] = []
        self._materials: list[dict[str, Any]] = []
        self._nodes: list[dict[str, Any]] = []

    def add(self, part: Part) -> None:
        solid = part.solid
        flat = [part for point in solid.points for part in _float32(point)]
        normals = [part for normal in solid.normals for part in _float32(normal)]
        least = [min(flat[axis::3]) for axis in range(3)]
        most = [max(flat[axis::3]) for axis in range(3)]
        position = self._floats(flat, {"min": least, "max": most})
        normal = self._floats(normals, {})
        is_short = len(solid.points) <= MOST_SHORT
        packed = struct.pack(f"<{len(solid.triangles)}{'H' if is_short else 'I'}", *solid.triangles)
        count = len(solid.triangles)
        index = self._accessor(packed, INDEXES, SHORTS if is_short else INTS, count, "SCALAR", {})
        primitive = {
            "attributes": {"POSITION": position, "NORMAL": normal},
            "indices": index,
            "material": len(self._materials),
        }
        self._materials.append(_material(part))
        self._meshes.append({"name": part.name, "primitives": [primitive]})
        self._nodes.append({"name": part.name, "mesh": len(self._meshes) - 1})

    def document(self, title: str) -> dict[str, Any]:
        return {
            "asset": {"version": "2.0", "generator": "Muhr"},
            "scene": 0,
            "scenes": [{"name": title, "nodes": list(range(len(self._nodes)))}],
            "nodes": self._nodes,
            "meshes": self._meshes,
            "materials": self._materials,
            "accessors": self._accessors,
            "bufferViews": self._views,
            "buffers": [{"byteLength": len(self.data) + -len(self.data) % 4}],
        }

    def _floats(self, values: list[float], more: dict[str, Any]) -> int:
        packed = struct.pack(f"<{len(values)}f", *values)
        return self._accessor(packed, ARRAY, FLOATS, len(values) // 3, "VEC3", more)

    def _accessor(
        self, packed: bytes, target: int, kind: int, count: int, shape: str, more: dict[str, Any]
    ) -> int:
        view = {"buffer": 0, "byteOffset": len(self.data), "byteLength": len(packed)}
        self._views.append({**view, "target": target})
        self.data += packed + bytes(-len(packed) % 4)
        told = {"componentType": kind, "count": count, "type": shape, **more}
        self._accessors.append({"bufferView": len(self._views) - 1, **told})
        return len(self._accessors) - 1


def _material(part: Part) -> dict[str, Any]:
    red, green, blue, cover = part.color
    factor = [round(_linear(red), 5), round(_linear(green), 5), round(_linear(blue), 5), cover]
    surface = {
        "baseColorFactor": factor,
        "metallicFactor": part.metal,
        "roughnessFactor": part.rough,
    }
    made: dict[str, Any] = {"name": part.name, "pbrMetallicRoughness": surface}
    if cover < 1:
        made |= {"alphaMode": "BLEND", "doubleSided": True}
    return made


def _linear(value: float) -> float:
    """Return how bright a color of sRGB is, as glTF has it."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _float32(point: tuple[float, float, float]) -> tuple[float, ...]:
    """Return a point as it is kept, so that the least and most that are told are exact."""
    return struct.unpack("<3f", struct.pack("<3f", *point))
