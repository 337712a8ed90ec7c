"""Register a resource: take its bytes in, accept the steward's claim, hand the rest to the worker.

Bytes stream through once: digest, CID and size come from the same pass. Accepting is one database
transaction (registration, entry, chain job); no request waits for the chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

from ledger_service.domain.chain.intent import RegisterResource
from ledger_service.domain.chain.job_name import JobName
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import (
    DigestDiffers,
    EmptyResource,
    InvalidIdentifier,
    ResourceAlreadyRegistered,
    ResourceTooLarge,
    UnknownLicense,
)
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import (
    Metadata,
    Registration,
    RegistrationState,
    Route,
)
from ledger_service.ports.content import Upload
from ledger_service.ports.resources import License
from ledger_service.ports.store import Transaction
from ledger_service.services.content.receive_bytes import IncomingBytes
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.library import Library


class IncomingResource(IncomingBytes):
    """A resource on its way in; `write` raises ResourceTooLarge as soon as the limit is passed."""

    def __init__(self, upload: Upload, largest_bytes: int) -> None:
        super().__init__(upload, partial(check_size, largest_bytes=largest_bytes))
        self._upload = upload

    def finish(self, announced_bytes: int | None, announced: Digest | None) -> Digest:
        """Return the digest of all bytes taken.

        Raises:
            EmptyResource, TruncatedUpload: fewer bytes than announced.
            DigestDiffers: other bytes than announced.
        """
        self.check_arrived(announced_bytes)
        if self.size_bytes == 0:
            raise EmptyResource("The upload has no bytes; there is nothing to register.")
        digest = Digest(self.digest())
        if announced is not None and announced != digest:
            raise DigestDiffers(f"The bytes have the digest {digest}, not {announced}.")
        return digest

    def store(self) -> ContentId:
        """Return the CID once every block is in the content store for good."""
        cid = self._upload.finish()
        self._upload.commit()
        return cid


@dataclass(frozen=True)
class _Claim:
    digest: Digest
    cid: ContentId
    license: LicenseId
    metadata: Metadata
    signed_elsewhere: bool


def check_size(size_bytes: int, largest_bytes: int) -> None:
    """Return if a resource of this size is accepted; raise ResourceTooLarge otherwise."""
    if size_bytes > largest_bytes:
        raise ResourceTooLarge(f"This library accepts resources of at most {largest_bytes} bytes.")


@contextmanager
def receive_resource(library: Library) -> Iterator[IncomingResource]:
    """Yield a place to write bytes to; unless they are stored, nothing of them is kept."""
    with library.content.upload() as upload:
        yield IncomingResource(upload, library.limits.largest_resource_bytes)


def find_license(transaction: Transaction, name_or_id: str) -> License:
    """Return the license with this name or id; raise UnknownLicense if there is none."""
    found = transaction.licenses.find_named(name_or_id)
    if found is None:
        with suppress(InvalidIdentifier):
            found = transaction.licenses.find(LicenseId.parse(name_or_id))
    if found is None or found.state == "rejected":
        raise UnknownLicense(
            f"The license “{name_or_id[:80]}” is not defined in this library; "
            "`muhr license list` shows those that are."
        )
    return found


def register_resource(
    library: Library,
    caller: Caller,
    incoming: IncomingResource,
    *,
    metadata: Metadata,
    license_name: str,
    announced_bytes: int | None = None,
    announced: Digest | None = None,
    signed_elsewhere: bool = False,
) -> Registration:
    """Return the registration, accepted; or the one that stands, if this claim was made before.

    metadata.size_bytes is replaced by the number of bytes that arrived. signed_elsewhere: it waits
    until an intent of a registrar's own key is relayed (relay_intent), instead of being signed here.

    Raises:
        EmptyResource, TruncatedUpload, DigestDiffers: see IncomingResource.finish.
        UnknownLicense: no license of this name or id.
        ResourceAlreadyRegistered: by this steward, with another license or other metadata.
    """
    check_permitted(caller, Permission.RESOURCE_REGISTER)
    digest = incoming.finish(announced_bytes, announced)
    metadata = replace(metadata, size_bytes=incoming.size_bytes)
    with library.store.read() as transaction:
        license_id = find_license(transaction, license_name).id
        standing = transaction.registrations.find(digest, library.steward)
    if standing is not None and standing.state is not RegistrationState.REJECTED:
        check_same_claim(standing, license_id, metadata)
    cid = incoming.store()  # also when it stands: blocks that were lost or damaged are restored
    claim = _Claim(digest, cid, license_id, metadata, signed_elsewhere)
    return library.append(_accept_claims, claim)


def _accept_claims(
    library: Library, transaction: Transaction, claims: Sequence[_Claim]
) -> list[Registration | ResourceAlreadyRegistered]:
    """Return of each claim the registration that stands after it, or the error that refuses it."""
    outcomes: list[Registration | ResourceAlreadyRegistered] = []
    for claim in claims:
        standing = transaction.registrations.find(claim.digest, library.steward)
        try:
            if standing is None or standing.state is RegistrationState.REJECTED:
                standing = _accept(library, transaction, claim)
            else:
                check_same_claim(standing, claim.license, claim.metadata)
            outcomes.append(standing)
        except ResourceAlreadyRegistered as exc:
            outcomes.append(exc)
    return outcomes


def check_same_claim(standing: Registration, license_id: LicenseId, metadata: Metadata) -> None:
    """Return if a claim is the one that stands; raise ResourceAlreadyRegistered otherwise."""
    if (standing.license, standing.metadata) != (license_id, metadata):
        raise ResourceAlreadyRegistered(
            f"{standing.digest} is registered already as “{standing.metadata.title}” with other "
            "metadata or another license. Registrations do not change: register a corrected "
            "version of the file instead."
        )


def _accept(library: Library, transaction: Transaction, claim: _Claim) -> Registration:
    now = library.clock()
    registration = Registration(
        digest=claim.digest,
        steward=library.steward,
        license=claim.license,
        cid=claim.cid,
        metadata=claim.metadata,
        route=Route.ELSEWHERE if claim.signed_elsewhere else Route.HERE,
        state=RegistrationState.ACCEPTED,
        accepted_at=now,
        accepted_entry=0,
    )
    kind = "awaiting" if claim.signed_elsewhere else "accepted"
    index = append_entry(transaction, Entry(kind, now, registration.claim()))
    registration = replace(registration, accepted_entry=index)
    transaction.registrations.replace_rejected(registration)
    if not claim.signed_elsewhere:
        _queue(transaction, registration)
    return registration


def _queue(transaction: Transaction, accepted: Registration) -> None:
    """Let the worker sign and send what registers an accepted claim."""
    intent = RegisterResource(
        accepted.digest,
        accepted.steward,
        accepted.license,
        accepted.cid,
        accepted.metadata.digest,
    )
    entry = accepted.accepted_entry
    name = JobName.registering(accepted.digest, entry)
    transaction.jobs.add(name, intent, entry, accepted.accepted_at)
