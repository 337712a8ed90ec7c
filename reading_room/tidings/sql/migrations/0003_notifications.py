"""services of others, their notifications, and answers to them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "tidings_peer",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("networks", sa.String(length=1000), nullable=False),
        sa.Column("hook", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tidings_peer")),
        sa.UniqueConstraint("uri", name=op.f("uq_tidings_peer_uri")),
    )
    op.create_table(
        "tidings_notification",
        sa.Column("number", ROW_ID, nullable=False),
        sa.Column("peer", sa.String(length=16), nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=False),
        sa.Column("pattern", sa.String(length=32), nullable=False),
        sa.Column("object", sa.String(length=500), nullable=False),
        sa.Column("reply_to", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32)),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(length=65536), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("statement", sa.LargeBinary(length=32)),
        sa.Column("entry", sa.BigInteger()),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tidings_notification")),
        sqlite_autoincrement=True,
    )
    for columns, is_unique in ((["peer", "uri"], True), (["statement"], False), (["digest"], False)):
        name = f"ix_tidings_notification_{'_'.join(columns)}"
        op.create_index(op.f(name), "tidings_notification", columns, unique=is_unique)
    op.create_table(
        "tidings_letter",
        sa.Column("number", ROW_ID, nullable=False),
        sa.Column("hook", sa.String(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(length=131072), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tidings_letter")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tidings_letter_hook_number"), "tidings_letter", ["hook", "number"])
