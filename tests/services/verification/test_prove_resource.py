"""The quick proof of a resource: what it tells, and that it tells nothing that does not hold."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text, update

from ledger_service.adapters.sql import schema
from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.errors import (
    EntryNotFound,
    InvalidInclusionProof,
    LedgerBusy,
    ResourceNotFound,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import Role
from ledger_service.domain.resources.registration import Metadata
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.paging import PageRequest
from ledger_service.services.ledger.append_entry import append_bodies
from ledger_service.services.people.grant_access import issue_token
from ledger_service.services.resources.find_resources import list_resources
from ledger_service.services.resources.register_claim import ClaimRequest, register_claims
from ledger_service.services.verification.prove_resource import ResourceProof, prove_resource
from tests.simulators.bench import OPERATOR, Bench


def test_the_proof_leads_from_the_entry_to_an_anchored_checkpoint(bench: Bench) -> None:
    digest = bench.registered().digest
    bench.settle()
    found = prove_resource(bench.library, digest)
    assert Entry.parse(found.entry).text("digest") == digest.hex()
    assert found.checkpoint.block is not None
    leaf = merkle.leaf_hash(found.entry)
    size, root = found.checkpoint.size, found.checkpoint.root
    merkle.check_inclusion(leaf, found.index, size, found.proof, root)


@pytest.fixture
def accepted(bench: Bench) -> Digest:
    """The digest of a claim that stands in the ledger only, under an anchor."""
    bench.license()
    token = secret_digest(issue_token(bench.store, bench.clock, OPERATOR, Role.REGISTRAR, "x", 60))
    digest = Digest.of(b"a book kept elsewhere")
    metadata = Metadata('A "quoted" title', "application/pdf", 21, "Bobur", "uz-Latn")
    cid = ContentId(RAW, digest.value)
    claim = ClaimRequest.of(bench.library, token, digest, cid, "CC-BY-4.0", metadata)
    with bench.store.write() as transaction:
        register_claims(bench.library, transaction, [claim])
    bench.settle()
    return digest


def test_the_entry_of_a_claim_is_the_ledgers_own_bytes(bench: Bench, accepted: Digest) -> None:
    found = prove_resource(bench.library, accepted)
    with bench.store.read() as transaction:
        assert transaction.ledger.entries(found.index, 1) == [found.entry]
    assert Entry.parse(found.entry).kind == "accepted"
    checkpoint = found.checkpoint
    assert json.loads(found.format()) == {
        "entry": found.entry.decode(),
        "index": found.index,
        "proof": [item.hex() for item in found.proof],
        "checkpoint": checkpoint.note,
        "block": checkpoint.block,
        "transaction": checkpoint.transaction,
    }


def test_the_proof_in_a_ledger_of_one_entry_is_empty() -> None:
    checkpoint = SignedCheckpoint(1, bytes(32), "origin\n1\n", 7, "ab" * 32)
    assert json.loads(ResourceProof(b"{}", 0, [], checkpoint).format())["proof"] == []


def test_a_claim_that_was_changed_does_not_change_its_entry(bench: Bench, accepted: Digest) -> None:
    before = prove_resource(bench.library, accepted)
    with bench.store.engine.connect() as connection:
        connection.execute(
            update(schema.resources.registration).values(title="Another", cid="none")
        )
        connection.commit()
    assert prove_resource(bench.library, accepted) == before


def test_nothing_is_told_of_a_claim_whose_entry_is_another(bench: Bench, accepted: Digest) -> None:
    with bench.store.engine.connect() as connection:
        connection.execute(update(schema.resources.registration).values(title="Another"))
        for row in connection.execute(select(schema.ledger.bundle)).all():
            changed = row.body.replace(b'"v":1', b'"v":2')
            this = schema.ledger.bundle.c.start == row.start
            connection.execute(update(schema.ledger.bundle).where(this).values(body=changed))
        connection.commit()
    with pytest.raises(InvalidInclusionProof):
        prove_resource(bench.library, accepted)


def test_bytes_that_nobody_registered_have_no_proof(bench: Bench) -> None:
    with pytest.raises(ResourceNotFound):
        prove_resource(bench.library, Digest(bytes(32)))


def test_an_entry_that_is_not_anchored_yet_has_no_proof(bench: Bench) -> None:
    digest = bench.register().digest
    with pytest.raises(EntryNotFound):
        prove_resource(bench.library, digest)


def test_what_is_kept_from_a_smaller_ledger_serves_a_larger_one(bench: Bench) -> None:
    first = bench.registered().digest
    bench.settle()
    prove_resource(bench.library, first)  # keeps tiles that are still growing
    with bench.library.store.write() as transaction:
        append_bodies(transaction, [b"%d" % number for number in range(700)])
    second = bench.registered(b"another book").digest
    bench.settle()
    assert prove_resource(bench.library, second).index > 700
    assert prove_resource(bench.library, first).checkpoint.size > 700


def test_nothing_is_told_of_a_ledger_whose_nodes_were_changed(lived: Bench) -> None:
    digest = _first_digest(lived)
    with lived.library.store.engine.connect() as connection:
        row = connection.execute(select(schema.ledger.tile)).first()
        assert row is not None
        broken = bytes(byte ^ 1 if byte else 0 for byte in row.hashes)
        connection.execute(update(schema.ledger.tile).values(hashes=broken))
        connection.commit()
    with pytest.raises(InvalidInclusionProof):
        prove_resource(lived.library, digest)


def test_an_entry_beyond_the_ledger_is_not_found(lived: Bench) -> None:
    with lived.library.store.read() as transaction:
        size = transaction.ledger.size()
    assert lived.library.store.quick.entry(size - 1)
    with pytest.raises(EntryNotFound):
        lived.library.store.quick.entry(size)


def test_a_database_that_fails_is_our_error(lived: Bench) -> None:
    digest = _first_digest(lived)
    with lived.library.store.engine.connect() as connection:
        connection.execute(text("DROP TABLE tile"))
        connection.commit()
    with pytest.raises(LedgerBusy):
        prove_resource(lived.library, digest)


def _first_digest(bench: Bench) -> Digest:
    return list_resources(bench.library, PageRequest(limit=1)).items[0].digest
