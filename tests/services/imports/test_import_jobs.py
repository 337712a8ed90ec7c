"""Imports that the service runs: every item has one result, whoever is killed where."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from ledger_service.adapters.imports import manifests
from ledger_service.adapters.imports.sources import lines as lines_module
from ledger_service.domain.errors import (
    ImportNotFound,
    InvalidManifest,
    KeyUsedOtherwise,
    ManifestTooLarge,
    StorageFull,
    TooManyImports,
    TruncatedUpload,
    UnknownLicense,
)
from ledger_service.domain.imports.import_job import ImportJob
from ledger_service.domain.reasons import Reason
from ledger_service.services.imports import run_import_jobs
from ledger_service.services.imports.request_import import (
    ImportRequest,
    cancel_import,
    check_import_request,
    find_import,
    receive_manifest,
    request_import,
)
from ledger_service.services.imports.run_import_jobs import run_import_job, sweep_imports
from ledger_service.services.library import Library
from ledger_service.services.limits import Limits
from tests.simulators.bench import LIBRARIAN, Bench, StoreThatStops, WorkerKilled

ITEMS = 23


def never() -> bool:
    return False


def row(number: int, **changes: Any) -> dict[str, Any]:
    digest = hashlib.sha256(f"book {number}".encode()).hexdigest()
    return {"digest": digest, "size_bytes": 7, "title": f"Book {number}", **changes}


def lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(item).encode() + b"\n" for item in rows)


def send(
    library: Library, manifest: bytes, form: str = "jsonl", key: str | None = None, **more: Any
) -> ImportJob:
    asked = ImportRequest(LIBRARIAN, form, more.pop("license", "CC-BY-4.0"), key, **more)
    check_import_request(library, asked)
    with receive_manifest(library, asked) as upload:
        upload.write(manifest)
        return request_import(library, asked, upload)


def found(bench: Bench, job: ImportJob) -> ImportJob:
    with bench.store.read() as transaction:
        return find_import(transaction, job.id)


def report(bench: Bench, job: ImportJob) -> list[dict[str, Any]]:
    told, start = "", 0
    with bench.store.read() as transaction:
        while (part := transaction.imports.results(job.id, start)) is not None:
            start += part.count("\n")
            told += part
    return [json.loads(line) for line in told.split("\n") if line]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a transaction have four claims."""
    monkeypatch.setattr(run_import_jobs, "CLAIMS_A_TRANSACTION", 4)
    monkeypatch.setattr(run_import_jobs, "ITEMS_A_BATCH", 2)
    monkeypatch.setattr(lines_module, "BLOCK_BYTES", 100)


@pytest.fixture
def licensed(new_bench: Callable[..., Bench]) -> Callable[[], Bench]:
    def make(**limits: int) -> Bench:
        bench = new_bench(Limits(1_000_000, anchor_seconds=0, **limits))
        bench.license()
        bench.settle()
        return bench

    return make


def mixed() -> bytes:
    """Return a manifest of all outcomes."""
    rows = [row(number) for number in range(ITEMS)]
    rows[3] = row(1)  # a duplicate within
    rows[5] = row(2, title="Another title")
    rows[8] = row(8, path="book.txt")
    rows[11] = row(11, license="none")
    rows[14] = {"title": "neither"}
    return lines(rows)


