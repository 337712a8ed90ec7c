"""Content on nodes: the list of tests on simulated ones, and what only a simulated one does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ipfs.cid import Cid
from ipfs.errors import StoreUnavailable
from ledger_service import config as configuration
from ledger_service.adapters.content.stores import open_blocks
from ledger_service.adapters.imports.hashing import Hashing, prepare_claims
from ledger_service.adapters.imports.sources.blocks import FileBlock
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import (
    ContentStoreFull,
    ContentStoreUnavailable,
    InvalidInput,
    LedgerError,
)
from ledger_service.ports.content import Places
from tests.ports.content.listed import MIB, ListOfTests, data_of, kept, leaves
from tests.ports.content.places import Folder, Kept
from tests.simulators.content.kubo import Answer, KuboSimulator

__all__ = ["kept"]
NewNode = Callable[[], KuboSimulator]


@pytest.fixture
def new_node() -> Iterator[NewNode]:
    made: list[KuboSimulator] = []

    def new() -> KuboSimulator:
        made.append(KuboSimulator())
        return made[-1]

    yield new
    for node in made:
        node.stop()


class TestOnSimulatedNodes(ListOfTests):
    """The list."""


@pytest.fixture
def node(new_node: NewNode) -> KuboSimulator:
    return new_node()


@pytest.fixture
def alone(node: KuboSimulator, tmp_path: Path) -> Kept:
    return Kept(None, tmp_path, [node])


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("block/put", (200, b'{"Key":"bafkqaaa","Size":1}\n')),
        ("block/put", (200, b"")),
        ("block/put", (200, b"{}\n{}\n")),
        ("block/put", (200, b"[" * 100_000)),
        ("block/put", (500, b'{"Message":' + b"[" * 100_000)),
        ("block/put", (500, b'{"Message":"shutting down","Code":0,"Type":"error"}')),
        ("block/put", (403, b"403 - Forbidden")),
        ("block/put", (307, b"http://127.0.0.1:9/")),
        ("block/get", (200, b"other bytes")),
        ("block/get", (200, b"x" * (3 * MIB))),
        ("block/get", (302, b"http://127.0.0.1:9/")),
        ("pin/add", (500, b'{"Message":"no","Code":0,"Type":"error"}')),
        ("pin/ls", (200, b'{"Keys":{}}\n')),
        ("pin/ls", (200, b"\xff\xfe\n")),
        ("pin/ls", (200, b"[1]\n")),
    ],
)
def test_nothing_is_taken_on_an_answer_that_shows_no_keeping(
    alone: Kept, node: KuboSimulator, path: str, answer: Answer
) -> None:
    node.answers[path] = lambda: answer
    with pytest.raises(ContentStoreUnavailable):
        alone.put(bytes(MIB + 100))


def test_a_damaged_block_that_cannot_be_removed_is_not_taken_for_kept(
    alone: Kept, node: KuboSimulator
) -> None:
    data = data_of(100)
    alone.put(data)
    node.flip(leaves(data)[0])
    node.answers["block/rm"] = lambda: (200, b'{"Hash":"x","Error":"pinned: indirect"}\n')
    with pytest.raises(ContentStoreUnavailable):
        alone.put(data)


def test_a_node_without_room_is_full_and_what_it_has_stays(
    alone: Kept, node: KuboSimulator
) -> None:
    first = alone.put(data_of(100))
    node.most_blocks = 2
    with pytest.raises(ContentStoreFull):
        alone.put(data_of(3 * MIB))
    assert alone.read(first) == data_of(100)


def test_an_answer_longer_than_a_block_is_not_read_to_its_end(
    alone: Kept, node: KuboSimulator
) -> None:
    node.answers["block/get"] = lambda: (200, bytes(50 * MIB))
    with pytest.raises(ContentStoreUnavailable):
        alone.content.size(ContentId(0x55, bytes(32)))


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"])
def test_an_answer_that_comes_by_drops_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr("ledger_service.adapters.content.kubo.SILENT_SECONDS", 1)
    (tmp_path / "blocks").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as server:
        given_up = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(said)
                while not given_up.wait(0.05):
                    connection.sendall(b"x")

        dripping = threading.Thread(target=drip)
        dripping.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        store = open_blocks(Places(str(tmp_path / "blocks"), False, (url,), 1))
        try:
            with pytest.raises(StoreUnavailable):
                store.get(Cid(0x55, bytes(32)))
        finally:
            given_up.set()
            dripping.join()


def test_files_that_an_import_keeps_go_to_nodes_too(new_node: NewNode, tmp_path: Path) -> None:
    kept = Kept(Folder(tmp_path / "blocks"), tmp_path, [node := new_node()])
    data = data_of(MIB + 13)
    (tmp_path / "book").write_bytes(data)
    piece = FileBlock(str(tmp_path), "", ["book"], "L", 0)
    hashing = Hashing(tmp_path / "journal.db", 2 * MIB, kept.settings, open_licenses=frozenset("L"))
    [claim] = [claim for claims in prepare_claims([piece], hashing) for claim in claims]
    assert kept.read(ContentId.read(claim.cid)) == data
    assert all(node.holds(leaf) for leaf in leaves(data))


def test_fewer_copies_are_enough_if_the_settings_say_so(new_node: NewNode, tmp_path: Path) -> None:
    nodes = [new_node(), new_node()]
    kept = Kept(Folder(tmp_path / "blocks"), tmp_path, nodes, copies=2)
    nodes[0].stop()
    data = data_of(MIB + 1)
    cid = kept.put(data)
    assert nodes[1].holds(leaves(data)[0])
    nodes[1].stop()
    with pytest.raises(ContentStoreUnavailable):
        kept.put(data_of(MIB + 2))
    assert kept.read(cid) == data
    nodes[0].start()
    nodes[1].start()


def test_a_node_that_is_away_may_have_what_others_lack(new_node: NewNode, tmp_path: Path) -> None:
    nodes = [new_node(), new_node()]
    kept = Kept(None, tmp_path, nodes)
    cid = kept.put(data_of(100))
    nodes[0].empty()
    nodes[1].stop()
    with pytest.raises(ContentStoreUnavailable):
        kept.read(cid)
    nodes[1].start()


def test_a_node_that_did_not_answer_is_asked_last_for_a_while(
    new_node: NewNode, tmp_path: Path
) -> None:
    nodes = [new_node(), new_node()]
    kept = Kept(None, tmp_path, nodes)
    cid = kept.put(data_of(100))
    nodes[0].answers["pin/ls"] = lambda: (403, b"403 - Forbidden")
    nodes[0].asked.clear()
    assert [kept.content.has(cid) for _ in range(3)] == [True] * 3
    assert nodes[0].asked == ["pin/ls"]


def test_room_is_what_enough_places_have(new_node: NewNode, tmp_path: Path) -> None:
    nodes = [new_node(), new_node()]
    nodes[0].free_bytes, nodes[1].free_bytes = 70, 50
    assert Kept(None, tmp_path, nodes).content.free_bytes() == 50
    assert Kept(None, tmp_path, nodes, copies=1).content.free_bytes() == 70
    nodes[1].stop()
    assert Kept(None, tmp_path, nodes, copies=1).content.free_bytes() == 70
    with pytest.raises(ContentStoreUnavailable):
        Kept(None, tmp_path, nodes).content.free_bytes()
    nodes[1].start()


def test_a_node_keeps_each_block_by_a_pin_of_its_own(alone: Kept, node: KuboSimulator) -> None:
    data = data_of(2 * MIB)
    cid = alone.put(data)
    assert node.pins == {
        **{str(leaf): "recursive" for leaf in leaves(data)},
        str(Cid(cid.codec, cid.digest)): "direct",
    }
    assert alone.blocks.has(leaves(data)[0])
    assert not alone.blocks.has(Cid(0x55, bytes(32)))


class TestSettings:
    """MUHR_IPFS and MUHR_COPIES."""

    def places(self, **settings: str) -> tuple[bool, tuple[str, ...], int]:
        names = {f"MUHR_{name}": text for name, text in settings.items()}
        return tuple(configuration.load(names).content)[1:]

    def test_the_folder_is_the_default(self) -> None:
        assert self.places() == self.places(IPFS=" ") == (True, (), 1)

    def test_nodes_take_its_place_or_stand_beside_it_and_all_must_hold_what_is_taken(self) -> None:
        one, two = "http://127.0.0.1:5001", "https://u:p@[::1]:5001"
        assert self.places(IPFS=one) == (False, (one,), 1)
        assert self.places(IPFS=f"{two} folder  {one} {one}") == (True, (two, one), 3)
        assert self.places(IPFS=f"folder {one}", COPIES="1") == (True, (one,), 1)

    @pytest.mark.parametrize(
        "settings",
        [
            {"IPFS": "/ip4/127.0.0.1/tcp/5001"},
            {"IPFS": "http://"},
            {"IPFS": "http://host:99999"},
            {"IPFS": "http://host:0"},
            {"COPIES": "2"},
            {"COPIES": "x"},
        ],
    )
    def test_others_are_refused(self, settings: dict[str, str]) -> None:
        with pytest.raises(InvalidInput):
            self.places(**settings)

    def test_a_password_is_not_told(self, tmp_path: Path) -> None:
        url = "http://user:secret@127.0.0.1:9"
        places = configuration.load({"MUHR_HOME": str(tmp_path), "MUHR_IPFS": url}).content
        (tmp_path / "blocks").mkdir()
        store = open_blocks(places)
        assert store.name == "127.0.0.1:9"
        with pytest.raises(Exception, match=r"127\.0\.0\.1:9 does not answer") as caught:
            store.get(Cid(0x55, bytes(32)))
        assert "secret" not in str(caught.value)
        assert not isinstance(caught.value, LedgerError)
