"""One answer over all ledgers on the chain, out of copies: who was first, who else, what was not asked."""

from __future__ import annotations

import sqlite3

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.errors import EntryNotFound, ResourceNotFound, TwoHistories
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import Relation
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict import Axis, Outcome
from ledger_service.domain.verification.verdict_state import VerdictState
from ledger_service.services.verification.check_receipt import check_receipt
from ledger_service.services.verification.make_receipt import receipt_of
from tests.simulators.bench import BOOK, STEWARD, Bench
from tests.simulators.parts.other_member import OtherMember

DIGEST = Digest.of(BOOK).hex()
SECOND = b"second edition"


@pytest.fixture
def other(bench: Bench) -> OtherMember:
    """Return a second library on the chain, whose ledger is empty."""
    return OtherMember(bench, "other")


def states(bench: Bench, data: bytes = BOOK) -> list[tuple[str | None, str]]:
    """Return stewards and states of the verdicts."""
    verdicts = bench.verdict(data).verdicts
    return [(verdict.steward, verdict.state.value) for verdict in verdicts]


def why(bench: Bench, data: bytes = BOOK) -> list[str | None]:
    """Return why each other ledger was not asked."""
    asked = bench.verdict(data).asked[1:]
    return [None if item.because is None else item.because.name for item in asked]


def test_a_library_alone_asks_its_own_ledger_only(bench: Bench) -> None:
    bench.registered()
    answer = bench.verdict()
    [own] = answer.asked
    assert (own.is_own, own.holds, own.because) == (True, True, None)
    assert answer.first is answer.verdicts[0]


def test_a_registration_of_another_library_is_proved_out_of_its_copy(
    bench: Bench, other: OtherMember
) -> None:
    other.register(BOOK)
    other.anchor()
    other.copied()
    assert states(bench) == [(other.steward.hex(), "authentic_as_told")]
    answer = bench.verdict()
    assert answer.is_wholly_positive
    assert (answer.asked[1].name, answer.asked[1].holds) == ("Library of other", True)
    assert answer.asked[1].at == bench.clock()


def test_a_work_that_another_library_took_in_bulk_stands_by_its_anchor(
    bench: Bench, other: OtherMember
) -> None:
    other.claim(BOOK)
    other.copied()
    assert states(bench) == [(other.steward.hex(), "waiting")]
    other.anchor()
    assert states(bench) == [(other.steward.hex(), "authentic_as_told")]
    [since] = bench.verdict().since
    assert since is not None
    assert (since.in_bulk, since.time) == (True, bench.clock())


def test_who_was_first_is_told_by_the_chain_s_order(bench: Bench, other: OtherMember) -> None:
    third = OtherMember(bench, "third")
    other.claim(BOOK)
    other.anchor()
    other.copied()
    bench.clock.advance(10)
    bench.registered()
    bench.clock.advance(10)
    third.claim(BOOK)
    third.anchor()
    third.copied()
    answer = bench.verdict()
    holders = [verdict.steward for verdict in answer.verdicts]
    assert holders == [other.steward.hex(), STEWARD.hex(), third.steward.hex()]
    assert answer.first is answer.verdicts[0]
    times = [since.time for since in answer.since if since is not None]
    assert times == sorted(times)
    assert len(times) == 3


def test_nobody_says_not_registered_while_a_ledger_could_not_be_asked(
    bench: Bench, other: OtherMember
) -> None:
    other.claim(SECOND)
    other.anchor()
    assert why(bench) == ["ledger-not-copied"]
    [verdict] = bench.verdict().verdicts
    assert verdict.state == "not_checked"
    told = verdict.findings[Axis.BYTES].reason
    assert (told.name, told.values["count"], told.values["missing"]) == (
        "not-found-not-all-asked", 1, 1,
    )  # fmt: skip
    bench.library.mirrors.add("Library of other", other.url, other.signer.key)  # nothing copied yet
    [_, missing] = bench.verdict().asked
    assert (missing.name, missing.at) == ("Library of other", None)
    other.copied()
    assert why(bench) == [None]
    [verdict] = bench.verdict().verdicts
    assert verdict.state == "not_registered"
    assert verdict.findings[Axis.BYTES].reason.values["count"] == 2


def test_a_copy_that_lacks_what_is_anchored_is_never_green(
    bench: Bench, other: OtherMember
) -> None:
    other.claim(BOOK)
    other.anchor()
    other.copied()
    other.claim(SECOND)
    other.anchor()
    assert why(bench) == ["copy-behind"]
    assert states(bench) == [(other.steward.hex(), "not_checked")]
    assert bench.verdict().since == [None]
    other.copied()
    assert states(bench) == [(other.steward.hex(), "authentic_as_told")]


