"""Check a model before it is taken in: nothing from elsewhere, nothing that makes a page hang.

The browser counts again what it places (`web/static/halls/model.js`), by the same bounds.
"""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ledger_service.domain.errors import InvalidModel
from reading_room.halls.rules.glb_file import GlbFile, read_glb
from reading_room.halls.rules.picture import MOST_PIXELS_ALL, check_picture

MOST = {
    "nodes": 512,
    "meshes": 256,
    "materials": 64,
    "accessors": 1024,
    "bufferViews": 1024,
    "textures": 8,
    "images": 8,
    "samplers": 16,
    "scenes": 4,
}
"""Of each list of a model."""
MOST_PRIMITIVES = 256
MOST_VERTICES = 200_000
MOST_INDEXES = 600_000
MOST_DEPTH = 32  # of nodes below one another
LARGEST_COORDINATE = 10_000
TAKEN_EXTENSIONS = frozenset(
    {
        "KHR_materials_unlit",
        "KHR_materials_emissive_strength",
        "KHR_materials_specular",
        "KHR_texture_transform",
    }
)
"""They change how a surface looks, and nothing else."""
NOT_TAKEN = ("skins", "cameras", "animations")
TRIANGLES = 4
LONGEST_NAME = 100
_SIZES = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
_PARTS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_INDEXES = {5121: "B", 5123: "H", 5125: "I"}


@dataclass(frozen=True)
class Model:
    """What a model is. parts: the names of its nodes that have one; vertices, triangles: drawn at once."""

    parts: tuple[str, ...]
    vertices: int
    triangles: int


def check_model(file: bytes) -> Model:
    """Return what a model is.

    Raises:
        InvalidModel: it is no GLB of glTF 2.0, has something that lies elsewhere, asks for an extension that
            is not taken, is beyond the bounds, or contradicts itself.
    """
    return _Check(read_glb(file)).model()


