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
    Column("told", Number, nullable=False),
    Column("heard", Number, nullable=False),
    UniqueConstraint("id", name="uq_events_place_id"),
    UniqueConstraint("event", "reader", name="uq_events_place_event_reader"),
    Index("ix_events_place_event_state", "event", "state"),
    Index("ix_events_place_reader", "reader"),
)

question = Table(
    "events_question",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("event", EVENT_ID, nullable=False),
    Column("place", PLACE_ID, nullable=False),
    Column("at", Number, nullable=False),
    Column("state", WORD, nullable=False),
    Column("is_named", Boolean, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("answer", LargeBinary),
    Index("ix_events_question_event", "event", "number"),
    Index("ix_events_question_place", "place"),
)

vote = Table(
    "events_vote",
    metadata,
    Column("question", Number, primary_key=True, autoincrement=False),
    Column("place", PLACE_ID, primary_key=True),
    Index("ix_events_vote_place", "place"),
)

message = Table(
    "events_message",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("event", EVENT_ID, nullable=False),
    Column("at", Number, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Index("ix_events_message_event", "event", "number"),
)

check_in = Table(
    "events_check_in",
    metadata,
    Column("event", EVENT_ID, primary_key=True),
    Column("secret", LargeBinary),
    Column("opened_at", Number, nullable=False),
    Column("least_times", Number, nullable=False),
    Column("least_minutes", Number, nullable=False),
    Column("closed_at", Number),
    Column("statement", LargeBinary(32)),
)

sighting = Table(
    "events_sighting",
    metadata,
    Column("place", PLACE_ID, primary_key=True),
    Column("step", Number, primary_key=True, autoincrement=False),
    Column("event", EVENT_ID, nullable=False),
    Column("at", Number, nullable=False),
    Column("device", LargeBinary(32)),
    Index("ix_events_sighting_event_device", "event", "device"),
)
