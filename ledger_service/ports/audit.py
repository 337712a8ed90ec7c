"""What an auditor or a student needs of a Muhr service, which is not trusted."""

from __future__ import annotations

from typing import Any, Protocol

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.domain.verification.receipt import Receipt


class LedgerSource(Protocol):
    """A Muhr service, not trusted. Raises ServiceUnavailable when it does not answer.

    `tile` raises NotFound for a tile that it does not serve.
    """

    def checkpoint(self) -> str: ...
    def tile(self, name: TileName) -> bytes: ...
    def receipts(self, digest: Digest) -> list[Receipt]: ...
    def private_parts(self, start: int, limit: int) -> list[dict[str, Any]]: ...
