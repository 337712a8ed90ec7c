"""The room's tables. Times are seconds since 1970 UTC. Nothing here is about readers."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, MetaData, String, Table

from ledger_service.adapters.sql.columns import NAMES, Hash, Number

LONGEST_KIND = 16
LONGEST_URL = 1000
LONGEST_KINDS = 400
SEALED_BYTES = 200

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
