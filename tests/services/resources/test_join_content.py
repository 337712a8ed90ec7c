"""Content that comes after its registration: kept from then on, told by one entry, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ipfs.cid import Cid
from ledger_service.adapters.imports.preparer import Hashing, Preparer
from ledger_service.domain.content.content_id import DAG_PB, ContentId
from ledger_service.domain.errors import InvalidInput, LedgerError, ResourceAlreadyRegistered
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.import_item import ImportItem, decided_claim
from ledger_service.domain.imports.prepared_claim import (
    DUPLICATE,
    JOINED,
    REFUSED,
    REGISTERED,
    ImportResult,
    PreparedClaim,
)
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.resources.registration import WithdrawalReason
from ledger_service.ports.content import Places
from ledger_service.services.imports.import_resources import import_claims
from ledger_service.services.ledger.attest_statement import attest_statement
from ledger_service.services.limits import Limits
from ledger_service.services.resources.change_resource import withdraw_resource
from ledger_service.services.resources.closed.keep_sealed import open_licenses
from ledger_service.services.resources.find_content import is_kept
from ledger_service.services.resources.join_content import content_of
from ledger_service.services.resources.promote_resource import promote_resource
from tests.ports.content.places import Folder
from tests.simulators.bench import LIBRARIAN, Bench

BOOK = b"a book that is named before it comes" * 40_000  # more than one block
DIGEST = Digest.of(BOOK)


@pytest.fixture
def bench(new_bench: Callable[..., Bench]) -> Bench:
    return new_bench(Limits(largest_resource_bytes=2 * len(BOOK), anchor_seconds=0))


@pytest.fixture
def catalog(bench: Bench, tmp_path: Path) -> Bench:
    """Return a library that has registered a book by its digest."""
    bench.license()
    folder = tmp_path / "books"
    folder.mkdir()
    (folder / "scan 1.txt").write_bytes(BOOK)
    prepared = prepare(bench, tmp_path, keep=False)
    assert imported(bench, named(prepared.cid)).outcome == REGISTERED
    return bench


def named(cid: str, title: str = "Xamsa") -> PreparedClaim:
    item = ImportItem(
        place="row 1",
        digest=DIGEST.hex(),
        cid=cid,
        size_bytes=len(BOOK),
        title=title,
        media_type="text/plain",
        license="CC-BY-4.0",
    )
    return decided_claim(item, len(BOOK))


def prepare(bench: Bench, tmp_path: Path, title: str = "", *, keep: bool = True) -> PreparedClaim:
    """Return the claim of the file, whose bytes are then kept. title: by default the file's name."""
    places = Places(str(bench.folder / "blocks")) if keep else None
    path = str(tmp_path / "books" / "scan 1.txt")
    item = ImportItem(place="file", path=path, title=title or "scan 1", license="CC-BY-4.0")
    item = item._replace(media_type="text/plain")
    how = bench.library.key.name, open_licenses(bench.library)
    hashing = Hashing(tmp_path / "journal.db", len(BOOK), places, *how)
    [claim] = Preparer(hashing).prepare(item)
    return claim


def imported(bench: Bench, claim: PreparedClaim) -> ImportResult:
    [result] = import_claims(bench.library, LIBRARIAN, "an import", [claim], is_last=True)
    return result


def test_a_file_gives_what_was_registered_by_its_digest_its_content(
    catalog: Bench, tmp_path: Path
) -> None:
    before = catalog.registration(BOOK)
    assert not is_kept(catalog.library, before)
    for _ in range(2):  # an import that was killed is run again
        result = imported(catalog, prepare(catalog, tmp_path))
        assert (result.outcome, result.reason) == (JOINED, "")
        assert result.entry == before.accepted_entry
    assert catalog.registration(BOOK) == before
    [statement] = catalog.entries("attested")
    assert (statement.text("type"), statement.text("statement")) == ("kept", DIGEST.hex())
    assert content_of(catalog.library, before).is_kept
    assert b"".join(catalog.library.content.read(before.cid, 0, len(BOOK))) == BOOK


def test_the_same_claim_with_its_file_is_joined_if_the_bytes_are_new(
    catalog: Bench, tmp_path: Path
) -> None:
    assert imported(catalog, prepare(catalog, tmp_path, "Xamsa")).outcome == JOINED
    assert len(catalog.entries("attested")) == 1


def test_what_was_kept_from_the_beginning_is_a_duplicate(bench: Bench, tmp_path: Path) -> None:
    bench.license()
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "scan 1.txt").write_bytes(BOOK)
    assert imported(bench, prepare(bench, tmp_path)).outcome == REGISTERED
    assert imported(bench, prepare(bench, tmp_path)).outcome == DUPLICATE
    assert bench.entries("attested") == []


def test_a_file_that_is_not_kept_joins_nothing(catalog: Bench, tmp_path: Path) -> None:
    assert imported(catalog, prepare(catalog, tmp_path, keep=False)).outcome == REFUSED
    assert imported(catalog, prepare(catalog, tmp_path, "Xamsa", keep=False)).outcome == DUPLICATE
    assert catalog.entries("attested") == []


def test_bytes_of_another_cid_than_was_registered_are_not_its_content(
    bench: Bench, tmp_path: Path
) -> None:
    bench.license()
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "scan 1.txt").write_bytes(BOOK)
    assert imported(bench, named(ContentId(DAG_PB, bytes(32)).base16())).outcome == REGISTERED
    assert imported(bench, prepare(bench, tmp_path)).outcome == REFUSED
    assert bench.entries("attested") == []


def test_an_upload_gives_it_its_content_once(catalog: Bench) -> None:
    before = catalog.registration(BOOK)
    for _ in range(2):
        assert catalog.register(BOOK, "CC-BY-4.0", title="Another title") == before
    assert len(catalog.entries("attested")) == 1
    assert is_kept(catalog.library, before)
    assert len(catalog.entries("accepted")) == 1


def test_an_upload_mends_what_stands_and_is_damaged(bench: Bench) -> None:
    data, folder = b"of one block", Folder(bench.folder / "blocks")
    before = bench.register(data)
    block = Cid(before.cid.codec, before.cid.digest)
    folder.flip(block)
    assert content_of(bench.library, before).is_kept
    bench.register(data)
    assert folder.holds(block)


def test_a_place_that_does_not_answer_leaves_open_whether_content_is_kept(bench: Bench) -> None:
    registration, folder = bench.register(), Folder(bench.folder / "blocks")
    folder.stop()
    assert content_of(bench.library, registration).is_kept is None
    folder.start()


def test_an_upload_of_what_was_uploaded_before_is_refused_under_another_title(bench: Bench) -> None:
    bench.register(BOOK)
    with pytest.raises(ResourceAlreadyRegistered):
        bench.register(BOOK, title="Another title")
    assert bench.entries("attested") == []


def test_what_was_withdrawn_gets_no_content(catalog: Bench, tmp_path: Path) -> None:
    catalog.settle()
    promote_resource(catalog.library, LIBRARIAN, DIGEST)
    catalog.settle()
    withdraw_resource(catalog.library, LIBRARIAN, DIGEST, WithdrawalReason.ERROR)
    assert imported(catalog, prepare(catalog, tmp_path)).outcome == REFUSED
    with pytest.raises(LedgerError):
        catalog.register(BOOK, title="Another title")
    assert catalog.entries("attested") == []


def test_nobody_else_says_what_is_kept(bench: Bench) -> None:
    with pytest.raises(InvalidInput, match="stated-by-itself"):
        attest_statement(
            bench.library, LIBRARIAN, StatementType.KEPT, DIGEST, bench.library.steward
        )
