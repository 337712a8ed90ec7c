"""Append entries to the ledger; the only place that does."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from ledger_service.domain import canonical_json
from ledger_service.domain.commitment import SALT_BYTES, commit_private_part
from ledger_service.domain.entry import Entry, private_entry
from ledger_service.domain.merkle import leaf_hashes
from ledger_service.ports import Transaction


def append_entry(transaction: Transaction, entry: Entry) -> int:
    """Return the index of the entry, appended in this write transaction with its tree nodes."""
    return append_bodies(transaction, [entry.format()])


def append_entries(transaction: Transaction, entries: Sequence[Entry]) -> int:
    """Return the index of the first of these entries, which are appended in their order."""
    return append_bodies(transaction, [entry.format() for entry in entries])


def append_bodies(transaction: Transaction, bodies: Sequence[bytes]) -> int:
    """Return the index of the first of these entries, given as `Entry.format` makes them."""
    frontier = transaction.ledger.frontier()
    start = frontier.size
    nodes = frontier.extend(leaf_hashes(bodies))
    transaction.ledger.append(start, bodies, nodes)
    return start


def append_private_entry(
    transaction: Transaction, kind: str, at: int, private_part: dict[str, object]
) -> int:
    """Return the index of an entry that shows only the hour and a commitment.

    The private part and its salt are stored beside it, for auditors, until they are erased.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    commitment = commit_private_part(salt, private_part)
    index = append_entry(transaction, private_entry(kind, at, commitment.hex()))
    transaction.ledger.add_private_part(index, salt, canonical_json.canonicalize(private_part))
    return index
