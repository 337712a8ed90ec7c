"""The audit: clean on an honest ledger, and a name for each thing that an operator might do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import (
    ChainUnavailable,
    DeploymentMismatch,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.lending.commitment import commit_private_part
from ledger_service.domain.lending.grant import OLDEST_HEAD_SECONDS, Scope
from ledger_service.services.ledger.append_entry import append_entry, append_private_entry
from ledger_service.services.lending.change_grant import revoke_grant
from ledger_service.services.lending.open_resource import open_resource
from tests.simulators.bench import (
    BOOK,
    HOUR,
    LIBRARIAN,
    ORIGIN,
    STEWARD,
    Bench,
    Granted,
    as_reader,
    signer_of,
)
from tests.simulators.contracts import Terms

DIGEST = Digest.of(BOOK)


def place_of(bench: Bench, kind: str) -> int:
    return [entry.kind for entry in bench.entries()].index(kind)


def write(bench: Bench, entry: Entry) -> None:
    """Append an entry behind the services' back, as an operator could, and anchor it."""
    with bench.store.write() as transaction:
        append_entry(transaction, entry)
    bench.settle()


def changed_opening(
    bench: Bench, kind: str = "opened", hour: int | None = None, **changes: object
) -> set[str]:
    """Return what an audit finds after an opening with such a private part was written."""
    with bench.store.read() as transaction:
        parts = transaction.ledger.private_parts(0, 100)
    entries = bench.entries()
    body = next(part.body for part in parts if entries[part.entry].kind == "opened")
    part = {**canonical_json.parse(body or b""), "kind": kind, **changes}
    with bench.store.write() as transaction:
        append_private_entry(transaction, kind, hour or bench.clock(), part)
    bench.settle()
    return bench.findings()


def test_an_honest_ledger_is_clean(lived: Bench) -> None:
    report = lived.audit()
    assert report.is_clean
    assert (report.decisions.openings, report.decisions.denials) == (1, 1)
    assert report.anchors == len(lived.chain.events_named("CheckpointAnchored")) > 3
    assert report.entries == len(lived.entries())
    assert lived.audit(with_private_parts=False).decisions.openings == 0


def test_a_changed_entry_is_named(lived: Bench) -> None:
    place = place_of(lived, "accepted")
    entry = lived.entries()[place]
    forged = Entry("accepted", entry.at + 1, entry.facts).format()
    lived.source.change_entries = lambda all_: [*all_[:place], forged, *all_[place + 1 :]]
    assert "root-mismatch" in lived.findings()


def test_a_deleted_entry_is_named(lived: Bench) -> None:
    place = place_of(lived, "opened")
    lived.source.change_entries = lambda all_: all_[:place] + all_[place + 1 :]
    assert {"missing-bundle", "missing-entries"} <= lived.findings()


def test_an_entry_cut_off_the_end_is_named(lived: Bench) -> None:
    lived.source.change_entries = lambda all_: all_[:-1]
    assert "missing-entries" in lived.findings()


def test_reordered_entries_are_named(lived: Bench) -> None:
    lived.source.change_entries = lambda all_: [all_[1], all_[0], *all_[2:]]
    assert "root-mismatch" in lived.findings()


def test_bytes_that_are_no_entry_are_named(lived: Bench) -> None:
    lived.source.change_entries = lambda all_: [b"{}", *all_[1:]]
    assert {"malformed-entry", "root-mismatch"} <= lived.findings()


