"""how often a license lets each resource be lent in all"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0020'


def upgrade() -> None:
    with op.batch_alter_table('license') as batch:
        batch.add_column(sa.Column('checkouts', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('license') as batch:
        batch.drop_column('checkouts')
