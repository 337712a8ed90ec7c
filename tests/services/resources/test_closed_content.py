"""Closed content is encrypted before any byte of it rests, and read as if it were not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from ipfs.block_store import FileBlockStore
from ledger_service.domain.errors import (
    ContentCorrupt,
    ContentKeptOtherwise,
    ContentKeyWrong,
    ContentNotFound,
    TruncatedUpload,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.content import ContentStore, Seal, Upload
from ledger_service.services.limits import Limits
from ledger_service.services.resources.closed.find_stored import find_stored
from ledger_service.services.resources.find_content import find_kept, is_kept
from ledger_service.services.resources.read_content import content_pieces, content_size
from ledger_service.services.resources.register_resource import receive_resource, register_resource
from tests.simulators.bench import LIBRARIAN, Bench

MARKER = b"a sentence that is in no other file; "
FILM = MARKER * 60_000  # more than two segments
SMALL = MARKER * 3


@pytest.fixture
def bench(new_bench: Callable[..., Bench]) -> Bench:
    made = new_bench(Limits(largest_resource_bytes=2 * len(FILM), anchor_seconds=0))
    made.license("house")
    return made


def read(bench: Bench, registration: Registration, start: int = 0, end: int | None = None) -> bytes:
    size = content_size(bench.library, registration)
    return b"".join(
        content_pieces(bench.library, registration, start, size if end is None else end)
    )


def files_with(folder: Path, marker: bytes) -> list[Path]:
    """Return the files below a folder that hold these bytes."""
    return [path for path in folder.rglob("*") if path.is_file() and marker in path.read_bytes()]


@pytest.mark.parametrize("data", [SMALL, FILM], ids=["small", "large"])
def test_closed_content_is_read_as_it_came_and_lies_encrypted(bench: Bench, data: bytes) -> None:
    found = bench.registered(data, license_name="house")
    assert read(bench, found) == data
    assert read(bench, found, 7, 50) == data[7:50]
    assert content_size(bench.library, found) == len(data)
    assert is_kept(bench.library, found)
    assert files_with(bench.folder, MARKER) == []
    assert not bench.library.content.has(found.cid)
    [entry] = bench.entries("stored")
    stored = find_stored(bench.library, found)
    assert stored is not None
    told = entry.text("digest"), entry.number("epoch"), entry.text("cid")
    assert told == (found.digest.hex(), 1, stored.cid)
    bench.anchored_twice()
    assert bench.findings() == set()


def test_amid_an_upload_no_plain_byte_rests_either(bench: Bench) -> None:
    with receive_resource(bench.library, is_open=False) as incoming:
        incoming.write(FILM)
        assert files_with(bench.folder, MARKER) == []
    assert list((bench.folder / "blocks" / "staging").iterdir()) == []


def test_open_content_lies_as_it_came(bench: Bench) -> None:
    found = bench.registered(SMALL)
    assert bench.library.content.has(found.cid)
    assert bench.entries("stored") == []
    assert read(bench, found) == SMALL


def test_what_was_refused_leaves_nothing_registered(bench: Bench) -> None:
    with pytest.raises(TruncatedUpload):
        bench.register(SMALL, "house", announced_bytes=len(SMALL) + 1)
    assert bench.entries("stored") == []
    assert FileBlockStore(bench.folder / "blocks").usage().blocks == 0


def test_the_same_upload_again_keeps_the_epoch_that_is_whole(bench: Bench) -> None:
    for _ in range(2):
        bench.registered(FILM, license_name="house")
    assert [entry.number("epoch") for entry in bench.entries("stored")] == [1]


def test_an_upload_restores_what_was_lost_by_a_new_epoch(bench: Bench) -> None:
    found = bench.registered(FILM, license_name="house")
    bench.forget_content()
    with pytest.raises(ContentNotFound):
        read(bench, found)
    assert find_kept(bench.library, found) is False
    bench.registered(FILM, license_name="house")
    assert read(bench, found) == FILM
    assert [entry.number("epoch") for entry in bench.entries("stored")] == [1, 2]
    with bench.store.read() as transaction:
        first, second = transaction.stored.epochs(found.digest, found.steward)
    assert (first.wrapped, second.wrapped is None) == (None, False)


def test_of_two_uploads_at_once_one_makes_the_epoch(bench: Bench) -> None:
    with receive_resource(bench.library, is_open=False) as late:
        late.write(SMALL)
        found = bench.register(SMALL, "house")
        again = register_resource(
            bench.library, LIBRARIAN, late, metadata=found.metadata, license_name="house"
        )
    assert again == found
    assert len(bench.entries("stored")) == 1
    assert read(bench, found) == SMALL


def test_a_key_of_another_resource_or_epoch_opens_nothing(bench: Bench) -> None:
    first = bench.registered(SMALL, license_name="house")
    second = bench.registered(SMALL + b"!", license_name="house", title="Another")
    with sqlite3.connect(bench.folder / "muhr.db") as connection:
        wraps = dict(connection.execute("SELECT digest, wrapped FROM stored_content").fetchall())
        connection.execute(
            "UPDATE stored_content SET wrapped = ? WHERE digest = ?",
            (wraps[second.digest.value], first.digest.value),
        )
    with pytest.raises(ContentKeyWrong):
        read(bench, first)
    assert read(bench, second) == SMALL + b"!"


def test_the_ciphertext_of_another_resource_is_corrupt(bench: Bench) -> None:
    first = bench.registered(SMALL, license_name="house")
    second = bench.registered(SMALL + b"!", license_name="house", title="Another")
    other = find_stored(bench.library, second)
    assert other is not None
    with sqlite3.connect(bench.folder / "muhr.db") as connection:
        query = "UPDATE stored_content SET cid = ? WHERE digest = ?"
        connection.execute(query, (other.cid, first.digest.value))
    with pytest.raises(ContentCorrupt):
        read(bench, first)


def test_a_file_under_a_license_of_another_kind_does_not_join(bench: Bench) -> None:
    data = Digest.of(SMALL)
    bench.registered(SMALL, license_name="house")
    with sqlite3.connect(bench.folder / "muhr.db") as connection:  # as if it came by reference
        connection.execute("UPDATE registration SET route = 3, state = 'accepted'")
        connection.execute("DELETE FROM stored_content")
    with pytest.raises(ContentKeptOtherwise):
        bench.register(SMALL)
    assert files_with(bench.folder, MARKER) == []
    assert bench.registration(SMALL).digest == data


class SlowStore:
    """A content store in which plain uploads wait, before they are kept, until they may go on."""

    def __init__(self, content: ContentStore) -> None:
        self._content = content
        self.waits, self.goes_on = Event(), Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._content, name)

    @contextmanager
    def upload(self, seal: Seal | None = None) -> Iterator[Upload]:
        with self._content.upload(seal) as upload:
            if seal is None:
                commit = upload.commit

                def slowly() -> None:
                    self.waits.set()
                    self.goes_on.wait(30)
                    commit()

                upload.commit = slowly  # type: ignore[method-assign]
            yield upload


def test_the_same_bytes_open_and_closed_at_once_lie_one_way(bench: Bench) -> None:
    bench.license()
    slow = SlowStore(bench.library.content)
    bench.library = replace(bench.library, content=slow)  # type: ignore[arg-type]
    with ThreadPoolExecutor() as threads:
        is_open = threads.submit(bench.register, SMALL)
        assert slow.waits.wait(30)
        is_closed = threads.submit(bench.register, SMALL, "house")
        wait([is_closed], 0.5)
        slow.goes_on.set()
        errors = [is_open.exception(), is_closed.exception()]
    assert [error is None for error in errors] in ([True, False], [False, True])
    lies_plain = files_with(bench.folder / "blocks", MARKER) != []
    assert lies_plain is (errors[0] is None)
