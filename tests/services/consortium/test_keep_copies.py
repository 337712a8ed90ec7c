"""Copies of members' open content: they come by the rule, go by the rule, and heal; whoever lies is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ledger_service.domain.consortium.holders import holders_of
from ledger_service.domain.content.content_id import DAG_PB, ContentId
from ledger_service.domain.errors import ContentCorrupt, ContentNotFound
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.ports.consortium.copies import Refusal
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.consortium.copies import keep_copies
from ledger_service.services.consortium.copies.keep_copies import CopyKeeper
from tests.simulators.bench import Bench
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.copies.circle import LARGE, MIB, Circle
from tests.simulators.copies.member import SourcesSimulator


@pytest.fixture
def circle(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Circle:
    monkeypatch.setattr(keep_copies, "SECONDS_BETWEEN", 0)
    monkeypatch.setattr(keep_copies, "LEAST_FREE_BYTES", 0)
    return Circle(bench, tmp_path)


@pytest.mark.parametrize("data", [b"a poem", LARGE])
def test_open_content_of_a_member_is_kept(circle: Circle, data: bytes) -> None:
    cid = circle.a.registers(data, circle.license)
    circle.work()
    kept = circle.copy(cid)
    assert kept is not None
    assert (kept.is_kept, kept.size_bytes, kept.fault) == (True, len(data), None)
    assert circle.read(cid) == data
    with circle.bench.store.read() as transaction:
        assert transaction.member_copies.held_of(circle.a.who.steward) == (1, len(data))
        assert transaction.member_copies.held_of(circle.b.who.steward) == (0, 0)


def test_closed_content_and_an_unknown_license_are_not(circle: Circle) -> None:
    house = circle.bench.license("house").id
    circle.bench.settle()
    closed = circle.a.registers(b"closed", house)
    unknown = circle.a.registers(b"unknown", LicenseId(bytes(32)))
    circle.work()
    assert circle.copy(closed) is None
    assert circle.copy(unknown) is None
    assert circle.a.asked == []


def test_what_this_library_holds_closed_is_not_handed_out_by_another_s_license(
    circle: Circle,
) -> None:
    circle.bench.license("house")
    circle.bench.settle()
    circle.bench.register(b"lent to readers", "house")
    circle.bench.settle()
    cid = circle.a.registers(b"lent to readers", circle.license)
    circle.work()
    assert not circle.is_kept(cid)
    assert circle.a.asked == []


def test_what_a_suspended_member_says_later_is_not_brought(circle: Circle) -> None:
    before = circle.a.registers(b"before", circle.license)
    circle.work()
    steward = circle.a.who.steward.hex()
    circle.bench.chain.act(lambda state: state.suspend(steward))
    follow_chain(circle.bench.library, DEPLOYED_AT)
    after = circle.a.registers(b"after", circle.license)
    circle.work()
    assert circle.is_kept(before)
    assert not circle.is_kept(after)


def test_the_rule_says_who_keeps(circle: Circle) -> None:
    circle.rule(2)
    cids = [circle.a.registers(b"work %d" % number, circle.license) for number in range(12)]
    circle.work()
    own = circle.bench.library.steward
    members = [own, circle.a.who.steward, circle.b.who.steward]
    mine = [cid for cid in cids if own in holders_of(cid, members[1:2], members, 2)]
    assert 0 < len(mine) < len(cids)
    assert [cid for cid in cids if circle.is_kept(cid)] == mine
    circle.rule(1)
    none = circle.a.registers(b"later", circle.license)
    circle.work()
    assert not circle.is_kept(none)


@pytest.mark.parametrize("fault", ["away", "lies"])
def test_who_fails_is_left_and_the_next_is_asked(circle: Circle, fault: str) -> None:
    cid = circle.a.registers(LARGE, circle.license)
    circle.b.holds(LARGE)
    circle.a.fault = fault
    circle.work()
    assert circle.read(cid) == LARGE
    assert circle.a.asked == [cid]


def test_what_nobody_gives_is_asked_for_later(circle: Circle) -> None:
    cid = circle.a.registers(LARGE, circle.license)
    circle.a.fault = "lies"
    circle.work()
    lacking = circle.copy(cid)
    assert lacking is not None
    assert (lacking.is_kept, lacking.tries) == (False, 1)
    assert lacking.fault is not None
    circle.a.fault = ""
    circle.work()
    assert not circle.is_kept(cid)  # not yet
    circle.bench.clock.advance(keep_copies.FIRST_RETRY_SECONDS)
    circle.work()
    assert circle.is_kept(cid)


def test_what_came_is_not_asked_for_again(circle: Circle) -> None:
    cid = circle.a.registers(LARGE, circle.license)
    content, whole = circle.bench.library.content, circle.a.block
    *before, leaf = [link.cid for link in circle.a.content.links(cid)]

    def broken(asked: ContentId) -> bytes:
        if asked == leaf:
            raise ContentNotFound("block")
        return whole(asked)

    circle.a.block = broken  # type: ignore[method-assign]
    circle.work()
    assert not circle.is_kept(cid)
    circle.a.block = whole  # type: ignore[method-assign]
    del circle.a.asked[:]
    circle.bench.clock.advance(keep_copies.FIRST_RETRY_SECONDS)
    circle.work()
    assert circle.is_kept(cid)
    assert not set(before) & set(circle.a.asked)
    assert content.has(leaf)


def test_other_bytes_than_were_registered_are_not_kept(circle: Circle) -> None:
    cid = circle.a.holds(LARGE)
    circle.a.registers(b"something else", circle.license, cid)
    circle.work()
    lacking = circle.copy(cid)
    assert lacking is not None
    assert not lacking.is_kept
    assert not circle.bench.library.content.has(cid)
    [leaf, *_] = circle.a.content.links(cid)
    assert not circle.bench.library.content.has(leaf.cid)


def test_room_is_bounded(circle: Circle) -> None:
    first = circle.a.registers(b"a" * MIB, circle.license)
    circle.work(circle.keeper(copied_bytes_each=MIB))
    second = circle.a.registers(b"b" * MIB, circle.license)
    of_b = circle.b.registers(b"c" * MIB, circle.license)
    circle.work(circle.keeper(copied_bytes_each=MIB))
    assert [circle.is_kept(one) for one in (first, second, of_b)] == [True, False, True]
    circle.bench.clock.advance(keep_copies.FIRST_RETRY_SECONDS)
    circle.work(circle.keeper(copied_bytes=2 * MIB))
    assert not circle.is_kept(second)
    circle.bench.clock.advance(keep_copies.LONGEST_RETRY_SECONDS)
    circle.work()
    assert circle.is_kept(second)


@pytest.mark.parametrize("code", [1, 2, 3])
def test_what_was_withdrawn_goes(circle: Circle, code: int) -> None:
    cid = circle.a.registers(LARGE, circle.license)
    circle.work()
    circle.a.withdraws(LARGE, code)
    circle.work()
    assert not circle.is_kept(cid)
    assert not circle.bench.library.content.has(cid)
    circle.a.registers(LARGE, circle.license)
    circle.work()
    assert not circle.is_kept(cid)  # it is withdrawn for good


def test_blocks_that_others_need_stay(circle: Circle) -> None:
    cid = circle.a.registers(LARGE, circle.license)
    other = circle.b.registers(LARGE[: 3 * MIB], circle.license)
    own = circle.bench.registered(LARGE[: 2 * MIB])
    circle.work()
    circle.a.withdraws(LARGE, 2)
    circle.work()
    assert (circle.is_kept(cid), circle.is_kept(other)) == (False, True)
    assert circle.read(other) == LARGE[: 3 * MIB]
    assert circle.read(own.cid) == LARGE[: 2 * MIB]
    assert own.cid.codec == DAG_PB


def test_our_own_work_is_no_copy(circle: Circle) -> None:
    own = circle.bench.registered(LARGE)
    cid = circle.a.registers(LARGE, circle.license)
    assert cid == own.cid
    circle.work()
    assert circle.copy(cid) is None


def test_a_copy_goes_only_when_others_have_it(circle: Circle) -> None:
    cid = circle.a.registers(LARGE, circle.license)
    circle.work()
    circle.rule(1)
    circle.a.fault = "away"
    circle.work()
    assert circle.is_kept(cid)
    circle.a.fault = ""
    circle.work()
    assert not circle.is_kept(cid)


def test_what_the_operator_refuses_is_neither_got_nor_kept(circle: Circle) -> None:
    cid = circle.a.registers(LARGE, circle.license)
    circle.work()
    refusals: list[Callable[[], Refusal]] = [
        lambda: Refusal(Digest.of(LARGE), circle.bench.clock(), "a court"),
        lambda: Refusal(circle.a.who.steward, circle.bench.clock(), "a court"),
    ]
    for refusal in refusals:
        with circle.bench.store.write() as transaction:
            transaction.member_copies.refuse(refusal())
        circle.work()
        assert not circle.is_kept(cid)
        assert not circle.bench.library.content.has(cid)
        with circle.bench.store.write() as transaction:
            assert transaction.member_copies.allow(refusal().subject)
        circle.bench.clock.advance(keep_copies.FIRST_RETRY_SECONDS)
        circle.work()
        assert circle.is_kept(cid)


def test_a_lost_block_is_got_again(circle: Circle) -> None:
    own = circle.bench.registered(LARGE)
    circle.b.holds(LARGE)
    circle.b.registers(LARGE, circle.license)
    copied = circle.a.registers(LARGE[::-1], circle.license)
    circle.work()
    content = circle.bench.library.content
    for cid, data in ((own.cid, LARGE), (copied, LARGE[::-1])):
        leaf = content.links(cid)[1].cid
        [path] = (circle.bench.folder / "blocks").rglob(f"*{leaf.digest.hex()}")
        path.write_bytes(b"rot")
        with pytest.raises(ContentCorrupt):
            circle.read(cid)
        circle.work()
        assert circle.read(cid) == data
        path.unlink()
        assert {one.outcome.value for one in content.check(cid)} == {"match", "missing"}
        circle.work()
        assert circle.read(cid) == data
    assert content.lost(10) == []


def test_our_own_nodes_peers_are_asked_first(circle: Circle) -> None:
    cid = circle.a.registers(LARGE, circle.license)
    circle.b.holds(LARGE)
    circle.sources = SourcesSimulator(circle.a, peers=circle.b)
    circle.work()
    assert circle.is_kept(cid)
    assert circle.a.asked == []


def test_a_library_that_is_alone_does_nothing(bench: Bench) -> None:
    CopyKeeper(bench.library, sources=SourcesSimulator()).work(lambda: False)
