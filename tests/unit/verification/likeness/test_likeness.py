"""Likenesses: the digest that a file had before a program changed it is found from the file alone."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from ledger_service.domain.errors import InvalidDigest
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.verification.likeness import MOST_LIKES, Like, Likeness, likes_of
from tests.mutations import NODE

TEXT = b"first\nsecond\n"
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\nstartxref\n9\n%%EOF"
ADDED = b"7 0 obj <</Subtype /Highlight>> endobj\nstartxref\n40\n%%EOF\n"
MARK = b"\xef\xbb\xbf"


def digests(data, likeness):
    return {like.digest.value for like in likes_of(data) if like.likeness is likeness}


def sha256(data):
    return hashlib.sha256(data).digest()


@pytest.mark.parametrize(
    "saved", [TEXT, TEXT.replace(b"\n", b"\r\n"), MARK + TEXT, TEXT[:-1], b"first\r\nsecond\n"]
)
@pytest.mark.parametrize("registered", [TEXT, TEXT.replace(b"\n", b"\r\n"), MARK + TEXT, TEXT[:-1]])
def test_a_text_is_known_again_whatever_its_line_ends(saved, registered):
    assert (sha256(registered) in digests(saved, Likeness.LINES)) == (saved != registered)


def test_what_is_no_text_has_no_lines():
    assert not list(likes_of(b"\0" + TEXT))


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\r"])
def test_what_was_there_before_an_addition_is_known_again(end):
    assert sha256(PDF + end) in digests(PDF + end + b"\n" * (not end) + ADDED, Likeness.ADDED_TO)
    assert sha256(PDF + end) in digests(
        PDF + end + b"\n" * (not end) + ADDED + ADDED, Likeness.ADDED_TO
    )


def test_a_file_is_not_like_itself():
    for data in (TEXT, PDF, PDF + b"\n", PDF + ADDED, b"", b"\n"):
        assert Digest.of(data) not in {like.digest for like in likes_of(data)}


def test_a_file_of_many_ends_is_like_few():
    assert len(list(likes_of(PDF + b"%%EOF\r\n" * 1000))) <= MOST_LIKES


def test_parsing_undoes_formatting():
    like = Like(Likeness.ADDED_TO, Digest.of(b"x"))
    assert Like.parse(like.format()) == like
    for text in ("", "lines", "other:" + "0" * 64, "lines:" + "0" * 63):
        with pytest.raises(InvalidDigest):
            Like.parse(text)


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        MARK + TEXT,
        TEXT.replace(b"\n", b"\r\n"),
        PDF + ADDED,
        PDF + b"\r\n" + ADDED,
        b"\0",
        b"",
        b"\0muhr-copy:" + b"ab" * 32 + b"\0mmuhr-copy:" + b"cd" * 32,
        PDF + b"\nmuhr-copy:" + b"ab" * 31,
        b"\0" + b"".join(b"muhr-copy:%064x" % number for number in range(9)),
    ],
)
def test_the_page_finds_the_same(data, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(data)
    command = [NODE, Path(__file__).with_name("likes.mjs"), file, Digest.of(data).hex()]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert set(told.split()) == {like.format() for like in likes_of(data)}
