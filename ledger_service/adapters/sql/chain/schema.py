"""Tables of jobs for the chain and of the index of its events; `chain_*` can be dropped and rebuilt."""

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
    UniqueConstraint,
    false,
    text,
)

from ledger_service.adapters.sql.columns import Hash, Number, RowId, metadata

IS_LINK = text("other IS NOT NULL")
IS_ACT = text(
    "name IN ('StewardAccredited', 'StewardSuspended', 'StewardReinstated', 'AgentAdded',"
    " 'AgentClosed', 'LedgerOpened', 'AnchorerChanged')"
)
"""Events that tell of acts of an admin; see domain/consortium/act."""
job = Table(
    "job",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("subject", Hash, nullable=False),
    Column("details", String(100), nullable=False),
    Column("intent", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Number, nullable=False),
    Column("error", Text, nullable=True),
    Column("block", Number, nullable=True),
    Column("entry", Number, nullable=True),
    UniqueConstraint("subject", "kind", "details"),
    Index(None, "state", "not_before"),
    Index(None, "block"),
)
sent_transaction = Table(
    "sent_transaction",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("sender", String(40), nullable=False),
    Column("nonce", Number, nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("job", RowId, ForeignKey("job.id"), nullable=False, index=True),
    Column("raw", LargeBinary, nullable=False),
    Column("signed_at", Number, nullable=False),
    Column("cost", Number, nullable=True),  # gwei that it may cost, and, once in a block, has cost
    Index(None, "signed_at"),
)
lease = Table(
    "lease",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("until", Number, nullable=False),
)
worker_state = Table(
    "worker_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("last_round", Number, nullable=True),
    Column("stop", Text, nullable=True),
    Column("stopped_at", Number, nullable=True),
    Column("waits", Text, nullable=True),
    Column("head_number", Number, nullable=True),
    Column("head_hash", Hash, nullable=True),
    Column("head_time", Number, nullable=True),
    Column("relayer", Text, nullable=True),
    Column("relayer_balance", Text, nullable=True),
    Column("gas_price", Text, nullable=True),
    Column("relayer_transactions", Text, nullable=True),
    Column("clock_skew", Number, nullable=True),
    Column("warnings", Text, nullable=True),
)
chain_block = Table(
    "chain_block",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("hash", Hash, nullable=False),
    Column("time", Number, nullable=False),
    Column("totals", Text, nullable=False),
    Column("adopted", Boolean, nullable=False, server_default=false()),
)
chain_event = Table(
    "chain_event",
    metadata,
    Column("block", Number, primary_key=True, autoincrement=False),
    Column("log_index", Integer, primary_key=True, autoincrement=False),
    Column("contract", String(40), nullable=False, index=True),
    Column("name", String(40), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("arguments", Text, nullable=False),
    Column("block_time", Number, nullable=False),
    Column("transaction", String(64), nullable=False),
    Column("other", String(64), nullable=True),  # what a link between resources leads to
    UniqueConstraint("transaction", "log_index"),
    Index(None, "other", sqlite_where=IS_LINK, postgresql_where=IS_LINK),
    Index("ix_chain_event_act", "block", "log_index", sqlite_where=IS_ACT, postgresql_where=IS_ACT),
)
