"""Where a file differs from a registered one: the leaves of the service, and what `muhr verify` says."""

from __future__ import annotations

import hashlib
import io
import json
import os

import pikepdf
import pytest
from click.testing import CliRunner

from ipfs.cid import RAW, Cid
from ipfs.unixfs import root_of_leaves
from ledger_service.cli.verification.verify import verify
from ledger_service.domain.content.content_id import ContentId

MIB = 2**20


@pytest.fixture(scope="module")
def long_file() -> bytes:
    return os.urandom(2 * MIB + 1234)


@pytest.fixture(scope="module")
def resource(library, long_file):
    return library.register(long_file, title="A long book")


def judged(library, path, *options):
    told = CliRunner().invoke(verify, [str(path), "--api", library.url, "--json", *options])
    [answer] = json.loads(told.stdout)
    return told, answer


def differences(answer):
    return [hint for hint in answer["hints"] if hint["likeness"] == "differs"]


def test_the_leaves_of_open_content_make_its_cid(resource, nobody, long_file):
    told = nobody.get(f"/resources/{resource['digest']}/leaves").json()
    assert told["bytes"] == len(long_file)
    assert told["leaf_bytes"] == MIB
    parts = [long_file[at : at + MIB] for at in range(0, len(long_file), MIB)]
    assert told["leaves"] == [hashlib.sha256(part).hexdigest() for part in parts]
    root = root_of_leaves([Cid(RAW, bytes.fromhex(leaf)) for leaf in told["leaves"]], told["bytes"])
    assert ContentId(root.codec, root.digest).base32() == told["cid"]


def test_leaves_are_told_by_the_page(library, resource, nobody, registrar, long_file):
    def told(client, digest):
        cursor, pages = "", []
        while cursor is not None:
            asked = {"limit": 2, "cursor": cursor}
            page = client.get(f"/resources/{digest}/leaves", params=asked).json()
            assert (page["bytes"], len(page["leaves"]) <= 2) == (len(long_file), True)
            pages.append(page["leaves"])
            cursor = page["next"]
        return pages

    parts = [long_file[at : at + MIB] for at in range(0, len(long_file), MIB)]
    hashes = [hashlib.sha256(part).hexdigest() for part in parts]
    assert told(nobody, resource["digest"]) == [hashes[:2], hashes[2:]]
    library.license("Restricted-pages", longest_loan_seconds=86_462)
    other = long_file[::-1]
    digest = library.register(other, license="Restricted-pages")["digest"]
    closed = told(registrar, digest)
    assert [len(page) for page in closed] == [2, 1]
    assert closed[1] == [hashlib.sha256(other[2 * MIB :]).hexdigest()]
    path = f"/resources/{resource['digest']}/leaves"
    assert nobody.get(path, params={"limit": 10**6}).status_code == 422
    assert nobody.get(path, params={"cursor": "x"}).status_code == 422


def test_those_of_closed_content_are_for_who_may_read_it(library, nobody, registrar):
    library.license("Restricted-leaves", longest_loan_seconds=86_461)
    digest = library.register(b"closed" * 300_000, license="Restricted-leaves")["digest"]
    path = f"/resources/{digest}/leaves"
    refused = nobody.get(path)
    assert refused.status_code in (401, 403)
    reader = library.client("reader", library.readers[0])
    assert reader.get(path).status_code == 403
    library.grant(digest)
    leaves = reader.get(path).json()["leaves"]
    assert leaves[0] == hashlib.sha256((b"closed" * 300_000)[:MIB]).hexdigest()
    assert registrar.get(path).json()["leaves"] == leaves
    assert library.client("auditor").get(path).status_code == 403


@pytest.mark.parametrize(
    ("change", "spans", "moved"),
    [
        (lambda data: data[: MIB + 7] + b"\0\0\0" + data[MIB + 10 :], None, 0),
        (lambda data: data[:100] + b"put in!" + data[100:], [100, 107], 7),
        (lambda data: data[:100] + data[105:], [100, 100], -5),
        (lambda data: data + b"behind", None, None),
    ],
    ids=["changed", "put in", "taken out", "behind"],
)
def test_a_file_that_is_almost_registered_is_told_where_it_differs(
    library, resource, long_file, tmp_path, change, spans, moved
):
    path = tmp_path / "mine.bin"
    path.write_bytes(change(long_file))
    told, answer = judged(library, path, "--near", resource["digest"])
    assert told.exit_code == 1, told.output
    assert answer["headline"] == "This library has not registered this exact file"
    [found] = differences(answer)
    assert (found["moved"], found["is_exact"]) == (moved, True)
    [(start, end)] = found["spans"]
    if moved == 0:
        assert MIB + 7 <= start < end <= MIB + 10
    elif moved is None:
        assert (start, end) == (len(long_file), len(long_file) + 6)
    else:
        assert abs(start - spans[0]) <= 3  # bytes at both sides may be equal by chance
        assert end - start == spans[1] - spans[0]
    assert "A long book" in found["because"]


def pdf(*lines: str) -> bytes:
    made = pikepdf.new()
    for line in lines:
        page = made.add_blank_page(page_size=(300, 400))
        page.Contents = made.make_stream(f"BT ({line}) Tj ET".encode())
    made.docinfo["/Title"] = "A printed book of many pages"
    out = io.BytesIO()
    made.save(out, deterministic_id=True, compress_streams=False)
    return out.getvalue()


def test_pages_of_a_pdf_that_differ_are_named_and_it_is_known_by_its_title(library, tmp_path):
    printed = pdf("first", "second", "third")
    library.register(printed, title="A printed book of many pages")
    path = tmp_path / "scan0001.pdf"
    path.write_bytes(printed.replace(b"(second)", b"(SECOND)"))
    told, answer = judged(library, path)
    assert told.exit_code == 1, told.output
    [found] = differences(answer)
    assert found["pages"] == [2]
    assert found["spans"] == [[printed.index(b"second"), printed.index(b"second") + 6]]
    assert "parts of pages 2" in found["because"]


def test_what_is_registered_is_compared_with_nothing(library, resource, long_file, tmp_path):
    path = tmp_path / "mine.bin"
    path.write_bytes(long_file)
    _, answer = judged(library, path, "--near", resource["digest"])
    assert differences(answer) == []


@pytest.mark.parametrize("shared", ["nothing", "first byte", "last byte", "length"])
def test_another_file_is_nothing_like_it_though_a_byte_may_be_the_same(
    library, resource, long_file, tmp_path, shared
):
    others = {
        "nothing": bytes([long_file[0] ^ 1]) + b"another" + bytes([long_file[-1] ^ 1]),
        "first byte": long_file[:1] + b"another" + bytes([long_file[-1] ^ 1]),
        "last byte": bytes([long_file[0] ^ 1]) + b"another" + long_file[-1:],
        "length": long_file[:1] + bytes(byte ^ 1 for byte in long_file[1:-1]) + long_file[-1:],
    }
    path = tmp_path / "mine.bin"
    path.write_bytes(others[shared])
    _, answer = judged(library, path, "--near", resource["digest"])
    [found] = differences(answer)
    assert "Nothing of it is the same" in found["because"]


def test_what_cannot_be_compared_is_told_and_changes_nothing(library, tmp_path):
    path = tmp_path / "mine.bin"
    path.write_bytes(b"some bytes")
    told, answer = judged(library, path, "--near", "0" * 64)
    assert told.exit_code == 1
    assert "not compared" in told.stderr
    assert answer["hints"] == []
