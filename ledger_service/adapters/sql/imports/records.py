"""Records of harvests, each kept once, and which resources they describe."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from sqlalchemy import Connection

from ledger_service.adapters.sql.driver import Driver, marks
from ledger_service.adapters.sql.imports.imports import QUICKLY
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.source_record import SourceRecord
from ledger_service.ports.imports import RecordOrigin

RECORDS_A_QUERY = 500
BEGINNING_BYTES = 4096  # of a record, which tells who it is of
_COLUMNS = "source, identifier, head, content"


class SqlRecords:
    """Implements ports.RecordTable."""

    def __init__(self, connection: Connection) -> None:
        self._driver = Driver(connection)

    def keep(self, records: Sequence[tuple[SourceRecord, bytes]], at: int) -> None:
        """Keep records, and which resource each describes."""
        for start in range(0, len(records), RECORDS_A_QUERY):
            some = {
                (record.digest, about): record
                for record, about in records[start:][:RECORDS_A_QUERY]
            }
            new = {digest: record for (digest, _), record in some.items()}
            for digest in self._numbers(list(new)):
                del new[digest]
            self._driver.insert(
                f"INSERT INTO source_record (digest, {_COLUMNS}, kept_at)",
                [(digest, *_packed(record), at) for digest, record in new.items()],
            )
            numbers = self._numbers(list({digest for digest, _ in some}))
            links = {(about, numbers[digest]) for digest, about in some if about}
            self._driver.insert(
                "INSERT INTO resource_record (resource, record)", list(links - self._linked(links))
            )

    def origins(self, digests: Sequence[bytes]) -> list[RecordOrigin]:
        if not digests:
            return []
        rows = self._driver.rows(
            f"SELECT resource, {_COLUMNS}, kept_at FROM source_record "  # noqa: S608 - names and marks only
            f"JOIN resource_record ON record = number WHERE resource IN ({marks(len(digests))})",
            tuple(digests),
        )
        return [
            RecordOrigin(bytes(resource), source, identifier, _begun(head), _begun(content), at)
            for resource, source, identifier, head, content, at in rows
        ]

    def about(self, digest: Digest) -> list[tuple[SourceRecord, int]]:
        """Return the records that describe a resource."""
        rows = self._driver.rows(
            f"SELECT {_COLUMNS}, kept_at FROM source_record "  # noqa: S608 - names only
            "JOIN resource_record ON record = number WHERE resource = ? ORDER BY number",
            (digest.value,),
        )
        return [
            (SourceRecord(source, identifier, zlib.decompress(head), zlib.decompress(content)), at)
            for source, identifier, head, content, at in rows
        ]

    def _numbers(self, digests: Sequence[bytes]) -> dict[bytes, int]:
        if not digests:
            return {}
        rows = self._driver.rows(
            f"SELECT digest, number FROM source_record WHERE digest IN ({marks(len(digests))})",  # noqa: S608
            tuple(digests),
        )
        return {bytes(digest): number for digest, number in rows}

    def _linked(self, links: set[tuple[bytes, int]]) -> set[tuple[bytes, int]]:
        if not links:
            return set()
        rows = self._driver.rows(
            f"SELECT resource, record FROM resource_record WHERE resource IN ({marks(len(links))})",  # noqa: S608
            tuple(about for about, _ in links),
        )
        return {(bytes(about), number) for about, number in rows}


def _begun(packed: bytes) -> bytes:
    """Return how something begins, without unpacking all of it."""
    return zlib.decompressobj().decompress(packed, BEGINNING_BYTES)


def _packed(record: SourceRecord) -> tuple[str, str, bytes, bytes]:
    source, identifier, head, content = record
    return source, identifier, zlib.compress(head, QUICKLY), zlib.compress(content, QUICKLY)
