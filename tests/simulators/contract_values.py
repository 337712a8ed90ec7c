"""What the contracts in memory keep and are given: events, terms, seats, calls."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import NamedTuple

from ledger_service.adapters.evm.abi import artifact
from ledger_service.domain.chain.intent import Intent, RegisterProven
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.merkle import leaf_hash

CONTRACTS = (
    "StewardRegistry",
    "LicenseRegistry",
    "ResourceRegistry",
    "AccessGrants",
    "CheckpointAnchor",
)
NOTHING_YET = (0, "00" * 32)


class Emitted(NamedTuple):
    """An event before it has a place in a block."""

    contract: str
    name: str
    subject: str
    arguments: dict[str, str | int | bool]

    def folded(self, total: tuple[int, str]) -> tuple[int, str]:
        """Return the contract's count and accumulator after this event."""
        content = json.dumps([self.name, self.subject, self.arguments], sort_keys=True).encode()
        step = bytes.fromhex(total[1]) + hashlib.sha256(content).digest()
        return total[0] + 1, hashlib.sha256(step).hexdigest()


@cache
def _subject_names() -> dict[str, str]:
    events = (event for name in CONTRACTS for event in artifact(name).events.values())
    return {event.name: event.names[0] for event in events if event.names}


def subject_name(event: str) -> str:
    """Return how an event calls its first argument, which a node tells like the others."""
    return _subject_names()[event]


def accepted_leaf(claim: RegisterProven) -> bytes:
    """Return the leaf hash of the entry that accepted a claim, rebuilt from what is stated."""
    facts = {
        "cid": claim.cid.base16(),
        "digest": claim.digest.hex(),
        "license": claim.license.hex(),
        "metadata": claim.metadata.hex(),
        "steward": claim.steward.hex(),
    }
    return leaf_hash(Entry("accepted", claim.at, facts).format())


class Terms(NamedTuple):
    uri: str
    policy: str
    seats: int
    loan: int
    self_service: bool

    @property
    def id(self) -> str:
        """Return what LicenseRegistry computes: SHA-256 over five words."""
        numbers = (self.seats, self.loan, int(self.self_service))
        words = hashlib.sha256(self.uri.encode()).digest() + bytes.fromhex(self.policy)
        return hashlib.sha256(
            words + b"".join(number.to_bytes(32, "big") for number in numbers)
        ).hexdigest()


class Seat(NamedTuple):
    """What a seat holds: the id of its last grant, its turn and its end, 0 if it was ended."""

    holder: str
    turn: int
    until: int
    loan: int
    self_service: bool


NEVER_TAKEN = Seat("", 0, 0, 0, False)


class Call(NamedTuple):
    """A signed intent as the contracts get it."""

    intent: Intent
    registrar: str
    service: str
    anchorer: str
    ledger: str
    nonce: int
    deadline: int
