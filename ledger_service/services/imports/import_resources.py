"""Accept claims in bulk: thousands of entries in one write transaction, and no chain job for any.

The proof of what is taken so is the anchored ledger (docs/adr/0036). Accepting is idempotent for each
digest: a claim that stands is a duplicate, another claim on its digest is refused, and neither stops
the rest.
"""

from __future__ import annotations

import time
from binascii import hexlify
from collections.abc import Iterator, Sequence

from ledger_service.domain.chain_errors import ResourceIsWithdrawn
from ledger_service.domain.errors import ResourceAlreadyRegistered, UnknownLicense
from ledger_service.domain.identifiers import LicenseId
from ledger_service.domain.imports.prepared_claim import (
    DUPLICATE,
    REFUSED,
    REGISTERED,
    AcceptedRow,
    ImportResult,
    PreparedClaim,
    StandingClaim,
    reason_of,
)
from ledger_service.domain.ledger.entry import accepted_template
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import STATES_WITHDRAWN, RegistrationState
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.append_entry import append_bodies
from ledger_service.services.library import Library
from ledger_service.services.resources.register_resource import find_license

CLAIMS_A_TRANSACTION = 24_000  # each writes most pages of an index, so that fewer are quicker
CLAIMS_WORTH_A_TRANSACTION = 8_000  # while the next are not ready
SECONDS_A_TRANSACTION = 2  # of preparing; no more is lost by a kill
IMPORT_SECONDS = 10  # it counts as under way after a write; if killed, it delays anchors so long


def in_transactions(
    batches: Iterator[list[PreparedClaim]], most_claims: int = CLAIMS_A_TRANSACTION
) -> Iterator[list[PreparedClaim]]:
    """Yield the claims of one write transaction each, about so many at most.

    They are fewer if preparing them takes long, or if no more are ready: an empty batch says so.
    """
    chunk: list[PreparedClaim] = []
    begun = time.monotonic()
    for claims in batches:
        chunk += claims
        is_late = time.monotonic() - begun > SECONDS_A_TRANSACTION
        is_time = not claims and len(chunk) >= CLAIMS_WORTH_A_TRANSACTION
        if len(chunk) >= most_claims or (is_late and chunk) or is_time:
            yield chunk
            chunk, begun = [], time.monotonic()
    if chunk:
        yield chunk


def import_claims(
    library: Library,
    caller: Caller,
    name: str,
    claims: Sequence[PreparedClaim],
    *,
    is_last: bool = False,
) -> list[ImportResult]:
    """Accept claims in a write transaction of their own; see `accept_claims`.

    name: of the import, of at most 40 characters. Until is_last, or for some seconds if it is killed,
    it counts as work that an anchor waits for.
    """
    check_permitted(caller, Permission.IMPORT_START)
    with library.store.write() as transaction:
        results = accept_claims(library, transaction, claims)
        seconds = 0 if is_last else IMPORT_SECONDS
        transaction.jobs.take_lease(name, name, library.clock(), seconds)
    return results


def accept_claims(
    library: Library, transaction: Transaction, claims: Sequence[PreparedClaim]
) -> list[ImportResult]:
    """Return what became of each claim, in order; the entries of those accepted are appended together."""
    batch = _Batch(library, transaction, claims)
    results = batch.take(claims)
    batch.write()
    return results


class _Batch:
    """Claims of one write transaction, each held against those that stand and those before it."""

    def __init__(
        self, library: Library, transaction: Transaction, claims: Sequence[PreparedClaim]
    ) -> None:
        self._transaction = transaction
        self._steward = library.steward
        self._now = library.clock()
        self._licenses = _licenses(transaction, claims)
        self._templates = {
            license_id: accepted_template(self._now, LicenseId(license_id), self._steward)
            for license_id in self._licenses.values()
            if isinstance(license_id, bytes)
        }
        digests = list({claim.digest for claim in claims if not claim.outcome})
        self._standing = transaction.registrations.standing(self._steward, digests)
        self._rejected = [
            digest
            for digest, row in self._standing.items()
            if row.state == RegistrationState.REJECTED
        ]
        for digest in self._rejected:
            del self._standing[digest]
        self._first = transaction.ledger.size()
        self._bodies: list[bytes] = []
        self._rows: list[AcceptedRow] = []

    def take(self, claims: Sequence[PreparedClaim]) -> list[ImportResult]:
        """Return what becomes of each claim; the entries of those accepted wait for `write`."""
        results: list[ImportResult] = []
        taken: dict[bytes, AcceptedRow] = {}
        index = self._first
        for claim in claims:
            place, outcome, reason, digest, cid, metadata_digest, license_name = claim[:7]
            if outcome:
                results.append(ImportResult(place, digest, None, outcome, reason))
                continue
            license_id = self._licenses[license_name]
            if isinstance(license_id, str):
                results.append(ImportResult(place, digest, None, REFUSED, license_id))
                continue
            standing = (
                _standing_row(taken[digest]) if digest in taken else self._standing.get(digest)
            )
            metadata = claim[7:12]
            if standing is not None:
                results.append(_held_against(claim, license_id, metadata, standing))
                continue
            values = cid.encode(), hexlify(digest), hexlify(metadata_digest)
            self._bodies.append(self._templates[license_id] % values)
            taken[digest] = (digest, license_id, cid, *metadata, index)
            results.append(ImportResult(place, digest, index, REGISTERED))
            index += 1
        self._rows = list(taken.values())
        return results

    def write(self) -> None:
        """Append the entries and add the registrations."""
        if not self._bodies:
            return
        first = append_bodies(self._transaction, self._bodies)
        assert first == self._first  # the write lock is held
        registrations = self._transaction.registrations
        registrations.forget_rejected(self._steward, self._rejected)
        registrations.add_accepted(self._steward, self._now, self._rows)


def _standing_row(row: AcceptedRow) -> StandingClaim:
    """Return what a claim of the same batch is held against."""
    return StandingClaim(RegistrationState.ACCEPTED, row[1], row[3:8], row[8])


def _licenses(transaction: Transaction, claims: Sequence[PreparedClaim]) -> dict[str, bytes | str]:
    """Return each license's id by the name that the claims give it; a reason if there is none."""
    found: dict[str, bytes | str] = {}
    for name in {claim.license for claim in claims if not claim.outcome}:
        try:
            found[name] = find_license(transaction, name).id.value
        except UnknownLicense as exc:
            found[name] = reason_of(exc)
    return found


def _held_against(
    claim: PreparedClaim,
    license_id: bytes,
    metadata: tuple[object, ...],
    standing: StandingClaim,
) -> ImportResult:
    """Return what becomes of a claim on a digest that is registered already."""
    if standing.state in STATES_WITHDRAWN:
        error = ResourceIsWithdrawn("This library withdrew it; that is for good.")
        return ImportResult(claim.place, claim.digest, standing.entry, REFUSED, reason_of(error))
    if (standing.license, standing.metadata) != (license_id, metadata):
        told = ResourceAlreadyRegistered(
            f"It is registered already as “{standing.metadata[0]}” with other metadata or another "
            "license, and registrations do not change."
        )
        return ImportResult(claim.place, claim.digest, standing.entry, REFUSED, reason_of(told))
    return ImportResult(claim.place, claim.digest, standing.entry, DUPLICATE)
