"""The room's tables, and what is read and written there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from reading_room.search.ports import Indexed
from reading_room.search.rules.document import Document
from reading_room.search.rules.facet import STEWARD_DIGITS, Access, Facet, Kind, named_mark
from reading_room.search.rules.found import (
    CANDIDATES,
    NO_YEAR,
    Asked,
    Counted,
    Hit,
    Order,
    parse_key,
)
from reading_room.search.rules.query import Column, Term
from reading_room.search.rules.tiers import tiers_of
from reading_room.search.sql.schema import document, state, subject
from reading_room.search.sql.words import AT_ONCE, run, run_many, words_in

_STEP = "SELECT number, {step} AS step FROM ({matching}) AS of_{step}"
_FOUND = """
WITH candidate AS MATERIALIZED ({candidates}),
found AS MATERIALIZED (
    SELECT d.number, d.accepted, d.title_words, d.year, d.title_key, min(c.step) AS step
    FROM candidate c JOIN search_document d ON d.number = c.number AND d.is_shown{without}
    GROUP BY d.number)
SELECT number, accepted, title_words, year, title_key, step, (SELECT count(*) FROM found) AS total,
    (SELECT count(*) FROM candidate WHERE step = 3) AS candidates
FROM found {where} ORDER BY {keys} LIMIT ?
"""
_NAMED = """
SELECT DISTINCT d.accepted FROM ({matching}) AS m JOIN search_document d ON d.number = m.number
ORDER BY d.accepted DESC LIMIT ?
"""
_HELD = (Facet.KIND, Facet.LANGUAGE, Facet.LICENSE, Facet.ACCESS, Facet.STEWARD, Facet.YEAR)
_VALUES = "SELECT '{0}', CAST({0} AS text), count(*) FROM found GROUP BY {0}"
_COUNTED = """
WITH candidate AS MATERIALIZED ({candidates}),
found AS MATERIALIZED (
    SELECT DISTINCT d.number, d.kind, d.language, d.license, d.access, d.steward, d.year
    FROM candidate c JOIN search_document d ON d.number = c.number AND d.is_shown{without})
{values}
UNION ALL SELECT 'subject', s.subject, count(*)
FROM found JOIN search_subject s ON s.document = found.number GROUP BY s.subject
"""
_ALL_VALUES = " UNION ALL ".join(_VALUES.format(facet) for facet in _HELD)
_ADD = (
    "INSERT INTO search_document (number, accepted, head, is_shown, title_key, title_words, kind, language,"
    " license, access, steward, year) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INDEXED = "SELECT looked_to, fold, texts_to FROM search_state"
_ADD_SUBJECT = "INSERT INTO search_subject (document, subject) VALUES (?, ?)"
_KEYS = {
    Order.RELEVANCE: "step, title_words, -number",
    Order.DATE: f"-coalesce(year, {NO_YEAR}), -number",
    Order.TITLE: "title_key, -number",
}
_NEWEST = "-number"


class SqlSearch:
    """Implements ports.SearchTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._words = words_in(connection)

    def indexed(self) -> Indexed:
        row = run(self._connection, _INDEXED).one_or_none()
        return Indexed() if row is None else Indexed(*row)

    def set_indexed(self, indexed: Indexed) -> None:
        if not self._connection.execute(update(state).values(vars(indexed))).rowcount:
            self._connection.execute(insert(state), {"number": 1, **vars(indexed)})

    def add(self, documents: Sequence[Document]) -> None:
        by_number = {one.number: one for one in documents}
        held = self._held(list(by_number))
        self._show(held, is_shown=True)
        new = [one for number, one in by_number.items() if number not in held]
        run_many(self._connection, _ADD, [_row(one) for one in new])
        subjects = [(one.number, text) for one in new for text in one.subjects]
        run_many(self._connection, _ADD_SUBJECT, subjects)
        self._words.add(new)

    def add_text(self, old: Document, new: Document) -> bool:
        one = (document.c.number == old.number, document.c.is_shown, ~document.c.has_text)
        if not self._connection.execute(
            update(document).where(*one).values(has_text=True)
        ).rowcount:
            return False
        self._words.replace(old, new)
        return True

    def without_text(self, before: int | None, limit: int) -> list[tuple[int, int]]:
        query = select(document.c.number, document.c.accepted).where(
            document.c.is_shown,
            ~document.c.has_text,
            document.c.kind == Kind.TEXT.value,
            document.c.access == Access.OPEN.value,
        )
        if before is not None:
            query = query.where(document.c.number < before)
        rows = self._connection.execute(query.order_by(document.c.number.desc()).limit(limit))
        return [(row.number, row.accepted) for row in rows]

    def hide(self, numbers: Collection[int]) -> None:
        self._show(self._held(list(numbers)), is_shown=False)

    def numbers_of(self, digest: bytes) -> list[int]:
        of_digest = select(document.c.number).where(
            document.c.head == _head(digest), document.c.is_shown
        )
        return list(self._connection.scalars(of_digest))

    def clear(self) -> None:
        self._words.clear()
        for table in (document, subject, state):
            self._connection.execute(delete(table))

    def find(self, asked: Asked) -> Counted:
        has_words = bool(asked.query.words)
        keys = _KEYS[asked.order]
        if asked.order is Order.RELEVANCE and not has_words:
            keys = _NEWEST
        after = parse_key(asked.order, asked.after, has_words=has_words)
        where = "" if after is None else f"WHERE ({keys}) > ({','.join('?' * len(after))})"
        candidates, values = self._candidates(asked)
        without = _without(asked)
        sql = _FOUND.format(candidates=candidates, without=without, where=where, keys=keys)
        rows = run(self._connection, sql, (*values, *(after or ()), asked.limit + 1)).fetchall()
        is_more = bool(rows) and rows[0].candidates > CANDIDATES
        total = rows[0].total if rows else 0
        facets = self._facets(candidates, without, values) if asked.with_facets and rows else {}
        return Counted(
            [_hit(row) for row in rows],
            min(total, CANDIDATES) if is_more else total,
            is_more,
            facets,
        )

    def named(self, scheme: str, value: str, limit: int) -> list[int]:
        term = Term(((named_mark(scheme, value),),), column=Column.REST)
        sql = _NAMED.format(matching=self._words.matching)
        rows = run(self._connection, sql, (self._words.expression((term,)), CANDIDATES, limit))
        return [row.accepted for row in rows]

    def known_words(self, words: Collection[str]) -> set[str]:
        return self._words.known(words)

    def words_from(self, beginning: str, limit: int) -> list[str]:
        return self._words.beginning(beginning, limit)

    def _candidates(self, asked: Asked) -> tuple[str, list[object]]:
        parts, values = [], list[object]()
        for step, terms in tiers_of(asked.query):
            parts.append(_STEP.format(step=step, matching=self._words.matching))
            values += [self._words.expression(terms), CANDIDATES + 1]
        return " UNION ALL ".join(parts), values

    def _facets(
        self, candidates: str, without: str, values: Sequence[object]
    ) -> dict[Facet, list[tuple[str, int]]]:
        found: dict[Facet, list[tuple[str, int]]] = {facet: [] for facet in Facet}
        sql = _COUNTED.format(candidates=candidates, without=without, values=_ALL_VALUES)
        for name, value, count in run(self._connection, sql, values):
            if value:
                found[Facet(name)].append((value, count))
        return {
            facet: sorted(rows, key=lambda row: (-row[1], row[0])) for facet, rows in found.items()
        }

    def _held(self, numbers: Sequence[int]) -> set[int]:
        found: set[int] = set()
        for at in range(0, len(numbers), AT_ONCE):
            some = document.c.number.in_(numbers[at : at + AT_ONCE])
            found.update(self._connection.scalars(select(document.c.number).where(some)))
        return found

    def _show(self, numbers: Collection[int], *, is_shown: bool) -> None:
        wanted = sorted(numbers)
        for at in range(0, len(wanted), AT_ONCE):
            some = document.c.number.in_(wanted[at : at + AT_ONCE])
            self._connection.execute(update(document).where(some).values(is_shown=is_shown))


def _without(asked: Asked) -> str:
    """Return the condition on a document `d` that it is none of what is neither found nor counted."""
    if not asked.without:
        return ""
    return f" AND d.accepted NOT IN ({','.join(map(str, asked.without))})"


def _row(one: Document) -> tuple[object, ...]:
    return (
        one.number,
        one.accepted,
        _head(one.digest),
        True,
        one.title_key,
        one.title_words,
        one.kind,
        one.language,
        one.license,
        one.access,
        one.steward[:STEWARD_DIGITS],
        one.year,
    )


def _head(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big", signed=True)


def _hit(row: Any) -> Hit:
    return Hit(row.number, row.accepted, row.step, row.title_words, row.year, bytes(row.title_key))
