"""Closed content as an operator keeps it: imported encrypted, converted if it was not, its keys changed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.registration import Registration
from ledger_service.services.resources.closed.warn_of_plain import content_warnings
from ledger_service.services.resources.define_license import define_license
from ledger_service.services.resources.read_content import content_pieces, content_size
from scripts.harness.running_library import RunningLibrary
from tests.simulators.content.kept_plain import keep_plain

pytestmark = pytest.mark.slow

MARKER = b"words that stand in no other file "
BOOKS = [MARKER * 50_000 + b"%d" % number for number in range(3)]
HOUSE = LicenseTerms("https://licenses.example.uz/closed-flows", 1, 86_400, False)


def read(library: RunningLibrary, data: bytes) -> bytes:
    ours = library.opened.library
    with ours.store.read() as transaction:
        found = transaction.registrations.find(Digest.of(data), ours.steward)
    assert isinstance(found, Registration)
    return b"".join(content_pieces(ours, found, 0, content_size(ours, found)))


def lies_plain(library: RunningLibrary) -> bool:
    # Another process looks: whoever closes a file in this one lets go of all locks that SQLite has on it,
    # and the next process to end would delete the log that is in use. Source: sqlite.org/howtocorrupt, 2.2.
    # A file that goes while it looks is an error to it, such as one that a database folds into another.
    command = ["grep", "-rqF", MARKER.decode(), library.environment["MUHR_HOME"]]
    looks = (subprocess.run(command, check=False).returncode for _ in range(5))
    found = next(status for status in looks if status in (0, 1))
    return found == 0


def test_closed_content_is_encrypted_and_its_keys_are_changed(
    library: RunningLibrary, tmp_path: Path, muhr_process: Callable[..., Any]
) -> None:
    ours = library.opened.library
    define_license(ours, Caller.operator(ours.steward), "closed-flows", HOUSE)
    folder = tmp_path / "books"
    folder.mkdir()
    (folder / "book").write_bytes(BOOKS[0])
    words = ("import", folder, "--keep", "--license", "closed-flows", "--json")
    ended = muhr_process(library.environment, *words)
    assert (ended.status, ended.json["registered"]) == (0, 1), ended.err
    assert not lies_plain(library)
    assert content_warnings(ours) == []

    keep_plain(ours, BOOKS[1], "closed-flows")
    assert lies_plain(library)
    [warning] = content_warnings(ours)
    assert (warning.name, warning.values["count"]) == ("plain-content", 1)
    ended = muhr_process(library.environment, "content", "encrypt", "--json")
    assert ended.status == 0, ended.err
    assert (ended.json["encrypted"], ended.json["removed"]) == (1, 1)
    assert not lies_plain(library)
    assert content_warnings(ours) == []

    name = ours.keeper.name
    ended = muhr_process(library.environment, "content", "rotate-key", "--json")
    assert ended.status == 0, ended.err
    assert ended.json["wrapped"] >= 2
    assert ours.keeper.name == ended.json["key"] != name
    assert [read(library, data) for data in BOOKS[:2]] == BOOKS[:2]
    again = muhr_process(library.environment, "content", "encrypt")
    assert (again.status, again.err) == (0, "")
    assert "0 resources encrypted" in again.out
