"""Tables of stewards, licenses, registrations, their corrected records and changes, and where closed
content lies.

Registrations are kept in the order of their entries, so that new ones go to the end. Their steward is a
number of this database, since it stands in each row of their index; nothing refers to a license, which is
looked up when a claim is accepted and never deleted.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from ledger_service.adapters.sql.columns import Hash, Number, RowId, metadata
from ledger_service.domain.resources.registration import Route

ROUTES = (Route.UNKNOWN, Route.HERE, Route.ELSEWHERE, Route.BULK)
"""Each is kept as its place in this order."""

steward = Table(
    "steward",
    metadata,
    Column("id", Hash, primary_key=True),
    Column("number", Number, nullable=False, unique=True),
    Column("uri", String(512), nullable=False),
    Column("name", String(200), nullable=False),
)
license = Table(
    "license",
    metadata,
    Column("id", Hash, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("uri", String(512), nullable=False),
    Column("seats", Number, nullable=False),
    Column("longest_loan_seconds", Number, nullable=False),
    Column("self_service", Boolean, nullable=False),
    Column("policy_digest", Hash, nullable=False),
    Column("state", String(20), nullable=False),
    Column("checkouts", Number, nullable=True),
    Column("is_marked", Boolean, nullable=False, server_default=false()),
)
IS_BEING_WITHDRAWN = text("state = 'withdrawing'")
registration = Table(
    "registration",
    metadata,
    Column("accepted_entry", RowId, primary_key=True, autoincrement=False),
    Column("digest", Hash, nullable=False),
    Column("steward", Number, nullable=False),
    Column("license", Hash, nullable=False),
    # Empty for a raw one, which follows from the digest; older versions wrote it all the same.
    Column("cid", String(80), nullable=False),
    Column("title", String(1000), nullable=False),
    Column("creator", String(1000), nullable=False),
    Column("language", String(80), nullable=False),
    Column("media_type", String(255), nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("state", String(20), nullable=False),
    Column("accepted_at", Number, nullable=False),
    Column("registered_entry", Number, nullable=True),
    Column("block", Number, nullable=True),
    Column("transaction", String(64), nullable=True),
    Column("rejection", Text, nullable=True),
    Column("route", SmallInteger, nullable=False, server_default="0"),
    # The optional fields of the record, in canonical JSON; most have none.
    Column("further", Text, nullable=True),
    UniqueConstraint("digest", "steward"),
    Index(
        "ix_registration_being_withdrawn",
        "accepted_entry",
        sqlite_where=IS_BEING_WITHDRAWN,
        postgresql_where=IS_BEING_WITHDRAWN,
    ),
)
description = Table(
    "description",
    metadata,
    Column("digest", Hash, primary_key=True),
    Column("steward", Hash, primary_key=True),
    Column("revision", Number, primary_key=True),
    Column("title", String(1000), nullable=False),
    Column("creator", String(1000), nullable=False),
    Column("language", String(80), nullable=False),
    Column("media_type", String(255), nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("described_at", Number, nullable=False),
    Column("entry", Number, nullable=False, unique=True),
    Column("further", Text, nullable=True),
)
"""Corrected records; a claim that is made anew after its rejection keeps those of the one before."""
change_shelf = Table(
    "change_shelf",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("license", Hash, nullable=False),
    Column("steward", Number, nullable=False),
    UniqueConstraint("license", "steward"),
)
"""The pairs of license and steward that some registration has."""
resource_change = Table(
    "resource_change",
    metadata,
    Column("registration", RowId, primary_key=True, autoincrement=False),
    Column("entry", Number, nullable=False),
    Column("at", Number, nullable=False),
    Column("shelf", Number, nullable=False),
    Index(None, "shelf", "at", "entry"),
)
"""The entry that last changed a registration, by the entry that took it in; none of what waits for the chain.
No later entry has an earlier time."""
resource_collection = Table(
    "resource_collection",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("title", Text, nullable=False),
)
"""What records say that their works are a part of, by the title that was told first."""
change_member = Table(
    "change_member",
    metadata,
    Column("collection", LargeBinary(16), primary_key=True),
    Column("at", Number, primary_key=True, autoincrement=False),
    Column("entry", Number, primary_key=True, autoincrement=False),
    Column("registration", Number, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""The same changes again, of the registrations that are a part of each collection."""
stored_content = Table(
    "stored_content",
    metadata,
    Column("entry", RowId, primary_key=True, autoincrement=False),
    Column("digest", Hash, nullable=False),
    Column("steward", Hash, nullable=False),
    Column("epoch", Number, nullable=False),
    Column("cid", String(80), nullable=False, index=True),
    Column("wrapped", LargeBinary(512), nullable=True),
    Column("keeper", String(80), nullable=False),
    Column("made_at", Number, nullable=False),
    Column("renewal_asked_at", Number, nullable=True),
    Column("renewal_tried_at", Number, nullable=True),
    UniqueConstraint("digest", "steward", "epoch"),
)
"""An epoch of closed content; one without a wrapped key is destroyed for good."""
Index(
    None,
    stored_content.c.renewal_asked_at,
    sqlite_where=stored_content.c.renewal_asked_at.is_not(None),
    postgresql_where=stored_content.c.renewal_asked_at.is_not(None),
)
sealed_to = Table("sealed_to", metadata, Column("cursor", String(200), nullable=True))
"""One row, once somebody has looked: to where no closed content lies as it came; null: nowhere at all."""
needless_content = Table(
    "needless_content",
    metadata,
    Column("cid", String(80), primary_key=True),
    Column("since", Number, nullable=False),
)
"""Ciphertext that may lie in the store and is needed no more."""
