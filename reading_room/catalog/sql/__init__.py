"""The room's tables, and what is read and written there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
    update,
)

from ledger_service.domain.errors import InvalidCursor
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.resources.search import Shelf, collection_id
from ledger_service.ports.paging import Page, PageRequest
from reading_room.catalog.ports import Place
from reading_room.catalog.rules.shelf import Collection, Order, Placed, title_key
from reading_room.catalog.sql.schema import collection, member, place, read

LISTED = place.c.is_listed == true()


class SqlCatalog:
    """Implements ports.CatalogTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read_to(self) -> int:
        return int(self._connection.scalar(select(read.c.size)) or 0)

    def set_read_to(self, size: int) -> None:
        if not self._connection.execute(update(read).values(size=size)).rowcount:
            self._connection.execute(insert(read), {"only": 0, "size": size})

    def put(self, placed: Sequence[Placed]) -> None:
        if not placed:
            return
        entries = [item.entry for item in placed]
        for table in (place, member):
            self._connection.execute(delete(table).where(table.c.entry.in_(entries)))
        self._connection.execute(insert(place), [_values(item) for item in placed])
        named = [
            (collection_id(host), host.title, item.entry) for item in placed for host in item.hosts
        ]
        if not named:
            return
        hosts: dict[str, str] = {}
        for key, title, _ in named:
            hosts.setdefault(key, title)  # it keeps the name that it had first
        there = self._connection.scalars(select(collection.c.id).where(collection.c.id.in_(hosts)))
        new = hosts.keys() - set(there)
        if new:
            rows = [
                {"id": key, "title": hosts[key], "title_key": title_key(hosts[key])}
                for key in sorted(new)
            ]
            self._connection.execute(insert(collection), rows)
        members = {(key, entry) for key, _, entry in named}
        joined = [{"collection": key, "entry": entry} for key, entry in sorted(members)]
        self._connection.execute(insert(member), joined)

    def page(self, request: PageRequest, shelf: Shelf, order: Order) -> Page[Place]:
        query = _listed(select(place), shelf)
        if order is Order.NEWEST:
            after = request.number()
            if after is not None:
                query = query.where(place.c.entry < after)
            query = query.order_by(place.c.entry.desc())
            rows = self._connection.execute(query.limit(request.limit + 1)).all()
            return Page.of(rows, request, lambda row: int(row.entry)).map(_place)
        query = query.order_by(place.c.title_key, place.c.entry)
        if key := request.text():
            title, entry = _split(key)
            later = and_(place.c.title_key == title, place.c.entry > entry)
            query = query.where(or_(place.c.title_key > title, later))
        rows = self._connection.execute(query.limit(request.limit + 1)).all()
        return Page.of(rows, request, lambda row: f"{row.entry} {row.title_key.hex()}").map(_place)

    def between(self, first: int, last: int) -> list[Place]:
        wanted = place.c.entry.between(first, last - 1)
        query = select(place).where(LISTED, wanted).order_by(place.c.entry)
        return [_place(row) for row in self._connection.execute(query)]

    def changes(self, width: int) -> list[tuple[int, int]]:
        part = (place.c.entry.op("/")(literal_column(str(int(width))))).label("part")
        query = select(part, func.max(place.c.changed_at)).where(LISTED).group_by("part")
        return [
            (int(number), int(at))
            for number, at in self._connection.execute(query.order_by("part"))
        ]

    def count(self, shelf: Shelf) -> int:
        return int(
            self._connection.scalar(_listed(select(func.count()).select_from(place), shelf)) or 0
        )

    def collection(self, collection_id: str) -> Collection | None:
        row = self._connection.execute(
            select(collection).where(collection.c.id == collection_id)
        ).one_or_none()
        if row is None:
            return None
        count = self.count(Shelf(collection=collection_id))
        return Collection(row.id, row.title, count) if count else None

    def collections(self, request: PageRequest) -> Page[Collection]:
        parts = member.join(place, and_(place.c.entry == member.c.entry, LISTED))
        of_it = member.c.collection == collection.c.id
        # Counted for the collections of the page alone, however many members all of them have.
        count = select(func.count()).select_from(parts).where(of_it).scalar_subquery()
        query = (
            select(collection, count.label("held"))
            .where(select(member.c.entry).select_from(parts).where(of_it).exists())
            .order_by(collection.c.title_key, collection.c.id)
        )
        if key := request.text():
            known, _, told = key.partition(" ")
            title = _title_key(told)
            later = and_(collection.c.title_key == title, collection.c.id > known)
            query = query.where(or_(collection.c.title_key > title, later))
        rows = self._connection.execute(query.limit(request.limit + 1)).all()
        page = Page.of(rows, request, lambda row: f"{row.id} {row.title_key.hex()}")
        return page.map(lambda row: Collection(row.id, row.title, int(row.held)))


def _listed(query: Select[Any], shelf: Shelf) -> Select[Any]:
    wanted: list[ColumnElement[bool]] = [LISTED]
    if shelf.license is not None:
        wanted.append(place.c.license == shelf.license.value)
    if shelf.steward is not None:
        wanted.append(place.c.steward == shelf.steward.value)
    if shelf.collection:
        query = query.join(member, member.c.entry == place.c.entry)
        wanted.append(member.c.collection == shelf.collection)
    return query.where(*wanted)


def _values(item: Placed) -> dict[str, Any]:
    return {
        "entry": item.entry,
        "digest": item.digest.value,
        "steward": item.steward.value,
        "license": item.license.value,
        "title_key": item.title_key,
        "changed_at": item.changed_at,
        "is_listed": item.is_listed,
    }


def _place(row: Row[Any]) -> Place:
    digest, steward = Digest(bytes(row.digest)), StewardId(bytes(row.steward))
    return Place(int(row.entry), digest, steward, int(row.changed_at))


def _split(key: str) -> tuple[bytes, int]:
    """Return the key of the title and the entry after which a page begins."""
    entry, _, title = key.partition(" ")
    if not entry.isascii() or not entry.isdigit() or len(entry) > 15:
        raise InvalidCursor()
    return _title_key(title), int(entry)


def _title_key(told: str) -> bytes:
    try:
        return bytes.fromhex(told)
    except ValueError as exc:
        raise InvalidCursor() from exc
