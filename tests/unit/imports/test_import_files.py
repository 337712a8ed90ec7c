"""Files of imports, hashed by the processes that prepare claims: in blocks, once, and in order."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import pytest

from ipfs.block_store import FileBlockStore
from ledger_service.adapters.imports import journal as journal_module
from ledger_service.adapters.imports.hashing import prepare_claims
from ledger_service.adapters.imports.journal import SMALL_BYTES, Journal
from ledger_service.adapters.imports.preparer import (
    Hashing,
    Piece,
    Preparer,
    pack,
    pack_hashing,
    send,
)
from ledger_service.adapters.imports.sources.blocks import FileBlock
from ledger_service.adapters.imports.sources.folder import BYTES_A_BLOCK, FILES_A_BLOCK, read_folder
from ledger_service.domain.content.content_id import RAW_BASE16
from ledger_service.domain.errors import ImportInterrupted
from ledger_service.domain.imports.import_item import ImportItem, media_type_of
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.imports.prepared_claim import PreparedClaim
from ledger_service.domain.reasons import Reason
from ledger_service.ports.content import Places

LARGEST = 3 << 20
LARGE = bytes(range(256)) * (SMALL_BYTES // 256)


@pytest.fixture
def preparer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Preparer:
    monkeypatch.setattr(journal_module, "SETTLED_SECONDS", 0.2)
    monkeypatch.setattr(journal_module, "BUSY_SECONDS", 0.1)
    return Preparer(Hashing(tmp_path / "journal.db", LARGEST))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path.resolve() / "books"
    made.mkdir()
    return made


def block_of(folder: Path, *names: str) -> FileBlock:
    return FileBlock(str(folder), "in/", list(names), "L", 0)


def blocks(folder: Path) -> list[FileBlock]:
    found = []
    for piece in read_folder(folder, "L", Extent()):
        assert isinstance(piece, FileBlock)
        found.append(piece)
    return found


def test_a_file_in_a_block_has_the_claim_of_the_general_way(
    folder: Path, preparer: Preparer
) -> None:
    odd = ["a.tar.gz", "UPPER.PDF", ".pdf", "no ending", "two\nlines", "«ким».epub", "data:x,y.txt"]
    odd += [os.fsdecode(b"na\xefve.txt"), "empty", "large", "link", "missing", "folder"]
    for name in odd[:8]:
        (folder / name).write_bytes(name.encode("utf-8", "surrogateescape") * 1000)
    (folder / "empty").touch()
    (folder / "large").write_bytes(bytes(LARGEST + 1))
    (folder / "link").symlink_to(folder / "a.tar.gz")
    (folder / "folder").mkdir()
    found = preparer.prepare(block_of(folder, *odd))
    for claim, name in zip(found, odd, strict=True):
        item = ImportItem(claim.place, str(folder / name), license="L")
        assert preparer.prepare(item) == [claim]
    slugs = [
        Reason.parse(claim.reason).name.split(".")[0] if claim.reason else "" for claim in found
    ]
    assert slugs[:8] == [""] * 8
    assert found[4].title == "two lines"
    assert slugs[8:] == ["empty-resource", "resource-too-large", *["invalid-manifest"] * 3]
    assert found[0].digest == hashlib.sha256(b"a.tar.gz" * 1000).digest()
    assert [found[5].place, found[7].place] == ["in/«ким».epub", "in/na\\xefve.txt"]


def test_a_folder_that_is_a_link_by_now_refuses_all_its_files(
    folder: Path, preparer: Preparer, tmp_path: Path
) -> None:
    (folder / "a").write_bytes(b"a")
    (tmp_path / "link").symlink_to(folder)
    for place in (tmp_path / "link", tmp_path / "gone"):
        claims = preparer.prepare(block_of(place, "a", "b"))
        assert [Reason.parse(claim.reason).name.split(".")[0] for claim in claims] == [
            "invalid-manifest"
        ] * 2


@pytest.mark.parametrize(
    "name", ["a.pdf", "a.tar.gz", "a.b.c.epub", "A.PDF", "a", ".bashrc", "a.gz", "b.tgz", "c.xyzzy"]
)
def test_an_ending_has_the_media_type_of_the_standard_library(name: str) -> None:
    assert media_type_of(name) == mimetypes.guess_type(name)[0] or "application/octet-stream"


def test_blocks_are_as_much_work_as_others(folder: Path) -> None:
    for part, size in (("a", 1), ("b", BYTES_A_BLOCK // 4)):
        (folder / part).mkdir()
        for number in range(FILES_A_BLOCK + 2 if part == "a" else 9):
            with (folder / part / f"{number:04}").open("wb") as file:
                file.truncate(size)
    found = blocks(folder)
    assert [len(block.names) for block in found] == [FILES_A_BLOCK, 2, 4, 4, 1]
    assert [name for block in found for name in block.names] == [
        path.name for path in sorted(folder.rglob("*")) if path.is_file()
    ]


def test_folders_of_one_file_each_are_prepared_together_and_in_order(
    folder: Path, tmp_path: Path
) -> None:
    for number in range(600):
        (folder / f"{number:04}").mkdir()
        (folder / f"{number:04}" / "book.txt").write_text(f"book {number}")
    batches = list(prepare_claims(blocks(folder), Hashing(tmp_path / "journal.db", LARGEST)))
    assert [len(batch) for batch in batches if batch] == [FILES_A_BLOCK, FILES_A_BLOCK, 88]
    claims = list(chain.from_iterable(batches))
    assert [claim.place for claim in claims] == [f"{number:04}/book.txt" for number in range(600)]
    assert claims[7].digest == hashlib.sha256(b"book 7").digest()


def test_a_process_that_is_killed_ends_the_import_with_a_word(folder: Path, tmp_path: Path) -> None:
    (folder / "a").write_bytes(b"a")

    whole = block_of(folder, "a")._replace(about_bytes=BYTES_A_BLOCK)

    def source() -> Iterator[Piece]:
        yield whole
        for place in Path("/proc/self/task").glob("*/children"):
            for child in map(int, place.read_text().split()):
                if (
                    b"ledger_service.adapters.imports.preparer"
                    in Path(f"/proc/{child}/cmdline").read_bytes()
                ):
                    os.kill(child, signal.SIGKILL)
        for _ in range(100):
            yield whole

    with pytest.raises(ImportInterrupted, match=r"import-interrupted"):
        list(prepare_claims(source(), Hashing(tmp_path / "journal.db", LARGEST)))


def test_a_process_whose_asker_is_gone_ends_quietly(folder: Path, tmp_path: Path) -> None:
    (folder / "a").write_bytes(b"a")
    command = [sys.executable, "-m", "ledger_service.adapters.imports.preparer"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        send(process.stdin, pack_hashing(Hashing(tmp_path / "j.db", 9)))  # type: ignore[arg-type]
        send(process.stdin, pack([block_of(folder, *["a"] * 1000)]))  # type: ignore[arg-type]
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


# ---- the journal ----------------------------------------------------------------------------------


def hashed(preparer: Preparer, path: Path) -> PreparedClaim:
    """Return the claim on a file, after which the journal is written."""
    (claim,) = preparer.prepare(block_of(path.parent, path.name))
    preparer.journal.write()
    return claim


def keeper(folder: Path) -> Preparer:
    """Return what prepares claims with the same journal, and keeps the bytes."""
    FileBlockStore.create(folder / "blocks")
    places = Places(str(folder / "blocks"))
    license_name = block_of(folder).license
    hashing = Hashing(
        folder / "journal.db", LARGEST, places, open_licenses=frozenset([license_name])
    )
    return Preparer(hashing)


def age(path: Path) -> None:
    """Wait until the file's times are settled."""
    deadline = time.monotonic() + 10
    while time.time_ns() - path.stat().st_ctime_ns <= journal_module.SETTLED_SECONDS * 10**9:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def journal(tmp_path: Path, preparer: Preparer) -> sqlite3.Connection:
    """The journal of the preparer, to look into and to change."""
    return sqlite3.connect(tmp_path / "journal.db", isolation_level=None, timeout=0)


