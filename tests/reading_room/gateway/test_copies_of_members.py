"""What is kept of other members is served by its CIDs as our own is, while it may be, and is checked."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger_service.domain.content.content_id import DAG_PB, RAW, ContentId
from ledger_service.domain.errors import BlockNotServed, CopyNotKept, ResourceNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.consortium.copies import Refusal
from ledger_service.services.consortium.copies import keep_copies
from ledger_service.services.consortium.copies.find_copy import copy_content, find_open_work
from reading_room.fixity.sql import SqlFixity
from reading_room.fixity.verbs import request_run
from reading_room.fixity.work import work as check_all
from reading_room.gateway.rules import CarForm
from reading_room.gateway.sql import SqlGateway
from reading_room.gateway.verbs import send_block, send_car
from tests.simulators.bench import LIBRARIAN, Bench
from tests.simulators.copies.circle import LARGE, Circle


@pytest.fixture
def circle(
    empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Circle]:
    monkeypatch.setattr(keep_copies, "SECONDS_BETWEEN", 0)
    monkeypatch.setattr(keep_copies, "LEAST_FREE_BYTES", 0)
    (tmp_path / "own").mkdir()
    shutil.copy(empty_database, tmp_path / "own" / "muhr.db")
    made = Circle(Bench(tmp_path / "own"), tmp_path)
    yield made
    made.bench.release()


def served(circle: Circle, cid: ContentId) -> bool:
    """Return whether a block is served, after checking that it is the one of its CID."""
    try:
        found = send_block(circle.bench.library, SqlGateway, cid)
    except BlockNotServed:
        return False
    assert hashlib.sha256(b"".join(found.pieces)).digest() == cid.digest
    assert found.begun == []  # it is no use of a work of ours
    return True


def test_every_block_of_a_copy_is_served(circle: Circle) -> None:
    large, small = (circle.a.registers(data, circle.license) for data in (LARGE, b"a poem"))
    assert not served(circle, large)
    circle.work()
    leaves = [link.cid for link in circle.a.content.links(large)]
    assert all(served(circle, cid) for cid in (large, small, *leaves))
    car = send_car(circle.bench.library, SqlGateway, large, CarForm())
    assert LARGE[-7:] in b"".join(car.pieces)
    assert not served(circle, ContentId(RAW, large.digest))
    assert not served(circle, ContentId(DAG_PB, leaves[0].digest))


def test_what_stands_no_more_is_not_served_from_that_moment(circle: Circle) -> None:
    cid = circle.a.registers(LARGE, circle.license)
    circle.work()
    with circle.bench.store.write() as transaction:
        transaction.member_copies.refuse(Refusal(Digest.of(LARGE), 1, "a court"))
    assert not served(circle, cid)
    with circle.bench.store.write() as transaction:
        transaction.member_copies.allow(Digest.of(LARGE))
    assert served(circle, cid)
    circle.a.withdraws(LARGE, 2)
    circle.work()
    assert not served(circle, cid)
    assert not served(circle, circle.a.content.links(cid)[0].cid)


def test_a_student_gets_the_work_of_a_member_that_is_away(circle: Circle) -> None:
    digest = Digest.of(LARGE)
    with pytest.raises(ResourceNotFound):
        find_open_work(circle.bench.library, digest)
    circle.a.registers(LARGE, circle.license)
    circle.a.fault = "away"
    circle.work()
    with pytest.raises(CopyNotKept):
        copy_content(circle.bench.library, digest)
    circle.a.fault = ""
    circle.bench.clock.advance(keep_copies.FIRST_RETRY_SECONDS)
    circle.work()
    circle.a.fault = "away"
    content = copy_content(circle.bench.library, digest)
    assert b"".join(content.pieces(0, content.size)) == LARGE
    found = find_open_work(circle.bench.library, digest)
    assert [one.name for one in found.owners] == ["University a"]
    assert [one.name for one in found.holders] == ["University b"]


def test_copies_are_checked_as_all_that_is_kept(circle: Circle) -> None:
    cid = circle.a.registers(LARGE, circle.license)
    circle.work()
    library = circle.bench.library

    def checked() -> int:
        request_run(library, LIBRARIAN, SqlFixity)
        for _ in range(4):
            check_all(library, lambda: False)
        with library.store.read() as transaction:
            room = transaction.room(SqlFixity)
            assert room.newest() is not None
            return room.count_kept()

    assert checked() == 1
    circle.a.withdraws(LARGE, 1)
    circle.work()
    assert circle.is_kept(cid) is False
    assert checked() == 0