@pytest.mark.parametrize("field", ["digest", "metadata", "license", "cid", "block", "transaction"])
def test_a_forged_registration_is_named(lived: Bench, field: str) -> None:
    true = lived.entries("registered")[0]
    forged: dict[str, str | int] = {
        "digest": "12" * 32,
        "metadata": "12" * 32,
        "license": "12" * 32,
        "cid": "f01701220" + "12" * 32,
        "block": 1,
        "transaction": "12" * 32,
    }
    write(lived, Entry("registered", lived.clock(), {**true.facts, field: forged[field]}))
    assert lived.findings() == {"entry-not-on-chain"}


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("license", "license", "12" * 32),
        ("license", "seats", 1),
        ("grant-issued", "grant", "12" * 32),
        ("grant-issued", "until", 1),
        ("grant-revoked", "grant", "12" * 32),
        ("grant-revoked", "block", 1),
    ],
)
def test_other_forged_facts_are_named(
    lived: Bench, kind: str, field: str, value: str | int
) -> None:
    true = lived.entries(kind)[0]
    write(lived, Entry(kind, lived.clock(), {**true.facts, field: value}))
    assert lived.findings() == {"entry-not-on-chain"}


def test_a_claim_in_the_name_of_another_steward_is_named(bench: Bench) -> None:
    bench.registered()
    [true] = bench.entries("accepted")
    write(bench, Entry("accepted", bench.clock(), {**true.facts, "steward": "12" * 32}))
    assert bench.findings() == {"entry-of-other-steward"}


def test_a_revocation_that_never_happened_is_named(bench: Bench) -> None:
    grant = bench.granted()
    where = {"grant": grant.id.hex(), "block": 1, "transaction": "12" * 32}
    write(bench, Entry("grant-revoked", bench.clock(), where))
    assert bench.findings() == {"entry-not-on-chain"}


@pytest.mark.parametrize(
    ("kind", "finding"),
    [
        ("registered", "unrecorded-registration"),
        ("grant-issued", "unrecorded-grant"),
        ("grant-revoked", "unrecorded-end-of-grant"),
    ],
)
def test_what_stands_on_chain_and_not_in_the_ledger_is_named(
    lived: Bench, kind: str, finding: str
) -> None:
    place = place_of(lived, kind)
    filler = lived.entries("steward")[0].format()
    lived.source.change_entries = lambda all_: [*all_[:place], filler, *all_[place + 1 :]]
    assert finding in lived.findings()


def test_an_opening_without_a_grant_is_named(lived: Bench) -> None:
    assert changed_opening(lived, grant="") == {"unlicensed-opening"}


@pytest.mark.parametrize(
    "changes",
    [
        {"grant": "12" * 32},
        {"digest": "12" * 32},
        {"reader": "12" * 32},
        {"grant_salt": "12" * 32},
    ],
)
def test_an_opening_that_its_grant_does_not_carry_is_named(
    granted: Granted, changes: dict[str, object]
) -> None:
    bench, reader, _ = granted
    open_resource(bench.library, as_reader(reader), digest=DIGEST)
    assert changed_opening(bench, **changes) == {"unlicensed-opening"}


def newest_block(bench: Bench) -> dict[str, object]:
    """Return what a decision on the newest block says of it."""
    block = bench.chain.blocks[-1].block
    return {"block": block.number, "block_hash": block.hash.hex(), "at": bench.clock()}


def test_an_opening_after_the_end_of_its_grant_is_named(granted: Granted) -> None:
    bench, reader, _ = granted
    open_resource(bench.library, as_reader(reader), digest=DIGEST)
    bench.clock.advance(HOUR)
    bench.chain.mine()
    assert changed_opening(bench, **newest_block(bench)) == {"unlicensed-opening"}


@pytest.mark.parametrize("seconds", [-1, OLDEST_HEAD_SECONDS + 1])
def test_a_decision_on_a_block_that_was_not_the_newest_is_named(lived: Bench, seconds: int) -> None:
    lived.clock.advance(HOUR)
    lived.chain.mine()
    lived.clock.advance(seconds)
    decision = newest_block(lived)
    lived.clock.advance(1)
    at = lived.clock() - 1
    assert changed_opening(lived, hour=at, **decision) == {"stale-decision"}


def test_a_decision_dated_before_an_anchor_that_stood_already_is_named(granted: Granted) -> None:
    bench, reader, _ = granted
    open_resource(bench.library, as_reader(reader), digest=DIGEST)
    then = bench.clock()
    bench.clock.advance(2 * HOUR)
    bench.chain.mine()
    bench.registered(b"another book", title="Another")
    assert changed_opening(bench, hour=then) == {"back-dated-decision"}


