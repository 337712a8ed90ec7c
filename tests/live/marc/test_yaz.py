"""MARC records beside YAZ, the toolkit of Z39.50: letters of every set, and frames."""

import random
import shutil
import subprocess
import unicodedata
from xml.etree import ElementTree

import pytest

from ledger_service.adapters.imports.sources.kinds import read_source
from tests.live.conftest import INSTALL
from tests.unit.imports.marc_bytes import LINK, marc, title

RECORDS = 5_000
MARCXML = "{http://www.loc.gov/MARC21/slim}"
LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;-()"
MARKS = bytes(
    {*range(0xE0, 0xFF)} - {0xEB, 0xEC, 0xFA, 0xFB, 0xFC, 0xFD}
)  # ligatures and what is no mark
SPECIAL = bytes(
    [*range(0xA1, 0xAF), *range(0xB0, 0xB7), 0xB8, 0xB9, 0xBA, 0xBC, 0xBD, *range(0xC0, 0xC7)]
)
CYRILLIC = bytes({*range(0x40, 0x7F)} - {0x5E, 0x7E})
MORE_CYRILLIC = b"@ABCDEFGHIJKLMN`abcdefghijklmn"


def part(chance: random.Random) -> bytes:
    """Return some letters of one set, and the escape back to where a field begins."""
    some = lambda letters: bytes(chance.choices(letters, k=chance.randint(1, 8)))  # noqa: E731
    return chance.choice(
        [
            lambda: some(LETTERS),
            lambda: some(SPECIAL),
            lambda: b"".join(
                bytes([mark, letter])
                for mark, letter in zip(some(MARKS), some(LETTERS[:52]), strict=False)
            ),
            lambda: b"\x1b(N" + some(CYRILLIC) + b"\x1b(B",
            lambda: b"\x1b(Q" + some(MORE_CYRILLIC) + b"\x1b(B",
            lambda: b"\x1b)N" + bytes(byte | 0x80 for byte in some(CYRILLIC)) + b"\x1b)!E",
            lambda: b"\x1bb" + some(b"0123456789") + b"\x1bs",
        ]
    )()


def texts_by_yaz(path, encoding: str) -> list[str]:
    told = subprocess.run(
        ["yaz-marcdump", "-f", encoding, "-t", "utf8", "-o", "marcxml", path],
        capture_output=True,
        check=False,
    ).stdout
    root = ElementTree.fromstring(told)
    path_of_title = f"{MARCXML}datafield[@tag='245']/{MARCXML}subfield"
    found = (record.findtext(path_of_title) or "" for record in root.iter(MARCXML + "record"))
    return [" ".join(unicodedata.normalize("NFC", text).split()) for text in found]


@pytest.fixture(scope="module", autouse=True)
def yaz():
    assert shutil.which("yaz-marcdump"), f"yaz-marcdump is missing: {INSTALL}"


def read_by_both(folder, texts: list[bytes], coding: bytes, encoding: str):
    path = folder / "records.mrc"
    path.write_bytes(b"".join(marc(title(text), LINK, coding=coding) for text in texts))
    (folder / "book.txt").write_bytes(b"a book")
    ours, theirs = list(read_source(str(path), "L", None)), texts_by_yaz(path, encoding)
    assert len(ours) == len(theirs) == len(texts)
    return list(zip(ours, theirs, strict=True))


def test_every_set_of_letters_is_read_as_yaz_reads_it(tmp_path):
    chance = random.Random(12)
    texts = [
        b"T" + b"".join(part(chance) for _ in range(chance.randint(1, 4))) + b"z"
        for _ in range(RECORDS)
    ]
    both = read_by_both(tmp_path, texts, b" ", "marc8")
    taken = [(item, theirs) for item, theirs in both if not item.outcome]
    assert [item.title for item, _ in taken] == [theirs for _, theirs in taken]
    assert len(taken) > RECORDS // 2


def test_utf_8_is_read_as_yaz_reads_it(tmp_path):
    chance = random.Random(13)
    letters = "Ўзбекистон тарихи — “kitob” تاریخ 中文 éñ O‘zbek ʻ"
    texts = [("T" + "".join(chance.choices(letters, k=30)) + "z").encode() for _ in range(RECORDS)]
    both = read_by_both(tmp_path, texts, b"a", "utf8")
    assert all(not item.outcome for item, _ in both)
    assert [item.title for item, _ in both] == [theirs for _, theirs in both]
