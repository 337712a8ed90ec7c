"""The tables of what members registered, and of what of it is kept here."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from ledger_service.adapters.sql.columns import Cid, Hash, Number, RowId, metadata

consortium_work = Table(
    "consortium_work",
    metadata,
    Column("steward", Hash, primary_key=True),
    Column("digest", Hash, primary_key=True),
    Column("cid", Cid, nullable=False),
    Column("license", Hash, nullable=False),
    Column("entry", Number, nullable=False),  # of the member's ledger
    Column("state", String(16), nullable=False),
    Index("ix_consortium_work_cid", "cid"),
    Index("ix_consortium_work_digest", "digest"),
)
"""What members' ledgers say of works that may be kept here; it can be read again from their copies."""

consortium_walk = Table(
    "consortium_walk",
    metadata,
    Column("steward", Hash, primary_key=True),
    Column("next", Number, nullable=False),
)

consortium_copy = Table(
    "consortium_copy",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("cid", Cid, nullable=False, unique=True),
    Column("digest", Hash, nullable=False),
    Column("is_kept", Boolean, nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("at", Number, nullable=False),
    Column("tried_at", Number, nullable=False),
    Column("tries", Number, nullable=False),
    Column("fault", Text, nullable=True),
)
"""Rows are not deleted, so that a number is used once."""

consortium_block = Table(
    "consortium_block",
    metadata,
    Column("digest", Hash, primary_key=True),
    Column("copy", Number, primary_key=True, autoincrement=False),
    Column("is_node", Boolean, primary_key=True),
    Index("ix_consortium_block_copy", "copy"),
)
"""Which blocks the copies that are kept here have."""

consortium_refusal = Table(
    "consortium_refusal",
    metadata,
    Column("subject", Hash, primary_key=True),
    Column("is_member", Boolean, primary_key=True),
    Column("at", Number, nullable=False),
    Column("why", Text, nullable=False),
)