def test_an_opening_after_the_revocation_is_named(lived: Bench) -> None:
    assert changed_opening(lived, **newest_block(lived)) == {"unlicensed-opening"}


def test_an_opening_of_a_withdrawn_resource_is_named(granted: Granted) -> None:
    bench, reader, _ = granted
    open_resource(bench.library, as_reader(reader), digest=DIGEST)
    bench.chain.act(lambda state: state.withdraw(DIGEST.hex(), STEWARD.hex(), 1))
    assert changed_opening(bench, **newest_block(bench)) == {"unlicensed-opening"}


def test_a_grant_on_a_registration_that_is_not_there_is_named(lived: Bench) -> None:
    # No contract lets this happen; a chain that shows it all the same is not believed.
    events = [event for mined in lived.chain.blocks for event in mined.events]
    shown = [event for event in events if event.name != "ResourceRegistered"]
    lived.chain.read_events = lambda first, last, before: [(shown, {})]  # type: ignore[method-assign]
    lived.chain.check_totals = lambda block, totals: None  # type: ignore[method-assign]
    assert {"unlicensed-opening", "entry-not-on-chain"} <= lived.findings()


def test_a_grant_without_reading_carries_no_opening(granted: Granted) -> None:
    bench, reader, grant = granted
    open_resource(bench.library, as_reader(reader), digest=DIGEST)
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    bench.settle()
    other = bench.grant(DIGEST, reader, scopes=Scope.PRINT)
    bench.settle()
    changes = {"grant": other.id.hex(), "grant_salt": other.salt.hex()}
    assert changed_opening(bench, **changes, **newest_block(bench)) == {"unlicensed-opening"}


def test_a_wrongful_denial_is_named(granted: Granted) -> None:
    bench, reader, _ = granted
    open_resource(bench.library, as_reader(reader), digest=DIGEST)
    assert changed_opening(bench, "denied", reason="expired") == {"wrongful-denial"}
    assert changed_opening(bench, "denied", v=1) == {"wrongful-denial"}


def test_a_decision_on_a_block_that_this_chain_does_not_have_is_named(lived: Bench) -> None:
    assert changed_opening(lived, block=9999) == {"decision-on-other-chain"}


@pytest.mark.parametrize("changes", [{"block": "many"}, {"grant": "x"}, {"at": None}])
def test_a_private_part_that_cannot_be_read_is_named(
    lived: Bench, changes: dict[str, object]
) -> None:
    assert changed_opening(lived, **changes) == {"private-part-malformed"}


def test_a_private_part_of_another_hour_or_kind_is_named(lived: Bench) -> None:
    assert changed_opening(lived, at=7) == {"private-part-differs"}
    with lived.store.write() as transaction:
        append_private_entry(
            transaction, "denied", lived.clock(), {"kind": "opened", "at": 0, "block": 0}
        )
    lived.settle()
    assert lived.findings() == {"private-part-differs"}


Change = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda part: {**part, "salt": "12" * 32}, "private-part-differs"),
        (
            lambda part: {**part, "body": part["body"].replace("opened", "denied")},
            "private-part-differs",
        ),
        (lambda part: {**part, "body": "\ud800"}, "private-part-differs"),
        (lambda part: {**part, "salt": "not hex"}, "private-part-differs"),
        (lambda part: {**part, "salt": 7}, "private-part-differs"),
    ],
)
def test_a_changed_private_part_is_named(lived: Bench, change: Change, finding: str) -> None:
    lived.source.change_parts = lambda parts: [change(parts[0]), *parts[1:]]
    assert lived.findings() == {finding}


@pytest.mark.parametrize(
    "kept", [lambda parts: parts[:-1], lambda parts: [], lambda parts: parts[:1] * 3]
)
def test_a_private_part_that_is_not_shown_is_named(lived: Bench, kept: Any) -> None:
    lived.source.change_parts = kept
    assert lived.findings() == {"private-part-missing"}


