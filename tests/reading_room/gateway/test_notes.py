"""Which blocks are noted of which resources, and what is served of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.dag_pb import Link, encode_file_node
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import BlockNotServed
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.license import UNLIMITED_SEATS, LicenseTerms, rights_uri
from ledger_service.domain.resources.registration import WithdrawalReason
from ledger_service.services.limits import Limits
from ledger_service.services.resources.change_resource import withdraw_resource
from ledger_service.services.resources.define_license import define_license
from reading_room.gateway.rules import CarForm
from reading_room.gateway.sql import SqlGateway
from reading_room.gateway.verbs import check_served, send_block, send_car
from reading_room.gateway.work import ANEW_SECONDS, work
from tests.ports.content.places import Folder, Kept
from tests.simulators.bench import LIBRARIAN, Bench

MIB = 2**20
OPEN = b"open " * 500_000
CLOSED = b"closed " * 400_000
SHARED = bytes(MIB)


class Served(Bench):
    """A library with tables of rooms, an open license and a closed one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, Limits(anchor_seconds=0))
        self.kept = Kept(Folder(folder / "content"), folder, [])
        self.library = replace(self.library, content=self.kept.content)
        self.worker.library = self.library
        terms = LicenseTerms(rights_uri("CC0-1.0"), UNLIMITED_SEATS, 86_400, True)
        define_license(self.library, LIBRARIAN, "CC0-1.0", terms)
        self.license("closed")

    def work(self, times: int = 3) -> None:
        for _ in range(times):
            work(self.library, lambda: False)

    def take(self, data: bytes, license_name: str = "CC0-1.0") -> ContentId:
        """Return the CID of what is registered."""
        taken = self.register(data, license_name)
        self.settle()
        return taken.cid

    def serves(self, cid: ContentId) -> bool:
        try:
            check_served(self.library, SqlGateway, cid)
        except BlockNotServed:
            return False
        return True


@pytest.fixture
def bench(empty_database: Path, tmp_path: Path) -> Iterator[Served]:
    shutil.copy(empty_database, tmp_path / "muhr.db")
    made = Served(tmp_path)
    yield made
    made.release()


def leaf(data: bytes, number: int) -> ContentId:
    cid = Cid.of(RAW, data[number * MIB : (number + 1) * MIB])
    return ContentId(cid.codec, cid.digest)


def test_each_block_of_an_open_resource_is_served_and_none_of_a_closed_one(bench: Served) -> None:
    root, closed = bench.take(OPEN), bench.take(CLOSED, "closed")
    assert not bench.serves(root)
    bench.work()
    for cid in (root, leaf(OPEN, 0), leaf(OPEN, 2)):
        assert bench.serves(cid)
        pieces, _, size = send_block(bench.library, SqlGateway, cid)
        assert Cid(cid.codec, cid.digest).is_of(block := b"".join(pieces))
        assert len(block) == size
    for cid in (closed, leaf(CLOSED, 0), ContentId(RAW, bytes(32))):
        with pytest.raises(BlockNotServed) as refused:
            send_block(bench.library, SqlGateway, cid)
        assert refused.value.reason.values == {"cid": str(cid)}


def test_a_small_resource_is_served_as_soon_as_it_stands(bench: Served) -> None:
    cid = bench.take(b"small and open")
    assert bench.serves(cid)
    assert not bench.serves(bench.take(b"small and closed", "closed"))


def test_what_waits_for_the_chain_is_not_served_yet(bench: Served) -> None:
    taken = bench.register(OPEN, "CC0-1.0")
    bench.work()
    assert not bench.serves(taken.cid)
    bench.settle()
    assert bench.serves(taken.cid)


def test_a_block_that_an_open_and_a_closed_resource_share_is_served_until_the_open_one_is_withdrawn(
    bench: Served,
) -> None:
    bench.take(SHARED + b"closed", "closed")
    bench.work()
    shared = leaf(SHARED, 0)
    assert not bench.serves(shared)
    bench.take(SHARED + b"open")
    bench.work()
    assert bench.serves(shared)
    digest = Digest.of(SHARED + b"open")
    withdraw_resource(bench.library, LIBRARIAN, digest, WithdrawalReason.ERROR)
    bench.settle()
    assert not bench.serves(shared)


def test_bytes_of_an_open_resource_that_look_like_a_node_lead_to_no_closed_one(
    bench: Served,
) -> None:
    closed = bench.take(b"small and closed", "closed")
    forged = encode_file_node([Link(Cid(closed.codec, closed.digest), 16, 16)])
    bench.take(SHARED + forged)
    bench.work()
    assert bench.serves(leaf(SHARED + forged, 1))
    as_node = ContentId(DAG_PB, Digest.of(forged).value)
    assert not bench.serves(as_node)
    with pytest.raises(BlockNotServed):
        send_car(bench.library, SqlGateway, as_node, CarForm())


def test_content_that_is_not_there_is_looked_for_again_a_day_later(bench: Served) -> None:
    root = bench.take(OPEN)
    place = bench.kept.places[0]
    place.delete(Cid(root.codec, root.digest))
    bench.work()
    assert not bench.serves(root)
    bench.kept.put(OPEN)
    bench.work()
    assert not bench.serves(root)
    bench.clock.advance(ANEW_SECONDS)
    bench.work()
    assert bench.serves(root)


def test_a_block_that_was_lost_is_told_as_one_that_was_never_there(bench: Served) -> None:
    root = bench.take(OPEN)
    bench.work()
    lost = leaf(OPEN, 1)
    bench.kept.places[0].delete(Cid(lost.codec, lost.digest))
    with pytest.raises(BlockNotServed):
        send_block(bench.library, SqlGateway, lost)
    bench.kept.places[0].delete(Cid(root.codec, root.digest))
    with pytest.raises(BlockNotServed):
        send_car(bench.library, SqlGateway, root, CarForm())


def test_work_that_is_stopped_goes_on_where_it_was(bench: Served) -> None:
    roots = [bench.take(OPEN + bytes([number])) for number in range(3)]
    looks = iter([False, True])
    work(bench.library, lambda: next(looks))
    assert [bench.serves(root) for root in roots] == [True, False, False]
    bench.work()
    assert all(map(bench.serves, roots))
    work(bench.library, lambda: True)
