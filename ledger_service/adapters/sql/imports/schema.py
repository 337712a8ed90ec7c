"""Tables of import jobs and their reports."""

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
