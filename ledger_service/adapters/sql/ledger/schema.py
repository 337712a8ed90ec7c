"""Tables of the ledger: entries in bundles, hashes in tiles, what was told of the chain, private parts and
checkpoints.

What a row of the first two holds: bundles.py, tiles.py.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from ledger_service.adapters.sql.columns import Hash, Number, metadata

bundle = Table(
    "bundle",
    metadata,
    Column("start", Number, primary_key=True, autoincrement=False),
    Column("width", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
tile = Table(
    "tile",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)
told_event = Table(
    "told_event",
    metadata,
    Column("name", Hash, primary_key=True),
    Column("entry", Number, nullable=False),
)
private_part = Table(
    "private_part",
    metadata,
    Column("entry", Number, primary_key=True, autoincrement=False),
    Column("salt", Hash, nullable=True),
    Column("body", LargeBinary, nullable=True),
    Column(
        "reader", Hash, nullable=True, index=True
    ),  # the pseudonym that the body names, if it does
    Column("at", Number, nullable=True),  # to the second; null once erased
    Index(None, "at"),
)
retirement = Table(
    "retirement",
    metadata,
    Column("before", Number, primary_key=True, autoincrement=False),
    Column("parts", Number, nullable=False),
    Column("first", Number, nullable=False),
    Column("last", Number, nullable=False),
    Column("entry", Number, nullable=True),  # null while it goes on
)
erased_parts = Table(  # one row
    "erased_parts",
    metadata,
    Column("parts", Number, primary_key=True, autoincrement=False),
)
checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", Number, primary_key=True, autoincrement=False),
    Column("root", Hash, nullable=False),
    Column("at", Number, nullable=False),
    Column("note", Text, nullable=True),
    Column("block", Number, nullable=True),
    Column("transaction", Hash, nullable=True),
)
