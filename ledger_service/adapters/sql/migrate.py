"""Bring a database to the schema of this version, by Alembic: the ledger's tables, then each room's.

A room has a history of its own, in a version table that has its name, so that the ledger's migrations and
another room's know nothing of it. Alembic is loaded only where something is migrated: every process that
opens a library asks whether its schema is of today, and reads for that how the migrations follow one another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, column, inspect, select, table

from ledger_service.adapters.sql.errors import translated
from ledger_service.domain.errors import NotInitialized

if TYPE_CHECKING:
    from alembic.config import Config

HOME = Path(__file__).with_name("migrations")
OWN_VERSIONS = HOME / "versions"
OWN_TABLE = "alembic_version"
_NAMED = re.compile(r"""^(down_)?revision\b.*= *["'](\w+)["']""", re.MULTILINE)
Rooms = Mapping[str, Path]
"""The folder of a room's migrations, by the room's name."""


def upgrade(engine: Engine, rooms: Rooms | None = None) -> None:
    """Run the migrations that the database lacks; resumable, each in its own transaction.

    Raises:
        LedgerBusy, StorageFull: the database cannot be used.
    """
    from alembic import command  # noqa: PLC0415 - a third of a second, of which most processes need none

    for versions, version_table in _histories(rooms):
        with translated():
            command.upgrade(_config(engine, versions, version_table), "head")


def check_current(engine: Engine, rooms: Rooms | None = None) -> None:
    """Check that the database has this version's schema; raise NotInitialized otherwise."""
    for versions, version_table in _histories(rooms):
        wanted = newest(versions)
        with translated(), engine.connect() as connection:
            found = _revision_of(connection, version_table)
        if found != wanted:
            raise NotInitialized(
                "schema", found=found or "0000", table=version_table, wanted=wanted
            )


def newest(versions: Path) -> str:
    """Return the revision of a folder's migrations that no other one follows."""
    named = [found for path in versions.glob("*.py") for found in _NAMED.findall(path.read_text())]
    followed = {revision for down, revision in named if down}
    last: str
    [last] = {revision for _, revision in named} - followed
    return last


def _revision_of(connection: Connection, version_table: str) -> str | None:
    """Return the revision that a database is at; None if it was never migrated."""
    if not inspect(connection).has_table(version_table):
        return None
    revision: str | None = connection.scalar(
        select(column("version_num")).select_from(table(version_table))
    )
    return revision


def _histories(rooms: Rooms | None) -> list[tuple[Path, str]]:
    """Return each folder of migrations, and the table that says how far it was run."""
    of_rooms = [(folder, f"{OWN_TABLE}_{name}") for name, folder in (rooms or {}).items()]
    return [(OWN_VERSIONS, OWN_TABLE), *of_rooms]


def _config(
    engine: Engine, versions: Path = OWN_VERSIONS, version_table: str = OWN_TABLE
) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

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
