"""What members say of themselves, and what liars say: decided by signatures and by our own index."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger_service import messages
from ledger_service.adapters.consortium.announcing import signed_by
from ledger_service.adapters.signer import Ed25519Signer
from ledger_service.domain.consortium.charter import MOST_MEMBERS
from ledger_service.domain.errors import (
    InvalidCheckpointSignature,
    InvalidMember,
    MemberNotFound,
    NoConsortium,
)
from ledger_service.domain.identifiers import StewardId
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.consortium.announce_self import announce_self
from ledger_service.services.consortium.list_members import find_member, list_members
from ledger_service.services.consortium.standing import Standing, own_standing
from ledger_service.services.consortium.take_member import AHEAD_SECONDS, take_member
from tests.simulators.bench import Bench
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.consortium import CHARTER, Institution, account_of, make_member

A, B, STRANGER = Institution("a"), Institution("b"), Institution("stranger")


@pytest.fixture
def member(bench: Bench) -> Bench:
    """Return a library in a consortium with A and B, whose index has read so far."""
    make_member(bench)
    for one in (A, B):
        one.join(bench.chain)
    read_on(bench)
    return bench


def read_on(bench: Bench) -> None:
    follow_chain(bench.library, DEPLOYED_AT)


def refused(bench: Bench, text: str, why: str) -> None:
    before = list_members(bench.library)
    with pytest.raises(InvalidMember) as caught:
        take_member(bench.library, text)
    assert caught.value.reason.name == f"invalid-member.{why}"
    assert list_members(bench.library) == before


def test_a_member_is_taken_and_found(member: Bench) -> None:
    now = member.clock()
    taken = take_member(member.library, A.says(now))
    assert (taken.member, taken.standing, taken.is_own) == (
        A.member(now),
        Standing.ACCREDITED,
        False,
    )
    assert taken.since <= now
    assert find_member(member.library, A.steward) == taken
    assert list_members(member.library) == [taken]
    with pytest.raises(MemberNotFound):
        find_member(member.library, B.steward)


def test_the_newest_counts_and_an_older_one_is_no_news(member: Bench) -> None:
    now = member.clock()
    take_member(member.library, A.says(now, url="https://new.example"))
    refused(member, A.says(now - 5), "older")
    refused(member, A.says(now, url="https://other.example"), "older")
    take_member(member.library, A.says(now + 5, url="https://newer.example"))
    assert find_member(member.library, A.steward).member.url == "https://newer.example"


def test_what_is_known_is_taken_again_without_a_check(member: Bench) -> None:
    first = take_member(member.library, A.says(member.clock()))

    def fails(*_: object) -> None:
        raise InvalidCheckpointSignature()

    blind = replace(member.library, check_signature=fails)
    assert take_member(blind, first.text) == first


@pytest.mark.parametrize("ahead", [AHEAD_SECONDS + 1, 2**40])
def test_nobody_speaks_from_the_future(member: Bench, ahead: int) -> None:
    refused(member, A.says(member.clock() + ahead), "time")


def test_whom_the_council_never_accredited_is_no_member(member: Bench) -> None:
    refused(member, STRANGER.says(member.clock()), "not-accredited")
    STRANGER.join(member.chain)  # which our index has not read yet
    refused(member, STRANGER.says(member.clock()), "not-accredited")
    read_on(member)
    assert take_member(member.library, STRANGER.says(member.clock()))


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        # All of these are signed by the liar's own keys; what differs is in whose name.
        (lambda at: STRANGER.says(at, uri=A.uri), "not-its-account"),
        (lambda at: STRANGER.says(at, uri=A.uri, registrar=A.registrar), "account-signature"),
        (lambda at: STRANGER.says(at, uri=A.uri, registrar=B.registrar), "not-its-account"),
        (lambda at: B.says(at, uri=A.uri, registrar=A.registrar), "account-signature"),
        (lambda at: B.says(at, uri=A.uri), "not-its-account"),
        (lambda at: B.says(at, key=A.signer.key), "signature"),
        (lambda at: B.says(at, registrar=A.registrar), "not-its-account"),
        (lambda at: A.says(at, charter=_other()), "other-charter"),
    ],
)
def test_a_liar_is_told_by_what_does_not_hold(
    member: Bench, lie: Callable[[int], str], why: str
) -> None:
    refused(member, lie(member.clock()), why)


def test_a_member_cannot_name_another_s_ledger_as_its_own(member: Bench) -> None:
    """B holds a key that it calls by the name of A's ledger, which the council opened for A."""
    from tests.simulators.bench import signer_of

    false = signer_of("made by b", A.signer.key.name)
    said = B.member(member.clock(), key=false.key)
    text = replace(B.signed(said), signature=false.sign(said.message)).format()
    refused(member, text, "not-its-ledger")


