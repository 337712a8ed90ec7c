"""The room's tables. Ids are hex, times seconds since 1970 UTC; what is sealed is under the event's key."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from ledger_service.adapters.sql.columns import NAMES, Number, RowId

EVENT_ID = String(16)
PLACE_ID = String(32)
WORD = String(20)
LONGEST_TEMPLATE = 40

metadata = MetaData(naming_convention=NAMES)

event = Table(
    "events_event",
    metadata,
    Column("id", EVENT_ID, primary_key=True),
    Column("kind", WORD, nullable=False),
    Column("state", WORD, nullable=False),
    Column("begins_at", Number, nullable=False),
    Column("ends_at", Number, nullable=False),
    Column("places", Number, nullable=False),
    Column("made_at", Number, nullable=False),
    Column("changed_at", Number, nullable=False),
    Column("sequence", Number, nullable=False),
    Column("told", LargeBinary, nullable=False),
    Column("room", String(LONGEST_TEMPLATE), nullable=False),
    Column("room_name", LargeBinary),
    Column("room_minutes", Number, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Index("ix_events_event_state_ends_at", "state", "ends_at"),
)

place = Table(
    "events_place",
    metadata,
    Column("serial", RowId, primary_key=True, autoincrement=True),
    Column("id", PLACE_ID, nullable=False),
    Column("event", EVENT_ID, nullable=False),
    Column("reader", String(64)),  # NULL once they were erased, and name with it
    Column("role", WORD, nullable=False),
    Column("state", WORD, nullable=False),
    Column("made_at", Number, nullable=False),
    Column("changed_at", Number, nullable=False),
    Column("held_until", Number),
    Column("name", LargeBinary),
    Column("is_mailed", Boolean, nullable=False),
    Column("mailed", Number, nullable=False),
    UniqueConstraint("id", name="uq_events_place_id"),
    UniqueConstraint("event", "reader", name="uq_events_place_event_reader"),
    Index("ix_events_place_event_state", "event", "state"),
    Index("ix_events_place_reader", "reader"),
)
