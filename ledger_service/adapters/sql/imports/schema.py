"""Tables of import jobs, their reports, and the records that harvests read."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, Text, UniqueConstraint

from ledger_service.adapters.sql.columns import Hash, Number, RowId, metadata

import_job = Table(
    "import_job",
    metadata,
    Column("serial", RowId, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("caller", String(64), nullable=False),
    Column("key", String(200), nullable=True),
    Column("form", String(10), nullable=False),
    Column("license", String(80), nullable=False),
    Column("manifest_digest", Hash, nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("created_at", Number, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("started_at", Number, nullable=True),
    Column("ended_at", Number, nullable=True),
    Column("read_bytes", Number, nullable=False),
    Column("work_milliseconds", Number, nullable=False),
    Column("registered", Number, nullable=False),
    Column("duplicate", Number, nullable=False),
    Column("refused", Number, nullable=False),
    Column("skipped", Number, nullable=False),
    Column("last_entry", Number, nullable=True),
    Column("failure", Text, nullable=True),
    UniqueConstraint("caller", "key"),
)
import_result = Table(
    "import_result",
    metadata,
    Column("job", String(32), ForeignKey("import_job.id"), primary_key=True),
    Column("start", Number, primary_key=True, autoincrement=False),
    Column("lines", LargeBinary, nullable=False),
)
source_record = Table(
    "source_record",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("digest", Hash, nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("kept_at", Number, nullable=False),
)
resource_record = Table(
    "resource_record",
    metadata,
    Column("resource", Hash, primary_key=True),
    Column("record", Number, ForeignKey("source_record.number"), primary_key=True),
)
