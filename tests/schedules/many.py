"""What one process of many does with a seed."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path

from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.adapters.sql.store import open_store, sqlite_url
from reading_room import migration_folders
from tests.schedules.schedule import Schedule


def run_one(seed: int, database: Path) -> tuple[int, str, str]:
    """Return seed, the lie that was told, and what is wrong; nothing if all holds."""
    with tempfile.TemporaryDirectory() as folder:
        schedule = Schedule(seed, Path(folder), database)
        try:
            schedule.run()
        except Exception:
            return seed, type(schedule.lie).__name__, traceback.format_exc()
        finally:
            schedule.close()
    return seed, type(schedule.lie).__name__, ""


def make_database(path: Path) -> Path:
    """Return an empty database with all tables."""
    store = open_store(sqlite_url(path))
    upgrade(store.engine, migration_folders())
    store.close()
    return path


def run(given: tuple[int, Path]) -> tuple[int, str, str]:
    """Do as `run_one` with a pair."""
    return run_one(*given)
