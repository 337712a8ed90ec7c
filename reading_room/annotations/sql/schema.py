"""The room's tables. Whose an annotation is, and of what, are tags, but for the resource of a public one."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, LargeBinary, MetaData, String, Table

from ledger_service.adapters.sql.columns import NAMES, Hash, Number, RowId

LONGEST_SCOPE = 64
LONGEST_AUDIENCE = 8
LONGEST_REASON = 20

metadata = MetaData(naming_convention=NAMES)

note = Table(
    "annotations_note",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("audience", String(LONGEST_AUDIENCE), nullable=False),
    Column("group_id", String(LONGEST_SCOPE), nullable=False),  # "": of no group
    Column("place", Hash, nullable=False),
    Column("whose", Hash, nullable=True),
    Column("content", LargeBinary, nullable=False),
    Column("name", LargeBinary, nullable=True),
    Column("made_at", Number, nullable=False),
    Column("changed_at", Number, nullable=False),
    Column("version", Number, nullable=False),
    Column("unnames", Boolean, nullable=False),
    Column("hidden", String(LONGEST_REASON), nullable=False),  # "": everybody sees it
    Index("ix_annotations_note_place", "place", "number"),
    Index("ix_annotations_note_whose", "whose", "number"),
    Index("ix_annotations_note_audience", "audience", "number"),
)

key = Table(
    "annotations_key",
    metadata,
    Column("scope", String(LONGEST_SCOPE), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