def test_who_stole_an_account_alone_announces_no_other_key(member: Bench) -> None:
    from tests.simulators.bench import signer_of

    def said(by: Ed25519Signer, at: int) -> str:
        stolen = A.member(at, key=by.key)
        return replace(A.signed(stolen), signature=by.sign(stolen.message)).format()

    first, thief = member.clock(), signer_of("a thief's", A.signer.key.name)
    take_member(member.library, A.says(first))
    refused(member, said(thief, first + 1), "other-key")
    own = replace(member.library, steward=A.steward)  # at its own service, from the beginning
    with pytest.raises(InvalidMember, match="other-key"):
        take_member(replace(own, key=A.signer.key), said(thief, first + 2))


def test_a_thief_who_came_first_is_not_believed_once_the_theft_is_told(member: Bench) -> None:
    from tests.simulators.bench import signer_of

    at, thief = member.clock(), signer_of("a thief's", A.signer.key.name)
    stolen = A.member(at, key=thief.key)
    text = replace(A.signed(stolen), signature=thief.sign(stolen.message)).format()
    take_member(member.library, text)
    refused(member, A.says(at + 1), "other-key")
    steward, other = A.steward.hex(), hashlib.sha256(b"another registrar of a").digest()
    member.chain.act(lambda state: state.close_registrar(steward, A.registrar, at - 1))
    member.chain.act(lambda state: state.add_registrar(steward, account_of(other), 0, 2**40))
    read_on(member)
    said = A.member(at + 1, registrar=account_of(other))
    by_other = signed_by(other, said.account_digest)
    take_member(member.library, replace(A.signed(said), account_signature=by_other).format())
    assert find_member(member.library, A.steward).member.key == A.signer.key


def test_a_service_s_account_speaks_for_nobody(member: Bench) -> None:
    steward = STRANGER.steward.hex()
    member.chain.act(lambda state: state.accredit(steward))
    member.chain.act(lambda state: state.add_service(steward, STRANGER.registrar, 0, 2**40))
    read_on(member)
    refused(member, STRANGER.says(member.clock()), "not-its-account")


def test_a_suspended_member_is_known_as_such(member: Bench) -> None:
    steward = A.steward.hex()
    take_member(member.library, A.says(member.clock()))
    member.chain.act(lambda state: state.suspend(steward))
    read_on(member)
    assert find_member(member.library, A.steward).is_suspended
    moved = take_member(member.library, A.says(member.clock() + 1, url="https://moved.example"))
    assert moved.standing is Standing.SUSPENDED
    member.chain.act(lambda state: state.reinstate(steward))
    read_on(member)
    assert not find_member(member.library, A.steward).is_suspended


def test_a_suspended_library_is_told_itself(member: Bench) -> None:
    own = member.library.steward.hex()
    assert own_standing(member.library) == []
    member.chain.act(lambda state: state.suspend(own))
    read_on(member)
    [told] = own_standing(member.library)
    assert told.name == "suspended-here"
    assert "taken in bulk wait until it is reinstated" in messages.text(told)
    member.chain.act(lambda state: state.reinstate(own))
    read_on(member)
    assert own_standing(member.library) == []


def test_an_account_counts_for_what_it_signed_before_it_was_closed(member: Bench) -> None:
    steward, now = A.steward.hex(), member.clock()
    first = take_member(member.library, A.says(now))
    member.chain.act(lambda state: state.close_registrar(steward, A.registrar, now + 10))
    read_on(member)
    refused(member, A.says(now + 10, url="https://thief.example"), "account-closed")
    assert find_member(member.library, A.steward) == first
    assert take_member(member.library, A.says(now + 9, url="https://x.example"))


