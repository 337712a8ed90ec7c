"""The room's tables. Times are seconds since 1970 UTC. Nothing here is about readers."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, MetaData, String, Table

from ledger_service.adapters.sql.columns import NAMES, Hash, Number, RowId

LONGEST_KIND = 16
LONGEST_URL = 1000
LONGEST_KINDS = 400
SEALED_BYTES = 200
LONGEST_URI = 500
LONGEST_NETWORKS = 1000
LARGEST_BODY_BYTES = 65_536

metadata = MetaData(naming_convention=NAMES)

change = Table(
    "tidings_change",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("entry", Number, nullable=False),
    Column("kind", String(LONGEST_KIND), nullable=False),
    Column("digest", Hash, nullable=False),
    Column("steward", Hash, nullable=False),
    Column("place", Number, nullable=False),
    Column("at", Number, nullable=False),
    Column("other", Hash),
    Index(None, "steward", "number"),
)

read = Table(
    "tidings_read",
    metadata,
    Column("only", Number, primary_key=True, autoincrement=False),
    Column("size", Number, nullable=False),
)

hook = Table(
    "tidings_hook",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("form", String(LONGEST_KIND), nullable=False),
    Column("url", String(LONGEST_URL), nullable=False),
    Column("kinds", String(LONGEST_KINDS), nullable=False),
    Column("peer", String(LONGEST_URL), nullable=False),
    Column("state", String(LONGEST_KIND), nullable=False),
    Column("made_at", Number, nullable=False),
    Column("told_to", Number, nullable=False),
    Column("failures", Number, nullable=False),
    Column("failing_since", Number),
    Column("next_at", Number, nullable=False),
    Column("last_at", Number),
    Column("last_status", Number),
    Column("sent", Number, nullable=False),
    Column("secret", LargeBinary(SEALED_BYTES)),
    Column("former", LargeBinary(SEALED_BYTES)),
    Column("former_until", Number, nullable=False),
)

peer = Table(
    "tidings_peer",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("uri", String(LONGEST_URI), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("made_at", Number, nullable=False),
    Column("networks", String(LONGEST_NETWORKS), nullable=False),
    Column("hook", String(16), nullable=False),
)

notification = Table(
    "tidings_notification",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("peer", String(16), nullable=False),
    Column("uri", String(LONGEST_URI), nullable=False),
    Column("pattern", String(32), nullable=False),
    Column("object", String(LONGEST_URI), nullable=False),
    Column("reply_to", String(LONGEST_URI), nullable=False),
    Column("digest", Hash),
    Column("received_at", Number, nullable=False),
    Column("body", LargeBinary(LARGEST_BODY_BYTES), nullable=False),
    Column("state", String(LONGEST_KIND), nullable=False),
    Column("decided_at", Number),
    Column("statement", Hash),
    Column("entry", Number),
    Index(None, "peer", "uri", unique=True),
    Index(None, "statement"),
    Index(None, "digest"),
    sqlite_autoincrement=True,
)

letter = Table(
    "tidings_letter",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("hook", String(16), nullable=False),
    Column("body", LargeBinary(2 * LARGEST_BODY_BYTES), nullable=False),
    Index(None, "hook", "number"),
    sqlite_autoincrement=True,
)
