"""The worker finds out what is kept: each file once, the oldest first, and a bad one stops nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger_service.domain.errors import MediaNotFound, RoleNotHeld
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import WithdrawalReason
from ledger_service.services.limits import Limits
from ledger_service.services.resources.change_resource import withdraw_resource
from reading_room.media import work as media_work
from reading_room.media.kept import cids
from reading_room.media.reading.findings import Found
from reading_room.media.rules import MOST_TRIES, Media, Problem, RenditionKind
from reading_room.media.sql import SqlMedia
from reading_room.media.verbs import find_media, open_rendition, read_again
from tests.reading_room.media import made_files
from tests.simulators.bench import LIBRARIAN, Bench, WorkerKilled, as_reader

QUICK = Limits(media_a_minute=10_000)
BOOK = made_files.pdf("Bismillah", "and more")
PICTURE = made_files.picture()
DAY = 86_400


def going_on() -> bool:
    return False


@pytest.fixture
def bench(empty_database: Path, tmp_path: Path) -> Iterator[Bench]:
    shutil.copy(empty_database, tmp_path / "muhr.db")
    made = Bench(tmp_path, QUICK)
    yield made
    made.release()


def worked(bench: Bench) -> None:
    media_work.work(bench.library, going_on)


def known(bench: Bench, data: bytes) -> Media:
    return find_media(bench.library, SqlMedia, Digest.of(data))


def test_what_is_registered_is_read_and_what_was_made_of_it_has_a_cid(bench: Bench) -> None:
    bench.register(BOOK)
    worked(bench)
    found = known(bench, BOOK)
    assert (found.media_type, found.pages, found.title) == ("application/pdf", 2, "Xamsa")
    assert found.problem is None
    for kind in (RenditionKind.COVER, RenditionKind.TEXT):
        made, pieces = open_rendition(bench.library, SqlMedia, Digest.of(BOOK), kind)
        data = b"".join(pieces)
        assert len(data) == made.size_bytes
        assert made.cid.digest == Digest.of(data).value
    assert "pypdfium2 " in found.by


def test_of_closed_content_nothing_is_made_and_only_its_extent_is_told(bench: Bench) -> None:
    bench.license("Restricted")
    bench.register(BOOK, "Restricted")
    blocks = sum(1 for _ in (bench.folder / "blocks").rglob("f01*"))
    worked(bench)
    found = known(bench, BOOK)
    assert (found.media_type, found.pages) == ("application/pdf", 2)
    assert (found.title, found.identifiers, found.renditions) == (None, (), ())
    assert sum(1 for _ in (bench.folder / "blocks").rglob("f01*")) == blocks
    with pytest.raises(MediaNotFound):
        open_rendition(bench.library, SqlMedia, Digest.of(BOOK), RenditionKind.TEXT)


def test_a_bad_file_is_told_is_read_once_and_stops_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = made_files.image_bomb()
    bench.register(bad)
    bench.register(PICTURE)
    worked(bench)
    assert known(bench, bad).problem is Problem.TOO_LARGE
    assert known(bench, PICTURE).width == 1200
    monkeypatch.setattr(media_work, "read_apart", _nobody)
    bench.clock.advance(2 * DAY)
    worked(bench)
    worked(bench)


def _nobody(*_: object) -> Found:
    raise AssertionError("it was read again")


def test_what_came_without_content_is_read_once_it_is_there(bench: Bench) -> None:
    bench.register(PICTURE)
    bench.forget_content()
    worked(bench)
    with pytest.raises(MediaNotFound):
        known(bench, PICTURE)
    bench.keep_content(PICTURE)
    worked(bench)
    bench.clock.advance(DAY + 1)
    worked(bench)
    worked(bench)
    assert known(bench, PICTURE).width == 1200


def test_what_ends_the_worker_again_and_again_is_left_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.register(BOOK)
    bench.register(PICTURE)

    def killed(*_: object) -> Found:
        raise WorkerKilled

    with monkeypatch.context() as patch:
        patch.setattr(media_work, "read_apart", killed)
        for _ in range(MOST_TRIES):
            with pytest.raises(WorkerKilled):
                worked(bench)
    worked(bench)
    assert known(bench, BOOK).problem is Problem.STOPPED
    assert known(bench, PICTURE).problem is None


def test_a_worker_that_was_killed_once_goes_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.register(BOOK)

    def killed(*_: object) -> Found:
        raise WorkerKilled

    with monkeypatch.context() as patch:
        patch.setattr(media_work, "read_apart", killed)
        with pytest.raises(WorkerKilled):
            worked(bench)
    with pytest.raises(MediaNotFound):
        known(bench, BOOK)
    worked(bench)
    assert (known(bench, BOOK).pages, known(bench, BOOK).tries) == (2, 0)


def test_what_cannot_be_read_now_is_not_held_against_the_file(bench: Bench) -> None:
    bench.register(made_files.mp4())
    away = bench.folder / "away"
    [leaf] = [
        path for path in (bench.folder / "blocks").rglob("f0155*") if path.stat().st_size == 2**20
    ][:1]
    shutil.move(leaf, away)
    worked(bench)
    with pytest.raises(MediaNotFound):
        known(bench, made_files.mp4())
    shutil.move(away, leaf)
    bench.clock.advance(DAY + 1)
    worked(bench)
    worked(bench)
    assert known(bench, made_files.mp4()).milliseconds == 90_000


def test_a_worker_that_stops_leaves_no_trace_of_the_reading(bench: Bench) -> None:
    bench.register(BOOK)
    answers = iter([False])
    media_work.work(bench.library, lambda: next(answers, True))
    with bench.store.read() as transaction:
        assert transaction.room(SqlMedia).find(Digest.of(BOOK)) is None
    worked(bench)
    assert known(bench, BOOK).pages == 2


def test_a_registrar_has_a_file_read_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.register(BOOK)
    with monkeypatch.context() as patch:
        patch.setattr(media_work, "read_apart", lambda *_: Found())
        worked(bench)
    digest = Digest.of(BOOK)
    assert known(bench, BOOK).pages is None
    with pytest.raises(RoleNotHeld):
        read_again(bench.library, as_reader("r"), SqlMedia, digest)
    read_again(bench.library, LIBRARIAN, SqlMedia, digest)
    worked(bench)
    assert (known(bench, BOOK).pages, known(bench, BOOK).is_asked) == (2, False)


def test_nothing_is_told_of_what_was_withdrawn(bench: Bench) -> None:
    bench.registered(BOOK)
    worked(bench)
    withdraw_resource(bench.library, LIBRARIAN, Digest.of(BOOK), WithdrawalReason.ERROR)
    bench.settle()
    with pytest.raises(MediaNotFound):
        known(bench, BOOK)


def test_who_wants_no_reading_has_none(bench: Bench) -> None:
    bench.register(BOOK)
    media_work.work(replace(bench.library, limits=Limits(media_a_minute=0)), going_on)
    with pytest.raises(MediaNotFound):
        known(bench, BOOK)


def test_what_was_made_is_told_as_kept(bench: Bench) -> None:
    assert list(cids(bench.library)) == []
    bench.register(BOOK)
    worked(bench)
    made = {rendition.cid for rendition in known(bench, BOOK).renditions}
    assert (set(cids(bench.library)), len(made)) == (made, 3)


def test_a_wish_outlives_that_a_place_is_away(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.register(BOOK)
    with monkeypatch.context() as patch:
        patch.setattr(media_work, "read_apart", lambda *_: Found())
        worked(bench)
    read_again(bench.library, LIBRARIAN, SqlMedia, Digest.of(BOOK))
    blocks = bench.folder / "blocks"
    blocks.rename(bench.folder / "away")
    blocks.write_bytes(b"")  # so that the store does not answer
    worked(bench)
    assert known(bench, BOOK).is_asked
    blocks.unlink()
    (bench.folder / "away").rename(blocks)
    worked(bench)
    assert known(bench, BOOK).is_asked  # it is not tried all the time
    monkeypatch.setattr(media_work, "AWAY_SECONDS", 0.0)
    media_work._put_off_until().clear()
    worked(bench)
    assert (known(bench, BOOK).pages, known(bench, BOOK).is_asked) == (2, False)
