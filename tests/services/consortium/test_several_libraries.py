"""Several whole libraries on one chain: each registers and anchors for itself, and all see all of it."""

from __future__ import annotations

import time

from ledger_service.domain.consortium.charter import LARGEST_BYTES
from ledger_service.services.consortium.learn_members import MEMBERS_PATH, MemberLearner
from ledger_service.services.consortium.list_members import find_member, list_members
from ledger_service.services.consortium.take_member import take_member
from tests.simulators.bench import BOOK, SECOND, Bench
from tests.simulators.consortium import AnnouncerSimulator, Institution
from tests.simulators.parts.member_services import MemberServices

A, B, C = map(Institution, "abc")


def settled(benches: list[Bench]) -> None:
    for bench in benches * 2:
        bench.settle()


def test_each_knows_the_others(consortium: list[Bench]) -> None:
    for bench, one in zip(consortium, (A, B, C), strict=True):
        assert {known.member.url for known in list_members(bench.library)} == {A.url, B.url, C.url}
        [own] = [known for known in list_members(bench.library) if known.is_own]
        assert own.member.steward == one.steward == bench.library.steward


def test_a_book_that_two_register_stands_on_one_chain(consortium: list[Bench]) -> None:
    a, b, c = consortium
    a.register(BOOK)
    a.settle()
    b.register(BOOK)
    c.register(SECOND)
    settled(consortium)
    for bench in (a, b, c):
        stewards = [verdict.steward for verdict in bench.verdict(BOOK).verdicts]
        assert stewards == [A.steward.hex(), B.steward.hex()]
        assert bench.findings() == set()
    assert {a.library.ledger, b.library.ledger, c.library.ledger} == {
        one.member(0).ledger for one in (A, B, C)
    }


def test_a_member_s_cut_line_stops_nobody_else(consortium: list[Bench]) -> None:
    a, b, _ = consortium
    a.chain.is_away = True
    b.register(BOOK)
    b.settle()
    a.chain.is_away = False
    settled(consortium)
    assert [verdict.steward for verdict in a.verdict(BOOK).verdicts] == [B.steward.hex()]


def test_services_answer_as_their_libraries_do_and_may_lie(consortium: list[Bench]) -> None:
    a, b, _ = consortium
    services = a.library.members
    assert isinstance(services, MemberServices)
    told = services.get_json(B.url, MEMBERS_PATH, most_bytes=LARGEST_BYTES, seconds=1)
    assert told["own"] == B.steward.hex()
    moved = B.says(b.clock() + 1, url="https://moved.example")
    take_member(b.library, moved)
    services.lies[C.url + MEMBERS_PATH] = {"own": A.steward.hex(), "members": []}
    learner = MemberLearner(a.library, AnnouncerSimulator(a.signer, A.account_key))
    learner.work(lambda: False)
    assert find_member(a.library, B.steward).member.url == "https://moved.example"
    fault = find_member(a.library, C.steward).fault
    assert fault is not None
    assert fault.name == "member-address-of-other"


def test_listing_the_members_takes_little(consortium: list[Bench]) -> None:
    library = consortium[0].library
    list_members(library)
    begun = time.perf_counter()
    for _ in range(20):
        list_members(library)
    assert (time.perf_counter() - begun) / 20 < 0.05
