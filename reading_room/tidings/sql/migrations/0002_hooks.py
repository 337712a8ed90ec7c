"""receivers, who are told of changes over HTTP"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "tidings_hook",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("kinds", sa.String(length=400), nullable=False),
        sa.Column("peer", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("made_at", "told_to", "failures", "next_at", "sent", "former_until")
        ),
        *(
            sa.Column(name, sa.BigInteger())
            for name in ("failing_since", "last_at", "last_status")
        ),
        sa.Column("secret", sa.LargeBinary(length=200)),
        sa.Column("former", sa.LargeBinary(length=200)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tidings_hook")),
    )