class _Check:
    def __init__(self, file: GlbFile) -> None:
        self._document, self._data = file
        self._lists = {name: self._list(name) for name in MOST}
        self._left = {
            "primitives": MOST_PRIMITIVES,
            "vertices": MOST_VERTICES,
            "indices": MOST_INDEXES,
        }

    def model(self) -> Model:
        document = self._document
        asset = document.get("asset")
        if not isinstance(asset, dict) or asset.get("version") != "2.0":
            raise InvalidModel("version")
        self._check_extensions()
        self._check_buffers()
        for view in self._lists["bufferViews"]:
            self._span(view)
        for image in self._lists["images"]:
            self._check_image(image)
        self._check_pixels()
        for accessor in self._lists["accessors"]:
            self._check_accessor(accessor)
        drawn = [self._mesh(mesh) for mesh in self._lists["meshes"]]
        return self._walk(drawn)

    def _list(self, name: str) -> list[dict[str, Any]]:
        found = self._document.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise InvalidModel("member", name=name)
        if len(found) > MOST[name]:
            raise InvalidModel("too-many", name=name, most=MOST[name])
        return found

    def _check_extensions(self) -> None:
        for member in ("extensionsUsed", "extensionsRequired"):
            asked = self._document.get(member, [])
            if not isinstance(asked, list):
                raise InvalidModel("member", name=member)
            for name in asked:
                if not isinstance(name, str) or name not in TAKEN_EXTENSIONS:
                    raise InvalidModel("extension", name=str(name)[:LONGEST_NAME])
        for member in NOT_TAKEN:
            if self._document.get(member):
                raise InvalidModel("not-taken", name=member)

    def _check_buffers(self) -> None:
        buffers = self._document.get("buffers", [])
        if not isinstance(buffers, list) or len(buffers) > 1:
            raise InvalidModel("elsewhere")
        for buffer in buffers:
            if not isinstance(buffer, dict) or "uri" in buffer:
                raise InvalidModel("elsewhere")
            if not 0 < _number(buffer, "byteLength") <= len(self._data):
                raise InvalidModel("buffer")

    def _span(self, view: dict[str, Any]) -> tuple[int, int]:
        """Return where a view begins and ends in the buffer."""
        begin, length = _number(view, "byteOffset"), _number(view, "byteLength")
        stride = _number(view, "byteStride")
        if view.get("buffer") != 0 or length < 1 or begin + length > len(self._data):
            raise InvalidModel("buffer")
        if stride and not 4 <= stride <= 252:
            raise InvalidModel("buffer")
        return begin, begin + length

    def _check_image(self, image: dict[str, Any]) -> None:
        if "uri" in image:
            raise InvalidModel("elsewhere")
        view = self._at("bufferViews", image.get("bufferView"))
        begin, end = self._span(view)
        check_picture(self._data[begin:end], str(image.get("mimeType")))

    def _check_pixels(self) -> None:
        spans = (
            self._span(self._at("bufferViews", one["bufferView"])) for one in self._lists["images"]
        )
        pixels = sum(check_picture(self._data[begin:end]).pixels for begin, end in spans)
        if pixels > MOST_PIXELS_ALL:
            raise InvalidModel("pixels", most=MOST_PIXELS_ALL)

    def _check_accessor(self, accessor: dict[str, Any]) -> None:
        if "sparse" in accessor:
            raise InvalidModel("not-taken", name="sparse")
        self._place(accessor)

    def _place(self, accessor: dict[str, Any]) -> tuple[int, int, int]:
        """Return where an accessor's elements begin, how far apart they are, and how many there are."""
        size, parts = _SIZES.get(_kind(accessor)), _PARTS.get(str(accessor.get("type")))
        count, offset = _number(accessor, "count"), _number(accessor, "byteOffset")
        if size is None or parts is None or not 0 < count <= MOST_INDEXES:
            raise InvalidModel("accessor")
        view = self._at("bufferViews", accessor.get("bufferView"))
        begin, end = self._span(view)
        step = _number(view, "byteStride") or size * parts
        if begin + offset + step * (count - 1) + size * parts > end or (begin + offset) % size:
            raise InvalidModel("accessor")
        return begin + offset, step, count

    def _mesh(self, mesh: dict[str, Any]) -> tuple[int, int]:
        """Return how many vertices and indexes a mesh draws."""
        primitives = mesh.get("primitives")
        if not isinstance(primitives, list) or not primitives:
            raise InvalidModel("primitive")
        self._take("primitives", len(primitives))
        counts = [self._primitive(primitive) for primitive in primitives]
        return sum(one for one, _ in counts), sum(other for _, other in counts)

    def _primitive(self, primitive: Any) -> tuple[int, int]:
        if not isinstance(primitive, dict) or primitive.get("mode", TRIANGLES) != TRIANGLES:
            raise InvalidModel("primitive")
        if "targets" in primitive:
            raise InvalidModel("not-taken", name="targets")
        attributes = primitive.get("attributes")
        if not isinstance(attributes, dict) or not 0 < len(attributes) <= 16:
            raise InvalidModel("primitive")
        counts = {self._place(self._at("accessors", one))[2] for one in attributes.values()}
        if "POSITION" not in attributes or len(counts) != 1:
            raise InvalidModel("primitive")
        if "material" in primitive:
            self._at("materials", primitive["material"])
        vertices = counts.pop()
        self._take("vertices", vertices)
        self._check_positions(self._at("accessors", attributes["POSITION"]))
        if "indices" not in primitive:
            return vertices, vertices
        return vertices, self._check_indexes(self._at("accessors", primitive["indices"]), vertices)

    def _check_positions(self, accessor: dict[str, Any]) -> None:
        if (_kind(accessor), accessor.get("type")) != (5126, "VEC3"):
            raise InvalidModel("primitive")
        begin, step, count = self._place(accessor)
        for at in range(begin, begin + step * count, step):
            if not all(
                math.isfinite(part) and abs(part) <= LARGEST_COORDINATE
                for part in struct.unpack_from("<3f", self._data, at)
            ):
                raise InvalidModel("coordinates", most=LARGEST_COORDINATE)

    def _check_indexes(self, accessor: dict[str, Any], vertices: int) -> int:
        letter = _INDEXES.get(_kind(accessor))
        begin, step, count = self._place(accessor)
        if letter is None or accessor.get("type") != "SCALAR" or step != struct.calcsize(letter):
            raise InvalidModel("primitive")
        self._take("indices", count)
        found = array(letter, self._data[begin : begin + step * count])
        if max(found) >= vertices:
            raise InvalidModel("primitive")
        return count

    def _take(self, name: str, count: int) -> None:
        """Count before anything is read: what a file names again and again is counted each time."""
        self._left[name] -= count
        if self._left[name] < 0:
            most = {"primitives": MOST_PRIMITIVES, "vertices": MOST_VERTICES}
            raise InvalidModel("too-many", name=name, most=most.get(name, MOST_INDEXES))

    def _walk(self, drawn: Sequence[tuple[int, int]]) -> Model:
        """Return what the nodes draw, each counted as often as it is drawn; they form trees."""
        nodes = self._lists["nodes"]
        seen: set[int] = set()
        vertices = indexes = 0
        waiting = [(root, 1) for root in self._roots()]
        while waiting:
            number, depth = waiting.pop()
            node = self._at("nodes", number)
            if number in seen or depth > MOST_DEPTH:
                raise InvalidModel("nodes", most=MOST_DEPTH)
            seen.add(number)
            if "mesh" in node:
                self._at("meshes", node["mesh"])
                vertices += drawn[node["mesh"]][0]
                indexes += drawn[node["mesh"]][1]
            children = node.get("children", [])
            if not isinstance(children, list):
                raise InvalidModel("nodes", most=MOST_DEPTH)
            waiting += [(child, depth + 1) for child in children]
        if not vertices:
            raise InvalidModel("empty")
        if vertices > MOST_VERTICES or indexes > MOST_INDEXES:
            raise InvalidModel("too-many", name="vertices", most=MOST_VERTICES)
        named = (nodes[number].get("name") for number in sorted(seen))
        parts = (name for name in named if isinstance(name, str) and 0 < len(name) <= LONGEST_NAME)
        return Model(tuple(dict.fromkeys(parts)), vertices, indexes // 3)

    def _roots(self) -> list[int]:
        scene = self._at("scenes", self._document.get("scene", 0))
        roots = scene.get("nodes", [])
        if not isinstance(roots, list):
            raise InvalidModel("nodes", most=MOST_DEPTH)
        return roots

    def _at(self, name: str, number: Any) -> dict[str, Any]:
        """Return what a number names in a list of the model."""
        is_number = isinstance(number, int) and not isinstance(number, bool)
        if not is_number or not 0 <= number < len(self._lists[name]):
            raise InvalidModel("member", name=name)
        found: dict[str, Any] = self._lists[name][number]
        return found


def _kind(accessor: dict[str, Any]) -> int:
    return _number(accessor, "componentType")


def _number(holder: dict[str, Any], name: str) -> int:
    """Return a whole number of a member, 0 if it is left out."""
    value = holder.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise InvalidModel("member", name=name)
    return value
