"""What an auditor or a student needs of a Muhr service, which is not trusted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.domain.verification.receipt import Receipt


class LedgerSource(Protocol):
    """A Muhr service, not trusted. Every method raises ServiceUnavailable when it does not answer."""

    def checkpoint(self) -> str:
        """Return the newest signed note as text, with the cosignatures it has; nothing of it was checked."""

    def tile(self, name: TileName) -> bytes:
        """Return the bytes of a tile as served, unchecked; raise TileNotFound for one that is not served.

        Raises:
            InvalidTile: the service says that it cannot read the tile itself.
        """

    def receipts(self, digest: Digest) -> list[Receipt]:
        """Return a receipt, not checked, for each registration that has one, oldest first.

        Raises:
            ResourceNotFound: the service has not registered the digest.
        """

    def descriptions(self) -> Iterator[dict[str, Any]]:
        """Yield what is said of each registration, oldest first, as `GET /resources` lists it; unchecked.

        Raises:
            MetadataMismatch: the service says itself that it does not tell what its entries commit to.
        """

    def licenses(self) -> Iterator[dict[str, Any]]:
        """Yield what is said of each license, as `GET /licenses` lists it; unchecked."""

    def signed_statement(self, digest: Digest) -> bytes:
        """Return the file of a statement that authors signed, by the digest that an entry attests; unchecked.

        Raises:
            StatementNotFound: the service has none.
        """

    def attendance(self, statement: Digest) -> Any:
        """Return what an entry attests of who was at an event, as JSON; unchecked.

        Raises:
            CredentialNotFound: the service has none.
        """

    def list_states(self, number: int, below: int | None) -> list[str]:
        """Return states of a status list, the newest first, as canonical JSON; unchecked, empty for no list.

        below: only those with a lower number.
        """

    def status_list(self, number: int) -> bytes:
        """Return a status list as it is published, a token; unchecked.

        Raises:
            CredentialNotFound: there is none.
        """

    def private_parts(self, start: int, limit: int) -> list[dict[str, Any]]:
        """Return what private entries commit to from index `start` on, in order, at most `limit`.

        Each has `entry`, `salt` (64 hex) and `body` (text), the last two None once erased.

        Raises:
            NotPermitted: the caller is no auditor.
        """

    def destroyed_parts(self) -> tuple[Any, list[dict[str, Any]]]:
        """Return how many private parts went with erased readers, and the statements of others; unchecked.

        Each statement has `before`, `parts`, `first`, `last` and `entry` (docs/formats.md §2).

        Raises:
            NotFound: the service does not tell it.
            NotPermitted: the caller is no auditor.
        """
