"""The transparency-log proof: a receipt for tools that are not ours."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidCheckpointSignature,
    InvalidInclusionProof,
    InvalidTlogProof,
)
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.verification.tlog_proof import LARGEST_PROOF_BYTES, TlogProof
from tests.unit.test_house_rules import PROJECT

SEVEN = json.loads(
    (PROJECT / "tests" / "vectors" / "c2sp" / "ledger_of_seven.json").read_text(encoding="utf-8")
)
GOLDEN = SEVEN["tlog_proof"].encode()
KEY = VerifierKey.parse(SEVEN["log_key"])
HASH = base64.b64encode(bytes(32)).decode()


@pytest.fixture
def proof() -> TlogProof:
    return TlogProof.parse(GOLDEN)


def test_the_golden_proof_holds_for_its_entry(proof: TlogProof) -> None:
    assert (proof.index, proof.extra) == (5, b"entry 5")
    assert proof.check(b"entry 5", KEY, check_ed25519).size == 7
    assert proof.format() == GOLDEN


@given(
    st.builds(
        TlogProof,
        st.integers(0, 2**63 - 1),
        st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=1000),
        st.none() | st.binary(max_size=1000),
    )
)
def test_parsing_undoes_formatting(proof: TlogProof) -> None:
    assert TlogProof.parse(proof.format()) == proof


def test_extra_data_may_be_left_out(proof: TlogProof) -> None:
    bare = replace(proof, extra=None)
    assert b"extra" not in bare.format()
    assert TlogProof.parse(bare.format()) == bare


def test_another_entry_index_hash_key_or_size_is_refused(proof: TlogProof) -> None:
    wrong = [
        (proof, b"entry 4"),
        (replace(proof, index=4), b"entry 5"),
        (replace(proof, index=7), b"entry 5"),
        (replace(proof, proof=proof.proof[::-1]), b"entry 5"),
        (replace(proof, proof=proof.proof[:-1]), b"entry 5"),
        (replace(proof, proof=(*proof.proof, bytes(32))), b"entry 5"),
    ]
    for changed, entry in wrong:
        with pytest.raises(InvalidInclusionProof):
            changed.check(entry, KEY, check_ed25519)
    with pytest.raises(InvalidCheckpointSignature):
        replace(proof, checkpoint=proof.checkpoint.replace("\n7\n", "\n8\n")).check(
            b"entry 5", KEY, check_ed25519
        )
    with pytest.raises(InvalidCheckpoint):
        replace(proof, checkpoint="none").check(b"entry 5", KEY, check_ed25519)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v2\nindex 0\n\nnote",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v1\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 0",
        "c2sp.org/tlog-proof@v1\nindex 00\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex -1\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex\n\nnote",
        "c2sp.org/tlog-proof@v1\nextra AAAA\n\nnote",
        "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nnote",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{HASH} \n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + f"{HASH}\n" * 64 + "\nnote",
        "c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\nnote",
        "c2sp.org/tlog-proof@v1\nindex 0\n\n" + "n" * 16_385,
        "c2sp.org/tlog-proof@v1\nindex 0\n\n" + "n" * LARGEST_PROOF_BYTES,
    ],
)
def test_a_malformed_proof_is_refused(text: str) -> None:
    with pytest.raises(InvalidTlogProof):
        TlogProof.parse(text.encode())


def test_bytes_that_are_not_text_are_refused() -> None:
    with pytest.raises(InvalidTlogProof):
        TlogProof.parse(GOLDEN + b"\xff")
