"""Alembic's entry: runs migrations over the engine that migrate.py hands in."""

from __future__ import annotations

from alembic import context

from ledger_service.adapters.sql.schema import metadata

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        # SQLite changes a table by making another in its place, while other tables refer to it.
        connection.detach()
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table=context.config.attributes["version_table"],
        transaction_per_migration=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
