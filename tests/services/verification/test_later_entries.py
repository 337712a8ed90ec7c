"""A receipt tells offline what the ledger told of its resource before the receipt was made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.errors import InvalidReceipt
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Link, Relation, WithdrawalReason
from ledger_service.domain.verification.later import MOST_LATER, Later, LaterEntry
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict import Axis, Outcome
from ledger_service.domain.verification.verdict_state import VerdictState
from ledger_service.services.resources.change_resource import (
    declare_rendition,
    supersede_resource,
    take_back_link,
    withdraw_resource,
)
from ledger_service.services.resources.describe_resource import describe_resource
from ledger_service.services.verification.check_receipt import check_receipt
from ledger_service.services.verification.make_receipt import receipt_of
from tests.simulators.bench import BOOK, LIBRARIAN, SECOND, THIRD, Bench

DIGEST, OTHER, RIGHT = Digest.of(BOOK), Digest.of(SECOND), Digest.of(THIRD)


def supersede(bench: Bench, by: Digest, relation: Relation) -> None:
    supersede_resource(bench.library, LIBRARIAN, DIGEST, by, relation)
    bench.anchored_twice()


def finding(bench: Bench, axis: Axis, digest: Digest = DIGEST) -> tuple[Outcome, str]:
    """Return what a receipt that is made now says offline, without any node."""
    receipt = Receipt.parse(receipt_of(bench.library, digest).compress())
    verdict = check_receipt(digest, receipt, bench.library.key, check_ed25519, None)
    found = verdict.findings[axis]
    return found.outcome, str(found.reason)


def test_the_receipt_of_an_original_names_its_translation_and_is_not_superseded(
    three: Bench,
) -> None:
    assert receipt_of(three.library, DIGEST).later == ()
    supersede(three, OTHER, Relation.TRANSLATION)
    outcome, because = finding(three, Axis.SUPERSESSION)
    assert outcome is Outcome.NOT_CHECKED
    assert because == f"translation-told translation={OTHER}"
    kept = receipt_of(three.library, DIGEST)
    verdict = check_receipt(DIGEST, kept, three.library.key, check_ed25519, three.view())
    assert verdict.is_wholly_positive
    offline = check_receipt(DIGEST, kept, three.library.key, check_ed25519, None)
    assert offline.state is VerdictState.OFFLINE


def test_the_receipt_of_what_was_superseded_names_its_successor_until_that_is_taken_back(
    three: Bench,
) -> None:
    supersede(three, OTHER, Relation.TRANSLATION)
    supersede(three, RIGHT, Relation.CORRECTION)
    assert finding(three, Axis.SUPERSESSION) == (Outcome.FAIL, f"corrected successor={RIGHT}")
    take_back_link(three.library, LIBRARIAN, DIGEST, RIGHT, Link.CORRECTION)
    three.anchored_twice()
    told = Later.of(receipt_of(three.library, DIGEST).later, DIGEST.hex())
    assert (told.successor, told.translations) == (None, (OTHER.hex(),))
    assert finding(three, Axis.SUPERSESSION)[0] is Outcome.NOT_CHECKED


def test_the_receipt_of_what_was_withdrawn_says_why(three: Bench) -> None:
    withdraw_resource(three.library, LIBRARIAN, DIGEST, WithdrawalReason.LEGAL)
    three.anchored_twice()
    assert finding(three, Axis.WITHDRAWAL) == (Outcome.FAIL, "withdrawn why=withdrawal.legal")


def test_what_no_anchor_covers_yet_is_in_the_next_receipt(three: Bench) -> None:
    before = receipt_of(three.library, DIGEST)
    supersede_resource(three.library, LIBRARIAN, DIGEST, OTHER, Relation.VERSION)
    three.settle()
    three.anchored_twice()
    after = receipt_of(three.library, DIGEST)
    assert before.later == ()
    assert [item.index for item in after.later] == [
        index for index, entry in enumerate(three.entries()) if entry.kind == "superseded"
    ]
    assert len(after.later) <= MOST_LATER


def test_a_translation_that_is_told_again_is_the_newest() -> None:
    facts = {"digest": DIGEST.hex(), "steward": "11" * 32, "block": 9, "transaction": "66" * 32}
    told = [
        Entry("superseded", 9, {**facts, "successor": other.hex(), "relation": 3}).format()
        for other in (OTHER, RIGHT, OTHER)
    ]
    entries = [LaterEntry(entry, index, ()) for index, entry in enumerate(told)]
    later = Later.of(entries, DIGEST.hex())
    assert later.translations == (RIGHT.hex(), OTHER.hex())


def test_the_receipt_of_a_translation_names_its_original_until_the_link_is_taken_back(
    three: Bench,
) -> None:
    supersede(three, OTHER, Relation.TRANSLATION)
    outcome, because = finding(three, Axis.SUPERSESSION, OTHER)
    assert outcome is Outcome.NOT_CHECKED
    assert because == f"translation-of-told original={DIGEST}"
    kept = receipt_of(three.library, OTHER)
    online = check_receipt(OTHER, kept, three.library.key, check_ed25519, three.view())
    assert online.is_wholly_positive
    assert str(online.findings[Axis.SUPERSESSION].reason) == f"translation-of original={DIGEST}"
    offline = check_receipt(OTHER, kept, three.library.key, check_ed25519, None)
    assert offline.state is VerdictState.OFFLINE
    take_back_link(three.library, LIBRARIAN, DIGEST, OTHER, Link.TRANSLATION)
    three.anchored_twice()
    assert Later.of(receipt_of(three.library, OTHER).later, OTHER.hex()) == Later()
    assert finding(three, Axis.SUPERSESSION, OTHER)[1] == "no-node-asked"


def test_the_receipt_of_a_rendition_names_its_original(three: Bench) -> None:
    declare_rendition(three.library, LIBRARIAN, OTHER, DIGEST)
    three.anchored_twice()
    told = finding(three, Axis.WITHDRAWAL, OTHER)
    assert told == (Outcome.NOT_CHECKED, f"rendition-of-told original={DIGEST}")
    assert receipt_of(three.library, DIGEST).later == ()


def test_what_a_new_version_takes_the_place_of_is_nothing_to_its_receipt(three: Bench) -> None:
    supersede(three, OTHER, Relation.VERSION)
    assert receipt_of(three.library, OTHER).later == ()


def test_a_receipt_carries_the_newest_corrected_record_and_what_was_registered(
    three: Bench,
) -> None:
    before = receipt_of(three.library, DIGEST)
    assert before.described is None
    assert before.record == before.metadata
    for title in ("Wrong", "Right"):
        describe_resource(three.library, LIBRARIAN, DIGEST, {"title": title})
    three.anchored_twice()
    kept = Receipt.parse(receipt_of(three.library, DIGEST).compress())
    assert [Entry.parse(item.entry).number("revision") for item in kept.later] == [2]
    assert kept.record["title"] == "Right"
    assert kept.metadata == before.metadata
    describe_resource(three.library, LIBRARIAN, DIGEST, {"title": "Not anchored yet"})
    assert receipt_of(three.library, DIGEST).record["title"] == "Right"
    verdict = check_receipt(DIGEST, kept, three.library.key, check_ed25519, three.view())
    assert verdict.is_wholly_positive
    for other in (None, {**kept.record, "title": "Forged"}):
        forged = replace(kept, described=other)
        with pytest.raises(InvalidReceipt, match="other-description"):
            forged.check(three.library.key, check_ed25519)
    with pytest.raises(InvalidReceipt, match="other-description"):
        replace(kept, later=()).check(three.library.key, check_ed25519)
