"""who of the library's people has which role, cases of auditors, and what they looked at"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

from ledger_service.adapters.sql.columns import RowId

revision = '0034'
down_revision = '0033'

TOKEN = sa.table(
    'token',
    sa.column('digest', sa.LargeBinary),
    sa.column('role'),
    sa.column('subject'),
    sa.column('expires_at'),
)
COLLEAGUE = sa.table('colleague', sa.column('number'), sa.column('name'))


def upgrade() -> None:
    roles = op.create_table(
        'colleague_role',
        sa.Column('colleague', RowId, nullable=False),
        sa.Column('role', sa.String(length=20), nullable=False),
        sa.Column('since', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('colleague', 'role', name='pk_colleague_role'),
        sa.ForeignKeyConstraint(
            ['colleague'], ['colleague.number'], name='fk_colleague_role_colleague'
        ),
    )
    cases = op.create_table(
        'audit_case',
        sa.Column('number', RowId, autoincrement=True, nullable=False),
        sa.Column('id', sa.LargeBinary(length=32), nullable=False),
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('auditor', RowId, nullable=False),
        sa.Column('opened_at', sa.BigInteger(), nullable=False),
        sa.Column('until', sa.BigInteger(), nullable=False),
        sa.Column('about', sa.LargeBinary(), nullable=True),
        sa.Column('closed_at', sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint('number', name='pk_audit_case'),
        sa.UniqueConstraint('id', name='uq_audit_case_id'),
        sa.ForeignKeyConstraint(['auditor'], ['colleague.number'], name='fk_audit_case_auditor'),
    )
    op.create_index('ix_audit_case_auditor', 'audit_case', ['auditor'])
    op.create_table(
        'look',
        sa.Column('entry', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('first', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('last', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('entry', 'first', name='pk_look'),
    )
    op.create_index('ix_look_first', 'look', ['first'])
    with op.batch_alter_table('act') as batch:
        batch.add_column(
            sa.Column('actor', sa.String(length=8), nullable=False, server_default='staff')
        )
    _tell_of_tokens(roles, cases)


def _tell_of_tokens(roles: sa.Table, cases: sa.Table) -> None:
    """Let whoever holds a token of staff be a colleague, and an auditor have a case until it ends."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(TOKEN).where(TOKEN.c.role != 'reader')).all()
    given = set()
    for digest, role, name, until in rows:
        number = connection.scalar(sa.select(COLLEAGUE.c.number).where(COLLEAGUE.c.name == name))
        if number is None:
            connection.execute(sa.insert(COLLEAGUE), {'name': name})
            query = sa.select(COLLEAGUE.c.number).where(COLLEAGUE.c.name == name)
            number = connection.scalar(query)
        if (number, role) not in given:
            given.add((number, role))
            connection.execute(sa.insert(roles), {'colleague': number, 'role': role, 'since': 0})
        if role == 'auditor':
            case = {
                'id': hashlib.sha256(b'muhr case of a token\n' + bytes(digest)).digest(),
                'name': f'token {bytes(digest)[:8].hex()}',
                'auditor': number,
                'opened_at': 0,
                'until': until,
            }
            connection.execute(sa.insert(cases), case)


def downgrade() -> None:
    with op.batch_alter_table('act') as batch:
        batch.drop_column('actor')
    op.drop_table('look')
    op.drop_table('audit_case')
    op.drop_table('colleague_role')
