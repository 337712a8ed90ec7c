"""Let harvesters have COUNTER's reports: know who asks, and write a report of the months that are closed.

A report is written piece by piece, so that one of many items needs no memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hmac import compare_digest
from itertools import groupby

from ledger_service.domain.errors import NotAuthenticated
from ledger_service.domain.people.permission import Permission, holds
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import TOKEN_PREFIX, authenticate
from ledger_service.services.resources.find_resources import library_name
from reading_room.usage.rules.counter.asked import Asked
from reading_room.usage.rules.counter.notices import Code, NotAnswered, Notice
from reading_room.usage.rules.counter.told import (
    Json,
    Platform,
    as_key,
    header,
    item,
    platform_item,
)
from reading_room.usage.rules.months import Month
from reading_room.usage.verbs.months import Tables

ITEMS_AT_ONCE = 200
MOST_HELD = 20_000
"""Items of parents that are held back, so that those of one parent stand together; then it comes again."""
WORLD = "0000000000000000"
"""COUNTER's customer who is everybody."""


def find_platform(library: Library, address: str) -> Platform:
    """Return who reports. address: how people reach the service."""
    return Platform(library.key.name, library_name(library), address)


def check_harvester(library: Library, query: Mapping[str, str]) -> None:
    """Check who asks: this library's id as the customer, and a token for reports of use alone.

    The token is the api_key; or the requestor_id, in programs that know no api_key.

    Raises:
        NotAnswered: one is missing (1030), or is not right (2000, 2010, 2011, 2020).
    """
    customer = query.get("customer_id", "")
    secret = query.get("api_key") or query.get("requestor_id", "")
    if not customer or not secret:
        missing = [] if customer else ["customer_id"]
        raise NotAnswered(
            Code.INSUFFICIENT, ", ".join([*missing, *([] if secret else ["api_key"])])
        )
    wrong = Code.KEY_INVALID if query.get("api_key") else Code.REQUESTOR_UNKNOWN
    if not secret.startswith(TOKEN_PREFIX):
        raise NotAnswered(wrong)
    try:
        caller = authenticate(library.store, library.clock, library.steward, secret)
    except NotAuthenticated as exc:
        raise NotAnswered(wrong) from exc
    if caller.scopes != frozenset({Permission.USAGE_REPORT.value}) or not holds(
        caller, Permission.USAGE_REPORT
    ):
        raise NotAnswered(
            wrong, f"a token for {Permission.USAGE_REPORT} and nothing else is needed"
        )
    if customer == WORLD:
        raise NotAnswered(Code.NO_GLOBAL_REPORTS)
    if not compare_digest(customer.encode(), library.key.name.encode()):
        raise NotAnswered(Code.NOT_OF_INSTITUTION)


def months_available(library: Library, tables: Tables) -> tuple[Month, Month] | None:
    """Return the first and the last month that reports have, None before the first is closed."""
    with library.store.read() as transaction:
        closed = transaction.room(tables).closed()
    return (closed[0].month, closed[-1].month) if closed else None


def write_report(
    library: Library, tables: Tables, asked: Asked, platform: Platform
) -> Iterator[bytes]:
    """Yield a report as JSON, piece by piece."""
    available = months_available(library, tables)
    first, last, missing = _closed_of(asked, available)
    notices = [*asked.notices, *_not_ready(missing)]
    now = library.clock()
    told = header(
        replace(asked, last=min(asked.last, Month.of(now).before)), platform, now, notices
    )
    yield b'{"Report_Header":' + _json(told) + b',"Report_Items":['
    if first <= last:
        if asked.report.is_by_item:
            yield from _items(library, tables, asked, platform, (first, last))
        else:
            with library.store.read() as transaction:
                sums = transaction.room(tables).sums(first, last)
            yield b",".join(map(_json, platform_item(asked, platform, sums)))
    yield b"]}"


def _closed_of(
    asked: Asked, available: tuple[Month, Month] | None
) -> tuple[Month, Month, Sequence[Month]]:
    """Return the months that are closed, none if the first is behind the last, and those that are not."""
    if available is None:
        return asked.first, Month(1, 1), (asked.first, asked.last)
    last = min(asked.last, available[1])
    missing = (max(asked.first, available[1].next), asked.last) if asked.last > last else ()
    return asked.first, last, missing


def _not_ready(missing: Sequence[Month]) -> list[Notice]:
    return [Notice(Code.NOT_READY, "/".join(map(str, dict.fromkeys(missing))))] if missing else []


def _items(
    library: Library, tables: Tables, asked: Asked, platform: Platform, months: tuple[Month, Month]
) -> Iterator[bytes]:
    """Yield those that are part of nothing, and then those that are, each parent once."""
    held: dict[str, tuple[Json, list[bytes]]] = {}
    count, is_open, between = 0, False, b""
    for parent, found in _each(library, tables, asked, platform, months):
        if not parent:
            yield (b"," if is_open else between + b'{"Items":[') + _json(found)
            is_open, between = True, b","
            continue
        held.setdefault(as_key(parent), (parent, []))[1].append(_json(found))
        count += 1
        if count == MOST_HELD:
            yield (b"]}" if is_open else b"") + between + _parents(held)
            held.clear()
            count, is_open, between = 0, False, b","
    if is_open:
        yield b"]}"
    if held:
        yield between + _parents(held)


def _parents(held: Mapping[str, tuple[Json, list[bytes]]]) -> bytes:
    return b",".join(
        _json(parent)[:-1] + b',"Items":[' + b",".join(items) + b"]}"
        for parent, items in held.values()
    )


def _each(
    library: Library, tables: Tables, asked: Asked, platform: Platform, months: tuple[Month, Month]
) -> Iterator[tuple[Json, Json]]:
    after = None
    while True:
        found = []
        with library.store.read() as transaction:
            rows = transaction.room(tables).lines_between(*months, after, ITEMS_AT_ONCE)
            for digest, lines in groupby(rows, lambda row: row[1].digest):
                known = transaction.registrations.find(digest, library.steward)
                found.append(item(asked, platform, digest, list(lines), known))
                after = digest
        yield from filter(None, found)
        if not rows:
            return


def _json(told: Json) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
