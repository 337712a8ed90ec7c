"""Accept claims: the one way by which a resource comes into the ledger, whichever door it came through.

Thousands are as one: licenses and what stands are looked up together, and the entries are one append.
Accepting is idempotent for each digest: a claim that stands is told again, another claim on its digest is
refused, and neither stops the rest.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from ledger_service.domain.content.content_id import RAW_BASE16
from ledger_service.domain.errors import InvalidIdentifier, LedgerError, UnknownLicense
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.ledger.entry import claim_template
from ledger_service.domain.resources.claim import (
    AcceptedRow,
    Claim,
    StandingClaim,
    WiderRow,
    check_same_claim,
    check_size,
    told_of,
)
from ledger_service.domain.resources.registration import Metadata, RegistrationState, Route
from ledger_service.ports.resources import License
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.append_entry import append_bodies
from ledger_service.services.library import Library

CLAIMS_WORTH_A_TRY = 1000  # to add so many at once is quicker than to look first what stands
_RAW = RAW_BASE16.encode()


class Taken(NamedTuple):
    """What stands after a claim. entry: index of the one that took it in; is_new: by this claim."""

    entry: int
    state: str
    is_new: bool


_taken = partial(tuple.__new__, Taken)  # as Taken._make, without its checks


class Refused(NamedTuple):
    """Why a claim was not accepted. entry: index of the one that stands on its digest, None if none does."""

    error: LedgerError
    entry: int | None = None


def accept_claims(
    library: Library, transaction: Transaction, claims: Sequence[Claim], route: Route
) -> list[Taken | Refused]:
    """Return for each claim what stands after it, or why it was refused.

    route: of those that are new. Of the errors: EmptyResource, ResourceTooLarge, UnknownLicense,
    ResourceIsWithdrawn, ResourceAlreadyRegistered.
    """
    if not claims:
        return []
    if len(claims) >= CLAIMS_WORTH_A_TRY:
        batch = _Batch(library, transaction, claims, route)
        outcomes = batch.take(claims)
        if batch.write_if_new(len(claims)):
            return outcomes
    batch = _Batch(library, transaction, claims, route)
    batch.look_up(claims)
    outcomes = batch.take(claims)
    batch.write()
    return outcomes


def check_acceptable(
    library: Library,
    transaction: Transaction,
    digest: Digest,
    license_name: str,
    metadata: Metadata,
) -> None:
    """Check that a claim would be accepted now, or stands; raise what accept_claims would refuse it with."""
    license_id = find_license(transaction, license_name).id.value
    check_size(metadata.size_bytes, library.limits.largest_resource_bytes)
    found = transaction.registrations.standing(library.steward, [digest.value])
    standing = found.get(digest.value)
    if standing is not None and standing.state != RegistrationState.REJECTED:
        check_same_claim(standing, digest.value, license_id, told_of(metadata))


def find_license(transaction: Transaction, name_or_id: str) -> License:
    """Return the license with this name or id; raise UnknownLicense if there is none."""
    found = transaction.licenses.find_named(name_or_id)
    if found is None:
        with suppress(InvalidIdentifier):
            found = transaction.licenses.find(LicenseId.parse(name_or_id))
    if found is None or found.state == "rejected":
        raise UnknownLicense(license=name_or_id[:80])
    return found


class _Batch:
    """Claims of one write transaction, each held against those that stand and those before it.

    Until they are looked up, none stand.
    """

    def __init__(
        self, library: Library, transaction: Transaction, claims: Sequence[Claim], route: Route
    ) -> None:
        self._transaction = transaction
        self._steward = library.steward
        self._largest = library.limits.largest_resource_bytes
        self._route = route
        self._now = library.clock()
        self._licenses = _licenses(transaction, {claim[3] for claim in claims})
        kind = "awaiting" if route is Route.ELSEWHERE else "accepted"
        self._templates = {
            license_id: claim_template(kind, self._now, LicenseId(license_id), self._steward)
            for license_id in self._licenses.values()
            if isinstance(license_id, bytes)
        }
        self._standing: dict[bytes, StandingClaim] = {}
        self._rejected: list[bytes] = []
        self._first = transaction.ledger.size()
        self._bodies: list[bytes] = []
        self._taken: dict[bytes, AcceptedRow] = {}
        self._further: dict[bytes, str] = {}  # of those whose record has more than its row

    def look_up(self, claims: Iterable[Claim]) -> None:
        """Find what stands on these digests; what the chain rejected does not."""
        digests = list({claim[0] for claim in claims})
        self._standing = self._transaction.registrations.standing(self._steward, digests)
        self._rejected = [
            digest
            for digest, row in self._standing.items()
            if row.state == RegistrationState.REJECTED
        ]
        for digest in self._rejected:
            del self._standing[digest]

    def take(self, claims: Iterable[Claim]) -> list[Taken | Refused]:
        """Return what becomes of each claim; the entries of those accepted wait for `write`."""
        outcomes: list[Taken | Refused] = []
        taken, standing, index = self._taken, self._standing, self._first
        for claim in claims:
            digest, cid, metadata_digest, license_name = claim[:4]
            license_id = self._licenses[license_name]
            if isinstance(license_id, LedgerError):
                outcomes.append(Refused(license_id))
            elif digest in taken or digest in standing or not 0 < claim[8] <= self._largest:
                outcomes.append(self._held_against(claim, license_id))
            else:
                named, in_hex = cid.encode(), hexlify(digest)
                values = named, in_hex, hexlify(metadata_digest)
                self._bodies.append(self._templates[license_id] % values)
                kept = "" if named == _RAW + in_hex else cid
                taken[digest] = (digest, license_id, kept, *claim[4:9], index)
                if claim[9]:
                    self._further[digest] = claim[9]
                outcomes.append(_taken((index, RegistrationState.ACCEPTED, True)))
                index += 1
        return outcomes

    def _held_against(self, claim: Claim, license_id: bytes) -> Taken | Refused:
        """Return what becomes of a claim that no resource can be, or on a digest that is taken."""
        digest = claim[0]
        before = self._taken.get(digest)
        standing = self._standing.get(digest) if before is None else self._standing_row(before)
        try:
            check_size(claim[8], self._largest)
            assert standing is not None  # or why is it asked
            check_same_claim(standing, digest, license_id, claim[4:])
        except LedgerError as exc:
            return Refused(exc, None if standing is None else standing.entry)
        return Taken(standing.entry, standing.state, is_new=False)

    def write(self) -> None:
        """Append the entries and add the registrations."""
        if not self._bodies:
            return
        registrations = self._transaction.registrations
        registrations.forget_rejected(
            self._steward, [digest for digest in self._rejected if digest in self._taken]
        )
        registrations.add_accepted(self._steward, self._now, self._route, self._rows())
        self._append()

    def write_if_new(self, count: int) -> bool:
        """Do the same if all of so many claims were taken and no digest is known; return whether it was."""
        if len(self._taken) != count:
            return False
        registrations = self._transaction.registrations
        if not registrations.add_if_new(self._steward, self._now, self._route, self._rows()):
            return False
        self._append()
        return True

    def _rows(self) -> Sequence[AcceptedRow | WiderRow]:
        """Return what is to be added; if no record has further fields, no row says so."""
        rows = list(self._taken.values())
        return [(*row, self._further.get(row[0])) for row in rows] if self._further else rows

    def _standing_row(self, row: AcceptedRow) -> StandingClaim:
        """Return what a claim of the same batch is held against."""
        metadata = *row[3:8], self._further.get(row[0], "")
        return StandingClaim(RegistrationState.ACCEPTED, row[1], metadata, row[8])

    def _append(self) -> None:
        first = append_bodies(self._transaction, self._bodies)
        assert first == self._first  # the write lock is held


def _licenses(transaction: Transaction, names: set[str]) -> dict[str, bytes | UnknownLicense]:
    """Return each license's id by the name that the claims give it, or the error if there is none."""
    found: dict[str, bytes | UnknownLicense] = {}
    for name in names:
        try:
            found[name] = find_license(transaction, name).id.value
        except UnknownLicense as exc:
            found[name] = exc
    return found
