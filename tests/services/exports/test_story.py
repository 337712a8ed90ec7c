"""What a history names: records of others, stewards and licenses, and what only who exports learns."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import ResourceNotFound
from ledger_service.domain.exports.provenance.forms import HISTORY_FORMS
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.source_record import SourceRecord
from ledger_service.domain.people.caller import Caller
from ledger_service.services.exports.take_out import account_of
from ledger_service.services.exports.tell_policy import policy_bytes, tell_policy
from ledger_service.services.exports.tell_story import story_of
from tests.simulators.bench import HOUR, Bench

PUBLIC, INSIDE = "https://library.test", "http://10.0.0.7/oai?key=secret"
RECORD = SourceRecord(INSIDE, "oai:inside:1", b"<a>", b"<record/>")


@pytest.fixture
def harvested(bench: Bench) -> Digest:
    digest = bench.registered().digest
    with bench.store.write() as transaction:
        transaction.records.keep([(RECORD, digest.value)], bench.clock())
    bench.anchored_twice()
    return digest


def test_a_record_of_others_is_named_and_its_service_only_to_who_exports(
    bench: Bench, harvested: Digest
) -> None:
    told = story_of(bench.library, harvested, PUBLIC)
    [source] = told.sources
    assert (source.identifier, source.digest) == ("oai:inside:1", RECORD.digest.hex())
    for form in HISTORY_FORMS:
        assert "10.0.0.7" not in form.write(told)
    assert f"sha256:{RECORD.digest.hex()}" in HISTORY_FORMS[0].write(told)
    operator = Caller.operator(bench.library.steward)
    files = account_of(bench.library, operator, harvested, PUBLIC).files()
    assert INSIDE.encode() in files["provenance.json"]
    assert {"provenance.ttl", "premis.xml"} <= set(files)


def test_a_password_in_the_address_of_a_service_is_told_to_nobody(bench: Bench) -> None:
    digest = bench.registered().digest
    kept_before = RECORD._replace(source="https://koha:sesame@journal.example/oai")
    with bench.store.write() as transaction:
        transaction.records.keep([(kept_before, digest.value)], bench.clock())
    bench.anchored_twice()
    operator = Caller.operator(bench.library.steward)
    files = account_of(bench.library, operator, digest, PUBLIC).files()
    assert b"https://journal.example/oai" in files["provenance.json"]
    assert not any(b"sesame" in data for data in files.values())


def test_readers_and_their_loans_are_in_no_history(bench: Bench, harvested: Digest) -> None:
    before = [form.write(story_of(bench.library, harvested, PUBLIC)) for form in HISTORY_FORMS]
    reader = bench.reader()
    bench.grant(harvested, reader, HOUR)
    bench.settle()
    told = [form.write(story_of(bench.library, harvested, PUBLIC)) for form in HISTORY_FORMS]
    assert told == before


def test_a_history_is_only_of_what_the_library_took_in(bench: Bench) -> None:
    with pytest.raises(ResourceNotFound):
        story_of(bench.library, Digest.of(b"unknown"), PUBLIC)


def test_a_license_tells_the_policy_that_it_commits_to(bench: Bench) -> None:
    row = bench.license("House", 3)
    told = tell_policy(bench.library, "House")
    assert told.is_committed
    assert Digest.of(policy_bytes(bench.library, row.id.hex())).value == row.terms.policy_digest
