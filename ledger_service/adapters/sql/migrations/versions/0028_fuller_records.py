"""records of resources have further fields, in canonical JSON; those that stand have none"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'

TABLES = ('registration', 'description')


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column('further', sa.Text(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, 'further')
