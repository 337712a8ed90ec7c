"""what the library's people did, and a number for each of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger_service.adapters.sql.columns import RowId

revision = '0015'
down_revision = '0014'


def upgrade() -> None:
    op.create_table(
        'colleague',
        sa.Column('number', RowId, autoincrement=True, nullable=False),
        sa.Column('name', sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint('number', name='pk_colleague'),
        sa.UniqueConstraint('name', name='uq_colleague_name'),
    )
    op.create_table(
        'act',
        sa.Column('number', RowId, autoincrement=True, nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.Column('colleague', RowId, nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('about', sa.String(length=64), nullable=False),
        sa.Column('first_entry', sa.BigInteger(), nullable=True),
        sa.Column('entries', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('number', name='pk_act'),
        sa.ForeignKeyConstraint(['colleague'], ['colleague.number'], name='fk_act_colleague'),
    )


def downgrade() -> None:
    op.drop_table('act')
    op.drop_table('colleague')
