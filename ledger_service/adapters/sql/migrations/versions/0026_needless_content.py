"""what lies in the store and is needed no more; epochs that are asked for, and that could not be begun"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'

IS_ASKED = sa.text('renewal_asked_at IS NOT NULL')


def upgrade() -> None:
    op.create_table(
        'needless_content',
        sa.Column('cid', sa.String(length=80), nullable=False),
        sa.Column('since', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('cid', name='pk_needless_content'),
    )
    op.add_column('stored_content', sa.Column('renewal_tried_at', sa.BigInteger(), nullable=True))
    op.create_index('ix_stored_content_cid', 'stored_content', ['cid'])
    op.create_index(
        'ix_stored_content_renewal_asked_at', 'stored_content', ['renewal_asked_at'],
        sqlite_where=IS_ASKED, postgresql_where=IS_ASKED,
    )
    # What earlier versions did not remove, since its key is gone.
    op.execute(
        'INSERT INTO needless_content (cid, since) '
        'SELECT DISTINCT cid, made_at FROM stored_content WHERE wrapped IS NULL'
    )


def downgrade() -> None:
    op.drop_index('ix_stored_content_renewal_asked_at', 'stored_content')
    op.drop_index('ix_stored_content_cid', 'stored_content')
    op.drop_column('stored_content', 'renewal_tried_at')
    op.drop_table('needless_content')
