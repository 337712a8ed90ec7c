"""One member of a consortium in memory: what its librarian and its worker do, and how it is seen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress

from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.chain.intent import SupersedeResource
from ledger_service.domain.chain.job import JobName, JobState
from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.errors import ChainUnavailable
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.prepared_claim import PreparedClaim
from ledger_service.domain.resources.registration import Metadata, Relation, WithdrawalReason
from ledger_service.services.audit.audit_ledger import AuditReport
from ledger_service.services.imports.import_resources import import_into
from ledger_service.services.resources.change_resource import (
    supersede_resource,
    withdraw_resource,
)
from ledger_service.services.verification.verify_resource import Answer, verify_resource
from tests.simulators.bench import Bench, StoreThatStops, WorkerKilled
from tests.simulators.consortium import Institution
from tests.simulators.source import SourceSimulator

LICENSE = "CC-BY-4.0"


class University:
    """A member. Each of its acts returns once it is acknowledged, or raises."""

    def __init__(self, bench: Bench, institution: Institution) -> None:
        self.bench = bench
        self.institution = institution
        self.name = bench.identity.name
        self.steward = bench.identity.steward
        self.signer = bench.signer
        self.chain = bench.chain
        self.store = bench.store
        self.library = bench.library
        self.source = SourceSimulator(bench.library)

    # ---- its librarian -------------------------------------------------------------------------------

    def register(self, data: bytes) -> None:
        self.bench.register(data, title=title_of(data), media_type="text/plain")

    def take_in(self, books: Sequence[bytes]) -> None:
        """Take books in bulk: one anchor stands for all of them."""
        with self.store.write() as transaction:
            results = import_into(self.library, transaction, [claim_on(data) for data in books])
        assert all(result.outcome == "registered" for result in results), results

    def withdraw(self, digest: Digest) -> None:
        withdraw_resource(self.library, self.bench.librarian, digest, WithdrawalReason.ERROR)

    def supersede(self, digest: Digest, successor: Digest) -> JobName:
        """Return the job that does it on chain."""
        relation = Relation.CORRECTION
        supersede_resource(self.library, self.bench.librarian, digest, successor, relation)
        return JobName.of(SupersedeResource(digest, self.steward, successor, relation))

    # ---- its worker ----------------------------------------------------------------------------------

    def round(self) -> None:
        """Let a worker that has begun just now take a round; nothing is done while the chain is away."""
        with suppress(ChainUnavailable):
            self.bench.another_worker().round()

    def killed_round(self, at: int, *, committed: bool) -> None:
        """Let the worker take a round in which it is killed at its n-th write, if it comes so far."""
        store = StoreThatStops(self.store, at, committed=committed)
        with suppress(WorkerKilled, ChainUnavailable):
            self.bench.another_worker(store).round()

    def settle(self) -> None:
        """Take rounds until nothing is left to do; time passes as the worker waits."""
        self.bench.settle(self.bench.another_worker())

    def is_rejected(self, job: JobName) -> bool:
        with self.store.read() as transaction:
            found = transaction.jobs.find(job)
        return found is not None and found.state is JobState.REJECTED

    def was_barred(self, digest: Digest) -> bool:
        """Return whether a book taken in bulk was first anchored while the council had it suspended.

        Its worker heeds a suspension once that is confirmed, and may have anchored just before.
        """
        with self.store.read() as transaction:
            kept = transaction.registrations.find(digest, self.steward)
        if kept is None or not kept.stands_in_bulk:
            return False
        names = {"StewardSuspended", "StewardReinstated"}
        is_suspended = False
        for event in (event for mined in self.chain.blocks for event in mined.events):
            if event.name in names and event.subject == self.steward.hex():
                is_suspended = event.name == "StewardSuspended"
            if self.anchors(event) and event.number("size") > kept.accepted_entry:
                return is_suspended
        return False

    def anchors(self, event: ChainEvent) -> bool:
        """Return whether this event anchors a checkpoint of its ledger."""
        named = event.name, event.subject
        return named == ("CheckpointAnchored", self.library.ledger.hex())

    # ---- what is seen from outside -------------------------------------------------------------------

    def verdict(self, digest: Digest) -> Answer:
        return verify_resource(self.library, digest)

    def audit(self) -> AuditReport:
        """Return what an auditor finds who trusts nothing but the chain, and is served this source."""
        self.bench.source = self.source
        return self.bench.audit()


def title_of(data: bytes) -> str:
    return f"Book {hashlib.sha256(data).hexdigest()[:8]}"


def claim_on(data: bytes) -> PreparedClaim:
    """Return the claim of an import on these bytes."""
    digest, title = Digest.of(data), title_of(data)
    metadata = Metadata(title, "text/plain", len(data))
    return PreparedClaim(
        place=title,
        digest=digest.value,
        cid=ContentId(RAW, digest.value).base16(),
        metadata_digest=metadata.digest.value,
        license=LICENSE,
        title=title,
        creator=metadata.creator,
        language=metadata.language,
        media_type=metadata.media_type,
        size_bytes=len(data),
    )
