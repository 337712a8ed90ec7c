"""The tables, as SQLAlchemy Core; migrations/ brings a database to this shape.

Digests, ids and hashes are 32 raw bytes; times are seconds since 1970 UTC. `bundle`, `tile` and
`private_part` are the ledger (what a row of the first two holds: bundles.py, tiles.py); `map_page` and
`chain_*` can be dropped and rebuilt; `reader` is the only place where a reader has a key.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)

Hash = LargeBinary(32)
Number = BigInteger()
RowId = BigInteger().with_variant(Integer(), "sqlite")

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
map_page = Table(
    "map_page",
    metadata,
    Column("prefix", String(256), primary_key=True),
    Column("version", Number, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
private_part = Table(
    "private_part",
    metadata,
    Column("entry", Number, primary_key=True, autoincrement=False),
    Column("salt", Hash, nullable=True),
    Column("body", LargeBinary, nullable=True),
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
steward = Table(
    "steward",
    metadata,
    Column("id", Hash, primary_key=True),
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
)
registration = Table(
    "registration",
    metadata,
    Column("digest", Hash, primary_key=True),
    Column("steward", Hash, ForeignKey("steward.id"), primary_key=True),
    Column("license", Hash, ForeignKey("license.id"), nullable=False),
    Column("cid", String(80), nullable=False),
    Column("title", String(1000), nullable=False),
    Column("creator", String(1000), nullable=False),
    Column("language", String(80), nullable=False),
    Column("media_type", String(255), nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("state", String(20), nullable=False),
    Column("accepted_at", Number, nullable=False),
    Column("accepted_entry", Number, nullable=False, unique=True),
    Column("registered_entry", Number, nullable=True),
    Column("block", Number, nullable=True),
    Column("transaction", String(64), nullable=True),
    Column("rejection", Text, nullable=True),
)
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
)
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
    Index(None, "digest", "steward", "until"),
    Index(None, "reader", "digest"),
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
job = Table(
    "job",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("intent", Text, nullable=False),
    Column("entry", Number, nullable=True),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Number, nullable=False),
    Column("error", Text, nullable=True),
    Index(None, "state", "not_before"),
)
chain_transaction = Table(
    "chain_transaction",
    metadata,
    Column("sender", String(40), primary_key=True),
    Column("nonce", Number, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("job", RowId, ForeignKey("job.id"), nullable=False, index=True),
    Column("raw", LargeBinary, nullable=False),
    Column("signed_at", Number, nullable=False),
)
import_job = Table(
    "import_job",
    metadata,
    Column("serial", RowId, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("caller", String(64), nullable=False),
    Column("key", String(200), nullable=True),
    Column("form", String(10), nullable=False),
    Column("license", String(80), nullable=False),
    Column("manifest_digest", Hash, nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("created_at", Number, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("started_at", Number, nullable=True),
    Column("ended_at", Number, nullable=True),
    Column("read_bytes", Number, nullable=False),
    Column("work_milliseconds", Number, nullable=False),
    Column("registered", Number, nullable=False),
    Column("duplicate", Number, nullable=False),
    Column("refused", Number, nullable=False),
    Column("skipped", Number, nullable=False),
    Column("last_entry", Number, nullable=True),
    Column("failure", Text, nullable=True),
    UniqueConstraint("caller", "key"),
)
import_result = Table(
    "import_result",
    metadata,
    Column("job", String(32), ForeignKey("import_job.id"), primary_key=True),
    Column("start", Number, primary_key=True, autoincrement=False),
    Column("lines", LargeBinary, nullable=False),
)
lease = Table(
    "lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("until", Number, nullable=False),
)
chain_block = Table(
    "chain_block",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("hash", Hash, nullable=False),
    Column("time", Number, nullable=False),
    Column("totals", Text, nullable=False),
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
    UniqueConstraint("transaction", "log_index"),
)
