"""Where closed content lies is told once for each epoch, in order, and for nothing that is open."""

from __future__ import annotations

import pytest

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.services.ledger.append_entry import append_entry
from tests.simulators.bench import BOOK, STEWARD, Bench

DIGEST = Digest.of(BOOK).hex()
ANOTHER = b"a book that was never taken in"


def tell(bench: Bench, epoch: int, cid: str = "", data: bytes = BOOK) -> None:
    """Append an entry that says where closed content lies. cid: by default, of this epoch alone."""
    facts: dict[str, str | int] = {
        "digest": Digest.of(data).hex(),
        "steward": STEWARD.hex(),
        "epoch": epoch,
        "cid": cid or f"f01551220{epoch:064x}",
    }
    with bench.store.write() as transaction:
        append_entry(transaction, Entry("stored", bench.clock(), facts))


@pytest.fixture
def closed(bench: Bench) -> Bench:
    """Return a library with a book under a license that is not open."""
    bench.license("house")
    bench.registered(license_name="house")
    return bench


def findings(bench: Bench) -> set[str]:
    bench.anchored_twice()
    return {name for name in bench.findings() if name.startswith("stored")}


def next_epoch(bench: Bench) -> int:
    """Return the epoch that is next."""
    return 1 + len([entry for entry in bench.entries("stored") if entry.text("digest") == DIGEST])


def test_an_entry_for_each_epoch_in_order_is_no_finding(closed: Bench) -> None:
    for _ in range(3):
        tell(closed, next_epoch(closed))
    assert findings(closed) == set()


@pytest.mark.parametrize("later", [-1, 1, 5])
def test_an_epoch_that_is_left_out_or_told_again_is_found(closed: Bench, later: int) -> None:
    tell(closed, next_epoch(closed))
    tell(closed, next_epoch(closed) + later, "f01551220" + "ab" * 32)
    assert findings(closed) == {"stored-out-of-turn"}


def test_the_ciphertext_of_an_earlier_epoch_is_not_that_of_a_later_one(closed: Bench) -> None:
    for _ in range(2):
        tell(closed, next_epoch(closed), "f01551220" + "ab" * 32)
    assert findings(closed) == {"stored-twice"}


def test_content_of_what_was_not_taken_in_is_found(closed: Bench) -> None:
    tell(closed, 1, data=ANOTHER)
    assert findings(closed) == {"stored-not-taken-in"}


def test_open_content_needs_no_such_entry(bench: Bench) -> None:
    bench.registered()
    tell(bench, 1)
    assert findings(bench) == {"stored-though-open"}
