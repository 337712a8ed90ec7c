"""Content leaves and comes as CARs: whole, healed, or not at all."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipfs.block_folder import BlockFolder
from ipfs.car import format_header, read_blocks, read_header, write_car
from ipfs.cid import RAW, Cid
from ipfs.dag_pb import encode_varint
from ipfs.shape import Shape
from ipfs.unixfs import FileBuilder
from scripts.harness.asked_library import some_bytes
from scripts.harness.running_library import RunningLibrary
from tests.ipfs.test_car import Blocks

MIB = 2**20
Exported = tuple[Path, dict[str, Any], bytes]


@pytest.fixture
def car(library: RunningLibrary, muhr: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arguments: object) -> Any:
        settings = {**library.environment, "MUHR_API": library.url}
        return muhr({**settings, "MUHR_TOKEN": library.token("registrar")}, "car", *arguments)

    return run


@pytest.fixture
def exported(library: RunningLibrary, car: Callable[..., Any], tmp_path: Path) -> Exported:
    """Return the CAR of an open resource of four blocks, its registration and its bytes."""
    data = some_bytes() + bytes(range(256)) * 8192
    book = library.register(data, title="A book on its way")
    path = tmp_path / "book.car"
    answer = car("export", book["digest"], "--to", path)
    assert answer.status == 0, answer.err
    return path, book, data


def test_a_car_that_leaves_has_the_registered_cid_as_its_root(
    exported: Exported, car: Callable[..., Any]
) -> None:
    path, book, _ = exported
    file = io.BytesIO(path.read_bytes())
    root, at = read_header(file.read)
    assert str(root) == book["cid"]
    assert len(list(read_blocks(file.read, at))) == 4
    assert car("export", book["digest"], "--to", path).status == 1  # nothing is replaced
    assert [found.name for found in path.parent.iterdir()] == ["book.car"]


def test_what_was_lost_is_healed_by_its_car(
    library: RunningLibrary, exported: Exported, car: Callable[..., Any]
) -> None:
    path, book, data = exported
    lost = Cid.of(RAW, data[MIB : 2 * MIB])
    BlockFolder(library.config.blocks / "blocks").path(lost).unlink()
    told = [body for body in library.entries() if book["digest"] in body]
    done = car("import", path)
    assert done.status == 0, done
    assert BlockFolder(library.config.blocks / "blocks").read(lost)
    assert [body for body in library.entries() if book["digest"] in body] == told
    assert car("export", book["digest"], "--to", path.with_name("again.car")).status == 0
    assert path.with_name("again.car").read_bytes() == path.read_bytes()


def test_a_record_that_was_corrected_since_does_not_keep_a_car_out(
    library: RunningLibrary, exported: Exported, car: Callable[..., Any]
) -> None:
    path, book, _ = exported
    body = {"title": "A book under way"}
    assert library.registrar.post(f"/resources/{book['digest']}/descriptions", json=body).is_success
    library.anchored()
    done = car("import", path)
    assert done.status == 0, done


def test_what_is_not_registered_is_registered_if_that_is_asked(
    library: RunningLibrary, car: Callable[..., Any], tmp_path: Path
) -> None:
    made = Blocks(some_bytes())
    path = tmp_path / "new.car"
    path.write_bytes(b"".join(write_car(made.get_block, made.root)))
    refused = car("import", path)
    assert (refused.status, "not registered here" in refused.err) == (2, True)
    done = car("import", path, "--license", "CC0-1.0", "--title", "New", "--json")
    assert done.status == 0, done
    assert done.json["cid"] == str(made.root)
    assert library.registered(done.json["digest"])["title"] == "New"


def section(cid: Cid, block: bytes) -> bytes:
    return encode_varint(36 + len(block)) + cid.to_bytes() + block


def test_a_car_with_a_fault_is_refused_and_nothing_of_it_is_kept(
    library: RunningLibrary, car: Callable[..., Any], tmp_path: Path
) -> None:
    made = Blocks(some_bytes() + bytes(range(256)) * 8192)
    whole = b"".join(write_car(made.get_block, made.root))
    leaf = next(cid for cid in made if cid.codec == RAW)
    without = format_header(made.root) + b"".join(
        section(cid, block) for cid, block in made.items() if cid != leaf
    )
    at = whole.index(made[leaf][:100])
    faults = {
        "is not in it": without,
        "not the bytes of": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
        "ends within a block": whole[:-1],
        "version 2": bytes.fromhex("0aa16776657273696f6e02") + whole,
        "several": b"\x63\xa2eroots\x82"
        + 2 * (b"\xd8*X%\x00" + made.root.to_bytes())
        + b"gversion\x01",
        "far too large": whole + b"\xff" * 10,
        "header is not": b"\x20" + bytes(40),
    }
    known = set(library.config.blocks.rglob("*"))
    for number, (fault, data) in enumerate(faults.items()):
        path = tmp_path / f"{number}.car"
        path.write_bytes(data)
        refused = car("import", path, "--license", "CC0-1.0")
        assert refused.status == 2, (fault, refused)
        assert fault in refused.err, refused.err
    assert set(library.config.blocks.rglob("*")) == known


def test_a_car_of_another_profile_is_told_as_such(
    library: RunningLibrary, car: Callable[..., Any], tmp_path: Path
) -> None:
    data = some_bytes() + bytes(3000)
    library.register(data)
    made: dict[Cid, bytes] = {}
    builder = FileBuilder(
        lambda cid, block: made.update({cid: bytes(block)}), shape=Shape(2048, 4, 6)
    )
    builder.write(data)
    root = builder.finish()
    path = tmp_path / "other.car"
    path.write_bytes(b"".join(write_car(made.__getitem__, root)))
    refused = car("import", path)
    assert refused.status == 2, refused
    assert "profile" in refused.err


def test_a_missing_root_leaves_no_file(
    library: RunningLibrary, car: Callable[..., Any], tmp_path: Path
) -> None:
    book = library.register()
    root = BlockFolder(library.config.blocks / "blocks").path(Cid.parse(book["cid"]))
    aside = root.rename(root.with_suffix(".aside"))
    failed = car("export", book["digest"], "--to", tmp_path / "lost.car")
    aside.rename(root)  # others check what this library keeps
    assert failed.status == 1
    assert not any(tmp_path.iterdir())


def test_closed_content_leaves_as_it_lies_encrypted(
    library: RunningLibrary, car: Callable[..., Any], tmp_path: Path
) -> None:
    library.license("closed-car", seats=11)
    data = some_bytes() + bytes(5000)
    book = library.register(data, license="closed-car")
    done = car("export", book["digest"], "--to", tmp_path / "closed.car")
    assert done.status == 0, done
    made = (tmp_path / "closed.car").read_bytes()
    root, _ = read_header(io.BytesIO(made).read)
    assert str(root) != book["cid"]
    assert bytes(1000) not in made
    stored = [
        body for body in library.entries() if '"kind":"stored"' in body and book["digest"] in body
    ]
    assert root.base16() in stored[-1]


def test_a_small_car_of_a_huge_file_is_refused_before_it_is_hashed(
    car: Callable[..., Any], tmp_path: Path
) -> None:
    leaf, kept = bytes(MIB), {}
    builder = FileBuilder(lambda cid, block: kept.update({cid: bytes(block)}))
    for _ in range(5 * 1024):  # 5 GiB of one leaf
        builder.write(leaf)
    root = builder.finish()
    path = tmp_path / "small.car"
    path.write_bytes(b"".join(write_car(kept.__getitem__, root)))
    assert path.stat().st_size < 4 * MIB
    begun = time.process_time()
    refused = car("import", path, "--license", "CC0-1.0")
    assert (refused.status, time.process_time() - begun < 3) == (2, True), refused.err
    assert "large" in refused.err
