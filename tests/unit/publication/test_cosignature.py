"""Cosignatures and submissions: as C2SP has them, and refused in every other shape."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidCheckpointSignature,
    InvalidSubmission,
)
from ledger_service.domain.ledger.checkpoint import Checkpoint, VerifierKey, open_note, sign_note
from ledger_service.domain.publication.cosignature import (
    Cosignature,
    WitnessKey,
    cosign,
    cosignatures_of,
    cosigned_message,
)
from ledger_service.domain.publication.submission import LARGEST_SUBMISSION_BYTES, Submission
from tests.unit.test_house_rules import PROJECT

VECTORS = PROJECT / "tests" / "vectors" / "c2sp"
SEVEN = json.loads((VECTORS / "ledger_of_seven.json").read_text(encoding="utf-8"))
AT = 1_679_315_147
HASH = bytes(range(32))


@pytest.fixture
def witness(new_signer: Callable[..., Ed25519Signer]) -> Ed25519Signer:
    return new_signer("witness.example.com/w1", "witness")


@pytest.fixture
def key(witness: Ed25519Signer) -> WitnessKey:
    return WitnessKey(witness.key.name, witness.key.public_key)


@pytest.fixture
def note(signer: Ed25519Signer) -> str:
    text = Checkpoint(signer.key.name, 7, HASH).format()
    return sign_note(text, signer.key, signer.sign)


def text_of(note: str) -> str:
    return note.partition("\n\n")[0] + "\n"


def test_the_specification_s_note_opens() -> None:
    vector = json.loads((VECTORS / "signed_note.json").read_text(encoding="utf-8"))
    key = VerifierKey.parse(vector["key"])
    assert key.format() == vector["key"]
    assert open_note(vector["note"], key, check_ed25519) == vector["text"]


def test_the_cosigned_message_is_that_of_the_specification() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert cosigned_message(text, AT).decode() == f"cosignature/v1\ntime {AT}\n{text}"


def test_the_golden_checkpoint_is_cosigned() -> None:
    key = WitnessKey.parse(SEVEN["witness_key"])
    found = cosignatures_of(SEVEN["cosigned_checkpoint"], [key], check_ed25519)
    assert found == [Cosignature(key, SEVEN["cosigned_at"])]
    log = VerifierKey.parse(SEVEN["log_key"])
    assert open_note(SEVEN["cosigned_checkpoint"], log, check_ed25519)


def test_a_cosignature_holds_for_its_note(
    note: str, key: WitnessKey, witness: Ed25519Signer
) -> None:
    line = cosign(text_of(note), key, AT, witness.sign)
    assert len(base64.b64decode(line.split(" ")[2])) == 4 + 8 + 64
    assert cosignatures_of(note + line, [key], check_ed25519) == [Cosignature(key, AT)]
    assert cosignatures_of(note, [key], check_ed25519) == []


def test_others_than_the_known_witnesses_are_ignored(
    note: str, key: WitnessKey, witness: Ed25519Signer
) -> None:
    line = cosign(text_of(note), key, AT, witness.sign)
    for other in (
        WitnessKey("witness.example.com/w2", key.public_key),
        WitnessKey(key.name, bytes(range(32))),
    ):
        assert cosignatures_of(note + line, [other], check_ed25519) == []


def test_a_plain_signature_by_the_witness_is_no_cosignature(
    note: str, key: WitnessKey, witness: Ed25519Signer
) -> None:
    signed = sign_note(text_of(note), witness.key, witness.sign)
    assert cosignatures_of(note + signed.partition("\n\n")[2], [key], check_ed25519) == []


@pytest.mark.parametrize("bit", [*range(32, 96), 96, 300, 607])
def test_one_flipped_bit_is_refused(
    note: str, key: WitnessKey, witness: Ed25519Signer, bit: int
) -> None:
    line = cosign(text_of(note), key, AT, witness.sign)
    data = bytearray(base64.b64decode(line.split(" ")[2]))
    data[bit // 8] ^= 1 << bit % 8
    changed = f"\u2014 {key.name} {base64.b64encode(data).decode()}\n"
    with pytest.raises(InvalidCheckpointSignature):
        cosignatures_of(note + changed, [key], check_ed25519)


@pytest.mark.parametrize("length", [5, 12, 75, 77])
def test_a_cosignature_of_another_length_is_refused(
    note: str, key: WitnessKey, witness: Ed25519Signer, length: int
) -> None:
    data = base64.b64decode(cosign(text_of(note), key, AT, witness.sign).split(" ")[2])
    changed = (data + b"\0")[:length]
    line = f"\u2014 {key.name} {base64.b64encode(changed).decode()}\n"
    with pytest.raises(InvalidCheckpointSignature):
        cosignatures_of(note + line, [key], check_ed25519)


def test_a_cosignature_of_another_note_is_refused(
    note: str, key: WitnessKey, witness: Ed25519Signer
) -> None:
    line = cosign(text_of(note).replace("\n7\n", "\n8\n"), key, AT, witness.sign)
    with pytest.raises(InvalidCheckpointSignature):
        cosignatures_of(note + line, [key], check_ed25519)


def test_keys_of_ledgers_and_of_witnesses_are_not_taken_for_each_other(key: WitnessKey) -> None:
    log = VerifierKey(key.name, key.public_key)
    assert log.key_id != key.key_id
    assert WitnessKey.parse(key.format()) == key
    with pytest.raises(InvalidCheckpoint):
        VerifierKey.parse(key.format())
    with pytest.raises(InvalidCheckpoint):
        WitnessKey.parse(log.format())


# ---- submissions ----------------------------------------------------------------------------------


def test_the_golden_submission_is_read() -> None:
    submission = Submission.parse(SEVEN["submission"].encode())
    assert (submission.old_size, submission.note) == (4, SEVEN["checkpoint"])
    assert submission.format().decode() == SEVEN["submission"]


@given(
    st.builds(
        Submission,
        st.integers(0, 2**63 - 1),
        st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
        st.text(st.characters(exclude_categories=["Cs"])),
    )
)
def test_parsing_a_submission_undoes_formatting(submission: Submission) -> None:
    assert Submission.parse(submission.format()) == submission


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0",
        b"old 0\n",
        b"old 00\n\nnote",
        b"old 01\n\nnote",
        b"old -1\n\nnote",
        b"old +1\n\nnote",
        b"old  1\n\nnote",
        b"new 1\n\nnote",
        b"old 1\nAAAA\n\nnote",
        b"old 1\n!\n\nnote",
        b"old 1\r\n\r\nnote",
        b"old 9" + b"9" * 19 + b"\n\nnote",
        b"old 1\n" + base64.b64encode(HASH)[:-1] + b"\n\nnote",
        b"old 1\n" + (base64.b64encode(HASH) + b"\n") * 64 + b"\nnote",
        b"old 1\n\n\xff",
        b"old 1\n\n" + b"a" * LARGEST_SUBMISSION_BYTES,
    ],
)
def test_a_malformed_submission_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidSubmission):
        Submission.parse(body)
