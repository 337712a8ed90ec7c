"""Tables of grants, openings and copies that were lent."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from ledger_service.adapters.sql.columns import Hash, Number, RowId, metadata

grant = Table(
    "grant",
    metadata,
    Column("serial", RowId, primary_key=True, autoincrement=True),
    Column("id", Hash, nullable=False, unique=True),
    Column("digest", Hash, nullable=False),
    Column("steward", Hash, ForeignKey("steward.id"), nullable=False),
    Column("reader", String(64), ForeignKey("reader.id"), nullable=False),
    Column("pseudonym", Hash, nullable=False),
    Column("salt", Hash, nullable=False),
    Column("grantee", Hash, nullable=False),
    Column("scopes", Integer, nullable=False),
    Column("until", Number, nullable=False),
    Column("seat", Number, nullable=False),
    Column("turn", Number, nullable=False),
    Column("state", String(20), nullable=False),
    Column("accepted_at", Number, nullable=False),
    Column("rejection", Text, nullable=True),
    Column("end_told", Number, nullable=True),
    Index(None, "digest", "steward", "until"),
    Index(None, "reader", "digest"),
    Index(None, "until"),
    Index(None, "state", "until"),
)
_IS_OPEN = text("state IN ('asked', 'waiting', 'ready')")
request = Table(
    "request",
    metadata,
    Column("serial", RowId, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("digest", Hash, nullable=False),
    Column("steward", Hash, nullable=False),
    Column("reader", String(64), nullable=False),
    Column("seconds", Number, nullable=False),
    Column("state", String(20), nullable=False),
    Column("approved", Boolean, nullable=False),
    Column("asked_at", Number, nullable=False),
    Column("changed_at", Number, nullable=False),
    Column("held_until", Number, nullable=True),
    Column("grant", Hash, nullable=True, index=True),
    Column("why", String(40), nullable=True),
    Index(
        "uq_request_open",
        *("digest", "steward", "reader"),
        unique=True,
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    ),
    Index(None, "reader"),
    sqlite_autoincrement=True,  # a serial is never given twice, also after requests were forgotten
)
opening = Table(
    "opening",
    metadata,
    Column("secret_digest", Hash, primary_key=True),
    Column("entry", Number, nullable=False),
    Column("digest", Hash, nullable=False),
    Column("grant", Hash, nullable=False),
    Column("reader", String(64), nullable=False),
    Column("expires_at", Number, nullable=False),
)
cohort = Table(
    "cohort",
    metadata,
    Column("serial", RowId, primary_key=True, autoincrement=True),
    Column("name", String(32), nullable=False, unique=True),
    Column("course", String(120), nullable=False),
    Column("digest", Hash, nullable=False),
    Column("steward", Hash, ForeignKey("steward.id"), nullable=False),
    Column("scopes", Integer, nullable=False),
    Column("until", Number, nullable=False),
    Column("state", String(20), nullable=False),
    Column("made_at", Number, nullable=False),
    Column("size", Number, nullable=True),  # null, as the next three, while it is a draft
    Column("root", Hash, nullable=True),
    Column("salt", Hash, nullable=True),
    Column("on_chain", Hash, nullable=True, unique=True),
    Column("rejection", Text, nullable=True),
    Index(None, "digest", "until"),
)
cohort_member = Table(
    "cohort_member",
    metadata,
    Column("cohort", RowId, ForeignKey("cohort.serial"), primary_key=True),
    Column("place", Number, primary_key=True),
    Column("kind", String(20), nullable=True),  # null, as the tag, once the cohort is granted
    Column("tag", Hash, nullable=True),
    Column("grantee", Hash, nullable=True),  # null while it is a draft
    Column("reader", String(64), ForeignKey("reader.id"), nullable=True),
    Column("salt", Hash, nullable=True),
    Column("grant", Hash, nullable=True),
    Column("left_at", Number, nullable=True),
    Index(None, "reader"),
    Index(None, "grantee"),
    Index(None, "grant"),
)
lent_copy = Table(
    "lent_copy",
    metadata,
    Column("id", Hash, primary_key=True),
    Column("grant", Hash, ForeignKey("grant.id"), nullable=False, unique=True),
    Column("entry", Number, nullable=False),
    Column("file", Hash, nullable=True, index=True),
)
loan_elsewhere = Table(
    "loan_elsewhere",
    metadata,
    Column("address", Hash, primary_key=True),
    Column("reading", Hash, nullable=False, unique=True),
    Column("grant", Hash, ForeignKey("grant.id"), nullable=False, unique=True),
    Column("reader", String(64), nullable=False, index=True),
    Column("distributor", Number, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("until", Number, nullable=False),
    Column("made_at", Number, nullable=False),
    Column("changed_at", Number, nullable=False),
    Column("registered_at", Number, nullable=True),
    Column("ended_at", Number, nullable=True, index=True),
    Column("ended_as", String(20), nullable=True),
    Column("tell_at", Number, nullable=True, index=True),
    Column("tries", Integer, nullable=False),
)
