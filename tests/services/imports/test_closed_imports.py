"""Files of an import under a license that is not open: encrypted as they are hashed, and kept once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ledger_service.adapters.imports.preparer import Hashing, Preparer
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.prepared_claim import (
    DUPLICATE,
    JOINED,
    REFUSED,
    REGISTERED,
    ImportResult,
    PreparedClaim,
)
from ledger_service.domain.reasons import Reason
from ledger_service.ports.content import Places
from ledger_service.services.imports.import_resources import import_claims
from ledger_service.services.limits import Limits
from ledger_service.services.resources.closed.keep_sealed import open_licenses
from ledger_service.services.resources.closed.remove_needless import remove_needless
from ledger_service.services.resources.find_content import is_kept
from ledger_service.services.resources.join_content import content_of
from ledger_service.services.resources.read_content import content_pieces
from tests.simulators.bench import LIBRARIAN, Bench

MARKER = b"a sentence that is in no other file; "
BOOK = MARKER * 40_000
DIGEST = Digest.of(BOOK)


@pytest.fixture
def bench(new_bench: Callable[..., Bench], tmp_path: Path) -> Bench:
    made = new_bench(Limits(largest_resource_bytes=2 * len(BOOK), anchor_seconds=0))
    made.license()
    made.license("house")
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "Xamsa").write_bytes(BOOK)
    return made


def prepare(
    bench: Bench, folder: Path, *, keep: bool = True, license_name: str = "house", title: str = ""
) -> PreparedClaim:
    places = Places(str(bench.folder / "blocks")) if keep else None
    how = bench.library.key.name, open_licenses(bench.library)
    item = ImportItem(place="file", path=str(folder / "books" / "Xamsa"), license=license_name)
    preparer = Preparer(Hashing(folder / "journal.db", len(BOOK), places, *how))
    [claim] = preparer.prepare(item._replace(title=title))
    preparer.journal.write()
    return claim


def imported(bench: Bench, claim: PreparedClaim) -> ImportResult:
    [result] = import_claims(bench.library, LIBRARIAN, "an import", [claim], is_last=True)
    return result


def check_readable(bench: Bench) -> None:
    found = bench.registration(BOOK)
    assert is_kept(bench.library, found)
    assert b"".join(content_pieces(bench.library, found, 0, len(BOOK))) == BOOK
    plain = [path for path in bench.folder.rglob("*") if path.is_file()]
    assert not any(MARKER in path.read_bytes() for path in plain)


def test_a_file_is_kept_encrypted_and_again_it_is_a_duplicate(bench: Bench, tmp_path: Path) -> None:
    assert imported(bench, prepare(bench, tmp_path)).outcome == REGISTERED
    assert imported(bench, prepare(bench, tmp_path)).outcome == DUPLICATE
    check_readable(bench)
    assert len(bench.entries("stored")) == 1
    assert bench.entries("attested") == []


@pytest.mark.parametrize("title", ["", "otherwise"])
def test_of_the_same_file_twice_in_one_import_one_is_kept_and_the_other_is_needless(
    bench: Bench, tmp_path: Path, title: str
) -> None:
    claims = [prepare(bench, tmp_path), prepare(bench, tmp_path, title=title)]
    results = import_claims(bench.library, LIBRARIAN, "an import", claims, is_last=True)
    assert results[0].outcome == REGISTERED
    found = bench.registration(BOOK)
    with bench.store.read() as transaction:
        row = transaction.stored.newest(found.steward, [found.digest])[found.digest]
        noted = transaction.needless.some(10)
    others = {claim.sealed[1] for claim in claims if claim.sealed is not None} - {row.cid}
    assert (set(noted), len(others)) == (others, 1)
    remove_needless(bench.library, lambda: False)
    check_readable(bench)


def test_a_kill_between_the_bytes_and_their_claim_loses_nothing(
    bench: Bench, tmp_path: Path
) -> None:
    prepare(bench, tmp_path)  # its key is lost with the process
    assert imported(bench, prepare(bench, tmp_path)).outcome == REGISTERED
    check_readable(bench)


@pytest.mark.parametrize("title", ["", "otherwise"])
def test_a_file_joins_what_was_registered_by_its_digest(
    bench: Bench, tmp_path: Path, title: str
) -> None:
    assert imported(bench, prepare(bench, tmp_path, keep=False)).outcome == REGISTERED
    assert content_of(bench.library, bench.registration(BOOK)) == (False, None)
    for _ in range(2):
        assert imported(bench, prepare(bench, tmp_path, title=title)).outcome == JOINED
    check_readable(bench)
    [stated] = bench.entries("attested")
    assert stated.text("statement") == DIGEST.hex()
    assert len(bench.entries("stored")) == 1


@pytest.mark.parametrize(("registered", "sent"), [("house", "CC-BY-4.0"), ("CC-BY-4.0", "house")])
def test_a_file_of_the_other_kind_of_license_joins_nothing(
    bench: Bench, tmp_path: Path, registered: str, sent: str
) -> None:
    first = prepare(bench, tmp_path, keep=False, license_name=registered)
    assert imported(bench, first).outcome == REGISTERED
    result = imported(bench, prepare(bench, tmp_path, license_name=sent))
    assert result.outcome == REFUSED
    assert Reason.parse(result.reason).name.startswith("content-kept-otherwise")
    assert bench.entries("stored") == []


def test_a_license_that_came_to_be_open_meanwhile_refuses_what_was_encrypted(
    bench: Bench, tmp_path: Path
) -> None:
    claim = prepare(bench, tmp_path, license_name="CC0-1.0")
    bench.license("CC0-1.0")
    result = imported(bench, claim)
    assert (result.outcome, "defined-since" in result.reason) == (REFUSED, True)


def test_nothing_tells_the_key_of_a_claim(bench: Bench, tmp_path: Path) -> None:
    claim = prepare(bench, tmp_path)
    assert claim.sealed is not None
    imported(bench, claim)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(claim.sealed[0] in path.read_bytes() for path in files)
