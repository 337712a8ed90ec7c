"""From a librarian's file to a registration that anyone can verify."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import (
    DigestDiffers,
    EmptyResource,
    InvalidMetadata,
    ResourceAlreadyRegistered,
    ResourceNotFound,
    ResourceTooLarge,
    TruncatedUpload,
    UnknownLicense,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import Metadata, RegistrationState
from ledger_service.services.limits import Limits
from ledger_service.services.resources.register_resource import receive_resource, register_resource
from ledger_service.services.verification.make_receipt import receipt_of
from tests.simulators.bench import BOOK, LIBRARIAN, STEWARD, Bench
from tests.simulators.parts.own_accounts import REGISTRAR


def test_an_accepted_resource_waits_for_no_block(bench: Bench) -> None:
    bench.chain.is_away = True
    registration = bench.register()
    assert registration.state is RegistrationState.ACCEPTED
    assert registration.metadata.size_bytes == len(BOOK)
    assert [entry.kind for entry in bench.entries()] == ["steward", "accepted"]


def test_a_resource_is_registered_anchored_and_then_authentic_on_every_axis(bench: Bench) -> None:
    registration = bench.registered()
    assert registration.state is RegistrationState.REGISTERED
    answer = bench.verdict()
    assert answer.is_wholly_positive
    assert [verdict.state for verdict in answer.verdicts] == ["authentic_as_told"]
    assert answer.as_of == bench.chain.blocks[-1].block
    receipt_of(bench.library, registration.digest)


def test_the_bytes_are_in_the_content_store(bench: Bench) -> None:
    registration = bench.register()
    content = bench.library.content
    assert b"".join(content.read(registration.cid, 0, len(BOOK))) == BOOK
    assert content.size(registration.cid) == len(BOOK)


@pytest.mark.parametrize("when", ["accepted", "registered"])
def test_the_same_claim_twice_is_one_registration_and_one_chain_event(
    bench: Bench, when: str
) -> None:
    first = bench.register()
    if when == "registered":
        bench.settle()
    again = bench.register()
    bench.settle()
    assert (again.digest, again.accepted_entry) == (first.digest, first.accepted_entry)
    assert len(bench.chain.events_named("ResourceRegistered")) == 1
    assert len(bench.entries("accepted")) == len(bench.entries("registered")) == 1


def test_the_same_bytes_under_another_license_are_refused(bench: Bench) -> None:
    bench.register()
    bench.license("CC-BY-SA-4.0")
    with pytest.raises(ResourceAlreadyRegistered):
        bench.register(license_name="CC-BY-SA-4.0")


def test_the_same_bytes_under_another_title_are_refused(bench: Bench) -> None:
    bench.register()
    with pytest.raises(ResourceAlreadyRegistered):
        bench.register(title="Another title")


def test_a_claim_that_wins_while_the_same_bytes_are_stored_is_the_one_that_stands(
    bench: Bench,
) -> None:
    bench.license()
    with receive_resource(bench.library, is_open=True) as incoming:
        incoming.write(BOOK)
        store = incoming.store

        def slowly() -> object:
            bench.register()
            return store()

        incoming.store = slowly  # type: ignore[method-assign,assignment]
        metadata = Metadata("Xamsa", "application/pdf", 0)
        standing = register_resource(
            bench.library, LIBRARIAN, incoming, metadata=metadata, license_name="CC-BY-4.0"
        )
    assert standing == bench.registration()
    assert len(bench.entries("accepted")) == 1


def test_a_license_can_be_named_by_its_id(bench: Bench) -> None:
    license_id = bench.license("House").id
    assert bench.register(license_name=license_id.hex()).license == license_id


@pytest.mark.parametrize("name", ["nothing", "ab" * 32, "x" * 64, ""])
def test_an_unknown_license_is_named(bench: Bench, name: str) -> None:
    with pytest.raises(UnknownLicense):
        bench.register(license_name=name)
    assert bench.entries("accepted") == []


def test_a_rejected_license_cannot_be_used(bench: Bench) -> None:
    license_id = bench.license("House").id
    with bench.store.write() as transaction:
        transaction.licenses.set_state(license_id, "rejected")
    with pytest.raises(UnknownLicense):
        bench.register(license_name="House")


def test_an_empty_file_is_refused(bench: Bench) -> None:
    with pytest.raises(EmptyResource):
        bench.register(b"")


def test_a_file_over_the_limit_is_refused_while_it_streams(new_bench: object) -> None:
    bench = new_bench(Limits(largest_resource_bytes=10, anchor_seconds=0))  # type: ignore[operator]
    with receive_resource(bench.library, is_open=True) as incoming:
        incoming.write(b"0123456789")
        with pytest.raises(ResourceTooLarge):
            incoming.write(b"!")


def test_an_upload_that_ends_early_is_refused_and_nothing_is_kept(bench: Bench) -> None:
    with pytest.raises(TruncatedUpload):
        bench.register(announced_bytes=len(BOOK) + 1)
    assert bench.entries("accepted") == []
    assert not any(path.is_file() for path in (bench.folder / "blocks").rglob("*"))


def test_bytes_that_differ_from_the_announced_digest_are_refused(bench: Bench) -> None:
    with pytest.raises(DigestDiffers):
        bench.register(announced=Digest.of(b"something else"))
    assert bench.register(announced=Digest.of(BOOK), announced_bytes=len(BOOK))


def test_a_bad_title_is_refused_before_anything_is_written(bench: Bench) -> None:
    with pytest.raises(InvalidMetadata):
        bench.register(title=" ")
    assert bench.entries("accepted") == []


def test_what_the_chain_rejects_can_be_registered_again_once_the_reason_is_gone(
    bench: Bench,
) -> None:
    bench.license()
    bench.settle()
    bench.chain.act(lambda state: state.suspend(STEWARD.hex()))
    rejected = bench.registered()
    assert rejected.state is RegistrationState.REJECTED
    assert rejected.rejection
    assert len(bench.entries("rejected")) == 1
    with pytest.raises(ResourceNotFound):
        receipt_of(bench.library, rejected.digest)
    bench.chain.act(lambda state: state.accredit(STEWARD.hex()))
    again = bench.registered()
    assert again.state is RegistrationState.REGISTERED
    assert again.accepted_entry > rejected.accepted_entry
    assert bench.verdict().is_wholly_positive
    assert bench.findings() == set()


def test_a_closed_registrar_registers_nothing_and_what_it_accepted_waits(bench: Bench) -> None:
    now = bench.clock()
    bench.chain.act(lambda state: state.close_registrar(STEWARD.hex(), REGISTRAR, now))
    bench.register()
    for _ in range(40):
        bench.worker.round()
        bench.clock.advance(60)
    assert bench.registration().state is RegistrationState.ACCEPTED
    assert bench.chain.events_named("ResourceRegistered") == []