def test_every_item_has_its_result_and_one_anchor_serves_all(
    licensed: Callable[..., Bench], small: None
) -> None:
    bench = licensed()
    job = send(bench.library, mixed())
    assert found(bench, job) == job
    assert run_import_job(bench.library, never)
    assert not run_import_job(bench.library, never)
    ended = found(bench, job)
    assert (ended.state, ended.items, ended.read_bytes) == ("done", ITEMS, job.size_bytes)
    assert (ended.registered, ended.duplicate, ended.refused, ended.skipped) == (18, 1, 4, 0)
    told = report(bench, job)
    assert [item["place"] for item in told] == [f"manifest.jsonl:{n + 1}" for n in range(ITEMS)]
    reasons = {n: told[n]["reason"].split(".")[0] for n in range(ITEMS) if told[n]["reason"]}
    assert reasons == {
        5: "resource-already-registered",
        8: "invalid-manifest",
        11: "unknown-license",
        14: "invalid-manifest",
    }
    assert told[3]["index"] == told[1]["index"]
    bench.settle()
    with bench.store.read() as transaction:
        assert transaction.checkpoints.first_anchored_above(ended.last_entry or 0) is not None
    assert bench.findings() == set()
    assert list((bench.folder / "imports").iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("committed", [True, False])
def test_an_import_killed_at_any_transaction_tells_the_same_in_the_end(
    licensed: Callable[..., Bench], small: None, committed: bool
) -> None:
    undisturbed = licensed()
    job = send(undisturbed.library, mixed())
    run_import_job(undisturbed.library, never)
    expected = report(undisturbed, job)
    for at in range(1, 9):  # begin, six transactions, end
        bench = licensed()
        job = send(bench.library, mixed())
        store = StoreThatStops(bench.store, at, committed=committed)
        worker = bench.another_worker(store=store)
        with pytest.raises(WorkerKilled):
            run_import_job(worker._library, never)
        run_import_job(bench.library, never)
        assert found(bench, job).state == "done"
        assert report(bench, job) == expected
        assert len(bench.entries("accepted")) == 18
        sweep_imports(bench.library)


def test_two_workers_on_one_import_take_each_item_once(
    licensed: Callable[..., Bench], small: None
) -> None:
    bench = licensed()
    job = send(bench.library, mixed())
    asked = 0

    def other_goes_on() -> bool:
        nonlocal asked
        asked += 1
        if asked == 5:
            run_import_job(bench.library, never)
        return False

    assert run_import_job(bench.library, other_goes_on)
    assert asked >= 5
    assert (found(bench, job).state, len(report(bench, job))) == ("done", ITEMS)
    assert len(bench.entries("accepted")) == 18


def test_an_import_that_is_stopped_goes_on_where_it_was(
    licensed: Callable[..., Bench], small: None
) -> None:
    bench = licensed()
    job = send(bench.library, lines(row(number) for number in range(ITEMS)))
    answers = iter([False] * 5 + [True])
    assert run_import_job(bench.library, lambda: next(answers))
    halfway = found(bench, job)
    assert halfway.state == "running"
    assert 0 < halfway.items < ITEMS
    assert halfway.progress.expected is not None
    assert abs(halfway.progress.expected - ITEMS) <= 1
    run_import_job(bench.library, never)
    assert (found(bench, job).registered, len(report(bench, job))) == (ITEMS, ITEMS)


def test_a_worker_that_is_told_to_stop_ends_in_the_middle_of_an_import(
    licensed: Callable[..., Bench], small: None
) -> None:
    bench = licensed()
    job = send(bench.library, lines(row(number) for number in range(5_000)))
    stop = threading.Event()
    run = threading.Thread(target=bench.worker.run, args=(stop,), daemon=True)
    run.start()
    deadline = time.monotonic() + 60
    while found(bench, job).items == 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    run.join(60)
    assert not run.is_alive()
    halfway = found(bench, job)
    assert halfway.state == "running"
    assert 0 < halfway.items < 5_000


def test_a_canceled_import_goes_no_further_and_keeps_what_it_took(
    licensed: Callable[..., Bench], small: None
) -> None:
    bench = licensed()
    job = send(bench.library, mixed())
    asked = 0

    def cancel() -> bool:
        nonlocal asked
        asked += 1
        if asked == 5:
            cancel_import(bench.library, LIBRARIAN, job.id)
        return False

    run_import_job(bench.library, cancel)
    ended = found(bench, job)
    assert ended.state == "canceled"
    assert len(report(bench, job)) == ended.items == 8
    assert len(bench.entries("accepted")) == ended.registered > 0
    assert cancel_import(bench.library, LIBRARIAN, job.id) == ended
    with pytest.raises(ImportNotFound):
        cancel_import(bench.library, LIBRARIAN, "another")


def test_an_import_whose_manifest_is_gone_fails_and_says_so(licensed: Callable[..., Bench]) -> None:
    bench = licensed()
    job = send(bench.library, mixed())
    bench.library.manifests.remove(job.id)
    run_import_job(bench.library, never)
    assert found(bench, job).state == "failed"
    assert Reason.parse(found(bench, job).failure or "") == Reason("invalid-manifest.gone")


def test_a_fault_of_ours_ends_the_import_and_is_raised(
    licensed: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = licensed()
    job = send(bench.library, mixed())
    monkeypatch.setattr(run_import_jobs, "import_for", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        run_import_job(bench.library, never)
    assert found(bench, job).state == "failed"
    assert not run_import_job(bench.library, never)


def test_the_same_key_gives_the_same_import(licensed: Callable[..., Bench]) -> None:
    bench = licensed()
    first = send(bench.library, mixed(), key="a")
    assert send(bench.library, mixed(), key="a") == first
    run_import_job(bench.library, never)
    assert send(bench.library, mixed(), key="a") == found(bench, first)
    assert send(bench.library, mixed()).id != first.id
    bench.license("CC0-1.0")
    for other in ({"manifest": lines([row(1)])}, {"license": "CC0-1.0"}):
        with pytest.raises(KeyUsedOtherwise):
            send(bench.library, **{"manifest": mixed(), "key": "a", **other})
    assert len(list((bench.folder / "imports").iterdir())) == 1  # of the one without a key


def test_what_is_refused_leaves_nothing(
    licensed: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = licensed(largest_manifest_bytes=5000, waiting_imports=2)
    library = bench.library
    refusals: list[tuple[type[Exception], dict[str, Any]]] = [
        (UnknownLicense, {"license": "none"}),
        (ManifestTooLarge, {"announced_bytes": 5001}),
        (ManifestTooLarge, {"manifest": b" " * 5001}),
        (TruncatedUpload, {"announced_bytes": 4999}),
        (InvalidManifest, {"manifest": b" \n\n"}),
        (InvalidManifest, {"manifest": b"digest,pages\n", "form": "csv"}),
    ]
    for error, request in refusals:
        with pytest.raises(error):
            send(library, **{"manifest": mixed(), **request})
    with monkeypatch.context() as patch:
        patch.setattr(manifests, "RESERVE_BYTES", 2**62)
        with pytest.raises(StorageFull):
            send(library, mixed())
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "no space")))
        with pytest.raises(StorageFull):
            send(library, mixed())
    send(library, mixed(), key="kept")
    send(library, mixed())
    with pytest.raises(TooManyImports):
        send(library, mixed())
    send(library, mixed(), key="kept")  # is no new one
    assert len(list((bench.folder / "imports").iterdir())) == 2


def test_a_disk_that_is_full_makes_an_import_wait(
    licensed: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = licensed()
    job = send(bench.library, mixed())

    def full(*_: object) -> None:
        raise StorageFull("database")

    with monkeypatch.context() as patch:
        patch.setattr(run_import_jobs, "import_for", full)
        with pytest.raises(StorageFull):
            run_import_job(bench.library, never)
    assert found(bench, job).state == "running"
    run_import_job(bench.library, never)
    assert found(bench, job).state == "done"


def test_what_ended_long_ago_is_forgotten_and_what_no_import_reads_is_removed(
    licensed: Callable[..., Bench],
) -> None:
    bench = licensed(report_seconds=100)
    ended = send(bench.library, mixed())
    run_import_job(bench.library, never)
    waiting = send(bench.library, mixed())
    folder = bench.folder / "imports"
    for name in ("killed-long-ago", "under-way"):
        (folder / name).mkdir()
        (folder / name / "manifest.jsonl").touch()
    long_ago = [folder / "killed-long-ago", folder / waiting.id]
    for path in [*long_ago, *(file for found in long_ago for file in found.iterdir())]:
        os.utime(path, (0, 0))
    bench.clock.advance(100)
    sweep_imports(bench.library)
    assert report(bench, ended)
    assert {path.name for path in folder.iterdir()} == {"under-way", waiting.id}
    bench.clock.advance(1)
    sweep_imports(bench.library)
    with pytest.raises(ImportNotFound):
        found(bench, ended)
    assert report(bench, ended) == []
    run_import_job(bench.library, never)
    assert found(bench, waiting).duplicate == 19


def test_a_hostile_manifest_is_a_list_of_refusals(
    licensed: Callable[..., Bench], tmp_path: Path
) -> None:
    bench = licensed()
    secret = tmp_path / "secret"
    secret.write_text("not for you")
    hostile = [
        json.dumps(row(1, path=str(secret))).encode(),
        json.dumps({"path": "../../keys/password"}).encode(),
        json.dumps(row(1, path="manifest.jsonl")).encode(),
        b'{"title":"' + b"x" * (3 << 20) + b'"}',
        b'{"digest":"\xff\xfe"}',
        b"\0" * 1000,
        json.dumps(row(1, title="a\0b")).encode(),
        json.dumps(row(1, license="a\0b")).encode(),
        json.dumps(row(1, license="\ud800")).encode(),
        json.dumps(row(1, **{"\ud800\0": "x"})).encode(),
        json.dumps(row(1, license="x" * 65)).encode(),
        b'{"digest":' + b"9" * 50_000 + b"}",
        b"[" * 60_000,
        b'{"a":' * 10_000,
        json.dumps(row(1, size_bytes=2**53)).encode(),
        b'{"digest":"a","size_bytes":NaN,"title":"x"}',
    ]
    job = send(bench.library, b"\n".join(hostile) + b"\n" + lines([row(1)]))
    run_import_job(bench.library, never)
    ended = found(bench, job)
    assert (ended.state, ended.refused, ended.registered) == ("done", len(hostile), 1)
    assert "not for you" not in json.dumps(report(bench, job))
    assert all(len(item["reason"]) < 2000 for item in report(bench, job))


def test_a_row_of_csv_without_end_is_refused_piece_by_piece(licensed: Callable[..., Bench]) -> None:
    bench = licensed()
    good = f"{row(1)['digest']},7,Xamsa\n"
    endless = b'x","y\n' * 60_000
    manifest = b"digest,size_bytes,title\n" + good.encode() + b'"' + endless + b'"\n'
    job = send(bench.library, manifest + good.encode(), form="csv")
    run_import_job(bench.library, never)
    ended = found(bench, job)
    assert (ended.state, ended.registered) == ("done", 1)
    assert 1 < ended.refused < 20
    assert ended.duplicate <= 1
