"""The JSON shape of an import that the service runs."""

from __future__ import annotations

from pydantic import ConfigDict

from ledger_service.api.shapes import ReasonShape, Shape, sentence
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.services.imports.find_imports import AnchoredImport


class AnchorShape(Shape):
    """The first anchored checkpoint that covers the import. size: of the ledger; block: on chain."""

    size: int
    block: int | None
    transaction: str | None

    @classmethod
    def of(cls, anchor: SignedCheckpoint) -> AnchorShape:
        return cls(size=anchor.size, block=anchor.block, transaction=anchor.transaction)


class ImportShape(Shape):
    """state: queued, running, done, failed or canceled; failure: why it failed. sent_by: a colleague.

    items: how many have a result, and of them how many were registered, duplicates, refused or
    skipped. read_bytes: of size_bytes, so far. seconds_left: while it runs, null if nobody knows.
    anchor: once it has ended and its last entry is anchored. Times are seconds since 1970 UTC.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "5f1d7a84db00d2fce00b31a7fc73224f",
                "sent_by": "d.karimova",
                "state": "running",
                "format": "jsonl",
                "license": "CC-BY-4.0",
                "manifest_digest": "9f" * 32,
                "size_bytes": 162_000_000,
                "read_bytes": 40_500_000,
                "items": 250_000,
                "registered": 249_990,
                "duplicate": 7,
                "refused": 3,
                "skipped": 0,
                "items_per_second": 20_000.0,
                "seconds_left": 38,
                "created_at": 1_780_000_000,
                "started_at": 1_780_000_001,
                "ended_at": None,
                "failure": None,
                "anchor": None,
                "report": "/api/v1/imports/5f1d7a84db00d2fce00b31a7fc73224f/report",
            }
        },
    )

    id: str
    sent_by: str
    state: str
    format: str
    license: str
    manifest_digest: str
    size_bytes: int
    read_bytes: int
    items: int
    registered: int
    duplicate: int
    refused: int
    skipped: int
    items_per_second: float
    seconds_left: int | None
    created_at: int
    started_at: int | None
    ended_at: int | None
    failure: str | None
    why: ReasonShape | None
    anchor: AnchorShape | None
    report: str

    @classmethod
    def of(cls, found: AnchoredImport) -> ImportShape:
        job, anchor, progress = found.job, found.anchor, found.job.progress
        return cls(
            id=job.id,
            sent_by=job.caller,
            state=job.state.value,
            format=job.form,
            license=job.license,
            manifest_digest=job.manifest_digest.hex(),
            size_bytes=job.size_bytes,
            read_bytes=job.read_bytes,
            items=job.items,
            registered=job.registered,
            duplicate=job.duplicate,
            refused=job.refused,
            skipped=job.skipped,
            items_per_second=round(progress.rate, 1),
            seconds_left=progress.seconds_left if job.is_open else None,
            created_at=job.created_at,
            started_at=job.started_at,
            ended_at=job.ended_at,
            failure=sentence(job.failure),
            why=ReasonShape.of(job.failure),
            anchor=None if anchor is None else AnchorShape.of(anchor),
            report=f"/api/v1/imports/{job.id}/report",
        )