def rows(journal: sqlite3.Connection) -> int:
    return int(journal.execute("SELECT count(*) FROM hashed").fetchone()[0])


def test_a_large_file_is_hashed_once_and_again_when_it_changes(
    folder: Path, preparer: Preparer, journal: sqlite3.Connection
) -> None:
    path = folder / "a"
    path.write_bytes(LARGE)
    claim = hashed(preparer, path)
    assert rows(journal) == 0  # it may still change within its time stamp
    age(path)
    assert hashed(preparer, path) == claim
    assert rows(journal) == 1
    journal.execute("UPDATE hashed SET digest = ?", (bytes(32),))
    marked = hashed(preparer, path)
    assert (marked.digest, marked.cid) == (bytes(32), RAW_BASE16 + bytes(32).hex())
    path.write_bytes(LARGE[::-1])
    assert hashed(preparer, path).digest == hashlib.sha256(LARGE[::-1]).digest()
    os.utime(path, ns=(0, 0))
    assert hashed(preparer, path).digest == hashlib.sha256(LARGE[::-1]).digest()


def test_a_file_above_one_chunk_has_its_cid_from_the_journal(
    folder: Path, preparer: Preparer, journal: sqlite3.Connection
) -> None:
    path = folder / "a"
    path.write_bytes(LARGE * 5)
    age(path)
    claim = hashed(preparer, path)
    assert claim.cid.startswith("f01701220")
    assert rows(journal) == 1
    assert hashed(preparer, path) == claim