def test_what_a_thief_said_counts_no_more_once_the_account_is_closed_as_of_before(
    member: Bench,
) -> None:
    steward, now = A.steward.hex(), member.clock()
    take_member(member.library, A.says(now, url="https://thief.example"))
    member.chain.act(lambda state: state.close_registrar(steward, A.registrar, now - 10))
    read_on(member)
    known = find_member(member.library, A.steward)
    assert not known.counts
    assert known.void_because is not None
    assert known.void_because.name == "invalid-member.account-closed"


def test_an_account_speaks_from_its_first_moment_on(member: Bench) -> None:
    now = member.clock()
    STRANGER.join(member.chain, since=now)
    read_on(member)
    refused(member, STRANGER.says(now - 1), "account-closed")
    assert take_member(member.library, STRANGER.says(now))


def test_a_library_that_is_alone_takes_nobody(bench: Bench) -> None:
    with pytest.raises(NoConsortium):
        take_member(bench.library, A.says(bench.clock()))
    assert list_members(bench.library) == []


def test_members_of_another_charter_are_kept_and_not_told_of(member: Bench) -> None:
    take_member(member.library, A.says(member.clock()))
    other = replace(CHARTER, name="Others")
    elsewhere = replace(member.library, read_charter=lambda: other)
    assert list_members(elsewhere) == []


def test_rules_may_change_and_members_stay(member: Bench) -> None:
    take_member(member.library, A.says(member.clock()))
    stricter = replace(CHARTER, quorum=2, copies=3, members=(A.url,))
    ruled = replace(member.library, read_charter=lambda: stricter)
    assert len(list_members(ruled)) == 1


def test_no_more_are_kept_than_a_consortium_has(
    member: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_MEMBERS == 64
    monkeypatch.setattr("ledger_service.services.consortium.take_member.MOST_MEMBERS", 5)
    many = [Institution(f"m{number}") for number in range(6)]
    for one in many:
        one.join(member.chain)
    read_on(member)
    for one in many[:-1]:
        take_member(member.library, one.says(member.clock()))
    refused(member, many[-1].says(member.clock()), "too-many")
    assert take_member(member.library, many[0].says(member.clock() + 1))


def test_strangers_cost_no_check_of_an_account_and_no_write(member: Bench) -> None:
    """Whatever is public of a member may stand in a forgery; the ledger's signature is not."""

    def fails(*_: object) -> bool:
        raise AssertionError("an account's signature was recovered")

    member.chain.is_signed_by_key = fails  # type: ignore[method-assign]
    forged = STRANGER.signed(A.member(member.clock())).format()
    refused(member, forged, "signature")


def test_the_library_announces_itself_and_anew_when_it_changed(bench: Bench) -> None:
    announcer = make_member(bench)
    read_on(bench)
    first = announce_self(bench.library, announcer)
    assert first.is_own
    assert first.member.url == "https://own.example"
    assert first.member.name == "Example library"
    bench.clock.now += 60
    assert announce_self(bench.library, announcer) == first
    bench.library = replace(bench.library, public_url="https://moved.example")
    moved = announce_self(bench.library, announcer)
    assert (moved.member.url, moved.member.at) == ("https://moved.example", bench.clock())
    assert list_members(bench.library, but_own=True) == []


def test_the_library_announces_itself_by_another_account_once_the_index_has_it(
    bench: Bench,
) -> None:
    announcer = make_member(bench)
    read_on(bench)
    before = announce_self(bench.library, announcer)
    rotated = replace(announcer, account_key=b"\x07" * 32)
    with pytest.raises(InvalidMember):
        announce_self(bench.library, rotated)
    assert list_members(bench.library) == [before]
    steward = bench.library.steward.hex()
    bench.chain.act(lambda state: state.add_registrar(steward, rotated.registrar, 0, 2**40))
    read_on(bench)
    assert announce_self(bench.library, rotated).member.registrar == rotated.registrar


def _other() -> object:
    return replace(CHARTER, name="Others").digest


def test_a_steward_that_is_no_member_is_not_found(member: Bench) -> None:
    with pytest.raises(MemberNotFound):
        find_member(member.library, StewardId(bytes(32)))