def test_a_ledger_that_forked_is_never_green(bench: Bench, other: OtherMember) -> None:
    other.claim(BOOK)
    other.register(SECOND)
    other.anchor()
    other.copied()
    other.fork(1)
    other.claim(b"another history")
    with pytest.raises(TwoHistories):
        other.copied()
    assert why(bench) == ["copy-has-forked"]
    assert states(bench) == [(other.steward.hex(), "not_checked")]
    # The chain's own word on a registration stays; what only the ledger could say is open.
    [verdict] = bench.verdict(SECOND).verdicts
    assert verdict.findings[Axis.STEWARD].outcome is Outcome.PASS
    assert verdict.findings[Axis.LEDGER].reason.name == "copy-has-forked"


def test_a_copy_of_another_tree_than_the_anchored_one_contradicts_the_chain(
    bench: Bench, other: OtherMember
) -> None:
    other.claim(b"what it shows the chain")
    other.anchor()
    other.fork(0)
    other.claim(BOOK)
    other.copied()
    assert why(bench) == ["copy-contradicts-anchor"]
    assert states(bench) == [(other.steward.hex(), "not_checked")]


def test_a_registration_that_the_chain_has_not_is_told_and_has_no_authority(
    bench: Bench, other: OtherMember
) -> None:
    other.claim(SECOND)
    other.anchor()
    other.claim(BOOK, "registered", block=2, transaction="5a" * 32)
    other.anchor()
    other.copied()
    assert states(bench) == [(other.steward.hex(), "no_authority")]
    assert bench.verdict().first is None
    bench.registered()
    assert states(bench) == [
        (STEWARD.hex(), "authentic_as_told"),
        (other.steward.hex(), "no_authority"),
    ]


def test_a_registration_in_a_block_that_was_not_read_is_open(
    bench: Bench, other: OtherMember
) -> None:
    other.claim(SECOND)
    other.anchor()
    other.claim(BOOK, "registered", block=10**6, transaction="5a" * 32)
    other.anchor()
    other.copied()
    [verdict] = bench.verdict().verdicts
    assert verdict.state == "not_checked"
    assert verdict.findings[Axis.STEWARD].reason.name == "block-not-read"


def test_what_a_ledger_brought_from_former_contracts_stands_by_its_anchor_here(
    bench: Bench, other: OtherMember
) -> None:
    other.claim(BOOK)
    other.claim(BOOK, "registered", block=2, transaction="5a" * 32)
    other.claim(SECOND, "registered", block=3, transaction="5b" * 32)
    other.anchor()
    other.copied()
    assert states(bench) == [(other.steward.hex(), "authentic_as_told")]
    assert states(bench, SECOND) == [(other.steward.hex(), "not_checked")]
    [verdict] = bench.verdict(SECOND).verdicts
    assert verdict.findings[Axis.STEWARD].reason.name == "of-former-contracts"


def test_a_registration_of_which_the_ledger_tells_otherwise_fails(
    bench: Bench, other: OtherMember
) -> None:
    index = other.register(BOOK)
    other.fork(index)
    event = bench.chain.events_named("ResourceRegistered")[-1]
    place = {"block": event.block, "transaction": event.transaction}
    other.claim(BOOK, "registered", metadata="77" * 32, **place)
    other.anchor()
    other.copied()
    [verdict] = bench.verdict().verdicts
    assert verdict.findings[Axis.LEDGER].reason.name == "facts-differ"
    assert verdict.state == "no_authority"


def test_a_ledger_that_keeps_silent_on_its_registration_is_not_green(
    bench: Bench, other: OtherMember
) -> None:
    other.fork(other.register(BOOK))
    other.claim(SECOND)
    other.anchor()
    other.copied()
    [verdict] = bench.verdict().verdicts
    assert verdict.findings[Axis.LEDGER].reason.name == "not-in-copy-of-ledger"
    assert verdict.state == "not_checked"


def test_a_ledger_speaks_for_no_other_steward(bench: Bench, other: OtherMember) -> None:
    bench.registered(SECOND)
    other.claim(BOOK, steward=STEWARD.hex())
    other.tell("withdrawn", digest=Digest.of(SECOND).hex(), steward=STEWARD.hex(), code=1,
               block=2, transaction="5a" * 32)  # fmt: skip
    other.anchor()
    other.copied()
    answer = bench.verdict()
    assert [verdict.state for verdict in answer.verdicts] == ["not_registered"]
    assert not answer.asked[1].holds
    assert answer.asked[1].fault is not None
    assert states(bench, SECOND) == [(STEWARD.hex(), "authentic_as_told")]


def test_what_a_ledger_says_of_its_own_claims_later_is_heeded(
    bench: Bench, other: OtherMember
) -> None:
    place = {"block": 2, "transaction": "5a" * 32}
    other.claim(BOOK)
    other.claim(SECOND)
    other.claim(b"refused")
    other.tell("withdrawn", digest=DIGEST, code=2, **place)
    second = Digest.of(SECOND).hex()
    relation = int(Relation.VERSION)
    other.tell("superseded", digest=second, successor="66" * 32, relation=relation, **place)
    other.tell("rejected", digest=Digest.of(b"refused").hex(), reason="00000001")
    other.anchor()
    other.copied()
    assert states(bench) == [(other.steward.hex(), "withdrawn")]
    assert states(bench, SECOND) == [(other.steward.hex(), "superseded")]
    assert states(bench, b"refused") == [(None, "not_registered")]


