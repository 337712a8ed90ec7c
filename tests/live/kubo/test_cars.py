"""CARs between us and Kubo: it takes ours and has the file, and we take its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ipfs.car import write_car
from ipfs.cid import Cid
from ipfs.unixfs import FileBuilder
from ledger_service.adapters.exports.car_file import open_car
from scripts.harness.kubo_node import KuboNode

MIB = 2**20
DATA = bytes(range(256)) * 8192 + bytes(2 * MIB) + b"end"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KuboNode]:
    made = KuboNode(tmp_path_factory.mktemp("kubo") / "node")
    yield made
    made.stop()


@pytest.fixture
def ours(tmp_path: Path) -> tuple[Path, Cid]:
    """Return a CAR that we write, and its root."""
    blocks: dict[Cid, bytes] = {}
    builder = FileBuilder(lambda cid, block: blocks.update({cid: bytes(block)}))
    builder.write(DATA)
    root = builder.finish()
    path = tmp_path / "ours.car"
    path.write_bytes(b"".join(write_car(blocks.__getitem__, root)))
    return path, root


def test_kubo_takes_our_car_and_has_the_file(node: KuboNode, ours: tuple[Path, Cid]) -> None:
    path, root = ours
    assert str(root) in node.run("dag", "import", "--pin-roots=true", str(path))
    assert node.ask("cat", arg=str(root)) == DATA


def test_we_take_the_car_that_kubo_exports(
    node: KuboNode, ours: tuple[Path, Cid], tmp_path: Path
) -> None:
    path, root = ours
    node.run("dag", "import", str(path))
    theirs = tmp_path / "theirs.car"
    theirs.write_bytes(node.ask("dag/export", arg=str(root)))
    with open_car(theirs, largest_bytes=len(DATA)) as opened:
        assert str(opened.root) == str(root)
        assert b"".join(opened.pieces()) == DATA
