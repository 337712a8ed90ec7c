"""Queries whose words are made once: rows have names, values stay values, errors are ours."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, column, select, table

from ledger_service.adapters.sql.lending.schema import grant
from ledger_service.adapters.sql.words import Words
from ledger_service.domain.errors import LedgerBusy
from tests.simulators.bench import Granted

OF_READER = select(grant).where(grant.c.reader == bindparam("asked"))


def test_rows_are_those_of_sqlalchemy(granted: Granted) -> None:
    with granted.bench.store.read() as transaction:
        found = transaction.room(lambda connection: connection)
        by_words = Words(OF_READER).rows(found, asked=granted.reader)
        by_sqlalchemy = found.execute(OF_READER, {"asked": granted.reader}).all()
    assert [row._mapping for row in by_words] == [dict(row._mapping) for row in by_sqlalchemy]
    assert by_words[0].id == granted.grant.id.value


@pytest.mark.parametrize("asked", ["' OR '1'='1", "?", ":asked", "%s", ""])
def test_a_value_is_never_read_as_words(granted: Granted, asked: str) -> None:
    with granted.bench.store.read() as transaction:
        found = transaction.room(lambda connection: connection)
        assert Words(OF_READER).row(found, asked=asked) is None


def test_what_the_database_refuses_is_our_error(granted: Granted) -> None:
    words = Words(select(table("absent", column("x"))))
    with pytest.raises(LedgerBusy), granted.bench.store.read() as transaction:
        words.rows(transaction.room(lambda connection: connection))
