"""Names of 32 bytes, content ids and commitments: each its own type, each with one spelling."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.content.content_id import DAG_PB, RAW, ContentId
from ledger_service.domain.errors import (
    CommitmentMismatch,
    InvalidCid,
    InvalidDigest,
    InvalidIdentifier,
)
from ledger_service.domain.identifiers import (
    Commitment,
    Digest,
    GrantId,
    Identifier,
    LedgerId,
    LicenseId,
    StewardId,
)
from ledger_service.domain.lending.commitment import (
    check_opened,
    commit,
    commit_private_part,
    pseudonym,
    pseudonyms,
)

HEX = "ab" * 32
IN_2026 = 1_795_426_002
TYPES = [Digest, StewardId, LicenseId, GrantId, LedgerId, Commitment]
words = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize("kind", TYPES)
@given(value=words)
def test_parsing_undoes_hex(kind: type[Identifier], value: bytes) -> None:
    assert kind.parse(kind(value).hex()) == kind(value)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize(
    "text", ["", HEX[:-1], HEX + "0", HEX.upper(), "0x" + HEX[2:], HEX + "\n", "g" * 64]
)
def test_any_other_spelling_is_refused(kind: type[Identifier], text: str) -> None:
    with pytest.raises(InvalidDigest if kind is Digest else InvalidIdentifier):
        kind.parse(text)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_an_identifier_is_32_bytes(size: int) -> None:
    with pytest.raises(InvalidDigest, match=r"invalid-digest.length"):
        Digest(bytes(size))
    with pytest.raises(InvalidIdentifier, match=r"invalid-identifier.length"):
        GrantId(bytes(size))


def test_one_kind_of_identifier_never_equals_another() -> None:
    same = {kind.parse(HEX) for kind in TYPES}
    assert len(same) == len(TYPES)
    assert Digest.parse(HEX) != StewardId.parse(HEX)
    assert Digest.parse(HEX) != HEX


def test_identifiers_are_ordered_shown_and_never_change() -> None:
    low, high = Digest(bytes(32)), Digest(b"\xff" * 32)
    assert sorted([high, low]) == [low, high]
    assert str(low) == "00" * 32
    assert repr(low) == f"Digest({'00' * 32})"
    with pytest.raises(AttributeError, match="immutable"):
        low.value = bytes(32)


def test_ids_are_sha256_of_what_they_name() -> None:
    assert Digest.of(b"abc").hex() == hashlib.sha256(b"abc").hexdigest()
    assert StewardId.of_uri("https://ror.org/x").value == Digest.of(b"https://ror.org/x").value
    assert LedgerId.of_origin("a/b").value == Digest.of(b"a/b").value


def test_a_content_id_has_a_machine_form_and_a_form_for_people() -> None:
    # The CID of “hello world” as a raw block, as IPFS tools print it.
    cid = ContentId(RAW, hashlib.sha256(b"hello world").digest())
    assert str(cid) == "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
    assert cid.base16() == "f01551220" + hashlib.sha256(b"hello world").hexdigest()
    assert (
        cid.base32()[1:].upper() + "=" * 6
        == base64.b32encode(bytes.fromhex(cid.base16()[1:])).decode()
    )


@given(st.sampled_from([RAW, DAG_PB]), words)
def test_parsing_undoes_base16(codec: int, digest: bytes) -> None:
    cid = ContentId(codec, digest)
    assert ContentId.parse(cid.base16()) == cid
    assert ContentId.parse_base32(cid.base32()) == cid


@pytest.mark.parametrize(
    "text",
    [
        "",
        "b",
        "bafk!",
        "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5",
        "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5f",
        "BAFKREIFZJUT3TE2NHYEKKLSS27NH3K72YSCO7Y32KOAO5EEI66WOF36N5E",
        "f01551220" + HEX,
        "bà",
    ],
)
def test_another_spelling_in_base32_is_refused(text: str) -> None:
    with pytest.raises(InvalidCid):
        ContentId.parse_base32(text)


@pytest.mark.parametrize(
    "text", ["", "f01551220", "f01551220" + HEX + "0", "f01711220" + HEX, "b01551220" + HEX]
)
def test_a_cid_of_another_profile_is_refused(text: str) -> None:
    with pytest.raises(InvalidCid):
        ContentId.parse(text)


def test_a_cid_is_raw_or_dag_pb_with_32_bytes() -> None:
    with pytest.raises(InvalidCid):
        ContentId(0x71, bytes(32))
    with pytest.raises(InvalidCid):
        ContentId(RAW, bytes(20))


def test_a_reader_has_another_name_at_each_steward() -> None:
    key, one, other = bytes(range(32)), StewardId.of_uri("one"), StewardId.of_uri("other")
    of_period = hmac.digest(key, b"muhr reader period " + (2026).to_bytes(8, "big"), "sha256")
    assert pseudonym(key, one, IN_2026) == hmac.digest(of_period, one.value, "sha256")
    assert pseudonym(key, one, IN_2026) != pseudonym(key, other, IN_2026)


def test_a_reader_has_another_name_in_each_period() -> None:
    key, steward = bytes(range(32)), StewardId.of_uri("one")
    ends = 1_798_761_600  # the first second of 2027
    names = [pseudonym(key, steward, at) for at in (IN_2026, ends - 1, ends)]
    assert names[0] == names[1] != names[2]
    known = pseudonyms(key, steward, IN_2026)
    assert known[0] == hmac.digest(key, steward.value, "sha256")  # of earlier versions
    assert (known[2026], known[2027]) == (names[1], names[2])
    assert 2028 not in known


@given(words, st.binary(max_size=40))
def test_what_was_committed_to_opens_the_commitment(salt: bytes, value: bytes) -> None:
    commitment = commit(salt, value)
    assert commitment.value == hashlib.sha256(salt + value).digest()
    check_opened(commitment, salt, value)


@given(words, st.binary(min_size=1, max_size=40), st.data())
def test_nothing_else_opens_it(salt: bytes, value: bytes, data: st.DataObject) -> None:
    whole = bytearray(salt + value)
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CommitmentMismatch):
        check_opened(commit(salt, value), bytes(whole[:32]), bytes(whole[32:]))


def test_salt_and_value_cannot_be_cut_elsewhere() -> None:
    commitment = commit(bytes(32), b"value")
    with pytest.raises(CommitmentMismatch):
        check_opened(commitment, bytes(31), b"\x00value")
    with pytest.raises(CommitmentMismatch):
        check_opened(commitment, bytes(32) + b"value"[:1], b"value"[1:])


def test_a_private_part_is_committed_to_in_canonical_form() -> None:
    assert commit_private_part(bytes(32), {"b": 1, "a": "x"}) == commit(
        bytes(32), b'{"a":"x","b":1}'
    )
