"""The end of a window: how many private parts were destroyed since they were older than it.

Normative text: docs/formats.md §2.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain import canonical_json


@dataclass(frozen=True)
class Retirement:
    """Private parts from before a time are destroyed. before: seconds since 1970 UTC, a midnight.

    parts: how many; first, last: the lowest and the highest of their entries; entry: that attests it,
    None while it goes on.
    """

    before: int
    parts: int
    first: int
    last: int
    entry: int | None = None

    def statement(self) -> bytes:
        """Return what the ledger attests the SHA-256 of: canonical JSON."""
        return canonical_json.canonicalize(
            {
                "before": self.before,
                "first": self.first,
                "last": self.last,
                "parts": self.parts,
                "v": 1,
            }
        )
