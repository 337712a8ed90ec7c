"""Evidence of absence: holds for its digest and its ledger only, and is refused in every other shape."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.domain import canonical_json
from ledger_service.domain.errors import (
    InvalidAbsence,
    InvalidCheckpointSignature,
    InvalidInclusionProof,
    InvalidMapProof,
    InvalidReceipt,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.ledger.entry import Entry, accepted_digests, digest_taken_in
from ledger_service.domain.ledger.tiled_ledger import format_bundle
from ledger_service.domain.publication.verifiable_map import prove_absence, record, subtree_of
from ledger_service.domain.verification.absence import (
    FORMAT,
    LARGEST_ABSENCE_BYTES,
    Absence,
    is_absence,
)
from ledger_service.domain.verification.receipt import AnchorReference, Receipt

HEX = "ab" * 32
AT = 1_767_600_000
HELD = [Digest.of(bytes([number])) for number in range(20)]
ABSENT = Digest.of(b"nobody registered this")


def evidence(signer: Ed25519Signer, digest: Digest = ABSENT, **changes: Any) -> Absence:
    """Return evidence from a ledger of twenty accepted digests; changes: of the map entry."""
    claim = {"cid": "f01551220" + HEX, "license": HEX, "metadata": HEX, "steward": HEX}
    entries = [Entry("accepted", AT, {**claim, "digest": item.hex()}) for item in HELD]
    records = sorted(record(item.value, index) for index, item in enumerate(HELD))
    proof = prove_absence(records, digest.value)
    assert proof is not None
    root = subtree_of(records, 0).hash.hex()
    facts = {"root": root, "count": 20, "size": 20, **changes}
    bodies = [entry.format() for entry in [*entries, Entry("map", AT, facts)]]
    nodes: dict[merkle.NodeName, bytes] = {}
    frontier = merkle.Frontier()
    for body in bodies:
        nodes.update(frontier.append(merkle.leaf_hash(body)))
    text = Checkpoint(signer.key.name, 21, frontier.root()).format()
    inclusion = merkle.inclusion_proof(20, 21, lambda names: [nodes[name] for name in names])
    note = sign_note(text, signer.key, signer.sign)
    anchor = AnchorReference(1337, "cd" * 20, HEX, 9, "ef" * 32)
    return Absence(digest, proof, Receipt(bodies[-1], 20, tuple(inclusion), note, anchor))


@pytest.fixture
def absence(signer: Ed25519Signer) -> Absence:
    """Return evidence that holds."""
    return evidence(signer)


def test_evidence_holds_for_its_digest(absence: Absence, signer: Ed25519Signer) -> None:
    entry, checkpoint = absence.check(signer.key, check_ed25519)
    assert (entry.kind, entry.number("count"), checkpoint.size) == ("map", 20, 21)


def test_parsing_undoes_formatting(absence: Absence) -> None:
    data = absence.format()
    assert Absence.parse(data) == absence
    assert is_absence(data)
    assert len(data) < 4096


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"7", b'{"format":"muhr-receipt/1"}'])
def test_another_file_does_not_call_itself_evidence(data: bytes) -> None:
    assert not is_absence(data)


def test_evidence_does_not_hold_for_another_digest(absence: Absence, signer: Ed25519Signer) -> None:
    for digest in HELD:
        with pytest.raises(InvalidMapProof):
            replace(absence, digest=digest).check(signer.key, check_ed25519)


def test_evidence_of_another_key_is_refused(absence: Absence, new_signer: Any) -> None:
    other = new_signer(seed="another's")
    with pytest.raises(InvalidCheckpointSignature):
        absence.check(other.key, check_ed25519)


@pytest.mark.parametrize("change", [{"size": 19}, {"size": 21}, {"root": HEX}])
def test_a_map_entry_that_says_otherwise_is_refused(
    change: dict[str, Any], signer: Ed25519Signer
) -> None:
    with pytest.raises(InvalidMapProof):
        evidence(signer, **change).check(signer.key, check_ed25519)


def test_evidence_must_rest_on_a_map_entry(absence: Absence, signer: Ed25519Signer) -> None:
    entry = Entry("steward", AT, {"steward": HEX, "block": 1}).format()
    root = merkle.leaf_hash(entry)
    note = sign_note(Checkpoint(signer.key.name, 1, root).format(), signer.key, signer.sign)
    other = replace(absence, receipt=Receipt(entry, 0, (), note, None))
    with pytest.raises(InvalidReceipt, match=r"invalid-receipt.not-map"):
        other.check(signer.key, check_ed25519)


def test_a_map_entry_at_another_place_is_refused(absence: Absence, signer: Ed25519Signer) -> None:
    moved = replace(absence, receipt=replace(absence.receipt, index=19))
    with pytest.raises(InvalidInclusionProof):
        moved.check(signer.key, check_ed25519)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "muhr-absence/2"),
        ("format", None),
        ("digest", "ab"),
        ("digest", None),
        ("digest", 7),
        ("map", None),
        ("map", {"siblings": []}),
        ("receipt", None),
        ("receipt", {"format": "muhr-receipt/1"}),
    ],
)
def test_a_malformed_part_is_refused(absence: Absence, name: str, value: object) -> None:
    changed = {**absence.to_json(), name: value}
    with pytest.raises(InvalidAbsence):
        Absence.parse(canonical_json.canonicalize(changed))
    without = {key: item for key, item in changed.items() if key != name}
    with pytest.raises(InvalidAbsence):
        Absence.from_json(without)


@pytest.mark.parametrize("value", [None, 7, "text", [], {}, {"format": FORMAT}])
def test_what_is_no_evidence_is_refused(value: object) -> None:
    with pytest.raises(InvalidAbsence):
        Absence.from_json(value)


def test_files_that_are_too_large_or_no_json_are_refused() -> None:
    with pytest.raises(InvalidAbsence, match=r"invalid-absence.too-long"):
        Absence.parse(b" " * (LARGEST_ABSENCE_BYTES + 1))
    with pytest.raises(InvalidAbsence, match=r"invalid-absence.not-json"):
        Absence.parse(b"{")


def test_the_digest_of_an_accepted_entry_is_found_without_parsing_it() -> None:
    claim = {"cid": "f01551220" + HEX, "license": HEX, "metadata": HEX, "steward": HEX}
    accepted = Entry("accepted", AT, {**claim, "digest": ABSENT.hex()})
    assert digest_taken_in(accepted.format()) == ABSENT.value
    on_chain = {"block": 1, "transaction": HEX}
    registered = Entry("registered", AT, {**accepted.facts, **on_chain})
    assert digest_taken_in(registered.format()) is None
    assert digest_taken_in(Entry("opened", 3600, {"commitment": HEX}).format()) is None


@given(st.lists(st.one_of(st.binary(min_size=32, max_size=32), st.none()), max_size=20))
def test_the_digests_of_a_bundle_are_those_of_its_entries(held: list[bytes | None]) -> None:
    claim = {"cid": "f01551220" + HEX, "license": HEX, "metadata": HEX, "steward": HEX}
    other = Entry("registered", AT, {**claim, "digest": HEX, "block": 1, "transaction": HEX})
    entries = [
        other if digest is None else Entry("accepted", AT, {**claim, "digest": digest.hex()})
        for digest in held
    ]
    bodies = [entry.format() for entry in entries]
    assert [digest_taken_in(body) for body in bodies] == held
    assert accepted_digests(format_bundle(bodies), len(held)) == (None if None in held else held)
