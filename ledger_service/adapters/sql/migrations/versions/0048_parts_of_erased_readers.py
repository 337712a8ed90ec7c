"""how many private parts were destroyed with the readers whom they named"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0048'
down_revision = '0047'

GONE = 'SELECT count(*) FROM private_part WHERE body IS NULL'
BY_AGE = 'SELECT coalesce(sum(parts), 0) FROM retirement'


def upgrade() -> None:
    op.create_table(
        'erased_parts',
        sa.Column('parts', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint('parts', name='pk_erased_parts'),
    )
    # Until now nobody counted them: what is gone was either older than it is kept, or of an erased reader.
    op.execute(f'INSERT INTO erased_parts (parts) SELECT ({GONE}) - ({BY_AGE})')


def downgrade() -> None:
    op.drop_table('erased_parts')
