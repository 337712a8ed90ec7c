"""Ciphertext that is needed no more goes, in its time, and so does what is left of destroyed keys."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ledger_service.adapters.sql import leases
from ledger_service.adapters.sql.leases import nobody_takes, removals_wait, taking_announced
from ledger_service.adapters.sql.store import sqlite_url
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import ContentStoreUnavailable, LedgerBusy
from ledger_service.domain.resources.registration import WithdrawalReason
from ledger_service.ports.chain import BACKUP_SECONDS
from ledger_service.ports.resources import StoredContent
from ledger_service.services.content.seal_content import new_seal
from ledger_service.services.resources.change_resource import withdraw_resource
from ledger_service.services.resources.closed import sweep_unclaimed
from ledger_service.services.resources.closed.encrypt_content import encrypt_content, remove_plain
from ledger_service.services.resources.closed.remove_needless import remove_needless
from ledger_service.services.resources.closed.sweep_unclaimed import UnclaimedSweep
from tests.simulators.bench import BOOK, LIBRARIAN, OPERATOR, Bench
from tests.simulators.content.kept_plain import keep_plain


def never() -> bool:
    return False


@pytest.fixture
def closed(bench: Bench) -> Bench:
    bench.license("house")
    bench.registered(license_name="house")
    return bench


def stored(bench: Bench) -> StoredContent:
    found = bench.registration()
    with bench.store.read() as transaction:
        return transaction.stored.newest(found.steward, [found.digest])[found.digest]


def destroy(bench: Bench) -> None:
    digest = bench.registration().digest
    withdraw_resource(bench.library, LIBRARIAN, digest, WithdrawalReason.LEGAL, destroys_key=True)


def noted(bench: Bench) -> list[str]:
    with bench.store.read() as transaction:
        return transaction.needless.some(100)


def is_kept(bench: Bench, cid: str) -> bool:
    return bench.library.content.has(ContentId.parse(cid))


def files_with(folder: Path, data: bytes) -> list[str]:
    return [path.name for path in folder.glob("muhr.db*") if data in path.read_bytes()]


def test_ciphertext_of_a_destroyed_key_goes(closed: Bench) -> None:
    before = stored(closed)
    assert is_kept(closed, before.cid)
    destroy(closed)
    assert noted(closed) == [before.cid]
    remove_needless(closed.library, never)
    assert (is_kept(closed, before.cid), noted(closed)) == (False, [])


def test_a_destroyed_key_is_in_no_file_of_the_database(closed: Bench) -> None:
    wrapped = stored(closed).wrapped
    assert wrapped is not None
    with closed.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
    assert files_with(closed.folder, wrapped)
    destroy(closed)
    remove_needless(closed.library, never)
    assert files_with(closed.folder, wrapped) == []


def test_while_somebody_reads_what_was_there_before_it_is_tried_again(closed: Bench) -> None:
    row = stored(closed)
    assert row.wrapped is not None
    with closing(sqlite3.connect(closed.folder / "muhr.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM stored_content").fetchall()
        destroy(closed)
        with closed.store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=1")
        remove_needless(closed.library, never)
        assert noted(closed) == [row.cid]
    remove_needless(closed.library, never)
    assert (noted(closed), files_with(closed.folder, row.wrapped)) == ([], [])


def test_nothing_goes_while_a_backup_is_made(closed: Bench) -> None:
    before = stored(closed)
    url = sqlite_url(closed.folder / "muhr.db")
    with removals_wait(url, closed.clock):
        destroy(closed)
        remove_needless(closed.library, never)
        assert is_kept(closed, before.cid)
    remove_needless(closed.library, never)
    assert not is_kept(closed, before.cid)


def test_a_backup_whose_hold_ran_out_meanwhile_is_not_whole(closed: Bench) -> None:
    url = sqlite_url(closed.folder / "muhr.db")
    with pytest.raises(LedgerBusy, match="backup-paused"), removals_wait(url, closed.clock):
        closed.clock.advance(BACKUP_SECONDS)  # as on a machine that slept
    with removals_wait(url, closed.clock):
        closed.clock.advance(BACKUP_SECONDS - 1)


def test_whoever_reads_on_lets_others_write_while_a_key_is_wiped(closed: Bench) -> None:
    destroy(closed)
    with closed.store.read() as reader:
        reader.needless.some(1)
        with closed.store.write() as transaction:
            transaction.needless.note("01", 1)
        begun = time.monotonic()
        assert not closed.store.wipe()
        assert time.monotonic() - begun < 2  # writers wait for so long, too
    assert closed.store.wipe()


def test_no_plain_content_goes_while_a_backup_is_made(bench: Bench) -> None:
    bench.license("house")
    keep_plain(bench.library, BOOK)
    encrypt_content(bench.library, OPERATOR, lambda *_: None)
    with (
        removals_wait(sqlite_url(bench.folder / "muhr.db"), bench.clock),
        pytest.raises(LedgerBusy, match="backup"),
    ):
        remove_plain(bench.library, OPERATOR)
    assert remove_plain(bench.library, OPERATOR)[0] == 1


def test_what_is_needed_is_not_removed_though_it_is_noted(closed: Bench) -> None:
    with closed.store.write() as transaction:
        transaction.needless.note(stored(closed).cid, 1)
    remove_needless(closed.library, never)
    assert (is_kept(closed, stored(closed).cid), noted(closed)) == (True, [])


class Away:
    """A content store of which a place is away when something is to be removed."""

    def __init__(self, bench: Bench) -> None:
        self._content = bench.library.content

    def remove(self, *_: object) -> None:
        raise ContentStoreUnavailable

    def __getattr__(self, name: str) -> object:
        return getattr(self._content, name)


def test_what_a_place_that_is_away_keeps_is_removed_later(closed: Bench) -> None:
    before = stored(closed)
    destroy(closed)
    library = replace(closed.library, content=Away(closed))  # type: ignore[arg-type]
    with pytest.raises(ContentStoreUnavailable):
        remove_needless(library, never)
    assert noted(closed) == [before.cid]
    remove_needless(closed.library, never)
    assert not is_kept(closed, before.cid)


def test_what_others_need_beside_resources_stays(bench: Bench) -> None:
    bench.license("house")
    keep_plain(bench.library, BOOK)
    encrypt_content(bench.library, OPERATOR, lambda *_: None)
    root = bench.registration().cid
    assert remove_plain(bench.library, OPERATOR, lambda: [root]) == (1, 1)
    assert bench.library.content.has(root)
    assert remove_plain(bench.library, OPERATOR) == (1, 0)
    assert not bench.library.content.has(root)


def test_of_two_machines_none_takes_in_while_the_other_removes(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "is_shared", lambda _: True)
    at = sqlite_url(bench.folder / "muhr.db"), bench.clock
    with taking_announced(*at), taking_announced(*at), nobody_takes(*at) as is_nobody:
        assert not is_nobody
    with nobody_takes(*at) as is_nobody:
        assert is_nobody
        with pytest.raises(LedgerBusy, match="removal"), taking_announced(*at):
            pass
    with taking_announced(*at):
        pass


def kept_by_a_killed_upload(bench: Bench) -> ContentId:
    with bench.library.content.upload(new_seal(bench.library.key.name)) as upload:
        upload.write(b"what nobody claimed")
        upload.finish()
        upload.commit()
        return upload.stored()


def test_what_a_killed_upload_left_goes_after_two_looks(
    closed: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, sweep = kept_by_a_killed_upload(closed), UnclaimedSweep(closed.library)
    sweep.work(never)  # it is young
    monkeypatch.setattr(sweep_unclaimed, "OLD_SECONDS", -1)
    monkeypatch.setattr(sweep_unclaimed, "SWEEP_SECONDS", 0)
    UnclaimedSweep(closed.library).work(never)
    assert noted(closed) == []
    sweep = UnclaimedSweep(closed.library)
    sweep.work(never)
    sweep.work(never)
    assert noted(closed) == [lost.base16()]
    assert list(closed.library.content.unclaimed(-1)) == []
    remove_needless(closed.library, never)
    assert not closed.library.content.has(lost)
    assert is_kept(closed, stored(closed).cid)


def test_what_is_claimed_between_two_looks_stays(
    closed: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_unclaimed, "OLD_SECONDS", -1)
    monkeypatch.setattr(sweep_unclaimed, "SWEEP_SECONDS", 0)
    lost, sweep = kept_by_a_killed_upload(closed), UnclaimedSweep(closed.library)
    sweep.work(never)
    row = stored(closed)
    with closed.store.write() as transaction:
        transaction.stored.add(row._replace(cid=lost.base16(), epoch=2, entry=10**6))
    sweep.work(never)
    assert noted(closed) == []
    assert closed.library.content.has(lost)
