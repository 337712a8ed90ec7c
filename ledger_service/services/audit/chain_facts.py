"""What the chain says, in the words of ledger entries, so that an auditor can compare the two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ledger_service.domain.chain.history import ChainHistory, GrantFact, Position, RegistrationFact
from ledger_service.domain.identifiers import Digest, GrantId, LicenseId, StewardId
from ledger_service.domain.ledger.entry import Entry, license_facts

Facts = dict[str, str | int]


class Deed(NamedTuple):
    """Something a steward did on chain. finding: the name of the fault if no entry tells of it."""

    finding: str
    what: str
    at: Position
    transaction: str


def facts_on_chain(entry: Entry, history: ChainHistory) -> list[Facts]:
    """Return all that the chain says of an entry's kind and subject, as such an entry's facts."""
    if entry.kind == "license":
        return _license_facts(LicenseId.parse(entry.text("license")), history)
    if "digest" in entry.facts and entry.kind != "grant-issued":
        claim = Digest.parse(entry.text("digest")), StewardId.parse(entry.text("steward"))
        registration = history.registrations.get(claim)
        return [] if registration is None else _registration_facts(entry.kind, registration)
    grant = history.grants.get(GrantId.parse(entry.text("grant")))
    return [] if grant is None else _grant_facts(entry.kind, grant)


def deeds_of(steward: StewardId, history: ChainHistory) -> Iterator[Deed]:
    """Yield what a steward did on chain, each of which must have an entry in its ledger."""
    for fact in history.registrations.values():
        if fact.steward != steward:
            continue
        name = str(fact.digest)
        at = Position(fact.block, fact.log_index)
        yield Deed("unrecorded-registration", name, at, fact.transaction)
        for kind, change in fact.changes.items():
            yield Deed(
                f"unrecorded-{kind}", f"that {name} is {kind}", change.at, change.transaction
            )
    for grant in history.grants.values():
        if grant.steward != steward:
            continue
        name = str(grant.grant)
        if not grant.claimed:
            yield Deed("unrecorded-grant", name, grant.issued, grant.transaction)
        for renewal in grant.renewals:
            yield Deed("unrecorded-renewal", name, renewal.at, renewal.transaction)
        if grant.ended is not None:
            ending = f"the end of {name}"
            yield Deed("unrecorded-end-of-grant", ending, grant.ended, grant.ended_in)


def _license_facts(license_id: LicenseId, history: ChainHistory) -> list[Facts]:
    if license_id not in history.licenses:
        return []
    block, transaction = history.licenses_defined[license_id]
    facts = license_facts(history.licenses[license_id])
    return [{**facts, "block": block, "transaction": transaction}]


def _registration_facts(kind: str, fact: RegistrationFact) -> list[Facts]:
    if kind == "registered":
        return [fact.to_entry_facts()]
    if kind not in fact.changes:
        return []
    change = fact.changes[kind]
    told: Facts = {
        "digest": fact.digest.hex(),
        "steward": fact.steward.hex(),
        "block": change.at.block,
        "transaction": change.transaction,
    }
    if kind == "superseded" and fact.successor is not None and fact.relation is not None:
        return [told | {"successor": fact.successor.hex(), "relation": int(fact.relation)}]
    if kind == "rendition" and fact.original is not None:
        return [told | {"original": fact.original.hex()}]
    if kind == "withdrawn" and fact.withdrawal_reason is not None:
        return [told | {"code": fact.withdrawal_reason}]
    return []


def _grant_facts(kind: str, grant: GrantFact) -> list[Facts]:
    name: Facts = {"grant": grant.grant.hex()}
    if kind == "grant-issued":
        facts: Facts = {
            "digest": grant.digest.hex(),
            "steward": grant.steward.hex(),
            "until": grant.until,
            "block": grant.issued.block,
            "transaction": grant.transaction,
        }
        return [name | facts]
    if kind == "grant-renewed":
        return [
            {
                **name,
                "until": renewal.until,
                "block": renewal.at.block,
                "transaction": renewal.transaction,
            }
            for renewal in grant.renewals
        ]
    ended_by = {"grant-returned": "GrantReturned", "grant-revoked": "GrantRevoked"}[kind]
    if grant.ended is None or grant.ended_by != ended_by:
        return []
    return [{**name, "block": grant.ended.block, "transaction": grant.ended_in}]
