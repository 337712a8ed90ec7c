"""Cid: the two texts, the binary form, and everything that is refused."""

import base64
import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.errors import InvalidCid

HELLO = Cid.of(RAW, b"hello world")
# As Kubo prints it for `ipfs add` of "hello world" in this profile.
HELLO_BASE32 = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"

cids = st.builds(Cid, st.sampled_from([RAW, DAG_PB]), st.binary(min_size=32, max_size=32))


def base32_of(data: bytes) -> str:
    return "b" + base64.b32encode(data).decode().rstrip("=").lower()


def test_a_cid_is_the_one_kubo_gives() -> None:
    assert HELLO.base32() == HELLO_BASE32
    assert str(HELLO) == HELLO_BASE32
    assert HELLO.base16() == "f01551220" + hashlib.sha256(b"hello world").hexdigest()


@given(cids)
def test_parse_undoes_both_texts_and_from_bytes_the_binary_form(cid: Cid) -> None:
    assert Cid.parse(cid.base32()) == cid
    assert Cid.parse(cid.base16()) == cid
    assert Cid.from_bytes(cid.to_bytes()) == cid
    assert len(cid.base32()) == 59
    assert len(cid.base16()) == 73
    assert len(cid.to_bytes()) == 36


@pytest.mark.slow
@given(st.one_of(st.text(max_size=80), st.text("bfz27aA1=", max_size=80)))
def test_no_text_is_read_unless_it_is_what_a_cid_would_be_written_as(text: str) -> None:
    try:
        cid = Cid.parse(text)
    except InvalidCid:
        return
    assert text in (cid.base32(), cid.base16())


@given(cids, st.integers(0, 57), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_one_changed_character_never_gives_the_same_cid(cid: Cid, at: int, new: str) -> None:
    text = cid.base32()
    changed = text[: at + 1] + new + text[at + 2 :]
    if changed == text:
        return
    with suppress(InvalidCid):
        assert Cid.parse(changed) != cid


@given(cids, cids)
def test_cids_are_ordered_and_equal_as_their_bytes_are(one: Cid, other: Cid) -> None:
    assert (one < other) == (one.to_bytes() < other.to_bytes())
    assert (one == other) == (one.to_bytes() == other.to_bytes())
    assert hash(one) == hash(Cid.from_bytes(one.to_bytes()))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG", "version 0"),
        (base32_of(b"\x01\x55\x00\x05hello"), "identity"),
        (base32_of(b"\x01\x55\x13\x40" + bytes(64)), "header 01551340"),
        (base32_of(b"\x01\x71\x12\x20" + bytes(32)), "header 01711220"),
        (base32_of(b"\x01\x55\x12\x1f" + bytes(31)), "header 0155121f"),
        (base32_of(b"\x02\x55\x12\x20" + bytes(32)), "not a CID of version 1"),
        (base32_of(b"\x81\x00\x55\x12\x20" + bytes(32)), "not a CID of version 1"),
        (base32_of(b"\x12\x20" + bytes(32)), "version 0"),
        (base32_of(HELLO.to_bytes() + b"\0"), "36 bytes, and this has 37"),
        (base32_of(HELLO.to_bytes()[:-1]), "36 bytes, and this has 35"),
        (HELLO.base16() + "00", "36 bytes, and this has 37"),
        (HELLO.base16()[:-2], "36 bytes, and this has 35"),
        (HELLO.base16()[:-1], "lower-case"),
        (HELLO.base16().upper(), "lower-case"),
        ("f" + HELLO.base16()[1:].upper(), "lower-case"),
        (HELLO_BASE32.upper(), "lower-case"),
        ("b" + HELLO_BASE32[1:].upper(), "lower-case"),
        (HELLO_BASE32[:-1] + "E", "lower-case"),
        (HELLO_BASE32 + "======", "lower-case"),
        (HELLO_BASE32 + "\n", "lower-case"),
        (" " + HELLO_BASE32, "not a CID in"),
        (HELLO_BASE32[:-1] + "f", "bits that must be zero"),
        (HELLO_BASE32[:-2], "cannot have 56 characters|36 bytes"),
        (HELLO_BASE32[:-1], "cannot have 57 characters"),
        ("zb2rhe5P4gXftAwvA4eXQ5HJwsER2owDyS9sKaQRRVQPn93bA", "not a CID in"),
        ("ipfs://" + HELLO_BASE32, "not a CID in"),
        ("", "not a CID in"),
        ("b", "not a CID of version 1"),
        ("f", "not a CID of version 1"),
        ("b" + "a" * 1_000_000, "1000001 characters"),
    ],
)
def test_everything_else_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidCid, match=reason):
        Cid.parse(text)


@pytest.mark.parametrize(
    ("codec", "digest"),
    [(0x71, bytes(32)), (0, bytes(32)), (RAW, bytes(31)), (RAW, bytes(33)), (RAW, b"")],
)
def test_a_cid_cannot_be_made_of_another_codec_or_length(codec: int, digest: bytes) -> None:
    with pytest.raises(InvalidCid):
        Cid(codec, digest)


def test_a_digest_that_could_change_later_is_refused() -> None:
    with pytest.raises(InvalidCid):
        Cid(RAW, bytearray(32))  # type: ignore[arg-type]


def test_a_cid_knows_its_own_block() -> None:
    assert HELLO.is_of(b"hello world")
    assert HELLO.is_of(memoryview(bytearray(b"hello world")))
    assert not HELLO.is_of(b"hello worle")
