"""BagIt bags as tools make them, and what becomes of one that is damaged, alone or within a folder."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

import bagit
import pytest

from ledger_service.adapters.imports.preparer import Hashing, Preparer
from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.prepared_claim import REFUSED, SKIPPED, PreparedClaim
from ledger_service.domain.reasons import Reason

BOOK = b"Xamsa"
NFC, NFD = (unicodedata.normalize(form, "Йўл.txt") for form in ("NFC", "NFD"))
DECLARED = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

Files = dict[str, bytes | str]


def line(name: str, data: bytes = BOOK, algorithm: str = "sha256", between: str = "  ") -> str:
    return f"{hashlib.new(algorithm, data).hexdigest()}{between}{name}\n"


def bag(folder: Path, files: Files, declared: str = DECLARED) -> Path:
    """Make a bag of what is given, and nothing else."""
    for name, data in {"bagit.txt": declared, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


def claimed(tmp_path: Path, source: Path) -> list[PreparedClaim]:
    preparer = Preparer(Hashing(tmp_path / "journal.db", 3 << 20))
    pieces = read_source(str(source), "L", None)
    return [claim for piece in pieces for claim in preparer.prepare(piece)]


def told(claims: list[PreparedClaim]) -> dict[str, str]:
    """Return the outcome of each place: empty, or the name of why it is not taken."""
    return {
        claim.place: Reason.parse(claim.reason).name.removeprefix("invalid-manifest.")
        if claim.outcome
        else ""
        for claim in claims
    }


def test_a_bag_is_checked_by_its_manifests(tmp_path: Path) -> None:
    books = tmp_path / "books"
    bag(books, {"part/other.pdf": b"other", "book.txt": BOOK})
    (books / "bagit.txt").unlink()
    bagit.make_bag(str(books), checksums=["sha512", "sha256"])
    assert told(claimed(tmp_path, books)) == {"data/book.txt": "", "data/part/other.pdf": ""}
    (books / "data" / "book.txt").write_bytes(b"Xamsb")
    (books / "data" / "part" / "other.pdf").unlink()
    (books / "data" / "extra").write_bytes(b"x")
    with (books / "manifest-sha256.txt").open("a") as manifest:
        manifest.write(line("../../etc/passwd"))
    assert told(claimed(tmp_path, books)) == {
        "../../etc/passwd": "bag-outside-data",
        "data/book.txt": "digest-differs.fixity",
        "data/part/other.pdf": "bag-file-missing",
        "data/extra": "not-in-bag",
        "bag-info.txt": "bag-oxum",
    }


@pytest.mark.parametrize(
    ("on_disk", "in_manifest"),
    [
        ("100%.txt", "100%25.txt"),
        ("100%.txt", "100%.txt"),
        ("a\nb.txt", "a%0Ab.txt"),
        ("a\rb.txt", "a%0db.txt"),
        ("a%0Ab.txt", "a%250Ab.txt"),
        ("a%0Ab.txt", "a%0Ab.txt"),
        ("a%20b.txt", "a%20b.txt"),
        (NFD, NFC),
        (NFC, NFD),
        (" a.txt", " a.txt"),
        ("a.txt ", "a.txt "),
    ],
)
def test_names_are_found_as_the_standard_and_as_tools_write_them(
    tmp_path: Path, on_disk: str, in_manifest: str
) -> None:
    made = bag(
        tmp_path / "bag",
        {f"data/{on_disk}": BOOK, "manifest-sha256.txt": line(f"data/{in_manifest}")},
    )
    assert [claim.outcome for claim in claimed(tmp_path, made)] == [""]


def test_names_that_differ_in_form_or_escapes_only_are_two_files(tmp_path: Path) -> None:
    names = [NFC, NFD, "100%.txt", "100%25.txt"]
    files: Files = {f"data/{name}": name.encode() for name in names}
    manifest = "".join(line(f"data/{name}", name.encode()) for name in names)
    made = bag(tmp_path / "bag", {**files, "manifest-sha256.txt": manifest})
    assert set(told(claimed(tmp_path, made)).values()) == {""}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("manifest-SHA256.txt", line("data/a.txt")),
        ("manifest-sha3256.txt", line("data/a.txt", algorithm="sha3_256")),
        ("manifest-sha3-512.txt", line("data/a.txt", algorithm="sha3_512")),
        ("manifest-sha256.txt", line("data/a.txt").upper().replace("DATA/A.TXT", "data/a.txt")),
        ("manifest-sha256.txt", line("data/a.txt", between=" *")),
        ("manifest-sha256.txt", line("data/a.txt", between="\t")),
        ("manifest-sha256.txt", line("./data/a.txt")),
        ("manifest-sha256.txt", "\ufeff# comment\r\n\r\n" + line("data/a.txt") + "\r\n"),
        ("manifest-md5.txt", line("data/a.txt", algorithm="md5")),
    ],
)
def test_manifests_are_read_in_any_spelling(tmp_path: Path, name: str, text: str) -> None:
    made = bag(tmp_path / "bag", {"data/a.txt": BOOK, name: text})
    assert list(told(claimed(tmp_path, made)).values()) == [""]
    (made / "data" / "a.txt").write_bytes(b"Xamsb")
    assert [claim.outcome for claim in claimed(tmp_path, made)] == [REFUSED]


def test_what_a_bag_lacks_is_said(tmp_path: Path) -> None:
    made = bag(
        tmp_path / "bag",
        {
            "data/a.txt": BOOK,
            "data/only-one.txt": BOOK,
            "data/.DS_Store": b"x",
            "manifest-sha256.txt": line("data/a.txt")
            + line("data/only-one.txt")
            + line("data/fetched.txt")
            + line("bagit.txt")
            + line("data/a.txt", b"other")
            + "no line\n",
            "manifest-sha512.txt": line("data/a.txt", algorithm="sha512")
            + line("data/fetched.txt", algorithm="sha512"),
            "fetch.txt": "https://l.example/fetched.txt - data/fetched.txt\n",
            "bag-info.txt": "payload-oxum: 5.1\n",
        },
    )
    assert told(claimed(tmp_path, made)) == {
        "bagit.txt": "bag-outside-data",
        "data/a.txt": "",
        "data/fetched.txt": "bag-fetch",
        "data/only-one.txt": "bag-manifest-lacks",
        "data/.DS_Store": "skipped.hidden",
        "manifest-sha256.txt:5": "bag-line",
        "manifest-sha256.txt:6": "bag-line",
        "bag-info.txt": "bag-oxum",
    }
    (made / "bagit.txt").write_text(DECLARED.replace("1.0", "0.97"))
    assert told(claimed(tmp_path, made))["data/only-one.txt"] == ""


def test_an_algorithm_that_is_not_known_is_named(tmp_path: Path) -> None:
    made = bag(tmp_path / "bag", {"data/a.txt": BOOK, "manifest-crc32.txt": "00 data/a.txt\n"})
    (claim,) = claimed(tmp_path, made)
    assert Reason.parse(claim.reason).values["algorithms"] == "crc32"


@pytest.mark.parametrize(
    ("declared", "files"),
    [
        ("BagIt-Version: 1.0\n", {}),
        (DECLARED.replace("UTF-8", "no-such"), {}),
        (DECLARED.replace("1.0", "one"), {}),
        (DECLARED, {"manifest-sha256.txt": b"\xff"}),
        ("", {}),
    ],
)
def test_a_folder_that_is_no_bag_is_refused_whole_also_within_another(
    tmp_path: Path, declared: str, files: Files
) -> None:
    folder = tmp_path / "books"
    listed: Files = {"data/a.txt": BOOK, "manifest-sha256.txt": line("data/a.txt")}
    made = bag(folder / "bag", {**listed, **files}, declared)
    if not declared:
        (made / "bagit.txt").unlink()
    (folder / "book.txt").write_bytes(BOOK)
    with pytest.raises(InvalidManifest):
        claimed(tmp_path, made)
    outcomes = {claim.place: claim.outcome for claim in claimed(tmp_path, folder)}
    assert outcomes == {"bag": REFUSED, "book.txt": ""}


def test_bags_within_a_folder_are_checked_and_nothing_else_of_them_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / "books"
    good: Files = {"data/a.txt": BOOK, "manifest-sha256.txt": line("data/a.txt")}
    bag(folder / "1" / "good", good)
    bag(folder / "2-damaged", {**good, "data/a.txt": b"Xamsb"})
    assert told(claimed(tmp_path, folder)) == {
        "1/good/data/a.txt": "",
        "2-damaged/data/a.txt": "digest-differs.digest",
    }


def test_what_systems_leave_behind_and_catalogs_are_no_books(tmp_path: Path) -> None:
    folder = tmp_path / "books"
    junk = ["Thumbs.db", "desktop.ini", "~$book.docx", "a.pdf.part", "b.pdf.crdownload", ".hidden"]
    catalogs: Files = {
        "list.csv": "path,title\nbook.docx,Book\n",
        "list.jsonl": '{"path": "book.docx"}\n',
        "list.xml": "<collection xmlns='http://www.loc.gov/MARC21/slim'/>",
        "list.mrc": "00099cam a2200073 a 4500rest",
    }
    books: Files = {
        "book.docx": BOOK,
        "data.csv": "year,count\n1,2\n",
        "page.xml": "<html/>",
        "image.iso": b"\0" * 100,
        "lines.jsonl": '{"year": 1}\n',
    }
    for name, data in {**dict.fromkeys(junk, "x"), **catalogs, **books}.items():
        bag(folder, {name: data})
    (folder / "bagit.txt").unlink()
    (folder / "__MACOSX").mkdir()
    found = told(claimed(tmp_path, folder))
    assert {name for name, outcome in found.items() if not outcome} == set(books)
    assert {name for name, outcome in found.items() if outcome == "skipped.catalog"} == set(
        catalogs
    )
    assert {claim.outcome for claim in claimed(tmp_path, folder)} == {"", SKIPPED}
