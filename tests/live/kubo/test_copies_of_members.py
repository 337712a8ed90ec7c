"""Copies between members that have a Kubo node each: blocks go from node to node by bitswap, or over HTTP."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ipfs.block_store import FileBlockStore
from ipfs.cid import Cid
from ledger_service.adapters.consortium.block_sources import MemberBlocks
from ledger_service.adapters.content import kubo
from ledger_service.adapters.content.stores import open_content, open_nodes
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import ContentNotFound, ServiceUnavailable
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.content import Places
from ledger_service.services.consortium.copies.fetch_blocks import BlockFinder, Pace
from scripts.harness.kubo_node import KuboNode

MIB = 2**20
DATA = b"".join(bytes([n]) * MIB for n in range(3)) + b"the end"


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[KuboNode, KuboNode]]:
    """Return the nodes of two members, not connected yet."""
    folder = tmp_path_factory.mktemp("members")
    made: list[KuboNode] = []
    try:
        made += [KuboNode(folder / "owner"), KuboNode(folder / "holder")]
        yield made[0], made[1]
    finally:
        for node in made:
            node.stop()


@pytest.fixture
def places(nodes: tuple[KuboNode, KuboNode], tmp_path: Path) -> tuple[Places, Places]:
    made = []
    for name, node in zip(("owner", "holder"), nodes, strict=True):
        (tmp_path / name).mkdir()
        made.append(Places(str(tmp_path / name), False, (node.url,), 1))
    return made[0], made[1]


def connect(owner: KuboNode, holder: KuboNode) -> None:
    """Connect the two in their private network, as the operators do."""
    address = json.loads(owner.run("id"))["Addresses"][0]
    holder.run("swarm", "connect", address)


def kept_by(places: Places, data: bytes) -> ContentId:
    with open_content(places).upload() as upload:
        upload.write(data)
        cid = upload.finish()
        upload.commit()
    return cid


def never() -> bool:
    return False


def test_nodes_of_one_network_give_blocks_to_one_another(
    nodes: tuple[KuboNode, KuboNode],
    places: tuple[Places, Places],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kubo, "PEER_SECONDS", 2)
    owner, holder = nodes
    cid = kept_by(places[0], DATA)
    sources = MemberBlocks(nodes=lambda: open_nodes(places[1]))
    with sources.own_network() as none:
        assert none is None  # it has no peer yet
    connect(owner, holder)
    content = open_content(places[1])
    with sources.own_network() as peers:
        assert peers is not None
        find = BlockFinder([peers], Pace(2**40, never))
        assert content.bring(cid, Digest.of(DATA), find, lambda _: None) == len(DATA)
        with pytest.raises(ContentNotFound):
            peers.block(ContentId(0x55, bytes(32)))
    assert b"".join(content.read(cid, 0, len(DATA))) == DATA
    holder.collect_garbage()
    leaf = content.links(cid)[1].cid
    assert holder.holds(Cid(leaf.codec, leaf.digest))  # it was pinned
    assert {one.outcome.value for one in content.check(cid)} == {"match"}


class _Lies(BaseHTTPRequestHandler):
    """Serves what no gateway should, by the path's first letter behind /ipfs/."""

    way = "endless"

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            if self.way == "endless":
                while True:
                    self.wfile.write(bytes(MIB))
            self.wfile.write(b"other bytes")
        except OSError:
            return

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def liar() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Lies)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("way", ["endless", "other"])
def test_a_node_s_gateway_is_asked_after_one_that_lies(
    nodes: tuple[KuboNode, KuboNode],
    places: tuple[Places, Places],
    liar: str,
    way: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(_Lies, "way", way)
    cid = kept_by(places[0], DATA + way.encode())
    (tmp_path / "folder").mkdir()
    folder = tmp_path / "folder" / "blocks"
    FileBlockStore.create(folder)
    content = open_content(Places(str(folder)))
    sources = MemberBlocks(allowed=["127.0.0.1"])
    with (
        sources.member("a liar", liar) as first,
        sources.member("Kubo", nodes[0].gateway) as second,
    ):
        find = BlockFinder([first, second], Pace(2**40, never))
        digest = Digest.of(DATA + way.encode())
        assert content.bring(cid, digest, find, lambda _: None) == len(DATA) + len(way)
        assert [name for name, _ in find.faults] == ["a liar"]
    shutil.rmtree(folder)


def test_an_address_within_the_network_is_not_asked_unless_it_was_allowed(liar: str) -> None:
    with pytest.raises(Exception, match="plain-http"), MemberBlocks().member("x", liar):
        pass
    with (
        pytest.raises(ServiceUnavailable),
        MemberBlocks().member("x", liar.replace("http:", "https:")),
    ):
        pass