def test_a_small_file_is_noted_only_if_its_bytes_are_kept(
    folder: Path, preparer: Preparer, journal: sqlite3.Connection, tmp_path: Path
) -> None:
    path = folder / "a"
    path.write_bytes(b"a")
    age(path)
    hashed(preparer, path)
    assert rows(journal) == 0
    keeping = keeper(tmp_path)
    hashed(keeping, path)
    assert rows(journal) == 1


def test_what_was_hashed_without_keeping_is_read_again_to_be_kept(
    folder: Path, preparer: Preparer, journal: sqlite3.Connection, tmp_path: Path
) -> None:
    path = folder / "a"
    path.write_bytes(LARGE)
    age(path)
    hashed(preparer, path)
    keeping = keeper(tmp_path)
    hashed(keeping, path)
    assert [file for file in (tmp_path / "blocks").rglob("*") if file.is_file()]
    assert journal.execute("SELECT is_kept FROM hashed").fetchall() == [(1,)]


def test_a_journal_that_cannot_be_written_costs_only_hashing(
    folder: Path, preparer: Preparer, journal: sqlite3.Connection
) -> None:
    path = folder / "a"
    path.write_bytes(LARGE)
    age(path)
    journal.execute("BEGIN IMMEDIATE")
    claim = hashed(preparer, path)
    journal.execute("ROLLBACK")
    assert claim.digest == hashlib.sha256(LARGE).digest()
    assert rows(journal) == 0
    hashed(preparer, path)
    assert rows(journal) == 1


def test_whoever_makes_the_journal_at_once_has_it(tmp_path: Path) -> None:
    for number in range(30):
        path, together = tmp_path / f"{number}.db", threading.Barrier(8)

        def make(path: Path, together: threading.Barrier) -> None:
            together.wait()
            Journal(path, keeps=False).close()

        with ThreadPoolExecutor(8) as pool:
            for made in [pool.submit(make, path, together) for _ in range(8)]:
                made.result()


def test_a_status_that_sqlite_cannot_hold_is_noted_all_the_same(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", keeps=False)
    numbers = (0o100644, 2**64 - 1, 7, 1, 0, 0, SMALL_BYTES, 0, 0, 0)
    status = os.stat_result(numbers, {"st_mtime_ns": -1, "st_ctime_ns": 0})
    journal.note(status, bytes(32), RAW_BASE16 + bytes(32).hex())
    journal.write()
    assert journal.known(status) == (bytes(32), RAW_BASE16 + bytes(32).hex())
