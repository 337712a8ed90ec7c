"""Evidence files open to what was put in, bounded, and to nothing else."""

from __future__ import annotations

import gzip
import json
import subprocess
import zlib
from pathlib import Path

import pytest

from ledger_service.domain.errors import InvalidJson, InvalidReceipt
from ledger_service.domain.verification.kept_file import compress, read
from ledger_service.domain.verification.receipt import LARGEST_RECEIPT_BYTES, Receipt
from tests.mutations import NODE
from tests.unit.verification.test_receipt_vectors import VECTORS

TEXT = next(case["receipt"] for case in VECTORS["cases"] if case["name"] == "entry 255 of 300")
RECEIPT = Receipt.parse(TEXT.encode())
FILE = RECEIPT.compress()
LIMIT = LARGEST_RECEIPT_BYTES


def pdf(
    content: bytes, head: str = "/Filter [ /FlateDecode ] /Length {} /Type /EmbeddedFile"
) -> bytes:
    """Return what of a PDF matters here: something, and one stream."""
    told = f"3 0 obj\n<<\n{head.format(len(content))}\n>>\nstream\n".encode()
    return b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n" + told + content + b"endstream\nendobj\n"


MARKED = b"\xef\xbb\xbf" + RECEIPT.format()
DEFLATED = zlib.compress(RECEIPT.format())
LATER = "/Type /EmbeddedFile /Params << /Size 9 >> /Length {} /Filter /FlateDecode"
PLAIN = "/Length {} /Type /EmbeddedFile"
AMONG_OTHERS = (
    pdf(zlib.compress(b"{}"))
    + pdf(b"no deflated stream")
    + pdf(b"a note", PLAIN)
    + pdf(DEFLATED)
    + pdf(zlib.compress(b"[]"))
)
BROKEN = {
    "cut": FILE[:-1],
    "cut in the middle": FILE[: len(FILE) // 2],
    "only the header": FILE[:10],
    "only two bytes": FILE[:2],
    "one byte more": FILE + b"\0",
    "another checksum": FILE[:-8] + bytes([FILE[-8] ^ 1]) + FILE[-7:],
    "another length": FILE[:-1] + b"\1",
    "two members": FILE + compress(b" "),
    "a bomb": compress(b" " * 2**26),
    "one byte above the limit": compress(b" " * (LIMIT + 1)),
    "no JSON": compress(b"x"),
    "compressed twice": compress(FILE),
    "a PDF alone": b"%PDF-1.4",
    "a PDF with another stream": pdf(DEFLATED, "/Filter /FlateDecode /Length {} /Type /XObject"),
    "a PDF with a list of files": pdf(
        DEFLATED, "/Filter /FlateDecode /Length {} /EmbeddedFiles 3 0 R"
    ),
    "a PDF with its stream in another filter": pdf(
        RECEIPT.format(), "/Filter /ASCIIHexDecode /Length {} /Type /EmbeddedFile"
    ),
    "a PDF with its length elsewhere": pdf(
        DEFLATED, "/Filter /FlateDecode /Length 4 0 R /Type /EmbeddedFile"
    ),
    "a PDF with its length too small": pdf(DEFLATED).replace(b"/Length ", b"/Length 1 /X "),
    "a PDF that is cut": pdf(DEFLATED)[:-3000],
    "a PDF with a bomb": pdf(zlib.compress(b" " * 2**26)),
    "a PDF with something else": pdf(zlib.compress(b"something else")),
    "a PDF that is too large": pdf(DEFLATED) + b" " * 2**22,
}


def test_a_receipt_is_the_same_compressed_or_not() -> None:
    assert Receipt.parse(FILE) == RECEIPT
    assert gzip.decompress(FILE) == RECEIPT.format()
    assert compress(RECEIPT.format()) == FILE
    assert len(FILE) < 0.8 * len(RECEIPT.format())


def test_a_receipt_attached_to_a_pdf_is_the_same() -> None:
    assert Receipt.parse(pdf(DEFLATED)) == RECEIPT
    assert Receipt.parse(pdf(DEFLATED, LATER)) == RECEIPT
    assert Receipt.parse(pdf(RECEIPT.format(), PLAIN)) == RECEIPT


def test_the_attachment_that_is_a_receipt_is_found_among_others() -> None:
    assert Receipt.parse(AMONG_OTHERS) == RECEIPT


def test_a_byte_order_mark_and_other_ends_of_line_are_passed_over() -> None:
    assert Receipt.parse(MARKED) == RECEIPT
    assert Receipt.parse(TEXT.strip().replace("\n", "\r\n").encode() + b"\r\n") == RECEIPT


def test_other_compressors_are_read_too() -> None:
    assert Receipt.parse(gzip.compress(TEXT.encode(), 1)) == RECEIPT


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidReceipt):
        Receipt.parse(data)


def test_never_more_is_opened_than_the_limit_and_a_byte() -> None:
    assert len(read(BROKEN["a bomb"], LIMIT, bytes)) == LIMIT + 1
    assert len(read(BROKEN["a PDF with a bomb"], LIMIT, bytes)) == LIMIT + 1
    assert read(compress(b" " * LIMIT), LIMIT, bytes) == b" " * LIMIT
    with pytest.raises(InvalidJson):
        read(FILE + b"\0", LIMIT, bytes)


def test_a_changed_bit_is_refused_or_leaves_the_receipt_as_it_was() -> None:
    for bit in range(0, 8 * len(FILE), 3):
        changed = bytearray(FILE)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            found = Receipt.parse(bytes(changed))
        except InvalidReceipt:
            continue
        assert found == RECEIPT


def test_javascript_opens_what_python_does_and_refuses_the_rest(tmp_path: Path) -> None:
    files = {"whole": FILE, "by another": gzip.compress(TEXT.encode(), 1), **BROKEN}
    files |= {
        "after a mark": MARKED,
        "attached": pdf(DEFLATED),
        "attached otherwise": pdf(DEFLATED, LATER),
    }
    files |= {"attached as it is": pdf(RECEIPT.format(), PLAIN), "among others": AMONG_OTHERS}
    rows = {name: data.hex() for name, data in files.items()}
    (tmp_path / "files.json").write_text(json.dumps(rows))
    script = Path(__file__).with_name("check_kept_files.mjs")
    done = subprocess.run(
        [NODE, script, tmp_path / "files.json"], capture_output=True, check=True, timeout=120
    )
    expected = dict.fromkeys(rows, "invalid-receipt")
    expected |= {
        "after a mark": RECEIPT.index,
        "attached": RECEIPT.index,
        "attached otherwise": RECEIPT.index,
        "attached as it is": RECEIPT.index,
        "among others": RECEIPT.index,
        "whole": RECEIPT.index,
        "by another": RECEIPT.index,
    }
    assert json.loads(done.stdout) == expected
