"""What a library tells is looked up in the copy of its ledger and in the chain; what differs is left out."""

from __future__ import annotations

from typing import Any

import pytest

from ledger_service.domain.chain.intent import RegisterResource
from ledger_service.domain.identifiers import Digest
from reading_room.search.rules.members.standing import Standing
from tests.reading_room.search.members.conftest import Consortium, left_out
from tests.reading_room.search.members.other_library import OtherLibrary, saying


@pytest.fixture
def other(consortium: Consortium) -> OtherLibrary:
    """Return a library of one work, of whose ledger there is a copy."""
    other = consortium.others[0]
    other.claim("Haqiqat", creator="Somebody")
    other.copy_to(consortium.bench.library)
    return other


def only_left_out(consortium: Consortium, other: OtherLibrary) -> dict[Standing, int]:
    """Return how many works of a library are left out, nothing being shown."""
    found = consortium.find("haqiqat")
    assert found.works == []
    return left_out(found, other)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Yolgʻon"},
        {"creator": "Somebody else"},
        {"title": "Yolgʻon", "revision": 1, "described_entry": 0},
        {"revision": 1},
        {"accepted_at": 5},
        {"digest": "ab" * 32},
        {"license": "ab" * 32},
        {"metadata_digest": "ab" * 32},
    ],
)
def test_what_its_ledger_does_not_hold_is_left_out(
    consortium: Consortium, other: OtherLibrary, changes: dict[str, Any]
) -> None:
    other.items[0] |= changes
    assert only_left_out(consortium, other) == {Standing.NOT_HELD: 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "a\nb"},
        {"title": ""},
        {"title": 5},
        {"title": "\u202eevil" + "x" * 5000},
        {"digest": "zz"},
        {"cid": "bafy"},
        {"state": "mine"},
        {"accepted_entry": -1},
        {"accepted_entry": True},
        {"contributors": [{"name": 5}]},
        {"steward": "ab" * 32},
    ],
)
def test_what_is_no_work_of_its_is_left_out(
    consortium: Consortium, other: OtherLibrary, changes: dict[str, Any]
) -> None:
    other.items[0] |= changes
    assert only_left_out(consortium, other) == {Standing.MALFORMED: 1}


def test_what_is_newer_than_the_copy_is_as_its_library_says(
    consortium: Consortium, other: OtherLibrary
) -> None:
    other.claim("Yangi haqiqat")
    standings = {work.record.title: work.standing for work in consortium.find("haqiqat").works}
    assert standings == {"Haqiqat": Standing.HELD, "Yangi haqiqat": Standing.NOT_CHECKED}


def test_a_corrected_record_is_held_as_it_is_now(
    consortium: Consortium, other: OtherLibrary
) -> None:
    other.items.clear()
    other.claim("Xato", corrected="Haqiqat tuzatilgan")
    other.copy_to(consortium.bench.library)
    [work] = consortium.find("haqiqat").works
    assert (work.record.title, work.standing) == ("Haqiqat tuzatilgan", Standing.HELD)
    other.items[0]["title"] = "Haqiqat buzilgan"
    assert only_left_out(consortium, other) == {Standing.NOT_HELD: 1}


def test_a_ledger_with_two_histories_speaks_for_nothing(
    consortium: Consortium, other: OtherLibrary
) -> None:
    mirrors = consortium.bench.library.mirrors
    [mirrored] = mirrors.all()
    mirrors.note_fork(mirrored.id, "another history", None)
    [work] = consortium.find("haqiqat").works
    assert work.standing is Standing.NOT_CHECKED


@pytest.fixture
def on_chain(consortium: Consortium) -> OtherLibrary:
    """Return a library whose only work stands on chain, and of whose ledger there is no copy."""
    other = consortium.others[1]
    bench = consortium.bench
    license_id = bench.registered(title="Own").license
    item = other.claim("Haqiqat")
    other.items[0]["license"] = license_id.hex()
    claim = RegisterResource(item.digest, item.steward, license_id, item.cid, item.metadata.digest)
    bench.chain.act(lambda state: state.register(claim, other.institution.registrar))
    consortium.follow_chain()
    return other


def test_what_stands_on_chain_needs_no_copy(consortium: Consortium, on_chain: OtherLibrary) -> None:
    [work] = consortium.find("haqiqat").works
    assert (work.standing, work.is_superseded) == (Standing.ON_CHAIN, False)
    assert work.lent_at is None  # its terms are open
    on_chain.items[0]["title"] = "Boshqa haqiqat"
    assert only_left_out(consortium, on_chain) == {Standing.NOT_HELD: 1}


def test_what_was_withdrawn_on_chain_is_left_out_whatever_its_library_says(
    consortium: Consortium, on_chain: OtherLibrary
) -> None:
    item, steward = on_chain.items[0], on_chain.institution.steward.hex()
    consortium.bench.chain.act(lambda state: state.withdraw(item["digest"], steward, 1))
    consortium.follow_chain()
    assert only_left_out(consortium, on_chain) == {Standing.WITHDRAWN: 1}


def test_a_name_is_told_only_if_its_resource_is_there(
    consortium: Consortium, other: OtherLibrary
) -> None:
    def named(digest: str) -> dict[str, Any]:
        direct = {"digest": digest, "sure": True}
        return {"items": [], "next": None, "total": 0, "more": False, "direct": direct}

    digest = other.items[0]["digest"]
    other.say = saying(named(digest))
    found = consortium.find(digest)
    assert [one.named for one in found.libraries] == [None] * 4
    _name_in_copy(consortium, digest)
    found = consortium.find(digest)
    assert [str(one.named) for one in found.libraries if one.named] == [digest]
    other.say = saying(named("ab" * 32))
    assert not any(one.named for one in consortium.find("ab" * 32).libraries)


def _name_in_copy(consortium: Consortium, digest: str) -> None:
    mirrors = consortium.bench.library.mirrors
    [mirrored] = mirrors.all()
    with mirrors.store(mirrored.id).write() as transaction:
        mirrors.add_places(transaction, [(Digest.parse(digest), 0)])
