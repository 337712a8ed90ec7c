"""New epochs of closed content, and keys that are destroyed with a withdrawal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledger_service.domain.errors import ContentKeptOtherwise, ContentNotFound, NoLiveGrant
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import Grant, GrantState
from ledger_service.domain.resources.registration import Registration, WithdrawalReason
from ledger_service.ports.resources import StoredContent
from ledger_service.services.lending.change_grant import revoke_grant
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.resources.change_resource import withdraw_resource
from ledger_service.services.resources.closed.begin_epochs import RETRY_SECONDS, begin_epochs
from ledger_service.services.resources.closed.find_stored import find_stored, has_content
from ledger_service.services.resources.closed.remove_needless import remove_needless
from ledger_service.services.resources.read_content import content_pieces
from reading_room.overview.verbs import library_status
from tests.simulators.bench import BOOK, LIBRARIAN, Bench, StoreThatStops, WorkerKilled, as_reader


def never() -> bool:
    return False


def read(bench: Bench) -> bytes:
    return b"".join(content_pieces(bench.library, bench.registration(), 0, len(BOOK)))


def is_kept(bench: Bench, cid: str) -> bool:
    return any(path.is_file() for path in (bench.folder / "blocks" / "blocks").rglob(cid))


def epochs(bench: Bench) -> list[StoredContent]:
    found = bench.registration()
    with bench.store.read() as transaction:
        return transaction.stored.epochs(found.digest, found.steward)


@pytest.fixture
def closed(bench: Bench) -> Bench:
    bench.license("house")
    bench.registered(license_name="house")
    return bench


@pytest.fixture
def lent(closed: Bench) -> Iterator[Grant]:
    """Return a grant of the book, which is closed."""
    grant = closed.grant(closed.registration().digest, closed.reader())
    closed.settle()
    return closed.held(grant)


def test_a_revocation_that_asks_for_it_begins_a_new_epoch(closed: Bench, lent: Grant) -> None:
    [before] = epochs(closed)
    assert revoke_grant(closed.library, LIBRARIAN, lent.id, new_key=True).state is (
        GrantState.REVOKING
    )
    assert read(closed) == BOOK
    begin_epochs(closed.library, never)
    first, second = epochs(closed)
    assert (first.wrapped, second.epoch, second.cid != before.cid) == (None, 2, True)
    assert read(closed) == BOOK
    remove_needless(closed.library, never)
    assert (is_kept(closed, before.cid), is_kept(closed, second.cid)) == (False, True)
    assert read(closed) == BOOK
    begin_epochs(closed.library, never)  # it was asked for once
    assert len(epochs(closed)) == 2
    closed.anchored_twice()
    assert closed.findings() == set()


def test_a_revocation_that_does_not_ask_keeps_the_key(closed: Bench, lent: Grant) -> None:
    revoke_grant(closed.library, LIBRARIAN, lent.id)
    begin_epochs(closed.library, never)
    assert len(epochs(closed)) == 1


@pytest.mark.parametrize("committed", [False, True])
def test_killed_at_its_entry_it_is_begun_again_or_stands(
    closed: Bench, lent: Grant, *, committed: bool
) -> None:
    revoke_grant(closed.library, LIBRARIAN, lent.id, new_key=True)
    stopping = StoreThatStops(closed.store, 1, committed=committed)
    with pytest.raises(WorkerKilled):
        begin_epochs(replace(closed.library, store=stopping), never)  # type: ignore[arg-type]
    assert read(closed) == BOOK
    begin_epochs(closed.library, never)
    assert [row.epoch for row in epochs(closed)] == [1, 2]
    assert read(closed) == BOOK


def test_told_to_stop_it_is_left_for_later(closed: Bench, lent: Grant) -> None:
    revoke_grant(closed.library, LIBRARIAN, lent.id, new_key=True)
    asked = iter([False, True, True])
    begin_epochs(closed.library, lambda: next(asked))
    assert len(epochs(closed)) == 1
    begin_epochs(closed.library, never)
    assert len(epochs(closed)) == 2


def test_what_cannot_be_read_keeps_its_epoch(closed: Bench, lent: Grant) -> None:
    revoke_grant(closed.library, LIBRARIAN, lent.id, new_key=True)
    closed.forget_content()
    begin_epochs(closed.library, never)
    assert len(epochs(closed)) == 1
    assert library_status(closed.library).epochs_asked == (1, 1)
    warned = library_status(closed.library).warnings(closed.clock(), closed.library.limits)
    assert "epochs-wait" in [reason.name for reason in warned]


def test_an_epoch_that_could_not_be_begun_is_begun_when_it_can_be(
    closed: Bench, lent: Grant
) -> None:
    revoke_grant(closed.library, LIBRARIAN, lent.id, new_key=True)
    folder = closed.folder / "blocks"
    folder.rename(closed.folder / "away")
    shutil.copytree(closed.folder / "away", folder, ignore=shutil.ignore_patterns("f01*"))
    begin_epochs(closed.library, never)
    shutil.rmtree(folder)
    (closed.folder / "away").rename(folder)
    begin_epochs(closed.library, never)
    assert len(epochs(closed)) == 1  # it is not tried all the time
    closed.clock.advance(RETRY_SECONDS + 1)
    begin_epochs(closed.library, never)
    assert len(epochs(closed)) == 2
    assert library_status(closed.library).epochs_asked == (0, 0)


def test_open_content_has_no_key_to_renew_or_destroy(bench: Bench) -> None:
    grant = bench.granted()
    with pytest.raises(ContentNotFound, match="not-encrypted"):
        revoke_grant(bench.library, LIBRARIAN, grant.id, new_key=True)
    assert bench.held(grant).state is GrantState.ISSUED
    with pytest.raises(ContentNotFound, match="not-encrypted"):
        withdraw(bench, bench.registration().digest)
    assert bench.registration().state.value == "registered"


def withdraw(bench: Bench, digest: Digest, *, destroys_key: bool = True) -> None:
    reason = WithdrawalReason.LEGAL
    withdraw_resource(bench.library, LIBRARIAN, digest, reason, destroys_key=destroys_key)


def check_destroyed(bench: Bench, found: Registration) -> None:
    with pytest.raises(ContentNotFound, match="key-destroyed"):
        read(bench)
    assert not has_content(bench.library, found)
    [attested] = bench.entries("attested")
    told = attested.text("type"), attested.text("statement")
    assert told == ("key-destroyed", found.digest.hex())
    stored = find_stored(bench.library, found)
    assert stored is not None
    assert stored.wrapped is None


@pytest.mark.parametrize("later", [False, True])
def test_a_key_is_destroyed_with_a_withdrawal_or_after_it(closed: Bench, *, later: bool) -> None:
    found = closed.registration()
    if later:
        withdraw(closed, found.digest, destroys_key=False)
        closed.settle()
        assert closed.entries("attested") == []
    withdraw(closed, found.digest)
    withdraw(closed, found.digest)  # again, it changes nothing
    closed.settle()
    check_destroyed(closed, closed.registration())
    closed.anchored_twice()
    assert closed.findings() == set()


def test_no_key_is_destroyed_while_plain_bytes_lie_beside_the_ciphertext(closed: Bench) -> None:
    with closed.library.content.upload() as upload:
        upload.write(BOOK)
        upload.finish()
        upload.commit()
    with pytest.raises(ContentKeptOtherwise, match="plain"):
        withdraw(closed, closed.registration().digest)
    assert closed.registration().state.value == "registered"
    assert closed.entries("attested") == []


def test_a_destroyed_key_is_not_renewed(closed: Bench, lent: Grant) -> None:
    revoke_grant(closed.library, LIBRARIAN, lent.id, new_key=True)
    withdraw(closed, lent.digest)
    begin_epochs(closed.library, never)
    assert len(epochs(closed)) == 1
    check_destroyed(closed, closed.registration())


def test_a_reader_is_refused_what_was_withdrawn_and_destroyed(closed: Bench, lent: Grant) -> None:
    withdraw(closed, lent.digest)
    with pytest.raises(NoLiveGrant):
        open_resource(closed.library, as_reader(lent.reader), digest=lent.digest)
