"""The room's tables. Times are seconds since 1970 UTC; what people wrote is sealed.

A table of this metadata with a column `project` or `paper` is emptied when such a one is removed.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, LargeBinary, MetaData, String, Table

from ledger_service.adapters.sql.columns import NAMES, Cid, Hash, Number, RowId

Id = String(32)
LONGEST_ROLE = 16
WRAPPED = LargeBinary(81)
Reader = String(64)

metadata = MetaData(naming_convention=NAMES)

project = Table(
    "together_project",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", WRAPPED, nullable=False),
    Column("title", LargeBinary, nullable=False),
    Column("state", String(LONGEST_ROLE), nullable=False),
    Column("made_at", Number, nullable=False),
    Column("numbers", Number, nullable=False),
    Column("generation", Number, nullable=False),
)

member = Table(
    "together_member",
    metadata,
    Column("project", Id, primary_key=True),
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("reader", Reader, nullable=False),
    Column("role", String(LONGEST_ROLE), nullable=False),
    Column("name", LargeBinary),
    Column("joined_at", Number, nullable=False),
    Index(None, "reader", "project", unique=True),
)

invitation = Table(
    "together_invitation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("project", Id, nullable=False),
    Column("role", String(LONGEST_ROLE), nullable=False),
    Column("secret", Hash),
    Column("person", Hash),
    Column("about", LargeBinary),
    Column("uses", Number),
    Column("made_by", Number, nullable=False),
    Column("made_at", Number, nullable=False),
    Column("until", Number, nullable=False),
    Index(None, "project"),
    Index(None, "secret", unique=True),
    Index(None, "person"),
    Index(None, "until"),
)

paper = Table(
    "together_paper",
    metadata,
    Column("id", Id, primary_key=True),
    Column("project", Id, nullable=False),
    Column("title", LargeBinary, nullable=False),
    Column("key", WRAPPED, nullable=False),
    Column("made_by", Number, nullable=False),
    Column("made_at", Number, nullable=False),
    Index(None, "project"),
)

file = Table(
    "together_file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("project", Id, nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("newest", Number, nullable=False),
    Column("made_at", Number, nullable=False),
    Index(None, "project"),
)

file_version = Table(
    "together_file_version",
    metadata,
    Column("file", Id, primary_key=True),
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("project", Id, nullable=False),
    Column("cid", Cid, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("about", LargeBinary, nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("made_by", Number, nullable=False),
    Column("made_at", Number, nullable=False),
    Index(None, "project", "cid"),
    Index(None, "cid"),
)

update = Table(
    "together_update",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("paper", Id, nullable=False),
    Column("member", Number, nullable=False),
    Column("at", Number, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "paper", "number"),
    sqlite_autoincrement=True,  # a number that was given is given to no other
)

client = Table(
    "together_client",
    metadata,
    Column("paper", Id, primary_key=True),
    Column("client", Number, primary_key=True, autoincrement=False),
    Column("member", Number, nullable=False),
)

fold = Table(
    "together_fold",
    metadata,
    Column("paper", Id, primary_key=True),
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("piece", Number, primary_key=True, autoincrement=False),
    Column("at", Number, nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("is_last", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