def test_a_source_that_shows_the_same_part_again_and_again_does_not_hold_the_auditor(
    lived: Bench,
) -> None:
    first = lived.source.private_parts(0, 1)
    lived.source.private_parts = lambda start, limit: first  # type: ignore[method-assign]
    assert lived.findings() == {"private-part-missing"}


def test_parts_of_entries_that_are_not_private_are_passed_over(lived: Bench) -> None:
    lived.source.change_parts = lambda parts: [{"entry": 0, "salt": None, "body": None}, *parts]
    assert lived.findings() == set()


def test_an_erased_part_is_counted_and_not_judged(lived: Bench) -> None:
    connection = sqlite3.connect(lived.folder / "muhr.db")
    connection.execute("UPDATE private_part SET salt = NULL, body = NULL")
    connection.execute("UPDATE erased_parts SET parts = parts + 2")
    connection.commit()
    connection.close()
    report = lived.audit()
    assert report.is_clean
    assert (report.decisions.erased, report.decisions.openings) == (2, 0)


@pytest.mark.parametrize("name", ["GrantRevoked", "ResourceRegistered", "CheckpointAnchored"])
def test_an_omitted_chain_event_is_named(lived: Bench, name: str) -> None:
    lived.chain.hides = lambda event: event.name == name
    assert "chain-incomplete" in lived.findings()


def test_a_checkpoint_by_the_wrong_key_is_named(lived: Bench) -> None:
    thief = signer_of("a thief", ORIGIN)
    note = Checkpoint(ORIGIN, 1, bytes(32)).format()
    lived.source.note = sign_note(note, thief.key, thief.sign)
    assert lived.findings() == {"checkpoint-signature"}
    lived.source.note = "no note"
    assert lived.findings() == {"checkpoint-signature"}


def test_a_fork_that_the_right_key_signed_is_named(lived: Bench) -> None:
    size = lived.audit().entries
    note = Checkpoint(ORIGIN, size, bytes(32)).format()
    lived.source.note = sign_note(note, lived.signer.key, lived.signer.sign)
    assert "fork" in lived.findings()


def test_a_checkpoint_older_than_the_anchors_is_named(lived: Bench) -> None:
    bodies = [entry.format() for entry in lived.entries()][:2]
    root = merkle.root_of_leaves(map(merkle.leaf_hash, bodies))
    note = Checkpoint(ORIGIN, 2, root).format()
    lived.source.note = sign_note(note, lived.signer.key, lived.signer.sign)
    assert "anchor-beyond-checkpoint" in lived.findings()


def test_nothing_is_concluded_when_the_chain_goes_away(lived: Bench) -> None:
    lived.chain.is_away = True
    with pytest.raises(ChainUnavailable):
        lived.audit()
    lived.chain.is_away = False
    lived.chain.interrupt["block"] = lambda: setattr(lived.chain, "is_away", True)
    with pytest.raises(ChainUnavailable):
        lived.audit()


def test_nothing_is_concluded_on_another_chain(lived: Bench) -> None:
    lived.chain.is_deployed = False
    with pytest.raises(DeploymentMismatch):
        lived.audit()


def test_terms_that_only_the_contract_takes_do_not_stop_an_audit(lived: Bench) -> None:
    odd = Terms("ftp://example.org", "00" * 32, 1, 1, False)
    lived.chain.act(lambda state: state.define_license(odd))
    lived.settle()
    assert lived.findings() == set()


def test_a_commitment_is_to_the_canonical_part(lived: Bench) -> None:
    with lived.store.read() as transaction:
        part = transaction.ledger.private_parts(0, 1)[0]
    assert part.salt is not None
    private = canonical_json.parse(part.body or b"")
    commitment = commit_private_part(part.salt, private)
    assert lived.entries()[part.entry].text("commitment") == commitment.hex()
