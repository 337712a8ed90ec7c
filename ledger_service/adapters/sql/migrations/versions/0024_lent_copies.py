"""copies that are made for one grant, and which licenses ask for them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'


def upgrade() -> None:
    op.create_table(
        'lent_copy',
        sa.Column('id', sa.LargeBinary(length=32), nullable=False),
        sa.Column('grant', sa.LargeBinary(length=32), nullable=False),
        sa.Column('entry', sa.BigInteger(), nullable=False),
        sa.Column('file', sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(['grant'], ['grant.id'], name='fk_lent_copy_grant'),
        sa.PrimaryKeyConstraint('id', name='pk_lent_copy'),
        sa.UniqueConstraint('grant', name='uq_lent_copy_grant'),
    )
    op.create_index('ix_lent_copy_file', 'lent_copy', ['file'])
    with op.batch_alter_table('license') as batch:
        batch.add_column(
            sa.Column('is_marked', sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table('license') as batch:
        batch.drop_column('is_marked')
    op.drop_table('lent_copy')
