"""An import that the service runs: a manifest that a caller sent, and how far it has come.

queued → running → done or failed; canceled from either of the first two. What was accepted stays.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum

from ledger_service.domain.imports.import_progress import Progress, expected_items
from ledger_service.domain.imports.prepared_claim import DUPLICATE, REFUSED, REGISTERED, SKIPPED


class ImportState(StrEnum):
    """How far an import has come; the last three are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


OPEN_STATES = (ImportState.QUEUED, ImportState.RUNNING)


@dataclass(frozen=True)
class ImportJob:
    """An import as the index holds it. Times are seconds since 1970 UTC.

    id: 32 hex; caller: the name of who sent it; key: what the caller named it by, or None.
    form: jsonl or csv; license: name or id, for rows that name none. manifest_digest: SHA-256 of its
    bytes. read_bytes: of size_bytes, as of the last transaction; work_milliseconds: until then,
    without pauses. last_entry: the last one that concerns an item. failure: why it failed.
    """

    id: str
    caller: str
    key: str | None
    form: str
    license: str
    manifest_digest: bytes
    size_bytes: int
    created_at: int
    state: ImportState = ImportState.QUEUED
    started_at: int | None = None
    ended_at: int | None = None
    read_bytes: int = 0
    work_milliseconds: int = 0
    registered: int = 0
    duplicate: int = 0
    refused: int = 0
    skipped: int = 0
    last_entry: int | None = None
    failure: str | None = None

    @property
    def items(self) -> int:
        """How many items of the manifest have a result; the next one is the first without."""
        return self.registered + self.duplicate + self.refused + self.skipped

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def progress(self) -> Progress:
        """How fast it is and, while it runs, how long it may still take."""
        expected: int | None = self.items
        if self.is_open:
            expected = expected_items(self.items, self.read_bytes, self.size_bytes)
        return Progress(self.items, self.work_milliseconds / 1000, expected)

    def advanced(
        self, counts: Counter[str], last_entry: int | None, read_bytes: int, milliseconds: int
    ) -> ImportJob:
        """Return it with these more items, read up to there, after so much more work."""
        known = [index for index in (self.last_entry, last_entry) if index is not None]
        return replace(
            self,
            registered=self.registered + counts[REGISTERED],
            duplicate=self.duplicate + counts[DUPLICATE],
            refused=self.refused + counts[REFUSED],
            skipped=self.skipped + counts[SKIPPED],
            last_entry=max(known, default=None),
            read_bytes=read_bytes,
            work_milliseconds=self.work_milliseconds + milliseconds,
        )
