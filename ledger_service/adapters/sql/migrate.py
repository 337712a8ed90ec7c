"""Bring a database to the schema of this version, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from ledger_service.domain.errors import NotInitialized


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine) -> None:
    """Run the migrations that the database lacks; resumable, each in its own transaction."""
    command.upgrade(_config(engine), "head")


def check_current(engine: Engine) -> None:
    """Return if the database has this version's schema; raise NotInitialized otherwise."""
    wanted = ScriptDirectory.from_config(_config(engine)).get_current_head()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != wanted:
        raise NotInitialized(
            f"The database's schema is {found or 'empty'}, this version needs {wanted}: "
            "run `muhr init`, which also brings an older database up to date."
        )
