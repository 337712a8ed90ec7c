"""Append entries to the ledger; the only place that does."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from ledger_service.domain import canonical_json
from ledger_service.domain.chain.telling import name_of
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.entry import KINDS_OF_CHANGE, Entry, Facts, private_entry
from ledger_service.domain.ledger.merkle import leaf_hashes
from ledger_service.domain.lending.commitment import SALT_BYTES, commit_private_part
from ledger_service.ports.ledger import PrivatePart
from ledger_service.ports.store import Transaction


def append_entry(transaction: Transaction, entry: Entry) -> int:
    """Return the index of the entry, appended in this write transaction with its tree nodes."""
    return append_entries(transaction, [entry])


def append_once(
    transaction: Transaction, kind: str, facts: Facts, place: Facts, now: int
) -> tuple[int, bool]:
    """Return the index of the entry that tells of this on chain, and whether it is new.

    What stands on chain once is told once, whoever did it and wherever a fork moves it since.

    facts: without the place; place: where on chain it stands now.
    """
    name = name_of(kind, facts)
    told = transaction.ledger.find_told(name)
    if told is not None:
        return told, False
    index = append_entry(transaction, Entry(kind, now, facts | place))
    transaction.ledger.add_told(name, index)
    return index, True


def append_entries(transaction: Transaction, entries: Sequence[Entry]) -> int:
    """Return the index of the first of these entries, which are appended in their order.

    Registrations that they change are noted as changed by them.
    """
    first = append_bodies(transaction, [entry.format() for entry in entries])
    for index, entry in enumerate(entries, first):
        if entry.kind in KINDS_OF_CHANGE:
            transaction.changes.note(
                Digest.parse(entry.text("digest")),
                StewardId.parse(entry.text("steward")),
                index,
                entry.at,
                is_on_chain=entry.kind == "registered",
            )
    return first


def append_bodies(transaction: Transaction, bodies: Sequence[bytes]) -> int:
    """Return the index of the first of these entries, given as `Entry.format` makes them."""
    frontier = transaction.ledger.frontier()
    start = frontier.size
    nodes = frontier.extend(leaf_hashes(bodies))
    transaction.ledger.append(start, bodies, nodes)
    return start


def append_private_entries(
    transaction: Transaction, parts: Sequence[tuple[str, int, dict[str, object]]]
) -> int:
    """Return the index of the first of these entries, which show only an hour and a commitment.

    parts: of each, its kind, its time and its private part, which is stored beside it with a salt,
    for auditors, until both are erased.
    """
    entries, salts = [], []
    for kind, at, private_part in parts:
        salts.append(secrets.token_bytes(SALT_BYTES))
        commitment = commit_private_part(salts[-1], private_part)
        entries.append(private_entry(kind, at, commitment.hex()))
    first = append_entries(transaction, entries)
    for index, (salt, (_, at, private_part)) in enumerate(zip(salts, parts, strict=True), first):
        part = PrivatePart(index, salt, canonical_json.canonicalize(private_part))
        reader = private_part.get("reader")
        named = bytes.fromhex(str(reader)) if reader else None
        transaction.ledger.add_private_part(part, at, named)
    return first


def append_private_entry(
    transaction: Transaction, kind: str, at: int, private_part: dict[str, object]
) -> int:
    """Return the index of one such entry."""
    return append_private_entries(transaction, [(kind, at, private_part)])
