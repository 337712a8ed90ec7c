"""fuller pages of the verifiable map, of which prefixes are written in bits

The pages of the earlier shape are dropped, since the worker makes the map anew from the entries.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    _make_anew(256)


def downgrade() -> None:
    _make_anew(64)


def _make_anew(prefix_length: int) -> None:
    op.drop_table('map_page')
    op.create_table('map_page',
    sa.Column('prefix', sa.String(length=prefix_length), nullable=False),
    sa.Column('version', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('prefix', 'version', name=op.f('pk_map_page'))
    )
