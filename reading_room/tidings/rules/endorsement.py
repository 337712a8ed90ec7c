"""The statement by which a library says that somebody endorses a resource; docs/formats.md §8."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain import canonical_json
from ledger_service.domain.identifiers import Digest

FORMAT = "muhr-endorsement/1"


@dataclass(frozen=True)
class Endorsement:
    """What is attested.

    resource: that is endorsed; by: the service that announced it; endorsement: its address; notification:
    digest of the bytes by which it was announced; at: when these came, in seconds since 1970 UTC.
    """

    resource: Digest
    by: str
    endorsement: str
    notification: Digest
    at: int

    def statement(self) -> bytes:
        """Return the bytes of which the ledger attests the digest."""
        told = {
            "at": self.at,
            "by": self.by,
            "endorsement": self.endorsement,
            "format": FORMAT,
            "notification": self.notification.hex(),
            "resource": self.resource.hex(),
        }
        return canonical_json.canonicalize(told)
