"""the index of words, in the form of this database"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SQLITE = (
    "CREATE VIRTUAL TABLE searchwords USING fts5("
    "title, creator, subject, rest, content='', columnsize=0, tokenize='ascii')",
    "CREATE VIRTUAL TABLE searchvocabulary USING fts5vocab('searchwords', 'row')",
)
POSTGRESQL = (
    "CREATE TABLE searchwords (number bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX ix_searchwords_words ON searchwords USING gin (words)",
    'CREATE TABLE searchvocabulary (term text COLLATE "C" PRIMARY KEY)',
)


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("title_key", sa.LargeBinary(length=40), nullable=False),
        sa.Column("title_words", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("license", sa.String(length=80), nullable=False),
        sa.Column("access", sa.String(length=8), nullable=False),
        sa.Column("steward", sa.String(length=16), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_document")),
    )
    op.create_table(
        "search_subject",
        sa.Column("document", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("document", "subject", name=op.f("pk_search_subject")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_state",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("looked_to", sa.BigInteger(), nullable=False),
        sa.Column("fold", sa.BigInteger(), nullable=False),
        sa.Column("texts_to", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_state")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
