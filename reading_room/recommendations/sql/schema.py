"""The room's tables. Times are seconds since 1970 UTC. No reader stands here, by whichever name."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, LargeBinary, MetaData, Table

from ledger_service.adapters.sql.columns import NAMES, Hash, Number

metadata = MetaData(naming_convention=NAMES)

run = Table(
    "recommendations_run",
    metadata,
    Column("only", Number, primary_key=True, autoincrement=False),  # the one row is 0
    *(Column(name, Number, nullable=False) for name in ("number", "began_at", "done", "of")),
    *(Column(name, Number, nullable=True) for name in ("ended_at", "entry", "window", "failed_at")),
    Column("is_asked", Boolean, nullable=False),
)

near = Table(
    "recommendations_near",
    metadata,
    Column("digest", Hash, primary_key=True),
    Column("run", Number, nullable=False),
    Column("near", LargeBinary, nullable=False),
)

pair = Table(
    "recommendations_pair",
    metadata,
    Column("one", Hash, primary_key=True),
    Column("other", Hash, primary_key=True),
    Column("count", Number, nullable=False),
)

release = Table(
    "recommendations_release",
    metadata,
    Column("window", Number, primary_key=True, autoincrement=False),
    Column("told", LargeBinary, nullable=False),
)

card = Table(
    "recommendations_card",
    metadata,
    Column("entry", Number, primary_key=True, autoincrement=False),
    Column("statement", LargeBinary, nullable=False),
)

part = Table(
    "recommendations_list",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("part", LargeBinary, nullable=False),
)
