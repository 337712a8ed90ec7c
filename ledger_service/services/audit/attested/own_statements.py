"""What a ledger attests in the name of its own steward."""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.entry import Entry, StatementType

Attested = dict[Digest, int]
"""Index of the entry that attests a statement."""


def own_statements(
    entries: Mapping[int, Entry], steward: StewardId, kind: StatementType
) -> Attested:
    """Return the statements of a type that the steward makes, in the order of their entries."""
    found: Attested = {}
    for index, entry in entries.items():
        if entry.kind != "attested" or entry.text("type") != kind.value:
            continue
        if entry.text("attester") == steward.hex():
            found.setdefault(Digest.parse(entry.text("statement")), index)
    return found
