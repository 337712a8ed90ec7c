"""No table names a reader without being emptied of whoever is erased."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from sqlalchemy import MetaData

import reading_room
from ledger_service.adapters.sql.lending.schema import grant
from ledger_service.adapters.sql.people.erasing import OF_ALL, OF_READERS
from ledger_service.adapters.sql.schema import metadata
from ledger_service.adapters.sql.store import NAMING_READERS

KEPT_AS_NOBODYS = {
    (grant.name, "reader"),
    ("private_part", "reader"),
    ("cohort_member", "reader"),
    ("authors_statement", "reader"),
    ("authors_place", "reader"),
    ("review", "reader"),
    ("credential", "reader"),
}
"""Their rows stay; what they name is overwritten."""


def naming(tables: MetaData) -> set[tuple[str, str]]:
    return {
        (table.name, column.name)
        for table in tables.tables.values()
        for column in table.columns
        if column.name == "reader" or (column.name == "subject" and "role" in table.columns)
    }


def test_every_table_of_the_ledger_that_names_readers_is_emptied_of_the_erased() -> None:
    erased = {(column.table.name, column.name) for column in OF_READERS}
    erased |= {(column.table.name, column.name) for column, _ in OF_ALL}
    assert naming(metadata) == erased | KEPT_AS_NOBODYS
    named = {table for table, _ in erased | KEPT_AS_NOBODYS} | {"reader"}
    assert named <= set(NAMING_READERS)


def test_every_room_whose_tables_name_readers_tells_of_them_and_erases_them() -> None:
    telling = {part.__name__.split(".")[-2] for part in reading_room.parts("reader_data")}
    for home in Path(reading_room.__path__[0]).glob("*/sql/schema.py"):
        room = home.parts[-3]
        tables = import_module(f"reading_room.{room}.sql.schema").metadata
        assert not naming(tables) or room in telling, room
