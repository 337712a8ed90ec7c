"""Ledgers of other members beside a library that is measured: their copies, and anchors in its index.

Nobody serves them, and no contract has heard of them: their openings and anchors are written into the index
of the chain as if they had been read there. That is all that a verification reads of other members.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger_service.adapters.signer import Ed25519Signer
from ledger_service.adapters.sql.publication.mirrors import MirrorFolder
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.identifiers import Digest, LedgerId, LicenseId, StewardId
from ledger_service.domain.ledger.entry import claim_template
from ledger_service.domain.ledger.merkle import Frontier, leaf_hashes
from ledger_service.ports.store import Transaction
from ledger_service.setup import Opened

PIECE = 4096  # entries
PLACES = 1000  # from which the log indexes of made-up events go on


def add_member(
    opened: Opened, number: int, digests: Sequence[bytes], license_id: LicenseId
) -> None:
    """Let a library have the copy of an anchored ledger that took these digests in.

    number: tells the members apart, from 1. license_id: of all its works, defined on chain.
    """
    library = opened.library
    steward = StewardId.of_uri(f"https://member-{number}.test")
    signer = Ed25519Signer(f"member-{number}.test/ledger", Ed25519PrivateKey.generate())
    now = library.clock()
    mirrors = library.mirrors
    assert isinstance(mirrors, MirrorFolder)
    known = mirrors.add(f"Member {number}", f"https://member-{number}.test", signer.key)
    template = claim_template("accepted", now, license_id, steward)
    bodies = [_body(template, digest) for digest in digests]
    frontier = Frontier()
    for start in range(0, len(bodies), PIECE):
        some = bodies[start : start + PIECE]
        with mirrors.store(known.id).write() as transaction:
            transaction.ledger.append(start, some, frontier.extend(leaf_hashes(some)))
            named = [
                (Digest(item), start + at) for at, item in enumerate(digests[start : start + PIECE])
            ]
            mirrors.add_places(transaction, named)
    mirrors.note(known.id, now, None)
    ledger = LedgerId.of_origin(signer.key.name).hex()
    with opened.store.write() as transaction:
        events = _events(transaction, ledger, steward.hex(), len(bodies), frontier.root(), number)
        transaction.chain_index.add(list(events))


def _body(template: bytes, digest: bytes) -> bytes:
    name = digest.hex().encode()
    metadata = hashlib.sha256(b"metadata").hexdigest().encode()
    return template % (b"f01551220" + name, name, metadata)


def _events(
    transaction: Transaction, ledger: str, steward: str, size: int, root: bytes, number: int
) -> Iterator[ChainEvent]:
    """Yield what the chain would say of a member, as if in the newest block that was read."""
    cursor = transaction.chain_index.cursor()
    assert cursor is not None  # the library has registered something
    block = cursor[0]
    account = f"{number:040x}"
    told: list[tuple[str, str, str, dict[str, str | int | bool]]] = [
        ("StewardRegistry", "StewardAccredited", steward, {}),
        (
            "StewardRegistry",
            "AgentAdded",
            steward,
            {"agent": account, "role": 1, "from": 0, "until": 2**40},
        ),
        ("CheckpointAnchor", "LedgerOpened", ledger, {"steward": steward, "anchorer": account}),
        ("CheckpointAnchor", "CheckpointAnchored", ledger, {"size": size, "root": root.hex()}),
    ]
    for place, (contract, name, subject, arguments) in enumerate(told):
        # A claim counts from the block after the one in which its steward was accredited.
        at = block.number if name == "CheckpointAnchored" else block.number - 1
        yield ChainEvent(
            contract,
            name,
            subject,
            arguments,
            at,
            block.time,
            hashlib.sha256(f"{number}-{place}".encode()).hexdigest(),
            PLACES * number + place,
        )
