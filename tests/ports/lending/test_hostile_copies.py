"""What is malformed, protected or enormous when unpacked: a clear error, and nothing unmarked instead."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pikepdf
import pytest

from ledger_service import messages
from ledger_service.adapters.lending import maker
from ledger_service.adapters.lending.maker import CopyProcesses, numbers_in
from ledger_service.domain.errors import ContentCorrupt, CopyNotMade, InvalidIdentifier
from ledger_service.domain.identifiers import CopyId, Digest
from ledger_service.domain.lending.lent_copy import CopyOrder
from tests.ports.lending.books import CONTAINER, PACKAGE, PART, epub, pdf, picture

BOMB = '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + PART[39:]
DEEP = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><body>'
    + "<i>" * 5000
    + "</i>" * 5000
    + "</body></html>"
)


def order(media_type: str = "") -> CopyOrder:
    return CopyOrder(CopyId.random(), media_type, "A library")


def why(data: bytes, media_type: str = "") -> str:
    with pytest.raises(CopyNotMade) as refused:
        CopyProcesses(messages.text, 0).made(order(media_type), Digest.of(data), [data])
    assert messages.detail(refused.value)
    return refused.value.reason.name.removeprefix("copy-not-made.")


def enormous_png() -> bytes:
    """Return a PNG of 2 × 10^9 pixels, all of whose bytes are there as it says, in two megabytes."""
    head = struct.pack(">IIBBBBB", 60_000, 40_000, 8, 0, 0, 0, 0)
    packed = zlib.compress(bytes(60_001)) * 10
    chunks = [(b"IHDR", head), (b"IDAT", packed), (b"IEND", b"")]
    told = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + told


def packed_again_and_again() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        target.writestr("META-INF/container.xml", CONTAINER)
        target.writestr("OEBPS/book.opf", PACKAGE)
        for number in range(9):
            target.writestr(f"OEBPS/{number}.bin", bytes(64 * 2**20))
    return made.getvalue()


def twice_named() -> bytes:
    made = io.BytesIO(epub())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(made, "a") as target:
        target.writestr("OEBPS/nav.xhtml", PART)
    return made.getvalue()


def round_and_round() -> bytes:
    document, made = pikepdf.open(io.BytesIO(pdf(1))), io.BytesIO()
    document.Root.Pages.Kids = pikepdf.Array([document.Root.Pages])
    document.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"no book at all", "application/pdf"),
        (b"no book at all", "application/epub+zip"),
        (b"no book at all", "image/png"),
        (b"no book at all", "image/jpeg; q=1"),
        (b"%PDF-1.7\n" + bytes(5000), ""),
        (round_and_round(), ""),
        (epub()[:-200], ""),
        (epub(container=None), ""),
        (epub(container="<container/>"), ""),
        (epub(package="<package"), ""),
        (epub(package=PACKAGE.replace("</metadata>", "")), ""),
        (epub(part=PART.replace("</body>", "")), ""),
        (epub(part=PART.replace("<p>", "<p>&undefined")), ""),
        (epub(part='<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'), ""),
        (epub(part=BOMB), ""),
        (epub(part=None, nav=None), ""),
        (twice_named(), ""),
        (picture("PNG")[:400], ""),
        (picture("JPEG")[:400], ""),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), ""),
    ],
)
def test_what_is_malformed_is_not_marked(data: bytes, media_type: str) -> None:
    assert why(data, media_type) == "malformed"


def test_what_its_maker_protected_is_not_marked() -> None:
    locked = pikepdf.Encryption(user="", owner="x", allow=pikepdf.Permissions(extract=False))
    assert why(pdf(encryption=locked)) == "protected"
    assert why(pdf(encryption=pikepdf.Encryption(user="u", owner="o"))) == "protected"


@pytest.mark.parametrize("data", [enormous_png(), packed_again_and_again(), epub(part=DEEP)])
def test_what_is_enormous_when_unpacked_is_not_marked(data: bytes) -> None:
    assert len(data) < 3 * 2**20
    assert why(data) == "unpacks-too-far"


@pytest.mark.parametrize(
    "data",
    [picture("PNG", "I;16"), picture("PNG", size=(8, 8))],
)
def test_a_picture_that_would_lose_by_it_is_not_marked(data: bytes) -> None:
    assert why(data) == "other-form"


def test_a_process_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maker, "LONGEST_SECONDS", 0)
    assert why(pdf()) == "stopped"


def test_the_process_opens_no_file_and_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import socket, sys\n"
        "from ledger_service.adapters.lending.marking import _confine\n"
        "_confine()\n"
        "sys.stdin.buffer.read()\n"
        "for act in (lambda: open('/etc/hostname'), socket.socket):\n"
        "    try:\n        act()\n"
        "    except OSError as exc:\n        print(exc.errno)\n"
    )
    monkeypatch.setattr(maker, "_COMMAND", [*maker._COMMAND[:2], "-c", program])
    with pytest.raises(
        InvalidIdentifier, match="24"
    ):  # which is no number of a copy: EMFILE, twice
        numbers_in([b"x"])


def test_an_original_that_cannot_be_read_is_told_as_that_and_leaves_no_process() -> None:
    def rotten():
        yield b"%PDF-1.7"
        raise ContentCorrupt("block")

    copies = CopyProcesses(messages.text, 0)
    with pytest.raises(ContentCorrupt):
        copies.made(order(), Digest.of(b""), rotten())
    assert copies.made(order(), Digest.of(b""), [pdf()]).data


def test_numbers_are_looked_for_in_anything() -> None:
    for data in (b"", b"%PDF-", epub()[:-200], b"\x89PNG\r\n\x1a\n", bytes(10_000)):
        assert numbers_in([data]) == []
