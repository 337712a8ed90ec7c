"""Registrations, each with its newest corrected record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from ledger_service.adapters.sql.driver import Driver
from ledger_service.adapters.sql.resources.bulk import BulkRegistrations
from ledger_service.adapters.sql.resources.schema import (
    IS_BEING_WITHDRAWN,
    ROUTES,
    description,
    registration,
    steward,
)
from ledger_service.adapters.sql.words import Words
from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.errors import InvalidJson, InvalidMetadata, MetadataMismatch
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.resources.record import read_wider
from ledger_service.domain.resources.registration import (
    NARROW,
    STATES_BEFORE_CHAIN,
    STATES_READABLE,
    Description,
    Metadata,
    Registration,
    RegistrationState,
    Route,
)
from ledger_service.domain.resources.search import EVERYTHING, Search
from ledger_service.ports.paging import Page, PageRequest

MOST_LOOKED_AT = 10_000  # registrations, for one page of a search for words
_SEARCHED = ("title", "creator")
NEW = "new_"  # begins the columns of the newest description
_NEWEST = description.alias("newest")
_LAST = (
    select(func.max(description.c.revision))
    .where(description.c.digest == registration.c.digest, description.c.steward == steward.c.id)
    .scalar_subquery()
)
_JOINED = registration.join(steward, steward.c.number == registration.c.steward).outerjoin(
    _NEWEST,
    and_(
        _NEWEST.c.digest == registration.c.digest,
        _NEWEST.c.steward == steward.c.id,
        _NEWEST.c.revision == _LAST,
    ),
)
_CLAIMED = (
    *("digest", "license", "cid", "route", "state", "accepted_at", "accepted_entry"),
    *("registered_entry", "block", "transaction", "rejection"),
)
_DESCRIBED = ("digest", "steward", "revision", "described_at", "entry")
_RECORD = (*NARROW, "further")
# Rows are taken apart by place, since SQLAlchemy takes long to find a value by its name.
_READ = select(
    *(registration.c[name] for name in (*_CLAIMED, *_RECORD)),
    steward.c.id.label("steward_id"),
    *(_NEWEST.c[name].label(NEW + name) for name in (*_DESCRIBED, *_RECORD)),
).select_from(_JOINED)
_STEWARD_AT = len(_CLAIMED) + len(_RECORD)
_STATES = {state.value: state for state in RegistrationState}

_FOUND = Words(
    _READ.where(registration.c.digest == bindparam("asked"), steward.c.id == bindparam("by"))
)
# Built once: building one takes SQLAlchemy several times as long as running it.
_OF_DIGEST = _READ.where(registration.c.digest == bindparam("wanted")).order_by(
    registration.c.accepted_entry
)
_STANDS = or_(
    registration.c.state.in_([state.value for state in STATES_READABLE]),
    and_(
        registration.c.route == ROUTES.index(Route.BULK),
        registration.c.state.in_([state.value for state in STATES_BEFORE_CHAIN]),
    ),
)
_DESCRIPTIONS = (
    select(*(description.c[name] for name in (*_DESCRIBED, *_RECORD)))
    .where(description.c.digest == bindparam("wanted"))
    .order_by(description.c.entry)
)
_OF_ENTRIES = _READ.where(
    registration.c.accepted_entry.in_(bindparam("entries", expanding=True))
).order_by(registration.c.accepted_entry)

_BEING_WITHDRAWN = (
    select(registration.c.accepted_entry)
    .where(IS_BEING_WITHDRAWN)
    .order_by(registration.c.accepted_entry)
    .limit(bindparam("most"))
)


class SqlRegistrations(BulkRegistrations):
    """Implements ports.RegistrationTable."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._connection = connection
        self._driver = Driver(connection)

    def find(self, digest: Digest, steward_id: StewardId) -> Registration | None:
        values = {"asked": digest.value, "by": steward_id.value}
        row = _FOUND.row(self._connection, **values)
        return None if row is None else _registration(row)

    def of_digest(self, digest: Digest) -> list[Registration]:
        """Return all registrations of a digest, oldest first."""
        rows = self._connection.execute(_OF_DIGEST, {"wanted": digest.value})
        return [_registration(row) for row in rows]

    def of_entries(self, entries: Collection[int]) -> list[Registration]:
        rows = self._connection.execute(_OF_ENTRIES, {"entries": list(entries)})
        return [_registration(row) for row in rows]

    def being_withdrawn(self, limit: int) -> list[int]:
        return list(self._connection.scalars(_BEING_WITHDRAWN, {"most": limit}))

    def page(self, request: PageRequest, search: Search = EVERYTHING) -> Page[Registration]:
        after, entry = request.number(), registration.c.accepted_entry
        wanted = [] if after is None else [entry > after]
        if search.prefix:
            wanted.append(registration.c.digest.between(*search.bounds()))
        looked_to = None
        if search.words:
            found, looked_to = self._entries_with(search, wanted, request.limit + 1)
            wanted = [entry.in_(found)]
        query = _READ.where(*wanted).order_by(entry).limit(request.limit + 1)
        rows = self._connection.execute(query).all()
        page = Page.of(rows, request, lambda row: int(row.accepted_entry), looked_to)
        return page.map(_registration)

    def page_under(
        self, steward_id: StewardId, licenses: Collection[LicenseId], request: PageRequest
    ) -> Page[Registration]:
        """Return a page of what stands under one of these licenses."""
        after, entry = request.number(), registration.c.accepted_entry
        wanted = [
            registration.c.steward == _number_of(steward_id),
            registration.c.license.in_(sorted(item.value for item in licenses)),
            _STANDS,
        ]
        if after is not None:
            wanted.append(entry > after)
        query = _READ.where(*wanted).order_by(entry).limit(request.limit + 1)
        rows = self._connection.execute(query).all()
        return Page.of(rows, request, lambda row: int(row.accepted_entry)).map(_registration)

    def _entries_with(
        self, search: Search, wanted: list[Any], limit: int
    ) -> tuple[list[int], int | None]:
        """Return the entries of what has the words, and the entry to which was looked, None if to the end.

        The words are matched here, since databases fold the letters of few languages.
        """
        records = [table.c[name] for table in (registration, _NEWEST) for name in _SEARCHED]
        query = select(registration.c.accepted_entry, *records).select_from(_JOINED)
        query = query.where(*wanted).order_by(registration.c.accepted_entry)
        rows = self._connection.execute(query.limit(MOST_LOOKED_AT)).all()
        found = [
            entry
            for entry, *claimed, new_title, new_creator in rows
            if search.finds(*claimed)
            or (new_title is not None and search.finds(new_title, new_creator))
        ]
        return found[:limit], rows[-1][0] if len(rows) == MOST_LOOKED_AT else None

    def set_state(
        self,
        digest: Digest,
        steward_id: StewardId,
        state: RegistrationState,
        *,
        registered_entry: int | None = None,
        block: int | None = None,
        transaction: str | None = None,
        rejection: str | None = None,
    ) -> None:
        """Change the state, and what else is given."""
        given = {
            "registered_entry": registered_entry,
            "block": block,
            "transaction": transaction,
            "rejection": rejection,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        self._connection.execute(
            update(registration).where(_is(digest, steward_id)).values(state=state.value, **changes)
        )

    def settle_routes(
        self, steward_id: StewardId, route: Route, digests: Collection[Digest] | None
    ) -> int:
        """Let claims of an unknown route have this one, all or those on these digests; return how many."""
        of_unknown = update(registration).where(
            registration.c.steward == _number_of(steward_id),
            registration.c.route == ROUTES.index(Route.UNKNOWN),
        )
        change = of_unknown.values(route=ROUTES.index(route))
        if digests is None:
            return self._connection.execute(change).rowcount
        return sum(
            self._connection.execute(change.where(registration.c.digest == digest.value)).rowcount
            for digest in digests
        )

    def count_unknown_routes(self, steward_id: StewardId) -> int:
        """Return how many claims that the chain does not have yet have an unknown route."""
        states = [state.value for state in STATES_BEFORE_CHAIN]
        counted = select(func.count()).where(
            registration.c.steward == _number_of(steward_id),
            registration.c.route == ROUTES.index(Route.UNKNOWN),
            registration.c.state.in_(states),
        )
        return int(self._connection.scalar(counted) or 0)

    def describe(self, item: Description) -> None:
        record = item.record
        row = {
            **{name: getattr(record, name) for name in NARROW},
            "further": record.wider_text or None,
            "digest": item.digest.value,
            "steward": item.steward.value,
            "revision": item.revision,
            "described_at": item.described_at,
            "entry": item.entry,
        }
        self._connection.execute(insert(description).values(row))
        self._changes.set_hosts(item.digest, item.steward, record.part_of)

    def descriptions(self, digest: Digest) -> list[Description]:
        rows = self._connection.execute(_DESCRIPTIONS, {"wanted": digest.value})
        return [_description(row) for row in rows]

    def count_by_state(self) -> dict[str, int]:
        rows = self._connection.execute(
            select(registration.c.state, func.count()).group_by(registration.c.state)
        )
        return {row[0]: row[1] for row in rows}


def _is(digest: Digest, steward_id: StewardId) -> Any:
    steward_is = registration.c.steward == _number_of(steward_id)
    return and_(registration.c.digest == digest.value, steward_is)


def _number_of(steward_id: StewardId) -> Any:
    return select(steward.c.number).where(steward.c.id == steward_id.value).scalar_subquery()


def _registration(row: Sequence[Any]) -> Registration:
    digest, license_id, cid, route, state, at, entry, registered, *rest = row[: len(_CLAIMED)]
    block, transaction, rejection = rest
    described = row[_STEWARD_AT + 1 :]
    return Registration(
        Digest(digest),
        StewardId(row[_STEWARD_AT]),
        LicenseId(license_id),
        ContentId.parse(cid) if cid else ContentId(RAW, digest),
        _record(digest, entry, row[len(_CLAIMED) : _STEWARD_AT]),
        ROUTES[route],
        _STATES[state],
        at,
        entry,
        registered,
        block,
        transaction,
        rejection,
        None if described[0] is None else _description(described),
    )


def _description(row: Sequence[Any]) -> Description:
    digest, steward_id, revision, at, entry = row[: len(_DESCRIBED)]
    record = _record(digest, entry, row[len(_DESCRIBED) :])
    return Description(Digest(digest), StewardId(steward_id), revision, record, at, entry)


def _record(digest: bytes, entry: int, values: Sequence[Any]) -> Metadata:
    *narrow, further = values
    try:
        return Metadata(*narrow, **read_wider(further or ""))
    except (InvalidJson, InvalidMetadata) as exc:
        raise MetadataMismatch(digest=digest.hex(), entry=entry) from exc
