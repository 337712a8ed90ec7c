"""What the services need of imports: their jobs, their reports and their manifests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.import_job import ImportJob
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.imports.prepared_claim import PreparedClaim
from ledger_service.domain.imports.source_record import SourceRecord
from ledger_service.ports.paging import Page, PageRequest


class ImportTable(Protocol):
    """Imports that the service runs, and the lines of their reports."""

    def add(self, job: ImportJob) -> None:
        """Add an import whose id is new, and whose key its caller has not used."""

    def find(self, job: str) -> ImportJob | None:
        """Return the import of this id, whoever sent it; None if there is none."""

    def find_keyed(self, caller: str, key: str) -> ImportJob | None:
        """Return the import for which a caller used this key, None if there is none."""

    def page(self, request: PageRequest) -> Page[ImportJob]:
        """Return a page of imports that are remembered, newest first; raise InvalidCursor."""

    def rename_caller(self, caller: str, name: str) -> None:
        """Let a caller's imports be of another name, and have no keys."""

    def count_open(self, caller: str) -> int:
        """Return how many of a caller's imports are queued or running."""

    def oldest_open(self) -> ImportJob | None:
        """Return the queued or running import that was added first, None if there is none."""

    def open_ids(self) -> set[str]:
        """Return the ids of all that are queued or running."""

    def set(self, job: ImportJob) -> None:
        """Let the import of this id be as it is told here."""

    def add_results(self, job: str, start: int, lines: str) -> None:
        """Add lines of the report, which begin with item `start`; each ends with a line feed."""

    def results(self, job: str, start: int) -> str | None:
        """Return the lines that were added as from item `start`, None if none were."""

    def remove_ended(self, before: int) -> None:
        """Forget the imports that ended before this time, in seconds, with their reports."""


class RecordOrigin(NamedTuple):
    """From where a resource was harvested. resource: 32 bytes; source: URL of the service.

    head, beginning: of the page before the first record, and of the record, some thousand bytes at most;
    kept_at: seconds.
    """

    resource: bytes
    source: str
    identifier: str
    head: bytes
    beginning: bytes
    kept_at: int


class RecordTable(Protocol):
    """Records as their sources served them, each kept once."""

    def keep(self, records: Sequence[tuple[SourceRecord, bytes]], at: int) -> None:
        """Keep records, each with the digest of the resource that it describes, empty for none.

        at: seconds; when a record was kept first stands.
        """

    def origins(self, digests: Sequence[bytes]) -> list[RecordOrigin]:
        """Return from which records these resources were taken in; some hundred digests at most."""

    def about(self, digest: Digest) -> list[tuple[SourceRecord, int]]:
        """Return the records that describe a resource, and when each was kept, the oldest first."""


class IncomingManifest(Protocol):
    """The bytes of a manifest on their way in; nothing is kept unless `keep` is called."""

    def write(self, data: bytes) -> None:
        """Take the next bytes; raise StorageFull before the disk is full to the brim."""

    def keep(self) -> None:
        """Return once all bytes are durable; the manifest then outlives its `receive` block."""


class ManifestStore(Protocol):
    """Manifests of the service's imports, by import and form. Raises StorageFull, ContentStoreUnavailable."""

    def receive(self, job: str, form: str) -> AbstractContextManager[IncomingManifest]:
        """Return a place for the manifest of a new import; it is forgotten unless `keep` was called."""

    def claims(
        self, job: str, form: str, license_name: str, largest_bytes: int, extent: Extent
    ) -> Iterator[PreparedClaim]:
        """Yield the manifest's claims in order, refused where they are bad or name a file.

        license_name: for items that name none; largest_bytes: of a resource; extent: is told how far the
        manifest was read.

        Raises:
            InvalidManifest: it is malformed as a whole, or gone.
        """

    def remove(self, job: str) -> None:
        """Remove a manifest, if it is there; what cannot be removed now is named by `settled` later."""

    def settled(self) -> list[str]:
        """Return the imports whose manifest nobody has written to for an hour."""
