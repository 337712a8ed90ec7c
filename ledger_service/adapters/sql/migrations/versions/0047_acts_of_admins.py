"""an index of the few events that tell of acts of an admin"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0047'
down_revision = '0046'

IS_ACT = sa.text(
    "name IN ('StewardAccredited', 'StewardSuspended', 'StewardReinstated', 'AgentAdded',"
    " 'AgentClosed', 'LedgerOpened', 'AnchorerChanged')"
)


def upgrade() -> None:
    op.create_index(
        'ix_chain_event_act',
        'chain_event',
        ['block', 'log_index'],
        sqlite_where=IS_ACT,
        postgresql_where=IS_ACT,
    )


def downgrade() -> None:
    op.drop_index('ix_chain_event_act', 'chain_event')
