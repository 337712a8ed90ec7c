"""Sources of imports: what each yields, and what hostile input becomes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pymarc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.adapters.imports.hashing import prepare_claims
from ledger_service.adapters.imports.preparer import Hashing, Preparer
from ledger_service.adapters.imports.sources.blocks import FileBlock
from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.adapters.imports.sources.paths import resolve, shown
from ledger_service.domain import canonical_json
from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.errors import (
    InvalidCid,
    InvalidManifest,
    InvalidMetadata,
)
from ledger_service.domain.identifiers import LicenseId, StewardId
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.prepared_claim import REFUSED, SKIPPED, PreparedClaim
from ledger_service.domain.ledger.entry import Entry, claim_template
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.registration import Metadata

BOOK = b"Xamsa"
DIGEST = hashlib.sha256(BOOK).hexdigest()


@pytest.fixture
def books(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "books"
    (folder / "part").mkdir(parents=True)
    (folder / "book.txt").write_bytes(BOOK)
    (folder / "part" / "other.pdf").write_bytes(b"other")
    return folder


def read(source: Path | str, files: Path | None = None) -> list[ImportItem]:
    found = []
    for item in read_source(str(source), "L", files):
        if isinstance(item, FileBlock):
            paths = [f"{item.folder}/{name}" for name in item.names]
            places = [shown(item.within + name) for name in item.names]
            found += [ImportItem(*both, license="L") for both in zip(places, paths, strict=True)]
        else:
            assert isinstance(item, ImportItem)  # blocks of lines: test_import_lines.py
            found.append(item)
    return found


def prepared(
    tmp_path: Path, items: list[ImportItem], largest: int = 3 << 20
) -> list[PreparedClaim]:
    preparer = Preparer(Hashing(tmp_path / "journal.db", largest))
    return [claim for item in items for claim in preparer.prepare(item)]


def slug_of(refused: ImportItem | PreparedClaim) -> str:
    return Reason.parse(refused.reason).name.split(".")[0]


def reasons(items: list[ImportItem]) -> list[str]:
    return [slug_of(item) for item in items if item.outcome]


def test_the_template_of_an_accepted_entry_makes_the_bytes_of_the_entry() -> None:
    license_id, steward = LicenseId(b"\x07" * 32), StewardId.of_uri("https://a.example")
    cid = ContentId(RAW, b"\x01" * 32).base16()
    facts = {"cid": cid, "digest": "01" * 32, "license": license_id.hex(), "metadata": "02" * 32}
    entry = Entry("accepted", 1_800_000_000, {**facts, "steward": steward.hex()})
    made = claim_template("accepted", entry.at, license_id, steward) % (
        cid.encode(),
        b"01" * 32,
        b"02" * 32,
    )
    assert made == entry.format()


@given(st.text(min_size=1, max_size=50), st.text(max_size=50), st.integers(0, 2**53 - 1))
def test_metadata_has_the_bytes_of_canonical_json(title: str, creator: str, size: int) -> None:
    try:
        metadata = Metadata(title, "application/pdf", size, creator, "uz")
    except InvalidMetadata:
        return
    assert metadata.format() == canonical_json.canonicalize(metadata.to_json())


def test_a_folder_is_read_in_order_without_links_and_hidden_names(books: Path) -> None:
    (books / ".hidden").write_bytes(b"x")
    (books / "link.txt").symlink_to(books / "book.txt")
    (books / "loop").symlink_to(books)
    os.mkfifo(books / "pipe")
    (books / os.fsdecode(b"na\xefve.txt")).write_bytes(b"latin")
    items = read(books)
    taken = [item.place for item in items if not item.outcome]
    assert taken == ["book.txt", "na\\xefve.txt", "part/other.pdf"]
    assert {item.place for item in items if item.outcome == SKIPPED} == {
        ".hidden",
        "link.txt",
        "loop",
        "pipe",
    }


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "", "a\0b", "..", "a\\..\\b"])
def test_a_path_cannot_leave_its_folder(books: Path, path: str) -> None:
    with pytest.raises(InvalidManifest):
        resolve(str(books), path)


def test_a_path_through_a_link_is_refused(books: Path, tmp_path: Path) -> None:
    (books / "out").symlink_to(tmp_path)
    with pytest.raises(InvalidManifest, match=r"invalid-manifest.symbolic-link"):
        resolve(str(books), "out/secret.txt")
    assert resolve(str(books), "part/other.pdf") == str(books / "part" / "other.pdf")


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ({"digest": "xyz"}, "invalid-digest"),
        ({"size_bytes": 0}, "empty-resource"),
        ({"size_bytes": 5 << 20}, "resource-too-large"),
        ({"size_bytes": 2 << 20}, "invalid-cid"),
        ({"cid": "f01551220" + "00" * 32}, "invalid-cid"),
        ({"cid": "f01701220" + "00" * 32}, "invalid-cid"),
        ({"cid": "b" + "a" * 58}, "invalid-cid"),
        ({"title": ""}, "invalid-manifest"),
        ({"title": "two\nlines"}, "invalid-metadata"),
        ({"media_type": "PDF"}, "invalid-metadata"),
    ],
)
def test_stated_digests_must_be_possible(tmp_path: Path, given: dict[str, str], slug: str) -> None:
    item = ImportItem("m:1", digest=DIGEST, size_bytes=5, title="Xamsa")._replace(**given)
    (claim,) = prepared(tmp_path, [item])
    assert slug_of(claim) == slug


def test_a_cid_is_read_in_both_forms() -> None:
    cid = ContentId(RAW, bytes.fromhex(DIGEST))
    assert ContentId.read(cid.base32()) == ContentId.read(cid.base16()) == cid
    with pytest.raises(InvalidCid):
        ContentId.read("b" + "1" * 58)


def test_files_are_hashed_once_and_compared_with_what_is_stated(
    books: Path, tmp_path: Path
) -> None:
    path = str(books / "book.txt")
    good = ImportItem(
        "a", path, DIGEST, size_bytes=5, checksums="md5:" + hashlib.md5(BOOK).hexdigest()
    )
    wrong = [
        good._replace(digest="00" * 32),
        good._replace(size_bytes=6),
        good._replace(checksums="sha512:00"),
        good._replace(cid="f01551220" + "00" * 32),
    ]
    claims = prepared(tmp_path, [good, *wrong])
    assert claims[0].digest.hex() == DIGEST
    assert [slug_of(claim) for claim in claims[1:]] == ["digest-differs"] * 4
    (books / "empty").touch()
    (books / "large").write_bytes(bytes(100))
    (books / "link").symlink_to(path)
    places = [
        ImportItem(name, str(books / name))
        for name in ("empty", "large", "link", "missing", "part")
    ]
    found = [slug_of(claim) for claim in prepared(tmp_path, places, largest=99)]
    assert found == ["empty-resource", "resource-too-large", *["invalid-manifest"] * 3]


def test_two_processes_bring_claims_back_in_order(books: Path, tmp_path: Path) -> None:
    big = os.urandom((2 << 20) + 5)
    (books / "big.bin").write_bytes(big)
    items = [
        ImportItem(str(n), str(books / ("big.bin" if n % 200 == 0 else "book.txt")))
        for n in range(700)
    ]
    hashing = Hashing(tmp_path / "journal.db", 3 << 20)
    claims = [claim for batch in prepare_claims(items, hashing) for claim in batch]
    assert [claim.place for claim in claims] == [str(n) for n in range(700)]
    assert claims[0].digest == hashlib.sha256(big).digest()
    assert claims[0].cid.startswith("f01701220")
    assert claims[1].digest.hex() == DIGEST


def marc_record(*links: str) -> pymarc.Record:
    record = pymarc.Record()
    subfields = [pymarc.Subfield("a", "Xamsa /"), pymarc.Subfield("c", "Navoiy.")]
    record.add_field(pymarc.Field("245", pymarc.Indicators("1", "0"), subfields))
    author = [pymarc.Subfield("a", "Navoiy, Alisher,")]
    record.add_field(pymarc.Field("100", pymarc.Indicators("1", " "), author))
    record.add_field(
        pymarc.Field("041", pymarc.Indicators("0", " "), [pymarc.Subfield("a", "uzb")])
    )
    for link in links:
        field = pymarc.Field("856", pymarc.Indicators("4", "0"), [pymarc.Subfield("u", link)])
        record.add_field(field)
    return record


def test_marc_records_name_their_files(books: Path) -> None:
    url = (books / "part" / "other.pdf").as_uri()
    records = [
        marc_record("book.txt", url),
        marc_record(),
        marc_record("https://elsewhere.example/book.txt", "../up", "file:///etc/passwd"),
    ]
    (books / "all.mrc").write_bytes(b"".join(record.as_marc() for record in records) + b"00099junk")
    with (books / "all.xml").open("wb") as file:
        writer = pymarc.XMLWriter(file)
        for record in records:
            writer.write(record)
        writer.close(close_fh=False)
    for name in ("all.mrc", "all.xml"):
        items = read(books / name)
        assert [item.path for item in items[:2]] == [
            str(books / "book.txt"),
            str(books / "part/other.pdf"),
        ]
        assert (items[0].title, items[0].creator, items[0].language) == (
            "Xamsa",
            "Navoiy, Alisher",
            "uzb",
        )
        assert {item.outcome for item in items[2:]} == {REFUSED, SKIPPED}
        refused = [item for item in items if item.outcome == REFUSED]
        assert len(refused) == (5 if name == "all.mrc" else 4)


def test_marcxml_with_entities_or_cut_short_ends_as_a_refusal(books: Path) -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><collection>&b;</collection>'
    (books / "bomb.xml").write_text(bomb)
    assert reasons(read(books / "bomb.xml")) == ["invalid-manifest"]
    (books / "cut.xml").write_text("<collection><record>")
    assert reasons(read(books / "cut.xml")) == ["invalid-manifest"]


def test_what_is_no_source_is_said(books: Path) -> None:
    for name in ("book.txt", "missing.csv", "nowhere"):
        with pytest.raises(InvalidManifest):
            read(books / name)
