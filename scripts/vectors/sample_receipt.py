"""A receipt of a library that never was: entry, checkpoint and contracts' storage, the same in every run.

Made for vectors and measurements. The chain's state is built from tries of our own
(scripts/vectors/trie.py); a receipt from a real node is in tests/api/verification/test_offline_receipts.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger_service.adapters.signer import Ed25519Signer
from ledger_service.domain.chain import chain_state as slots
from ledger_service.domain.chain.chain_state import StateProof
from ledger_service.domain.chain.deployment import CONTRACTS, Deployment
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.identifiers import Digest, LedgerId, StewardId
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.registration import Metadata
from ledger_service.domain.verification.later import LaterEntry
from ledger_service.domain.verification.receipt import AnchorReference, LedgerKey, Receipt
from scripts.vectors.trie import ChainState

ORIGIN, AT = "ledger.example.uz/vectors", 1_800_000_000
AXES = ("bytes", "ledger", "steward", "withdrawal", "supersession", "license", "anchor")
CHAIN_AXES = AXES[2:]
DIGEST, OTHER = Digest.of(b"a book"), Digest.of(b"another book")
STEWARD = StewardId.of_uri("https://library.example.uz")
METADATA = Metadata("O‘tgan “kunlar” \U0001f4d6 / Ўтган", "application/pdf", 6, "A. Qodiriy", "uz")
TERMS = LicenseTerms("https://licenses.example.uz/reading-room", 2, 86_400, False)
REGISTRAR = bytes(range(1, 21))
LEDGER = LedgerId.of_origin(ORIGIN)
ADDRESSES = {name: keccak256(name.encode())[:20] for name in CONTRACTS}
CODES = {name: keccak256(b"code of " + name.encode()) for name in CONTRACTS}


def signer(seed: str, origin: str = ORIGIN) -> Ed25519Signer:
    """Return a signer whose key follows from a word."""
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())
    return Ed25519Signer(origin, key)


SIGNER = signer("ledger")
DEPLOYMENT = Deployment(
    chain_id=1337,
    genesis="00" * 32,
    first_block=1,
    contracts={name: address.hex() for name, address in ADDRESSES.items()},
    code={name: code.hex() for name, code in CODES.items()},
    salt="11" * 32,
    steward=STEWARD.hex(),
    key=SIGNER.key.format(),
)


def row(
    name: str,
    text: str,
    expect: object,
    block_hash: bytes | None = None,
    because: Mapping[str, tuple[str, Mapping[str, object]]] | None = None,
) -> dict[str, Any]:
    """Return one case. expect: an error's slug, or the outcome on each axis. because: reason, and values
    among others, by axis, where they matter.
    """
    named = {
        axis: {"reason": reason, "values": values}
        for axis, (reason, values) in (because or {}).items()
    }
    return {
        **({"because": named} if named else {}),
        "name": name,
        "digest": DIGEST.hex(),
        "receipt": text,
        "block_hash": None if block_hash is None else block_hash.hex(),
        "expect": expect,
    }


def outcomes(fails: tuple[str, ...] = (), unknown: tuple[str, ...] = ()) -> dict[str, str]:
    """Return an outcome for each axis: those named, and pass for the rest."""
    return {
        axis: "fail" if axis in fails else "not checked" if axis in unknown else "pass"
        for axis in AXES
    }


def ledger_fails() -> dict[str, str]:
    """Return the outcomes of a receipt that does not hold."""
    return outcomes(("ledger",), tuple(axis for axis in AXES if axis != "ledger"))


def nothing_is_told() -> dict[str, str]:
    """Return the outcomes of a receipt of a ledger whose key nobody here knows."""
    return outcomes((), AXES)


def text_of(kept: Receipt, **changes: Any) -> str:
    """Return a receipt file, with members changed."""
    return json.dumps({**kept.to_json(), **changes}, ensure_ascii=False)


def entry(kind: str = "registered") -> Entry:
    """Return the entry of the book."""
    facts: dict[str, str | int] = {
        "cid": f"f01551220{DIGEST.hex()}",
        "digest": DIGEST.hex(),
        "license": TERMS.id.hex(),
        "metadata": METADATA.digest.hex(),
        "steward": STEWARD.hex(),
    }
    if kind == "registered":
        facts |= {"block": 5, "transaction": "44" * 32}
    return Entry(kind, AT, facts)


def receipt(
    size: int = 7,
    index: int = 4,
    body: bytes | None = None,
    later: Mapping[int, bytes] | None = None,
) -> Receipt:
    """Return a receipt for the book at an index of a ledger of this size, without a state proof.

    later: entries by their indexes, which the receipt carries as well.
    """
    bodies = {**(later or {}), index: entry().format() if body is None else body}
    frontier, nodes = merkle.Frontier(), {}
    for number in range(size):
        data = bodies.get(number, f"entry {number}".encode())
        nodes.update(frontier.append(merkle.leaf_hash(data)))
    text = Checkpoint(ORIGIN, size, frontier.root()).format()

    def proof(number: int) -> tuple[bytes, ...]:
        read = merkle.inclusion_proof(number, size, lambda names: [nodes[name] for name in names])
        return tuple(read)

    return Receipt(
        entry=bodies[index],
        index=index,
        proof=proof(index),
        later=tuple(LaterEntry(data, at, proof(at)) for at, data in sorted((later or {}).items())),
        checkpoint=sign_note(text, SIGNER.key, SIGNER.sign),
        anchor=AnchorReference(
            1337, ADDRESSES["CheckpointAnchor"].hex(), LEDGER.hex(), 6, "55" * 32
        ),
        keys=(LedgerKey(SIGNER.key.format(), AT, None),),
        terms=TERMS,
        metadata=METADATA.to_json(),
    )


def state(kept: Receipt, *, is_whole: bool = False, **changes: Any) -> StateProof:
    """Return a proof of a chain that holds what the receipt says, but for the changes.

    is_whole: with what decides nothing, as receipts had it at first, from contracts that do not tell
    whether a registration is a rendition.
    """
    checkpoint = Checkpoint.of_note(kept.checkpoint)
    facts: dict[str, Any] = {
        "root": checkpoint.root,
        "anchored": 1,
        "state": 1,
        "relation": 0,
        "registered_at": AT,
        "license_number": 3,
        "known_number": 3,
        "window": (AT - 100, AT + 100, 1),
        "successor": None,
        "original": None,
        "original_state": 1,
        "standing": 0 if is_whole else 2 if changes.get("original") else 1,
        "code": CODES,
        **changes,
    }
    root_slot, place_slot = slots.checkpoint_slots(LEDGER, checkpoint.size)
    number = slots.mapping_slot(slots.LICENSE_NUMBERS, TERMS.id.value)
    window = slots.window_slot(STEWARD, REGISTRAR)
    registry = _registry(facts)
    start, until, role = facts["window"]
    storage: dict[str, dict[bytes, int]] = {
        "CheckpointAnchor": {
            root_slot: int.from_bytes(facts["root"]),
            place_slot: 6 | AT << 64,
        }
        if facts["anchored"]
        else {},
        "ResourceRegistry": registry,
        "StewardRegistry": {window: start | until << 64 | role << 128},
        "LicenseRegistry": {number: facts["known_number"]} if facts["known_number"] else {},
        "AccessGrants": {},
    }
    places = {
        slots.registration_slot(slots.ENTRIES, DIGEST.value, STEWARD): True,
        slots.registration_slot(slots.ORIGINALS, DIGEST.value, STEWARD): is_whole
        or facts["original"],
        slots.registration_slot(slots.SUCCESSORS, DIGEST.value, STEWARD): facts["relation"]
        if is_whole
        else facts["state"] == slots.SUPERSEDED,
        slots.registration_slot(slots.ENTRIES, OTHER.value, STEWARD): facts["original"],
    }
    asked = {
        "CheckpointAnchor": [root_slot, *([place_slot] if is_whole else [])],
        "ResourceRegistry": [place for place, needed in places.items() if needed],
        "LicenseRegistry": [number],
        **({"StewardRegistry": [window]} if facts["state"] else {}),
    }
    for (
        name,
        words,
    ) in storage.items():  # others' words beside ours, so that the tries have branches
        for count in range(1, 12):
            words[keccak256(f"{name} {count}".encode())] = count
    chain = ChainState(
        {ADDRESSES[name]: words for name, words in storage.items()},
        {ADDRESSES[name]: code for name, code in facts["code"].items()},
    )
    return chain.proof({ADDRESSES[name]: wanted for name, wanted in asked.items()})


def _registry(facts: Mapping[str, Any]) -> dict[bytes, int]:
    def word(state: int) -> int:
        held = int.from_bytes(REGISTRAR) | facts["registered_at"] << 160 | state << 200
        held |= facts["relation"] << 208 | facts["license_number"] << 216
        return held | facts["standing"] << 248

    def place(mapping: int, digest: Digest) -> bytes:
        return slots.registration_slot(mapping, digest.value, STEWARD)

    words = {place(slots.ENTRIES, DIGEST): word(facts["state"])} if facts["state"] else {}
    if facts["successor"]:
        words[place(slots.SUCCESSORS, DIGEST)] = int.from_bytes(OTHER.value)
    if facts["original"]:
        words[place(slots.ORIGINALS, DIGEST)] = int.from_bytes(OTHER.value)
        words[place(slots.ENTRIES, OTHER)] = word(facts["original_state"])
    return words
