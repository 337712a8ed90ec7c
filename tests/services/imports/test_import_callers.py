"""Who sends imports, and what colleagues of one library see and do of each other's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest

from ledger_service.domain.errors import RoleNotHeld, TooManyImports
from ledger_service.domain.imports.import_job import ImportJob
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.ports.paging import PageRequest
from ledger_service.services.imports.find_imports import list_imports, show_import
from ledger_service.services.imports.request_import import (
    ImportRequest,
    cancel_import,
    check_import_request,
    receive_manifest,
    request_import,
)
from ledger_service.services.limits import Limits
from tests.simulators.bench import LIBRARIAN, STEWARD, Bench, as_reader

COLLEAGUE = Caller.of_token(Role.REGISTRAR, "colleague", STEWARD)
AUDITOR = Caller.of_token(Role.AUDITOR, "auditor", STEWARD)


def send(bench: Bench, book: int, caller: Caller = LIBRARIAN, key: str | None = None) -> ImportJob:
    digest = hashlib.sha256(b"%d" % book).hexdigest()
    item = {"digest": digest, "size_bytes": 7, "title": f"Book {book}"}
    asked = ImportRequest(caller, "jsonl", "CC-BY-4.0", key)
    check_import_request(bench.library, asked)
    with receive_manifest(bench.library, asked) as upload:
        upload.write(json.dumps(item).encode() + b"\n")
        return request_import(bench.library, asked, upload)


@pytest.fixture
def licensed(bench: Bench) -> Bench:
    bench.license()
    return bench


def test_colleagues_with_the_same_key_do_not_meet(licensed: Bench) -> None:
    mine = send(licensed, 1, key="monday")
    theirs = send(licensed, 2, COLLEAGUE, key="monday")
    assert mine.id != theirs.id
    assert (mine.caller, theirs.caller) == ("librarian", "colleague")
    assert send(licensed, 1, key="monday").id == mine.id


def test_colleagues_see_each_others_imports(licensed: Bench) -> None:
    sent = [send(licensed, 1), send(licensed, 2, COLLEAGUE)]
    for caller in (LIBRARIAN, COLLEAGUE):
        found = list_imports(licensed.library, caller, PageRequest()).items
        assert [item.job for item in found] == sent[::-1]
        assert [show_import(licensed.library, caller, job.id).job for job in sent] == sent


def test_a_colleague_may_cancel_an_import(licensed: Bench) -> None:
    job = send(licensed, 1)
    assert cancel_import(licensed.library, COLLEAGUE, job.id).state == "canceled"


def test_imports_are_the_registrars_alone(licensed: Bench) -> None:
    job = send(licensed, 1)
    for caller in (as_reader(licensed.reader()), AUDITOR):
        for verb in (show_import, cancel_import):
            with pytest.raises(RoleNotHeld):
                verb(licensed.library, caller, job.id)
        with pytest.raises(RoleNotHeld):
            list_imports(licensed.library, caller, PageRequest())
        with pytest.raises(RoleNotHeld):
            send(licensed, 2, caller)


def test_the_bound_of_waiting_imports_is_each_senders_own(
    new_bench: Callable[..., Bench],
) -> None:
    bench = new_bench(Limits(1_000_000, anchor_seconds=0, waiting_imports=1))
    bench.license()
    send(bench, 1)
    with pytest.raises(TooManyImports):
        send(bench, 2)
    assert send(bench, 3, COLLEAGUE)
