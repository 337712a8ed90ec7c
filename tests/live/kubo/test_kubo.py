"""Content on real Kubo nodes: the list of tests, and what only a real node can do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ipfs.cid import Cid
from ipfs.unixfs import FileBuilder
from ledger_service.adapters.content.kubo import KuboStore
from ledger_service.domain.content.fixity import Outcome
from ledger_service.domain.errors import ContentStoreFull, ContentStoreUnavailable
from scripts.harness.kubo_node import KuboNode
from tests.ports.content.listed import MIB, ListOfTests, data_of, kept, leaves
from tests.ports.content.places import Folder, Kept

__all__ = ["kept"]


@pytest.fixture(scope="session")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[KuboNode]]:
    """Return two nodes of one private network, for all tests: each test's content is its own."""
    folder = tmp_path_factory.mktemp("kubo")
    made: list[KuboNode] = []
    try:
        for name in ("one", "two"):
            made.append(KuboNode(folder / name))
        yield made
    finally:
        for node in made:
            node.stop()


@pytest.fixture
def new_node(nodes: list[KuboNode]) -> Callable[[], KuboNode]:
    unused = iter(nodes)
    return lambda: next(unused)


class TestOnKubo(ListOfTests):
    """The list."""


def test_a_node_that_is_killed_amid_an_upload_keeps_what_it_acknowledged(
    nodes: list[KuboNode], tmp_path: Path
) -> None:
    one = nodes[0]
    kept = Kept(None, tmp_path, [one])
    first, data = data_of(2 * MIB + 20), data_of(64 * MIB + 1)
    cid = kept.put(first)

    def kill_amid() -> None:
        while not one.holds(leaves(data)[2]):
            pass
        one.kill()

    killing = threading.Thread(target=kill_amid)
    killing.start()
    with pytest.raises(ContentStoreUnavailable):
        kept.put(data)
    killing.join()
    one.start()
    assert kept.read(cid) == first
    again = kept.put(data)
    one.collect_garbage()
    assert kept.read(again) == data


def test_garbage_collected_while_blocks_are_sent_takes_none_of_them(
    nodes: list[KuboNode], tmp_path: Path
) -> None:
    kept, data = Kept(None, tmp_path, nodes), data_of(48 * MIB + 2)
    done = threading.Event()

    def collect() -> None:
        while not done.wait(0.2):
            nodes[0].collect_garbage()

    collecting = threading.Thread(target=collect)
    collecting.start()
    try:
        cid = kept.put(data)
    finally:
        done.set()
        collecting.join()
    for node in nodes:
        node.collect_garbage()
        assert all(node.holds(leaf) for leaf in leaves(data))
    assert kept.read(cid) == data


def test_a_file_that_the_operator_pinned_whole_is_kept_and_read(
    nodes: list[KuboNode], tmp_path: Path
) -> None:
    kept, data = Kept(None, tmp_path, nodes[:1]), data_of(2 * MIB + 30)
    cid = kept.put(data)
    nodes[0].ask("pin/rm", arg=str(Cid(cid.codec, cid.digest)), recursive="false")
    nodes[0].ask("pin/add", arg=str(Cid(cid.codec, cid.digest)), recursive="true")
    assert kept.put(data) == cid
    assert kept.read(cid) == data


def test_both_kinds_of_places_have_the_same_blocks(nodes: list[KuboNode], tmp_path: Path) -> None:
    folder = Folder(tmp_path / "blocks")
    kept, data = Kept(folder, tmp_path, nodes), data_of(3 * MIB + 40)
    cid = kept.put(data)
    for node in nodes:
        assert node.ask("cat", arg=str(Cid(cid.codec, cid.digest))) == data


def test_a_check_finds_and_heals_what_is_not_whole_on_a_node(
    nodes: list[KuboNode], tmp_path: Path
) -> None:
    one, two = nodes
    kept, data = Kept(None, tmp_path, nodes), data_of(3 * MIB + 50)
    cid = kept.put(data)
    one.flip(leaves(data)[0])
    two.delete(leaves(data)[1])
    two.ask("pin/rm", arg=str(leaves(data)[2]))
    found = [(block.place, block.outcome) for block in kept.content.check(cid)]
    assert len(found) == 2 * (1 + len(leaves(data)))
    assert found.count(("node 1", Outcome.HEALED)) == 1
    assert found.count(("node 2", Outcome.HEALED)) == 2
    two.empty()
    assert {block.outcome for block in kept.content.check(cid) if block.place == "node 2"} == {
        Outcome.HEALED
    }
    assert {block.outcome for block in kept.content.check(cid)} == {Outcome.MATCH}
    two.collect_garbage()
    assert all(two.holds(leaf) for leaf in leaves(data))


@pytest.mark.parametrize("size", [0, 1, 255, MIB - 1, MIB, MIB + 1, 5 * MIB + 3, 1025 * MIB])
def test_a_file_has_the_cid_that_the_node_gives_it(
    nodes: list[KuboNode], tmp_path: Path, size: int
) -> None:
    file = tmp_path / "file"
    with file.open("wb") as target:
        target.truncate(size)
        target.write(data_of(min(size, MIB)))
    builder = FileBuilder(lambda *_: None)
    with file.open("rb") as source:
        while piece := source.read(MIB):
            builder.write(piece)
    assert nodes[0].cid_of(file) == str(builder.finish())


def test_what_is_left_on_the_disk_is_what_the_node_says(
    nodes: list[KuboNode], tmp_path: Path
) -> None:
    assert Kept(None, tmp_path, nodes).content.free_bytes() > 0


def test_a_node_whose_disk_is_full_takes_no_more_and_gives_what_it_has(tmp_path: Path) -> None:
    node = KuboNode(tmp_path / "small", disk_size="64m")
    try:
        kept, first = Kept(None, tmp_path, [node]), data_of(8 * MIB + 60)
        cid = kept.put(first)
        with pytest.raises(ContentStoreFull):
            kept.put(data_of(96 * MIB))
        assert kept.read(cid) == first
        assert all(node.holds(leaf) for leaf in leaves(first))
    finally:
        node.stop()


def test_a_node_killed_between_remove_and_put_is_healed_once_it_is_back(
    nodes: list[KuboNode], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, data = Kept(None, tmp_path, nodes), data_of(3 * MIB + 70)
    cid, spoiled = kept.put(data), leaves(data)[1]
    nodes[0].flip(spoiled)
    removes = KuboStore.remove

    def kill_after(store: KuboStore, block: Cid) -> None:
        removes(store, block)
        nodes[0].kill()

    with monkeypatch.context() as patch:
        patch.setattr(KuboStore, "remove", kill_after)
        assert kept.read(cid) == data
    nodes[0].start()
    assert not nodes[0].holds(spoiled)
    kept.content.refill(lambda: False)
    assert all(nodes[0].holds(leaf) for leaf in leaves(data))


def test_a_node_that_was_away_has_what_it_missed_soon_after_it_is_back(
    nodes: list[KuboNode], tmp_path: Path
) -> None:
    kept, data = Kept(None, tmp_path, nodes, copies=1), data_of(5 * MIB + 80)
    nodes[1].stop()
    cid = kept.put(data)
    nodes[1].start()
    assert not nodes[1].holds(leaves(data)[0])
    kept.content.refill(lambda: False)
    nodes[0].empty()
    assert kept.read(cid) == data
    assert all(nodes[1].holds(one) for one in [*leaves(data), Cid(cid.codec, cid.digest)])
