"""What finds words: FTS5 of SQLite, and `tsvector` of PostgreSQL.

Both are handed tokens that were folded and cut before, and neither cuts, folds or stems anything itself:
FTS5 splits at blanks, and PostgreSQL is given lexemes with their places, so that no parser, no dictionary
and no locale of the database has a say (docs/adr/0098).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection

from reading_room.search.rules.document import Document
from reading_room.search.rules.facet import EDGE, MARK
from reading_room.search.rules.query import Column, Term

AT_ONCE = 500  # rows or words of one statement
GAP = 2  # places between two columns, so that no phrase goes from one to the next
WEIGHTS = {Column.TITLE: "A", Column.CREATOR: "B", Column.SUBJECT: "C", Column.REST: "D"}
LAST_LETTER = "\U0010ffff"


class Words(Protocol):
    """The words of documents, in the form of one database."""

    matching: str
    """Selects the numbers of documents that fit an expression; parameters: it, and how many, newest first."""

    def expression(self, terms: Sequence[Term]) -> str:
        """Return these terms, of which one at least is not excluded."""

    def add(self, documents: Sequence[Document]) -> None:
        """Add documents whose numbers are new."""

    def replace(self, old: Document, new: Document) -> None:
        """Let the document that was added so have other words."""

    def clear(self) -> None:
        """Forget all words."""

    def known(self, words: Collection[str]) -> set[str]:
        """Return those that some document has."""

    def beginning(self, text: str, limit: int) -> list[str]:
        """Return words that begin so, in their order."""


def run(connection: Connection, sql: str, parameters: Sequence[object] = ()) -> Any:
    """Return the result of a statement whose parameters are written `?`."""
    native = connection.dialect.paramstyle == "qmark"
    return connection.exec_driver_sql(sql if native else sql.replace("?", "%s"), tuple(parameters))


def run_many(connection: Connection, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Run a statement once for each row of parameters."""
    if rows:
        native = connection.dialect.paramstyle == "qmark"
        connection.exec_driver_sql(sql if native else sql.replace("?", "%s"), list(rows))


def words_in(connection: Connection) -> Words:
    """Return the words in the form of this database."""
    is_sqlite = connection.dialect.name == "sqlite"
    return SqliteWords(connection) if is_sqlite else PostgresWords(connection)


class SqliteWords:
    """Implements Words by a table of FTS5 that holds no text."""

    matching = "SELECT rowid AS number FROM searchwords WHERE searchwords MATCH ? ORDER BY rowid DESC LIMIT ?"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def expression(self, terms: Sequence[Term]) -> str:
        wanted = " AND ".join(_clause(term) for term in terms if not term.is_excluded)
        out = " OR ".join(_clause(term) for term in terms if term.is_excluded)
        return f"({wanted}) NOT ({out})" if out else wanted

    def add(self, documents: Sequence[Document]) -> None:
        rows = [(one.number, *map(" ".join, one.columns)) for one in documents]
        run_many(
            self._connection,
            "INSERT INTO searchwords (rowid, title, creator, subject, rest) VALUES (?, ?, ?, ?, ?)",
            rows,
        )

    def replace(self, old: Document, new: Document) -> None:
        run(
            self._connection,
            "INSERT INTO searchwords (searchwords, rowid, title, creator, subject, rest)"
            " VALUES ('delete', ?, ?, ?, ?, ?)",
            (old.number, *map(" ".join, old.columns)),
        )
        self.add([new])

    def clear(self) -> None:
        run(self._connection, "INSERT INTO searchwords (searchwords) VALUES ('delete-all')")

    def known(self, words: Collection[str]) -> set[str]:
        return _known(self._connection, words)

    def beginning(self, text: str, limit: int) -> list[str]:
        return _beginning(self._connection, text, limit)


class PostgresWords:
    """Implements Words by a column of lexemes with their places, and a table of all words."""

    matching = "SELECT number FROM searchwords WHERE words @@ CAST(? AS tsquery) ORDER BY number DESC LIMIT ?"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def expression(self, terms: Sequence[Term]) -> str:
        return " & ".join(
            ("!" if term.is_excluded else "") + "(" + " | ".join(_lexemes(term)) + ")"
            for term in sorted(terms, key=lambda term: term.is_excluded)
        )

    def add(self, documents: Sequence[Document]) -> None:
        vectors = [(one.number, _vector(one)) for one in documents]
        run_many(
            self._connection,
            "INSERT INTO searchwords (number, words) VALUES (?, CAST(? AS tsvector))",
            vectors,
        )
        self._learn(documents)

    def replace(self, old: Document, new: Document) -> None:
        run(
            self._connection,
            "UPDATE searchwords SET words = CAST(? AS tsvector) WHERE number = ?",
            (_vector(new), old.number),
        )
        self._learn([new])

    def clear(self) -> None:
        run(self._connection, "TRUNCATE searchwords, searchvocabulary")

    def known(self, words: Collection[str]) -> set[str]:
        return _known(self._connection, words)

    def beginning(self, text: str, limit: int) -> list[str]:
        return _beginning(self._connection, text, limit)

    def _learn(self, documents: Iterable[Document]) -> None:
        words = {word for one in documents for column in one.columns for word in column}
        run(
            self._connection,
            "INSERT INTO searchvocabulary (term) SELECT unnest(CAST(? AS text[])) ON CONFLICT DO NOTHING",
            (sorted(words),),
        )


def _known(connection: Connection, words: Collection[str]) -> set[str]:
    wanted = list(words)
    found: set[str] = set()
    for at in range(0, len(wanted), AT_ONCE):
        some = wanted[at : at + AT_ONCE]
        marks = ",".join("?" * len(some))
        query = f"SELECT term FROM searchvocabulary WHERE term IN ({marks})"  # noqa: S608 - only marks
        rows = run(connection, query, some)
        found.update(row[0] for row in rows)
    return found


def _beginning(connection: Connection, text: str, limit: int) -> list[str]:
    query = "SELECT term FROM searchvocabulary WHERE term >= ? AND term < ? ORDER BY term LIMIT ?"
    return [row[0] for row in run(connection, query, (text, text + LAST_LETTER, limit))]


def _clause(term: Term) -> str:
    star = " *" if term.is_prefix else ""
    phrases = " OR ".join(f'"{" ".join(words)}"{star}' for words in term.spellings)
    in_column = term.column is not None and term.column is not Column.REST
    return f"{term.column} : ({phrases})" if in_column else f"({phrases})"


def _lexemes(term: Term) -> Iterable[str]:
    in_column = term.column is not None and term.column is not Column.REST
    weight = WEIGHTS[term.column] if in_column and term.column is not None else ""
    for words in term.spellings:
        marked = [f"'{word}'" + (":" + weight if weight else "") for word in words]
        if term.is_prefix:
            marked[-1] = f"'{words[-1]}':*{weight}"
        yield " <-> ".join(marked) if len(marked) == 1 else "(" + " <-> ".join(marked) + ")"


def _vector(document: Document) -> str:
    """Return the lexemes of a document as PostgreSQL writes them: each with its places and columns."""
    places: dict[str, list[str]] = {}
    at = 0
    for column, words in zip(Column, document.columns, strict=True):
        weight = "" if column is Column.REST else WEIGHTS[column]
        for word in words:
            at += 1
            if word != EDGE or column is Column.TITLE:
                places.setdefault(word, []).append(f"{at}{weight}")
        at += GAP
    return " ".join(
        f"'{word}'" if word.startswith(MARK) else f"'{word}':{','.join(found)}"
        for word, found in places.items()
    )
