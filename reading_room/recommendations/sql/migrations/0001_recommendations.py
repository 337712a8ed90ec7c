"""what is near to what, and the runs that found it; nothing here is of a reader"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "recommendations_run",
        _number("only"),
        *(_number(name) for name in ("number", "began_at", "done", "of")),
        *(_number(name, True) for name in ("ended_at", "entry", "window")),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("only", name=op.f("pk_recommendations_run")),
    )
    op.create_table(
        "recommendations_near",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        _number("run"),
        sa.Column("near", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_recommendations_near")),
    )
    op.create_table(
        "recommendations_pair",
        sa.Column("one", sa.LargeBinary(length=32), nullable=False),
        sa.Column("other", sa.LargeBinary(length=32), nullable=False),
        _number("count"),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_recommendations_pair")),
    )
    for name, key, whole in (("release", "window", "told"), ("card", "entry", "statement"), ("list", "number", "part")):
        op.create_table(
            f"recommendations_{name}",
            _number(key),
            sa.Column(whole, sa.LargeBinary(), nullable=False),
            sa.PrimaryKeyConstraint(key, name=op.f(f"pk_recommendations_{name}")),
        )
