"""projects with members, invitations, papers, and files with versions; what people wrote is sealed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

HASH = sa.LargeBinary(length=32)
WRAPPED = sa.LargeBinary(length=81)
ID = sa.String(length=32)
WORD = sa.String(length=16)


def upgrade() -> None:
    op.create_table(
        "together_project",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", WRAPPED, nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("numbers", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_together_project")),
    )
    op.create_table(
        "together_member",
        sa.Column("project", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("name", sa.LargeBinary()),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "number", name=op.f("pk_together_member")),
    )
    op.create_index(
        op.f("ix_together_member_reader_project"),
        "together_member",
        ["reader", "project"],
        unique=True,
    )
    _invitations()
    op.create_table(
        "together_paper",
        sa.Column("id", ID, nullable=False),
        sa.Column("project", ID, nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("key", WRAPPED, nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_together_paper")),
    )
    op.create_index(op.f("ix_together_paper_project"), "together_paper", ["project"])
    _files()


def _invitations() -> None:
    op.create_table(
        "together_invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("project", ID, nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("secret", HASH),
        sa.Column("person", HASH),
        sa.Column("about", sa.LargeBinary()),
        sa.Column("uses", sa.BigInteger()),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_together_invitation")),
    )
    for column in ("project", "secret", "person", "until"):
        op.create_index(
            op.f(f"ix_together_invitation_{column}"),
            "together_invitation",
            [column],
            unique=column == "secret",
        )


def _files() -> None:
    op.create_table(
        "together_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("project", ID, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("newest", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_together_file")),
    )
    op.create_index(op.f("ix_together_file_project"), "together_file", ["project"])
    op.create_table(
        "together_file_version",
        sa.Column("file", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project", ID, nullable=False),
        sa.Column("cid", sa.String(length=73), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("file", "number", name=op.f("pk_together_file_version")),
    )
    op.create_index(
        op.f("ix_together_file_version_project_cid"), "together_file_version", ["project", "cid"]
    )
    op.create_index(op.f("ix_together_file_version_cid"), "together_file_version", ["cid"])
