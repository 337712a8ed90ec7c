"""pages of the verifiable map"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_table('map_page',
    sa.Column('prefix', sa.String(length=64), nullable=False),
    sa.Column('version', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('prefix', 'version', name=op.f('pk_map_page'))
    )


def downgrade() -> None:
    op.drop_table('map_page')
