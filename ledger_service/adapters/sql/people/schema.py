"""Tables of people: readers, tokens, identities, acts; only in `reader` has a reader a key."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table, Text

from ledger_service.adapters.sql.columns import Hash, Number, RowId, metadata

reader = Table(
    "reader",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("key", Hash, nullable=True),
)
token = Table(
    "token",
    metadata,
    Column("digest", Hash, primary_key=True),
    Column("role", String(20), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("expires_at", Number, nullable=False),
    Column("way", String(20), nullable=False, server_default="token"),
    Column("made_at", Number, nullable=True),
    Column("parent", Hash, nullable=True, index=True),
    Column("scopes", Text, nullable=True),
    Index("ix_token_subject_role", "subject", "role"),
)
identity = Table(
    "identity",
    metadata,
    Column("tag", Hash, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("role", String(20), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("made_at", Number, nullable=False),
    Column("data", LargeBinary, nullable=True),
    Index("ix_identity_subject_role", "subject", "role"),
)
erasure = Table(
    "erasure",  # after which the database's files were not written anew yet; it names nobody
    metadata,
    Column("at", Number, primary_key=True, autoincrement=False),
)
colleague = Table(
    "colleague",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=True, unique=True),  # null once it is erased
)
colleague_role = Table(
    "colleague_role",
    metadata,
    Column("colleague", RowId, ForeignKey("colleague.number"), primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("since", Number, nullable=False),
)
audit_case = Table(
    "audit_case",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("id", Hash, nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("auditor", RowId, ForeignKey("colleague.number"), nullable=False, index=True),
    Column("opened_at", Number, nullable=False),
    Column("until", Number, nullable=False),
    Column("about", LargeBinary, nullable=True),  # digests, one after the other; null: everything
    Column("closed_at", Number, nullable=True),
)
look = Table(  # what each look tells stands in its private part, and goes with that
    "look",
    metadata,
    Column("entry", Number, primary_key=True, autoincrement=False),
    Column("first", Number, primary_key=True, autoincrement=False),
    Column("last", Number, nullable=False),
    Index("ix_look_first", "first"),
)
act = Table(
    "act",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("at", Number, nullable=False),
    Column("colleague", RowId, ForeignKey("colleague.number"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("about", String(64), nullable=False),
    Column("first_entry", Number, nullable=True),
    Column("entries", Number, nullable=False),
    Column("actor", String(8), nullable=False, server_default="staff"),
)
answer = Table(
    "answer",
    metadata,
    Column("name", Hash, primary_key=True),
    Column("request", Hash, nullable=False),
    Column("at", Number, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=True),  # null while it is not given yet
)
provider = Table(
    "provider",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("title", String(80), nullable=False),
    Column("issuer", String(200), nullable=False, unique=True),
    Column("client_id", String(200), nullable=False),
    Column("scopes", Text, nullable=False),  # with spaces between
    Column("rules", Text, nullable=False),  # a line each
    Column("default_role", String(20), nullable=True),
    Column("connected_at", Number, nullable=False),
)
spent = Table(
    "spent_sign_in",
    metadata,
    Column("digest", Hash, primary_key=True),
    Column("ends_at", Number, nullable=False, index=True),
)
notice = Table(
    "notice",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("whose", Hash, nullable=False),  # a tag under the reader's key
    Column("is_new", Number, nullable=False),
    Column("is_mailed", Number, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "whose", "number"),
    Index(None, "is_mailed"),
)
notice_way = Table(
    "notice_way",
    metadata,
    Column("whose", Hash, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
presence = Table(
    "presence",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("place", String(48), nullable=False),
    Column("process", String(32), nullable=False),
    Column("until", Number, nullable=False, index=True),
    Column("key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "place", "process", unique=True),
    sqlite_autoincrement=True,  # a number that was given is given to no other
)
