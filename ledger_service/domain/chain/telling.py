"""How the ledger tells of what the chain did: one row for each event that has an entry of its own.

The same row makes the entry from an intent carried out, and lets an auditor compare the entry with the
event; that both agree is what the chain's index is searched for when the outcome of a job was never seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.chain.history import ChainEvent, cid_of, terms_of
from ledger_service.domain.chain.intent import Wish
from ledger_service.domain.ledger.entry import ON_CHAIN, TEMPLATES, Facts, license_facts

Stated = Mapping[str, Any]


def _arguments(event: ChainEvent) -> Stated:
    return event.arguments


@dataclass(frozen=True)
class Telling:
    """What an entry tells of an event.

    kind: of the entry. missing: the auditor's word for an event that no entry tells of, "" if none need
    tell. renamed: facts that intent and event
    call otherwise. read: what an event states, by the names of facts.
    """

    kind: str
    missing: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    read: Callable[[ChainEvent], Stated] = _arguments

    def facts_of_event(self, event: ChainEvent) -> Facts:
        """Return the facts, but for the place; raise InvalidInput for a license no library can have."""
        return self._facts(self.read(event))

    def facts_of_intent(self, intent: Wish) -> Facts:
        """Return the facts, but for the place, of the intent whose event this is."""
        return self._facts(intent.facts)

    def _facts(self, stated: Stated) -> Facts:
        names = TEMPLATES[self.kind].keys() - ON_CHAIN
        return {name: stated[self.renamed.get(name, name)] for name in names}


TELLINGS: Mapping[str, Telling] = {
    # Anyone may define a license, and no ledger need tell of it.
    "LicenseDefined": Telling("license", "", read=lambda event: license_facts(terms_of(event))),
    "ResourceRegistered": Telling(
        "registered",
        "unrecorded-registration",
        read=lambda event: {**event.arguments, "cid": cid_of(event)},
    ),
    "ResourceSuperseded": Telling("superseded", "unrecorded-superseded"),
    "RenditionDeclared": Telling("rendition", "unrecorded-rendition"),
    "LinkTakenBack": Telling("taken-back", "unrecorded-taken-back"),
    "ResourceWithdrawn": Telling("withdrawn", "unrecorded-withdrawn", {"code": "reason"}),
    "GrantIssued": Telling("grant-issued", "unrecorded-grant"),
    "GrantRenewed": Telling("grant-renewed", "unrecorded-renewal"),
    "GrantReturned": Telling("grant-returned", "unrecorded-end-of-grant"),
    "GrantRevoked": Telling("grant-revoked", "unrecorded-end-of-grant"),
}


def place_of(block: int, transaction: str) -> Facts:
    """Return the facts of where on chain something stands. transaction: 64 hex."""
    return {"block": block, "transaction": transaction}


def name_of(kind: str, facts: Facts) -> bytes:
    """Return the 32 bytes that name what an entry tells of the chain, wherever it stood there.

    facts: without the place. SHA-256 of kind and facts as canonical JSON.
    """
    return hashlib.sha256(canonical_json.canonicalize({"kind": kind, **facts})).digest()


def is_shown_by(intent: Wish, event: ChainEvent) -> bool:
    """Return whether an event about the intent's subject is the intent's, in all that both tell.

    The id of a cohort, of which no entry tells, is over all that is granted.
    """
    if event.name != intent.EVENT:
        return False
    telling = TELLINGS.get(event.name)
    if telling is None:
        return event.subject == intent.subject.hex()
    told, wanted = telling.facts_of_event(event), telling.facts_of_intent(intent)
    return all(told[name] == wanted[name] for name in told if name not in intent.LEFT_TO_CHAIN)
