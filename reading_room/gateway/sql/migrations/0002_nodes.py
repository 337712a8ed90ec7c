"""whether a block is a node, since bytes of a file may look like one; what was noted is noted anew"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.drop_table("gateway_block")
    op.create_table(
        "gateway_block",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("file", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("is_node", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "file", name=op.f("pk_gateway_block")),
    )
    for table in ("gateway_file", "gateway_looked"):
        op.execute(sa.delete(sa.table(table)))
