"""events of links between resources are found by what the link leads to"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'

OTHERS = {'ResourceSuperseded': 'successor', 'LinkTakenBack': 'other'}
IS_LINK = sa.text('other IS NOT NULL')
A_FETCH = 1000


def upgrade() -> None:
    op.add_column('chain_event', sa.Column('other', sa.String(length=64), nullable=True))
    bind = op.get_bind()
    event = sa.table('chain_event', *map(sa.column, ('block', 'log_index', 'name', 'arguments', 'other')))
    linking = sa.select(event).where(event.c.name.in_(OTHERS), event.c.other.is_(None)).limit(A_FETCH)
    its = event.c.block == sa.bindparam('of'), event.c.log_index == sa.bindparam('at')
    setting = sa.update(event).where(*its).values(other=sa.bindparam('told'))
    while rows := bind.execute(linking).all():
        bind.execute(setting, [
            {'of': row.block, 'at': row.log_index, 'told': json.loads(row.arguments)[OTHERS[row.name]]}
            for row in rows
        ])
    op.create_index(
        'ix_chain_event_other', 'chain_event', ['other'], sqlite_where=IS_LINK, postgresql_where=IS_LINK
    )


def downgrade() -> None:
    op.drop_index('ix_chain_event_other', 'chain_event')
    op.drop_column('chain_event', 'other')
