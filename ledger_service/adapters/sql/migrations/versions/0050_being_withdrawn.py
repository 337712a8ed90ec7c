"""what is being withdrawn is found at once, so that a search counts without it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0050'
down_revision = '0049'

IS_BEING_WITHDRAWN = sa.text("state = 'withdrawing'")


def upgrade() -> None:
    op.create_index(
        'ix_registration_being_withdrawn', 'registration', ['accepted_entry'],
        sqlite_where=IS_BEING_WITHDRAWN, postgresql_where=IS_BEING_WITHDRAWN,
    )


def downgrade() -> None:
    op.drop_index('ix_registration_being_withdrawn', 'registration')
