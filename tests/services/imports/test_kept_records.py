"""Records of harvests are kept with what was made of them, each once, and only for who may see imports."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import NotPermitted
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.prepared_claim import (
    DUPLICATE,
    REFUSED,
    REGISTERED,
    PreparedClaim,
)
from ledger_service.domain.imports.source_record import SourceRecord
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.services.imports.find_records import records_about
from tests.services.imports.test_import_resources import accept, claim_on
from tests.simulators.bench import BOOK, LIBRARIAN, STEWARD, Bench

FIRST = SourceRecord("https://l.example/oai", "oai:l:1", b"<OAI-PMH>", b"<record>1</record>")
LATER = FIRST._replace(content=b"<record>2</record>")


def made_of(record: SourceRecord, claim: PreparedClaim) -> PreparedClaim:
    return claim._replace(record=tuple(record))


def kept(bench: Bench, data: bytes = BOOK) -> list[SourceRecord]:
    return [record for record, _ in records_about(bench.store, LIBRARIAN, Digest.of(data))]


def test_a_record_is_kept_once_and_about_each_resource_that_was_made_of_it(bench: Bench) -> None:
    other = claim_on(b"other", "Other")
    results = accept(
        bench, made_of(FIRST, claim_on()), made_of(FIRST, claim_on()), made_of(FIRST, other)
    )
    assert [result.outcome for result in results] == [REGISTERED, DUPLICATE, REGISTERED]
    accept(
        bench, made_of(FIRST._replace(head=b"another page"), claim_on()), made_of(LATER, claim_on())
    )
    assert kept(bench) == [FIRST, LATER]
    assert kept(bench, b"other") == [FIRST]
    assert kept(bench, b"unknown") == []


def test_records_of_what_was_not_taken_are_kept_and_describe_nothing(bench: Bench) -> None:
    refused = PreparedClaim("x", REFUSED, "told")
    accept(bench, claim_on(), made_of(FIRST, refused), made_of(LATER, claim_on(b"", "Empty")))
    assert kept(bench) == []
    with bench.store.read() as transaction:
        rows = transaction._connection.exec_driver_sql("SELECT content FROM source_record").all()
    assert len(rows) == 2


def test_thousands_of_records_are_kept_at_a_time(bench: Bench) -> None:
    claims = [
        made_of(FIRST._replace(content=b"%d" % number), claim_on(b"%d" % number, f"No. {number}"))
        for number in range(1203)
    ]
    accept(bench, *claims, *claims)
    assert kept(bench, b"1202") == [FIRST._replace(content=b"1202")]


def test_only_who_sees_imports_sees_their_records(bench: Bench) -> None:
    reader = Caller.of_token(Role.READER, "0" * 32, STEWARD)
    with pytest.raises(NotPermitted):
        records_about(bench.store, reader, Digest.of(BOOK))
