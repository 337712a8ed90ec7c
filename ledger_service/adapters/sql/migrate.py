"""Bring a database to the schema of this version, by Alembic: the ledger's tables, then each room's.

A room has a history of its own, in a version table that has its name, so that the ledger's migrations and
another room's know nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from ledger_service.domain.errors import NotInitialized

HOME = Path(__file__).with_name("migrations")
OWN_TABLE = "alembic_version"
Rooms = Mapping[str, Path]
"""The folder of a room's migrations, by the room's name."""


def upgrade(engine: Engine, rooms: Rooms | None = None) -> None:
    """Run the migrations that the database lacks; resumable, each in its own transaction."""
    for config in _histories(engine, rooms or {}):
        command.upgrade(config, "head")


def check_current(engine: Engine, rooms: Rooms | None = None) -> None:
    """Check that the database has this version's schema; raise NotInitialized otherwise."""
    for config in _histories(engine, rooms or {}):
        wanted = ScriptDirectory.from_config(config).get_current_head()
        table = config.attributes["version_table"]
        with engine.connect() as connection:
            options = {"version_table": table}
            found = MigrationContext.configure(connection, opts=options).get_current_revision()
        if found != wanted:
            raise NotInitialized("schema", found=found or "0000", table=table, wanted=str(wanted))


def _histories(engine: Engine, rooms: Rooms) -> Iterator[Config]:
    yield _config(engine)
    for name, folder in rooms.items():
        yield _config(engine, folder, f"{OWN_TABLE}_{name}")


def _config(
    engine: Engine, versions: Path = HOME / "versions", version_table: str = OWN_TABLE
) -> Config:
    config = Config()
    options = {
        "script_location": str(HOME),
        "version_locations": str(versions),
        "path_separator": "newline",  # any other may be in a path
    }
    for name, value in options.items():
        config.set_main_option(name, value.replace("%", "%%"))
    config.attributes.update(engine=engine, version_table=version_table)
    return config