def test_a_claim_that_waits_for_its_signature_waits(bench: Bench, other: OtherMember) -> None:
    other.claim(BOOK, "awaiting")
    other.anchor()
    other.copied()
    assert states(bench) == [(other.steward.hex(), "waiting")]
    assert bench.verdict().first is None


def test_more_entries_than_can_be_judged_are_not_judged(bench: Bench, other: OtherMember) -> None:
    for _ in range(200):
        other.claim(BOOK)
    other.anchor()
    other.copied()
    assert why(bench) == ["too-many-entries"]
    assert states(bench) == [(other.steward.hex(), "not_checked")]
    assert why(bench, SECOND) == [None]


def test_what_a_suspended_member_took_in_before_stands(bench: Bench, other: OtherMember) -> None:
    other.claim(BOOK)
    other.register(SECOND)
    other.anchor()
    other.copied()
    bench.chain.act(lambda state: state.suspend(other.steward.hex()))
    bench.settle()
    assert states(bench) == [(other.steward.hex(), "authentic_as_told")]
    assert states(bench, SECOND) == [(other.steward.hex(), "authentic_as_told")]


def test_what_was_first_anchored_while_suspended_has_no_authority(
    bench: Bench, other: OtherMember
) -> None:
    bench.chain.act(lambda state: state.suspend(other.steward.hex()))
    other.claim(BOOK)
    other.anchor()
    other.copied()
    assert states(bench) == [(other.steward.hex(), "no_authority")]
    assert bench.verdict().first is None


def test_a_copy_that_cannot_be_read_is_not_asked_and_stops_no_other(
    bench: Bench, other: OtherMember
) -> None:
    third = OtherMember(bench, "third")
    for member in (other, third):
        member.claim(BOOK)
        member.anchor()
        member.copied()
    [known] = [item for item in bench.library.mirrors.all() if "other" in item.name]
    with sqlite3.connect(bench.folder / "mirrors" / f"{known.id}.db") as connection:
        connection.execute("DELETE FROM tile")
        connection.execute("UPDATE bundle SET body = x'00'")
    assert states(bench) == [(third.steward.hex(), "authentic_as_told")]
    assert sorted(map(str, why(bench))) == ["None", "copy-not-readable"]
    (bench.folder / "mirrors" / f"{known.id}.db").write_bytes(b"no database" * 1000)
    assert states(bench) == [(third.steward.hex(), "authentic_as_told")]
    assert len(bench.verdict().not_asked) == 1


def test_a_reorganization_takes_an_anchor_away(bench: Bench, other: OtherMember) -> None:
    other.claim(BOOK)
    other.anchor()
    other.copied()
    assert bench.verdict().is_genuine
    bench.chain.reorganize(2, forgets=True)
    bench.settle()
    assert states(bench) == [(other.steward.hex(), "waiting")]


@pytest.mark.parametrize("kind", ["registered", "accepted"])
def test_a_receipt_of_a_library_that_is_away_is_made_of_its_copy(
    bench: Bench, other: OtherMember, kind: str
) -> None:
    other.register(BOOK) if kind == "registered" else other.claim(BOOK)
    other.anchor()
    other.copied()
    receipt = receipt_of(bench.library, Digest.of(BOOK), other.steward)
    kept = Receipt.parse(receipt.compress())
    key = other.signer.key
    verdict = check_receipt(Digest.of(BOOK), kept, key, check_ed25519, bench.view())
    assert verdict.is_wholly_positive
    assert verdict.steward == other.steward.hex()
    own = check_receipt(Digest.of(BOOK), kept, bench.library.key, check_ed25519, bench.view())
    assert own.findings[Axis.LEDGER].reason.name == Because.RECEIPT_OF_OTHER_LEDGER
    assert own.state is VerdictState.NOT_CHECKED


def test_a_receipt_of_a_copy_tells_what_became_of_the_work(
    bench: Bench, other: OtherMember
) -> None:
    other.claim(BOOK)
    other.tell("withdrawn", digest=DIGEST, code=2, block=2, transaction="5a" * 32)
    other.anchor()
    other.copied()
    receipt = receipt_of(bench.library, Digest.of(BOOK), other.steward)
    verdict = check_receipt(Digest.of(BOOK), receipt, other.signer.key, check_ed25519, None)
    assert verdict.findings[Axis.WITHDRAWAL].outcome is Outcome.FAIL


def test_there_is_no_receipt_of_a_copy_that_proves_nothing(
    bench: Bench, other: OtherMember
) -> None:
    other.claim(BOOK)
    other.copied()
    with pytest.raises(EntryNotFound):
        receipt_of(bench.library, Digest.of(BOOK), other.steward)
    other.anchor()
    other.claim(SECOND)
    other.anchor()
    with pytest.raises(ResourceNotFound):
        receipt_of(bench.library, Digest.of(BOOK), other.steward)
